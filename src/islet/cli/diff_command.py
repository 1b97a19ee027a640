"""`islet knowledge diff OLD NEW`: which patients are treated otherwise; exit 1 when something could not be settled."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from islet.cli.revision import open_revision
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
        named = zip(arguments.names, ("old", "new"), strict=True)
        old, new = (open_revision(name, Path(place) / part, "knowledge diff") for name, part in named)
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

