"""Which files of a knowledge folder shape a plan, and how to notice that one of them changed without reading it."""

from __future__ import annotations

import os
from typing import Any

PARTS = ("facts", "options", "trials", "sources", "guidelines", "measurements", "constants", "estimates")
TESTING = ("reviewed.yaml", "survivors.yaml")


def rule_files(folder: str) -> list[str]:
    """Return the files that shape a plan, relative to the folder and in order: all YAML that is not there to test it."""
    found = [name for name in _names(folder) if name.endswith(".yaml") and name not in TESTING]
    waiting = list(PARTS)
    while waiting:
        part = waiting.pop()
        for name in _names(os.path.join(folder, part)):
            if name.endswith(".yaml"):
                found.append(f"{part}/{name}")
            elif os.path.isdir(os.path.join(folder, part, name)):
                waiting.append(f"{part}/{name}")
    return sorted(found)


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def stamp(folder: str) -> list[list[Any]]:
    """Return name, size and time of change of every file that shapes a plan."""
    found = []
    for name in rule_files(folder):
        status = os.stat(os.path.join(folder, name))
        found.append([name, status.st_size, status.st_mtime_ns])
    return found
