"""`islet knowledge`: check the rules and every shipped vignette, show one option as a page, count what vignettes reach."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from islet.errors import InputError, KnowledgeErrors, nearest
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge, own_knowledge


def knowledge_command(arguments: argparse.Namespace, folder: str | None) -> int:
    """Run one command about the knowledge; return 1 when a check or a proof fails."""
    from islet.cli.main import FORMATS

    if arguments.format not in FORMATS[arguments.what]:
        expected = "expected " + " or ".join(FORMATS[arguments.what])
        raise InputError(f'found "{arguments.format}"', "", 0, f"knowledge {arguments.what} --format", expected)
    if arguments.what == "check":
        return _check(folder or own_knowledge())
    if arguments.what == "prove":
        from islet.cli.prove_command import prove_command

        return prove_command(arguments, folder)
    if arguments.what == "mutate":
        from islet.cli.mutate_command import mutate_command

        return mutate_command(arguments, folder)
    if arguments.what == "diff":
        from islet.cli.diff_command import diff_command

        return diff_command(arguments)
    base = load_knowledge(folder)
    if arguments.what == "coverage":
        return _coverage(base, Path(folder or own_knowledge()), arguments.format)
    if arguments.what == "facts":
        from islet.present.reference import facts_page

        sys.stdout.write(facts_page(base))
        return 0
    if arguments.what == "schema":
        import json

        from islet.present.reference import case_schema

        print(json.dumps(case_schema(base.space.dictionary), indent=1, ensure_ascii=False))
        return 0
    if arguments.what == "calculators":
        return _calculators(base, Path(folder or own_knowledge()), arguments.output)
    if not arguments.names:
        raise InputError("no option is named", "", 0, "knowledge show", "expected one of " + ", ".join(base.options))
    name = arguments.names[0]
    if name not in base.options:
        raise InputError(f'unknown option "{name}"', "", 0, "knowledge show", nearest(name, base.options))
    from islet.present.knowledge_page import option_page
    from islet.present.screen import Screen

    sys.stdout.write(option_page(base, name, Screen.choose(arguments.plain, arguments.width, False)))
    return 0


def _calculators(base: KnowledgeBase, folder: Path, output: str | None) -> int:
    from islet.cli.files import write_whole
    from islet.present.calculator_page import calculator_pages

    if output is None:
        raise InputError("no folder is named", "", 0, "knowledge calculators -o", "expected the folder for the pages")
    target = Path(output)
    target.mkdir(parents=True, exist_ok=True)
    pages = calculator_pages(folder, base)
    for name, page in pages.items():
        write_whole(str(target / name), page.encode())
    print(f"{len(pages)} pages written to {output}")
    return 0


def _coverage(base: KnowledgeBase, folder: Path, form: str) -> int:
    from islet.knowledge.compile import read_rules
    from islet.plan.coverage import coverage, coverage_json, coverage_text, unreached

    found = coverage(base, read_rules(folder).options, folder)
    if form == "json":
        import json

        print(json.dumps(coverage_json(found), indent=1))
    else:
        print(coverage_text(found))
    return 1 if unreached(found) else 0


def _check(folder: str) -> int:
    from islet.knowledge.compile import compile_folder
    from islet.knowledge.opening import open_base
    from islet.plan.vignettes import run_vignettes

    try:
        data, options = compile_folder(Path(folder))
    except KnowledgeErrors as errors:
        for error in errors.errors:
            print(error, file=sys.stderr)
        print(f"{len(errors.errors)} faults", file=sys.stderr)
        return 1
    base = open_base(data)
    report = run_vignettes(base, options, Path(folder))
    for failure in report.failures:
        print(failure, file=sys.stderr)
    print(report.summary())
    return 1 if report.failures else 0
