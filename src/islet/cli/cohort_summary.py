"""`islet cohort summary OUT`: what a registry wants to read, as a page and as tables."""

from __future__ import annotations

import argparse
import os

from islet.cli.files import write_whole
from islet.errors import InputError

FORMATS = ("html", "csv", "parquet")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the words and options of the command."""
    parser.add_argument("table", metavar="OUT", help="the decided table: output of islet cohort or islet cohort impute")
    parser.add_argument("--input", metavar="IN", help="the table it was decided from (default: the one OUT names, where it is there)")
    parser.add_argument("-o", "--output", metavar="FOLDER|FILE.html", help="where to write (default: OUT.summary.html beside OUT)")
    parser.add_argument("--format", action="append", choices=FORMATS, help="what a folder gets; may be given again (default: all)")
    parser.add_argument("--with", dest="kept", action="append", default=[], metavar="FILE", help="show this output of compare or sweep too")
    parser.add_argument("--smallest", type=int, default=5, metavar="N", help="hide counts below this, and what would give them away (5)")
    parser.add_argument("--region", metavar="REGION", help="the region the table was decided for")


def run(arguments: argparse.Namespace, folder: str | None) -> int:
    """Write the page and the tables, say where, and return the exit code."""
    from islet.knowledge.store import load_knowledge
    from islet.present.registry_page import registry_page
    from islet.registry.inputs import InputTable, machine_of
    from islet.registry.kept_questions import read_kept
    from islet.registry.progress import Progress
    from islet.registry.summary.decided import open_table
    from islet.registry.summary.make import Input, Wanted, make_summary
    from islet.registry.summary.questions import with_questions
    from islet.registry.summary.tables import write_tables
    from islet.registry.threshold import read_variants

    if arguments.smallest < 1:
        raise InputError("found less than 1", "", 0, "--smallest", "expected a whole number from 1")
    base, table = load_knowledge(folder), open_table(arguments.table)
    kept = tuple(read_kept(name) for name in arguments.kept)
    region = arguments.region or table.metadata.get("islet.region") or None
    name = arguments.input or input_of(arguments.table, table.metadata)
    source, progress = None, Progress(None)
    if name is not None:
        opened = InputTable(name)
        progress = Progress(opened.total)
        source = Input(name, opened.batches, opened.aside(base), opened.synthetic)
    wanted = Wanted(table, base, region, arguments.smallest, kept)
    summary = make_summary(wanted, source, lambda: with_questions(read_variants(folder)), machine_of(region), progress.step)
    progress.finish()
    place = arguments.output or f"{os.path.splitext(arguments.table)[0]}.summary.html"
    written = []
    if place.lower().endswith((".html", ".htm")):
        if arguments.format not in (None, ["html"]):
            raise InputError(f'"{place}" is one page', "", 0, "--output", "expected a folder for tables")
        write_whole(place, registry_page(summary, base).encode())
        written.append(place)
    else:
        os.makedirs(place, exist_ok=True)
        for kind in dict.fromkeys(arguments.format or FORMATS):
            if kind == "html":
                page = os.path.join(place, "summary.html")
                write_whole(page, registry_page(summary, base).encode())
                written.append(page)
            else:
                written += write_tables(summary, place, kind)
    says = "synthetic patients" if summary.about.synthetic else "patients"
    print(f"{summary.about.patients:,} {says}, counts below {arguments.smallest} hidden; wrote {', '.join(written)}")
    if source is None:
        print("table one, disagreements, trials and conflicts need the table it was decided from: --input IN")
    return 0


def input_of(out: str, metadata: dict[str, str]) -> str | None:
    """Return the table that a decided table says it comes from, as written or beside it, where it is there and was decided to its end."""
    told = metadata.get("islet.input")
    if not told or (metadata.get("islet.complete") == "no" and "islet.imputed" not in metadata):
        return None
    beside = os.path.join(os.path.dirname(out), os.path.basename(told))
    return next((name for name in (told, beside) if os.path.isfile(name)), None)
