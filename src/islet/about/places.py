"""Where the safety file and the documents stand: inside the installed package, or beside the sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

DOCUMENTS = ("INTENDED_USE", "MODEL_FACTS", "LIMITS", "ACCESSIBILITY")


def safety_folder() -> Path:
    """Return the folder of the safety file."""
    return _place("safety")


def document(name: str) -> str:
    """Return one of the documents of the about pages as Markdown.

    Raises KeyError for a name that is not in DOCUMENTS.

    >>> document("INTENDED_USE").splitlines()[0]
    '# Intended use'
    """
    if name not in DOCUMENTS:
        raise KeyError(name)
    return (_place("docs") / f"{name}.md").read_text(encoding="utf-8")


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
    return installed if installed.is_dir() else package.parents[1] / name
