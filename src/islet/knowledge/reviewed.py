"""Keep which bytes of each knowledge file were last read against its sources: `python -m islet.knowledge.reviewed FOLDER` writes it."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

REVIEWED = "reviewed.yaml"
_HEAD = "# sha256 of every file as it was last read against its sources; written by `make reviewed`, never by hand.\nfiles:\n"


def reviewed_text(folder: Path) -> str:
    """Return the text of the file for a knowledge folder as it stands."""
    files = sorted(file for file in folder.rglob("*.yaml") if file.relative_to(folder).as_posix() != REVIEWED)
    return _HEAD + "".join(f"  {file.relative_to(folder).as_posix()}: {hashlib.sha256(file.read_bytes()).hexdigest()}\n" for file in files)


def unread(folder: Path) -> list[str]:
    """Return the files that changed, came or went since they were last read."""
    kept = set((folder / REVIEWED).read_text(encoding="utf-8").splitlines())
    return sorted({line.split(":")[0].strip() for line in kept ^ set(reviewed_text(folder).splitlines())})


if __name__ == "__main__":
    (Path(sys.argv[1]) / REVIEWED).write_text(reviewed_text(Path(sys.argv[1])), encoding="utf-8")
