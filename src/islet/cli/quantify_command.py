"""`islet quantify`: the estimates of one option, or of all, with what they rest on; pictures on request."""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import Any

from islet.case.model import Case
from islet.cli.files import read_case_file, refuse_same_file, write_whole
from islet.errors import InputError, nearest
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge
from islet.plan.make import make_plan
from islet.plan.model import Plan
from islet.present.screen import Screen


def quantify_case(arguments: argparse.Namespace, folder: str | None) -> int:
    """Print the estimates of a case, with interval, method, inputs, validity range and source."""
    from islet.quantify.run import quantified

    base = load_knowledge(folder)
    if arguments.option is not None and arguments.option not in base.options:
        raise InputError(f'unknown option "{arguments.option}"', "", 0, "quantify", nearest(arguments.option, base.options))
    refuse_same_file(arguments.case, arguments.output)
    case = read_case_file(arguments.case, base)
    plan = make_plan(case, base, arguments.region)
    screen = Screen.choose(arguments.plain, arguments.width, bool(arguments.output))
    if plan.emergency:
        _act_now(plan, base, screen, arguments.format)
        return 0
    if arguments.versus is not None:
        return _side_by_side(arguments, case, base, screen)
    found = quantified(plan, case, base, arguments.option, Ticker())
    if arguments.pictures:
        _draw(found, arguments.pictures)
    if arguments.format == "json":
        from islet.present.quantify_json import quantify_json
        from islet.present.question_json import pretty

        content = pretty(quantify_json(plan, found))
    elif arguments.format == "html":
        from islet.present.quantify_page import quantify_page

        content = quantify_page(plan, found).encode()
    else:
        from islet.present.quantify_text import quantify_text

        content = quantify_text(plan, found, screen, arguments.full).encode()
    if arguments.output:
        write_whole(arguments.output, content)
    else:
        sys.stdout.buffer.write(content)
    return 0


def _act_now(plan: Plan, base: KnowledgeBase, screen: Screen, form: str) -> None:
    """Print the plan of an emergency, which gives no numbers."""
    if form == "json":
        from islet.plan.model import plan_json
        from islet.present.question_json import pretty

        sys.stdout.buffer.write(pretty(plan_json(plan)))
        return
    from islet.present.text import plan_text

    sys.stdout.write(plan_text(plan, base, screen))


def _side_by_side(arguments: argparse.Namespace, case: Case, base: KnowledgeBase, screen: Screen) -> int:
    """Print two options beside each other; draw their curves on one clock."""
    from islet.present.quantify_pictures import picture
    from islet.quantify.compare import compare

    if arguments.option is None:
        raise InputError("one option is named", "", 0, "quantify --versus", "expected islet quantify CASE OPTION --versus OPTION")
    if arguments.format == "html":
        raise InputError('found "html"', "", 0, "quantify --versus --format", "expected text or json; --pictures draws the curves")
    comparison = compare(case, arguments.option, arguments.versus, base)
    for endpoint, curves in comparison.curves.items() if arguments.pictures else ():
        _make_folder(arguments.pictures)
        name = f"{arguments.option}-versus-{arguments.versus}-{endpoint}"
        drawn = picture({"id": name, "curves": curves})
        assert drawn is not None
        write_whole(os.path.join(arguments.pictures, f"{name}.svg"), drawn.encode())
    if arguments.format == "json":
        from islet.present.question_json import pretty

        content = pretty(comparison.as_json())
    else:
        from islet.present.compare_text import compare_text

        content = compare_text(comparison, screen).encode()
    if arguments.output:
        write_whole(arguments.output, content)
    else:
        sys.stdout.buffer.write(content)
    return 0


def _make_folder(folder: str) -> None:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise InputError(f"the folder cannot be made: {error.strerror}", folder, 0, "--pictures", "expected a folder") from None


def _draw(found: dict[str, list[dict[str, Any]]], folder: str) -> None:
    from islet.present.quantify_pictures import picture

    _make_folder(folder)
    for option, estimates in found.items():
        for estimate in estimates:
            drawn = picture(estimate)
            if drawn is not None:
                write_whole(os.path.join(folder, f"{option}-{estimate['id']}.svg"), drawn.encode())


class Ticker:
    """Show how far a long computation is on a terminal, at most five times a second."""

    def __init__(self) -> None:
        self.last = 0.0
        self.shows = sys.stderr.isatty()

    def __call__(self, what: str, share: float) -> None:
        """Show one step; `share` runs from 0 to 1 and clears the line at 1."""
        now = time.monotonic()
        if not self.shows or (now - self.last < 0.2 and share < 1):
            return
        self.last = now
        line = "" if share >= 1 else f"{what}: {share:.0%} (stop with Ctrl-C)"
        print(f"\r{line:70}", end="\r" if share >= 1 else "", file=sys.stderr, flush=True)
