"""A version of the knowledge: a folder as it is, or a git revision written out."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from islet.errors import InputError


def open_revision(name: str, place: Path, command: str) -> Path:
    """Return a folder as it is, or the knowledge of a git revision written out to `place`; raise InputError naming the command."""
    if Path(name).is_dir():
        return Path(name)
    listed = _git("ls-tree", "-d", "-r", "--name-only", "--full-tree", f"{name}^{{commit}}")
    if listed is None:
        raise InputError(f'"{name}" is neither a folder nor a git revision', "", 0, command, "expected OLD NEW")
    folders = [line for line in listed.decode().splitlines() if line == "knowledge" or line.endswith("/knowledge")]
    roots = sorted((folder for folder in folders if f"{folder}/options" in listed.decode().splitlines()), key=len)
    if not roots:
        raise InputError(f'the revision "{name}" has no folder knowledge with options in it', "", 0, command)
    content = _git("archive", f"{name}:{roots[0]}")
    assert content is not None
    place.mkdir()
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(place, filter="data")
    return place


def _git(*words: str) -> bytes | None:
    try:
        ran = subprocess.run(["git", *words], capture_output=True, check=False)
    except OSError:
        return None
    return ran.stdout if ran.returncode == 0 else None
