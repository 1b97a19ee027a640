"""Find the knowledge, compiled once and kept; recompile when a file of it changed."""

from __future__ import annotations

import hashlib
import os
import sys
from typing import Any

from islet import __version__
from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.opening import dump, open_base, undump
from islet.knowledge.stamps import stamp

FORMAT = 8
_ROOMS = ("case", "rules", "patient", "knowledge", "estimate")


def own_knowledge() -> str:
    """Return the folder of the package's own knowledge: inside the installed package, or beside the sources."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    installed = os.path.join(package, "knowledge_data")
    beside = os.path.join(os.path.dirname(os.path.dirname(package)), "knowledge")
    return beside if not os.path.isdir(installed) and os.path.isdir(os.path.join(beside, "facts")) else installed


def load_knowledge(path: str | None = None) -> KnowledgeBase:
    """Return the compiled knowledge of a folder (the package's own by default).

    Raises InputError or KnowledgeErrors when the folder is missing or faulty.
    """
    folder = own_knowledge() if path is None else path
    if not os.path.isdir(folder):
        raise InputError("there is no such folder", folder, 0, "--knowledge", "expected a folder with facts/ and options/")
    marks = stamp(folder)
    kept = _kept_file(folder)
    data = _read_kept(kept, marks)
    if data is None:
        from pathlib import Path

        from islet.knowledge.compile import compile_folder

        data, _ = compile_folder(Path(folder))
        _keep(kept, {"stamp": marks, "data": data})
    return open_base(data)


def cache_folder() -> str:
    """Return the folder in which results are kept between runs."""
    default = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache"), "islet")
    return os.environ.get("ISLET_CACHE") or default


def _kept_file(folder: str) -> str:
    key = f"{os.path.realpath(folder)}|{__version__}|{FORMAT}|{sys.version}|{_engine_mark()}"
    return os.path.join(cache_folder(), hashlib.sha256(key.encode()).hexdigest()[:24] + ".rules")


def _engine_mark() -> int:
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return max(newest(os.path.join(package, room)) for room in _ROOMS)


def newest(folder: str) -> int:
    """Return the time of the last change of the Python files of a folder, in nanoseconds."""
    return max((entry.stat().st_mtime_ns for entry in os.scandir(folder) if entry.name.endswith(".py")), default=0)


def _read_kept(kept: str, marks: list[Any]) -> dict[str, Any] | None:
    try:
        with open(kept, "rb") as stream:
            content = undump(stream.read())
    except (OSError, EOFError, ValueError, TypeError):
        return None
    if not isinstance(content, dict) or content.get("stamp") != marks:
        return None
    found: dict[str, Any] = content["data"]
    return found


def _keep(kept: str, content: dict[str, Any]) -> None:
    part = f"{kept}.{os.getpid()}.part"
    try:
        os.makedirs(os.path.dirname(kept), mode=0o700, exist_ok=True)
        with open(part, "wb") as stream:
            stream.write(dump(content))
        os.replace(part, kept)
    except OSError:
        if os.path.exists(part):
            os.unlink(part)
