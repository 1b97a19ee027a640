"""`islet why`, `ask` and `whatif`: one case, one question."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from islet.cli.files import read_case_file
from islet.errors import InputError, nearest
from islet.knowledge.store import load_knowledge
from islet.plan.make import make_plan
from islet.present.screen import Screen


def _print_json(content: Any) -> None:
    import orjson

    sys.stdout.buffer.write(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def why_case(arguments: argparse.Namespace, folder: str | None) -> int:
    """Print the whole trace behind one verdict and the smallest changes that would flip it."""
    from islet.patient.state import build_patient
    from islet.plan.reasons import smallest_reasons
    from islet.plan.why import smallest_flips, trace_option

    base = load_knowledge(folder)
    if arguments.option not in base.options:
        raise InputError(f'unknown option "{arguments.option}"', "", 0, "why", nearest(arguments.option, base.options))
    case = read_case_file(arguments.case, base)
    plan = make_plan(case, base, arguments.region)
    if plan.emergency:
        from islet.present.text import plan_text

        sys.stdout.write(plan_text(plan, base, Screen.choose(arguments.plain, arguments.width, False)))
        return 0
    traces = trace_option(case, arguments.option, base)
    flips = smallest_flips(case, arguments.option, base, arguments.region)
    option = plan.option(arguments.option)
    reasons = None
    if option.certainly_not_offered:
        reasons = smallest_reasons(build_patient(case, base.space), arguments.option, base, arguments.region)
    if arguments.format == "json":
        _print_json({
            "case": plan.case_id, "option": option.id, "verdict": option.verdict, "certain": option.certain,
            "could_be": list(option.could_be), "problems": list(plan.problems),
            "trace": [{"criterion": t.criterion.id, "role": t.criterion.role, "holds": t.holds, "text": t.criterion.text,
                       "rule": t.criterion.when, "proof": t.proof, "sources": t.sources, "guideline": t.criterion.guideline or None,
                       "direction": t.criterion.direction or None, "strength": t.criterion.strength or None} for t in traces],
            "keeps_out": {"facts": reasons.facts, "criteria": list(reasons.criteria)} if reasons else None,
            "flips": [{"changes": dict(f.changes), "verdict": f.verdict} for f in flips],
        })
        return 0
    from islet.present.why_text import why_text

    sys.stdout.write(why_text(plan, option, traces, flips, reasons, base, Screen.choose(arguments.plain, arguments.width, False)))
    return 0


def ask_case(arguments: argparse.Namespace, folder: str | None) -> int:
    """Print what to find out next, which verdicts each answer decides, and the smallest sets of facts that settle each verdict."""
    from islet.plan.settling import settle_plan

    base = load_knowledge(folder)
    case = read_case_file(arguments.case, base)
    plan = make_plan(case, base, arguments.region)
    settling = settle_plan(plan, case, base)
    if arguments.format == "json":
        _print_json({"case": plan.case_id, "problems": list(plan.problems), "ask": list(plan.ask), "settling": settling})
        return 0
    from islet.present.why_text import ask_text

    sys.stdout.write(ask_text(plan, settling, base, Screen.choose(arguments.plain, arguments.width, False)))
    return 0


def whatif_case(arguments: argparse.Namespace, folder: str | None) -> int:
    """Print the plan before and after a change of facts: what changed and why."""
    from islet.plan.model import plan_json
    from islet.plan.whatif import change_case, changes_json, compare_plans

    base = load_knowledge(folder)
    case = read_case_file(arguments.case, base)
    changed = change_case(case, arguments.changes, base.space.dictionary)
    before, after = make_plan(case, base, arguments.region), make_plan(changed, base, arguments.region)
    changes = compare_plans(before, after) if not (before.emergency or after.emergency) else []
    if arguments.format == "json":
        told = {"changes": arguments.changes, "changed": changes_json(changes)}
        _print_json({**told, "before": plan_json(before), "after": plan_json(after)})
        return 0
    from islet.present.why_text import whatif_text

    sys.stdout.write(whatif_text(arguments.changes, before, after, changes, base, Screen.choose(arguments.plain, arguments.width, False)))
    return 0
