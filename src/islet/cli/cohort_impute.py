"""`islet cohort impute IN -m 1000 -o OUT`: in which share of the completions each verdict of each patient holds."""

from __future__ import annotations

import argparse
import os
import sys

from islet.cli.main import REGIONS
from islet.errors import InputError
from islet.registry.find_records import MORPHOLOGY, TOPOGRAPHY
from islet.registry.impute.cohort import LEAST
from islet.registry.impute.diagnostics import WARNING
from islet.registry.impute.run import Settings
from islet.registry.impute.table import ImputedTable, impute_table
from islet.registry.impute.write import names_of
from islet.registry.progress import Progress
from islet.registry.question import Question

CHAINS = 10
MOST_COMPLETIONS = 100_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `islet cohort impute` takes."""
    parser.add_argument("table", metavar="IN", help="Parquet, CSV or NDJSON, one row a patient; or coded columns")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="the table to write; counts and diagnostics go beside it")
    parser.add_argument("-m", "--completions", type=int, default=1000, metavar="M", help="ways of filling in (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed draws the same (default: 1)")
    parser.add_argument("--chains", type=int, default=CHAINS, metavar="N", help=f"chains fitted to resampled cohorts (default: {CHAINS})")
    parser.add_argument("--sweeps", type=int, default=1, metavar="N", help="sweeps of a completion after its first pass (default: 1)")
    parser.add_argument("--least", type=int, default=LEAST, metavar="N", help=f"patients known of a fact that is drawn (default: {LEAST})")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, metavar="N", help="processes (the result is the same)")
    parser.add_argument("--where", metavar="SQL", help="only the rows in which this condition over the columns holds")
    parser.add_argument("--region", choices=REGIONS, help="pick the label status of one region")
    parser.add_argument("--no-numba", action="store_true", help="decide with NumPy alone")


def run(arguments: argparse.Namespace, folder: str | None) -> int:
    """Impute the table; return 1 when rows were set aside, 130 when it was stopped."""
    _check(arguments)
    settings = Settings(
        arguments.completions, arguments.seed, min(arguments.chains, arguments.completions), arguments.sweeps, arguments.processes
    )
    engine = "numpy" if arguments.no_numba else "numba"
    question = Question(region=arguments.region, where=arguments.where, engine=engine, topography=TOPOGRAPHY, morphology=MORPHOLOGY)
    progress = Progress(settings.completions, "completions")
    found = impute_table(arguments.table, arguments.output, folder, question, settings, arguments.least, progress)
    progress.finish()
    print("\n".join(lines(found, arguments.output)))
    done = found.imputed.completions
    if done < settings.completions:
        print(f"islet: stopped after {done} of {settings.completions} completions: they are the output", file=sys.stderr)
        return 130
    return 1 if found.rejected else 0


def lines(found: ImputedTable, out: str) -> list[str]:
    """Return what the command says at its end."""
    imputed = found.imputed
    table, counts, told = names_of(out)
    facts, rows = len(imputed.cohort.names), imputed.cohort.coded.rows
    said = [
        f"{rows:,} patients, {imputed.completions:,} completions of the {len(imputed.rows):,} with something open, "
        f"seed {imputed.settings.seed}: {table}, {counts}, {told}",
        f"{facts} facts drawn from the cohort; {len(imputed.cohort.left_open)} left unknown (named in {os.path.basename(told)})",
        WARNING,
    ]
    if found.rejected:
        said.append(f"{found.rejected:,} row{'s' if found.rejected > 1 else ''} set aside: {found.rejected_name}")
    if found.synthetic:
        said.append("synthetic: no epidemiological finding")
    return said


def _check(arguments: argparse.Namespace) -> None:
    for name, least, most in (
        ("completions", 1, MOST_COMPLETIONS), ("chains", 1, 1000), ("sweeps", 0, 100), ("least", 1, 10**9), ("processes", 1, 1024),
        ("seed", 0, 2**62),
    ):
        value = getattr(arguments, name)
        if not least <= value <= most:
            raise InputError(f'found "{value}"', "", 0, f"--{name}", f"expected a whole number from {least} to {most:,}")
