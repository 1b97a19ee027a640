"""Where things are: the repository, its knowledge, and the folders beside the project that may be missing."""

from __future__ import annotations

import os
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
KNOWLEDGE = ROOT / "knowledge"
MINI = TESTS / "mini_knowledge"
SUITES = Path(os.environ.get("ISLET_SUITES") or ROOT.parent / "shared" / "suites")
EVIDENCE = Path(os.environ.get("ISLET_EVIDENCE") or ROOT.parent / "shared" / "evidence")
