"""`islet cohort synth`: a synthetic registry to work on."""

from __future__ import annotations

import argparse
import sys
import time

from islet.errors import InputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the words and options of the command."""
    parser.add_argument("rows", type=int, metavar="N", help="how many patients")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed makes the same patients (default: 1)")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="the table: .parquet, .csv or .ndjson")
    profiles = "whose published figures: enets (default), seer, japan, surgical, surgical-poland, stress"
    parser.add_argument("--profile", default="enets", metavar="NAME", help=profiles)
    parser.add_argument("--missing-ki67", type=float, metavar="SHARE", help="share without a Ki-67 (default: that of the profile)")
    parser.add_argument("--contradictory", type=float, default=0.02, metavar="SHARE", help="records that contradict themselves (0.02)")
    parser.add_argument("--boundaries", action="store_true", help="put a fifth of the patients on a limit that rules read")
    parser.add_argument("--all-cancers", action="store_true", help="a table of all cancers with ICD-O codes, these tumours among them")
    parser.add_argument("--truth", action="store_true", help="keep some values drawn, before any went missing, in columns of their own")


def run(arguments: argparse.Namespace, folder: str | None) -> int:
    """Write the table, say from which sources, and return the exit code; `folder` is not read: no rule shapes a patient."""
    from islet.registry.synth.data import load_profile
    from islet.registry.synth.make import Recipe
    from islet.registry.synth.write import write_registry

    for name in ("missing_ki67", "contradictory"):
        share = getattr(arguments, name)
        if share is not None and not 0 <= share <= 1:
            raise InputError(f"{share:g}", "", 0, f"--{name.replace('_', '-')}", "expected a share from 0 to 1")
    if not 0 <= arguments.seed < 2**63:
        raise InputError(f"{arguments.seed}", "", 0, "--seed", "expected a whole number from 0 to 2^63 - 1")
    profile = load_profile(arguments.profile)
    recipe = Recipe(
        arguments.profile, arguments.seed, arguments.missing_ki67, arguments.contradictory, arguments.boundaries, arguments.all_cancers,
        arguments.truth,
    )
    write_registry(arguments.rows, recipe, arguments.output, _Told())
    print(f"Profile {profile.name}: {profile.says}")
    for line in profile.sources:
        print(f"  {line}")
    if arguments.boundaries or arguments.all_cancers:
        print("  with --boundaries or --all-cancers the margins above hold no longer for the whole table")
    print(f"{arguments.rows:,} rows, seed {arguments.seed}, profile {profile.name}; synthetic: no epidemiological finding")
    return 0


class _Told:
    """Say on standard error how far the work is, once a second and at most when it takes longer than that."""

    def __init__(self) -> None:
        self._start = self._last = time.monotonic()

    def __call__(self, done: int, rows: int) -> None:
        now = time.monotonic()
        if (now - self._last < 1 and done < rows) or now - self._start < 1:
            return
        self._last = now
        rate = done / (now - self._start)
        print(f"{done:,} of {rows:,} patients, {rate:,.0f} a second, {(rows - done) / rate:,.0f} s left", file=sys.stderr)
