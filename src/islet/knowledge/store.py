"""Find the knowledge, compiled once and kept; recompile when a file of it changed."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

from islet import __version__
from islet.knowledge.base import KnowledgeBase

FORMAT = 1


def own_knowledge() -> Path:
    """Return the folder of the package's own knowledge: beside the sources, or inside the installed package."""
    package = Path(__file__).resolve().parents[1]
    for candidate in (package / "knowledge_data", package.parents[1] / "knowledge"):
        if (candidate / "facts").is_dir():
            return candidate
    return package / "knowledge_data"


def load_knowledge(path: Path | None = None) -> KnowledgeBase:
    """Return the compiled knowledge of a folder (the package's own by default).

    Raises InputError or KnowledgeErrors when the folder is missing or faulty.
    """
    from islet.knowledge.compile import compile_folder, dump, open_base, undump
    from islet.knowledge.folder import stamp

    folder = own_knowledge() if path is None else path
    if not folder.is_dir():
        from islet.knowledge.folder import read_folder

        read_folder(folder)
    marks = stamp(folder)
    kept = _kept_file(folder)
    data = _read_kept(kept, marks, undump)
    if data is None:
        data, _ = compile_folder(folder)
        _keep(kept, {"stamp": marks, "data": data}, dump)
    return open_base(data)


def _kept_file(folder: Path) -> Path:
    base = os.environ.get("ISLET_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache"), "islet"
    )
    key = f"{folder.resolve()}|{__version__}|{FORMAT}|{sys.version}|{_engine_mark()}"
    return Path(base) / (hashlib.sha256(key.encode()).hexdigest()[:24] + ".rules")


def _engine_mark() -> int:
    package = Path(__file__).resolve().parents[1]
    rooms = ("case", "rules", "patient", "knowledge")
    return max(entry.stat().st_mtime_ns for room in rooms for entry in os.scandir(package / room) if entry.name.endswith(".py"))


def _read_kept(kept: Path, marks: list[Any], undump: Any) -> dict[str, Any] | None:
    try:
        content = undump(kept.read_bytes())
    except (OSError, EOFError, ValueError, TypeError):
        return None
    if not isinstance(content, dict) or content.get("stamp") != marks:
        return None
    found: dict[str, Any] = content["data"]
    return found


def _keep(kept: Path, content: dict[str, Any], dump: Any) -> None:
    part = kept.with_suffix(f".{os.getpid()}.part")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.write_bytes(dump(content))
        os.replace(part, kept)
    except OSError:
        part.unlink(missing_ok=True)
