"""A part that is not installed is named with what to install; nobody sees a traceback, nothing is half-written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

WITHOUT = """
import sys
for name in sys.argv[1].split(","):
    sys.modules[name] = None  # as if it were not installed: importing it raises ImportError
from islet.cli.main import main
raise SystemExit(main(sys.argv[2:]))
"""
SCAN = """
measurements:
  scan_path: scan
  scan_shows: y90
  scan_regions: [{region: tumour, path: tumour.nii}]
"""


def run_without(libraries: str, *words: str | Path) -> Any:
    return subprocess.run([sys.executable, "-c", WITHOUT, libraries, *map(str, words)], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("words", [(), ("--format", "json"), ("-o", "out.json", "--format", "json")])
def test_images_without_their_extra(tmp_path: Path, words: tuple[str, ...]) -> None:
    case, out = tmp_path / "case.yaml", tmp_path / "out.json"
    case.write_text(SCAN, encoding="utf-8")
    (tmp_path / "scan").mkdir()
    ran = run_without("pydicom,SimpleITK,highdicom", "quantify", case, "tare", *(out if word == "out.json" else word for word in words))
    assert ran.returncode == 2
    assert "pip install 'islet[imaging]'" in ran.stderr
    assert "pydicom" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stdout == ""
    assert not out.exists()


def test_a_case_without_images_needs_no_extra(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text("measurements: {microspheres: resin, planned_activity_gbq: 1.5}\n", encoding="utf-8")
    ran = run_without("pydicom,SimpleITK,highdicom", "quantify", case, "tare", "--plain")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "30 million microspheres" in ran.stdout
