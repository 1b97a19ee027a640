"""`islet knowledge diff OLD NEW`: which patients are treated otherwise; exit 1 when something could not be settled."""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from islet.errors import InputError


def diff_command(arguments: argparse.Namespace) -> int:
    """Compare two knowledge folders or git revisions and print for each option which patients change."""
    if len(arguments.names) != 2:
        raise InputError(f"found {len(arguments.names)} names", "", 0, "knowledge diff", "expected two folders or git revisions: OLD NEW")
    try:
        from islet.proof.difference import Difference, Versions, compare_versions
    except ModuleNotFoundError as missing:
        expected = "expected z3-solver, cvc5 and mpmath (pip install 'islet[proof]')"
        raise InputError(f'the package "{missing.name}" is not installed', "", 0, "knowledge diff", expected) from None
    from islet.proof.difference_text import difference_json, difference_page, difference_text

    with tempfile.TemporaryDirectory() as place:
        old, new = (_folder(name, Path(place) / part) for name, part in zip(arguments.names, ("old", "new"), strict=True))
        versions = Versions(old, new)
        found = Difference()
        for number, grown in enumerate(compare_versions(versions), 1):
            found = grown
            if sys.stderr.isatty():
                print(f"\r{number} of {len(versions.new.options)} options", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r" + " " * 30 + "\r", end="", file=sys.stderr)
    show = {"json": difference_json, "markdown": difference_page, "text": difference_text}[arguments.format]
    sys.stdout.write(show(found, versions.old_base, versions.new_base))
    return 1 if found.open or found.alarms else 0


def _folder(name: str, place: Path) -> Path:
    """Return a folder as it is, or the knowledge of a git revision written out."""
    if Path(name).is_dir():
        return Path(name)
    listed = _git("ls-tree", "-d", "-r", "--name-only", "--full-tree", f"{name}^{{commit}}")
    if listed is None:
        raise InputError(f'"{name}" is neither a folder nor a git revision', "", 0, "knowledge diff", "expected OLD NEW")
    folders = [line for line in listed.decode().splitlines() if line == "knowledge" or line.endswith("/knowledge")]
    roots = sorted((folder for folder in folders if f"{folder}/options" in listed.decode().splitlines()), key=len)
    if not roots:
        raise InputError(f'the revision "{name}" has no folder knowledge with options in it', "", 0, "knowledge diff")
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
