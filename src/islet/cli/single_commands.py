"""`islet why`, `ask` and `whatif`: one case, one question."""

from __future__ import annotations

import argparse
import sys

from islet.cli.files import read_case_file
from islet.knowledge.store import load_knowledge
from islet.plan.model import Plan
from islet.plan.questions import ask_next, ask_whatif, ask_why, known_option
from islet.present.screen import Screen


def why_case(arguments: argparse.Namespace, folder: str | None) -> int:
    """Print the whole trace behind one verdict and the smallest changes that would flip it."""
    base = load_knowledge(folder)
    known_option(arguments.option, base, "why")
    why = ask_why(read_case_file(arguments.case, base), arguments.option, base, arguments.region)
    if arguments.format == "json":
        from islet.present.question_json import pretty, why_json

        sys.stdout.buffer.write(pretty(why_json(why)))
        return 0
    screen = Screen.choose(arguments.plain, arguments.width, False)
    if isinstance(why, Plan):
        from islet.present.text import plan_text

        sys.stdout.write(plan_text(why, base, screen))
        return 0
    from islet.present.why_text import why_text

    sys.stdout.write(why_text(why.plan, why.option, why.traces, why.flips, why.reasons, base, screen))
    return 0


def ask_case(arguments: argparse.Namespace, folder: str | None) -> int:
    """Print what to find out next, which verdicts each answer decides, and the smallest sets of facts that settle each verdict."""
    base = load_knowledge(folder)
    ask = ask_next(read_case_file(arguments.case, base), base, arguments.region)
    if arguments.format == "json":
        from islet.present.question_json import ask_json, pretty

        sys.stdout.buffer.write(pretty(ask_json(ask)))
        return 0
    from islet.present.why_text import ask_text

    sys.stdout.write(ask_text(ask.plan, ask.settling, base, Screen.choose(arguments.plain, arguments.width, False)))
    return 0


def whatif_case(arguments: argparse.Namespace, folder: str | None) -> int:
    """Print the plan before and after a change of facts: what changed and why."""
    base = load_knowledge(folder)
    found = ask_whatif(read_case_file(arguments.case, base), arguments.changes, base, arguments.region)
    if arguments.format == "json":
        from islet.present.question_json import pretty, whatif_json

        sys.stdout.buffer.write(pretty(whatif_json(found)))
        return 0
    from islet.present.why_text import whatif_text

    screen = Screen.choose(arguments.plain, arguments.width, False)
    sys.stdout.write(whatif_text(found.told, found.before, found.after, found.changes, base, screen))
    return 0
