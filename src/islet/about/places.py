"""Where the safety file and the documents stand: inside the installed package, or beside the sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

DOCUMENTS = {
    "INTENDED_USE": "docs/INTENDED_USE.md", "MODEL_FACTS": "docs/MODEL_FACTS.md", "LIMITS": "docs/LIMITS.md",
    "ACCESSIBILITY": "docs/ACCESSIBILITY.md", "SAFETY_CASE": "safety/SAFETY_CASE.md", "SECURITY": "SECURITY.md",
}


def safety_folder() -> Path:
    """Return the folder of the safety file."""
    return _place("safety")


def document(name: str) -> str:
    """Return one of the documents of the about pages as Markdown.

    Raises KeyError for a name that is not in DOCUMENTS.

    >>> document("INTENDED_USE").splitlines()[0]
    '# Intended use'
    """
    return _place(DOCUMENTS[name]).read_text(encoding="utf-8")


def read_safety(name: str, folder: Path | None = None) -> dict[str, Any]:
    """Return one file of the safety file as it stands.

    >>> sorted(read_safety("hazards.yaml"))
    ['hazards', 'scale']
    """
    found: dict[str, Any] = yaml.safe_load(((folder or safety_folder()) / name).read_text(encoding="utf-8"))
    return found


def _place(name: str) -> Path:
    package = Path(__file__).resolve().parents[1]
    installed = package / "about_data" / name
    return installed if installed.exists() else package.parents[1] / name
