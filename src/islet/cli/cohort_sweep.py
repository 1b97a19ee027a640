"""`islet cohort sweep CRITERION FROM..TO IN -o OUT`: how many patients change verdict as a threshold moves."""

from __future__ import annotations

import argparse

from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the words and options of the command."""
    parser.add_argument("criterion", metavar="CRITERION", help="the id of a criterion, as islet knowledge show prints it")
    parser.add_argument("range", nargs="?", metavar="FROM..TO", help="the values between which its number moves")
    parser.add_argument("table", metavar="IN", help="the patients")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="write the curve to this Parquet file, the edge beside it")
    parser.add_argument("--steps", type=int, default=21, metavar="N", help="so many values from one end to the other (default: 21)")
    parser.add_argument("--at", metavar="V1,V2,…", help="these values instead of steps")
    parser.add_argument("--fact", metavar="FACT[=NUMBER]", help="which number, where the criterion has several")
    parser.add_argument("--region", metavar="REGION", help="decide for one region")
    parser.add_argument("--smallest", type=int, default=5, metavar="N", help="hide counts below this in what is printed (default: 5)")


def run(arguments: argparse.Namespace, folder: str | None) -> int:
    """Decide the table at every value, write the curve and the patients at the edge, print the curve and return the exit code."""
    from islet.present.registry_text import sweep_text
    from islet.registry.inputs import InputTable, machine_of
    from islet.registry.kept_questions import EDGE, POINTS, curve_rows, curve_told, edge_name, rows_file
    from islet.registry.progress import Progress
    from islet.registry.sweep import Decide, Sweep
    from islet.registry.threshold import compile_variants, find_threshold, read_variants

    read = read_variants(folder)
    threshold = find_threshold(read, arguments.criterion, arguments.fact)
    variants = compile_variants(read, threshold, wanted_values(arguments.range, arguments.at, arguments.steps, threshold.fact.whole))
    machine, table = machine_of(arguments.region), InputTable(arguments.table)
    progress = Progress(table.total)

    def decide(base: KnowledgeBase) -> Decide:
        own = machine(base)
        return lambda coded: own(coded, False)

    sweep = Sweep(variants, decide)
    with rows_file(arguments.output, POINTS) as points, rows_file(edge_name(arguments.output), EDGE) as edge:
        for ids, coded in table.batches(variants.base):
            edge.write(list(sweep.add(ids, coded)))
            progress.step(coded.rows)
        curve = sweep.curve()
        points.write(curve_rows(curve))
        told = curve_told(curve, table.synthetic)
        edge.finish(told)
        points.finish(told)
    progress.finish()
    print(sweep_text(curve, arguments.smallest, table.synthetic), end="")
    return 1 if table.rejected else 0


def wanted_values(between: str | None, at: str | None, steps: int, whole: bool) -> list[float]:
    """Return the values asked for; raise InputError when they cannot be read.

    >>> wanted_values("10..30", None, 3, True), wanted_values(None, "2,5.5", 21, False)
    ([10.0, 20.0, 30.0], [2.0, 5.5])
    """
    from islet.registry.threshold import steps_between

    if at is not None:
        return [_number(word, "--at") for word in at.split(",")]
    if between is None:
        raise InputError("found no values", "", 0, "cohort sweep", "expected FROM..TO or --at V1,V2,…")
    low, dots, high = between.partition("..")
    if not dots:
        raise InputError(f'found "{between}"', "", 0, "cohort sweep", "expected FROM..TO, as in 10..30")
    ends = _number(low, "FROM"), _number(high, "TO")
    if ends[0] > ends[1] or not 2 <= steps <= 1000:
        raise InputError(f'found "{between}" in {steps} steps', "", 0, "cohort sweep", "expected the lower end first and 2 to 1000 steps")
    return steps_between(*ends, steps, whole)


def _number(word: str, field: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = float("nan")
    if not abs(value) < float("inf"):
        raise InputError(f'found "{word}"', "", 0, field, "expected a number")
    return value
