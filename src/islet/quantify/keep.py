"""Keep computed estimates by the hash of what they are made from, so that a second look costs nothing."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from typing import Any

from islet import __version__
from islet.case.model import Case
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import cache_folder, newest


def kept_or_made(
    room: str, option: str, case: Case, base: KnowledgeBase, make: Callable[[], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Return the estimates kept for these inputs, this knowledge and this engine, or make and keep them."""
    file = os.path.join(cache_folder(), _key(room, option, case, base) + ".estimates")
    try:
        with open(file, encoding="utf-8") as stream:
            kept: list[dict[str, Any]] = json.load(stream)
            return kept
    except (OSError, ValueError):
        pass
    made: list[dict[str, Any]] = json.loads(json.dumps(make()))
    part = f"{file}.{os.getpid()}.part"
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        with open(part, "w", encoding="utf-8") as stream:
            json.dump(made, stream)
        os.replace(part, file)
    except OSError:
        if os.path.exists(part):
            os.unlink(part)
    return made


def _key(room: str, option: str, case: Case, base: KnowledgeBase) -> str:
    folder = os.path.dirname(os.path.abspath(__file__))
    parts = [room, option, case.sha256, base.sha256, __version__, newest(folder), newest(os.path.join(folder, room)), _files(case, base)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _files(case: Case, base: KnowledgeBase) -> list[Any]:
    """Return name, size and time of every file that the measurements point to."""
    found: list[Any] = []
    for name, measure in base.space.dictionary.measures.items():
        if measure.fact.type == "path" and name in case.measurements:
            given = case.measurements[name]
            assert not isinstance(given, list)
            for path in given.choices or ():
                found += _stamps(os.path.join(os.path.dirname(case.file), path))
        elif measure.fact.type == "table" and name in case.measurements:
            columns = [column for column, fact in measure.columns.items() if fact.type == "path"]
            rows = case.measurements[name]
            assert isinstance(rows, list)
            for row in rows:
                for column in columns:
                    if column in row:
                        found += _stamps(os.path.join(os.path.dirname(case.file), row[column]))
    return found


def _stamps(path: str) -> list[Any]:
    files = [path]
    if os.path.isdir(path):
        files = sorted(os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names)
    return [[file, os.stat(file).st_size, os.stat(file).st_mtime_ns] for file in files if os.path.exists(file)]
