"""`islet cohort compare OLD NEW IN`: two versions of the knowledge on one table, who moves where."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from islet.cli.revision import open_revision
from islet.knowledge.base import KnowledgeBase


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the words and options of the command."""
    parser.add_argument("old", metavar="OLD", help="a knowledge folder or a git revision")
    parser.add_argument("new", metavar="NEW", help="the other one")
    parser.add_argument("table", metavar="IN", help="the patients")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the patients who move to this Parquet file, with all counts")
    parser.add_argument("--region", metavar="REGION", help="decide for one region")
    parser.add_argument("--smallest", type=int, default=5, metavar="N", help="hide counts below this in what is printed (default: 5)")


def run(arguments: argparse.Namespace, folder: str | None) -> int:
    """Decide the table with both versions, write who moves, print the counts and return the exit code."""
    from islet.knowledge.compile import compile_folder
    from islet.knowledge.opening import open_base
    from islet.present.registry_text import compare_text
    from islet.registry.compare import Compare
    from islet.registry.inputs import InputTable, machine_of
    from islet.registry.kept_questions import MOVERS, comparison_told, rows_file, version_of
    from islet.registry.progress import Progress

    def opened(name: str, place: Path) -> KnowledgeBase:
        data, _ = compile_folder(open_revision(name, place, "cohort compare"))
        return open_base(data)

    with tempfile.TemporaryDirectory() as place:
        old, new = opened(arguments.old, Path(place) / "old"), opened(arguments.new, Path(place) / "new")
    table, again = InputTable(arguments.table), InputTable(arguments.table)
    machine, progress = machine_of(arguments.region), Progress(table.total)
    by_old, by_new = machine(old), machine(new)
    compare, done = Compare(list(old.options), list(new.options)), 0
    batches = compare.run(table.batches(old), again.batches(new), lambda coded: by_old(coded, False), lambda coded: by_new(coded, False))
    if arguments.output:
        with rows_file(arguments.output, MOVERS) as file:
            for movers in batches:
                file.write(movers)
                progress.step(compare.patients - done)
                done = compare.patients
            synthetic = table.synthetic or again.synthetic
            file.finish(comparison_told(compare.found(), version_of(old), version_of(new), synthetic))
    else:
        for _ in batches:
            progress.step(compare.patients - done)
            done = compare.patients
    progress.finish()
    print(compare_text(compare.found(), old, new, arguments.smallest, table.synthetic), end="")
    return 1 if table.rejected or again.rejected else 0
