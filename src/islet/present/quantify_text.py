"""The estimates of a case as text: for each option what it would do, how sure that is, and what is missing to say it."""

from __future__ import annotations

from typing import Any

from islet.plan.model import OptionPlan, Plan
from islet.present.screen import Screen
from islet.present.words import headline, mark_words

RESEARCH = "for research only: not cleared as a medical device, not for decisions about a patient"
FOOT = (
    "Estimates inform a board; they are no promise for one patient. Numbers of different trials or models are not compared with each other."
)


def quantify_text(plan: Plan, found: dict[str, list[dict[str, Any]]], screen: Screen, full: bool = False) -> str:
    """Return the estimates for clinicians; `full` shows assumptions and sources of every one."""
    lines = [screen.rule(f"How much: {plan.case_id}")]
    lines += [screen.colour("warning", screen.wrap(problem["text"], 2, "! ")) for problem in plan.problems]
    if not any(found.values()):
        lines.append("Nothing can be put in numbers for this.")
    for name, estimates in found.items():
        option = plan.option(name)
        lines += ["", screen.bold(screen.wrap(f"{option.name} ({option.id})", 2, f"{screen.mark(option.verdict)} "))]
        lines.append(screen.colour(option.verdict, screen.wrap(headline(option), 4)))
        lines += _option(option, estimates, screen, full)
    return "\n".join([*lines, "", screen.dim(screen.wrap(FOOT)), ""])


def _option(option: OptionPlan, estimates: list[dict[str, Any]], screen: Screen, full: bool) -> list[str]:
    lines = []
    for estimate in estimates:
        if estimate["status"] == "given":
            lines += _given(estimate, screen, full)
    for estimate in estimates:
        if estimate["status"] in ("outside", "failed"):
            lines.append(screen.wrap(f"{estimate['name']}: no number: {_sentence(estimate['because'])}", 6, f"  {screen.dot()} "))
            if estimate["validity"]:
                lines.append(screen.dim(screen.wrap(f"meant for {estimate['validity']}", 6)))
    waiting = [estimate for estimate in estimates if estimate["status"] == "needs"]
    if waiting:
        lines.append(screen.dim("    can be said once more is known:"))
    for estimate in waiting:
        needs = ", ".join(name.split(".", 1)[1].replace(".", ": ") for name in estimate["needs"])
        lines.append(screen.dim(screen.wrap(f"{estimate['name']}: {needs}", 8, f"    {screen.dot()} ")))
    return lines


def _given(estimate: dict[str, Any], screen: Screen, full: bool) -> list[str]:
    head = estimate["text"] or estimate["name"]
    lines = [screen.wrap(head, 4, f"  {screen.dot()} ")]
    if estimate["interval"] is not None and estimate["value"] is not None:
        low, high = estimate["interval"]
        words = f"{low:g} to {high:g} {estimate['unit']}".strip()
        lines.append(screen.wrap(f"{words}: {estimate['interval_is']}" if estimate["interval_is"] else words, 6))
    elif estimate["interval_is"]:
        lines.append(screen.dim(screen.wrap(estimate["interval_is"], 6)))
    lines += [screen.wrap(_held(estimate, limit), 6) for limit in estimate.get("limits", ())]
    lines += [line for row in estimate.get("rows", ()) for line in _row(row, screen, full)]
    if estimate["research"]:
        lines.append(screen.colour("warning", screen.wrap(RESEARCH, 6)))
    if estimate["cannot_say"]:
        lines.append(screen.dim(screen.wrap(f"cannot say: {_sentence(estimate['cannot_say'])}", 6)))
    if full:
        lines += _rests_on(estimate, screen)
    elif estimate["sources"]:
        lines.append(screen.dim(_cite(estimate["sources"], screen)))
    return lines


def _held(estimate: dict[str, Any], limit: dict[str, Any]) -> str:
    """Return how a number stands to a limit; one that is known in part may stand on both sides of it."""
    ends = estimate["interval"] if estimate["value"] is None else (estimate["value"], estimate["value"])
    where = "above" if ends[0] > limit["value"] else "below" if ends[1] < limit["value"] else "at, or partly above,"
    where = "exactly" if ends[0] == ends[1] == limit["value"] else where
    return f"{where} {limit['value']:g} {estimate['unit']}: {limit['says']}"


def row_words(row: dict[str, Any]) -> str:
    """Return one row of a table or checklist in words."""
    if "holds" in row:
        return f"{row['holds']}: {row['item']}" + (f" ({row['text']})" if row.get("text") else "")
    if "what" not in row:
        return "; ".join(f"{name.replace('_', ' ')} {_cell(value)}" for name, value in row.items() if name not in ("sources", "inputs"))
    amount = ""
    if row.get("value") is not None:
        unit = row.get("unit") if isinstance(row["value"], (int, float)) else ""
        amount = f": {_cell(row['value'])} {unit or ''}".rstrip()
    elif row.get("interval"):
        amount = f": {row['interval'][0]:g} to {row['interval'][1]:g} {row.get('unit') or ''}".rstrip()
    if row.get("needs"):
        names = ", ".join(name.split(".", 1)[1].replace(".", ": ") for name in row["needs"])
        amount += f" (open: {names})" if amount else f": once known: {names}"
    if row.get("outside"):
        amount += f": no number, {row['outside']}"
    return f"{row['what']}{amount}" + (f" ({row['text']})" if row.get("text") else "")


def _row(row: dict[str, Any], screen: Screen, full: bool) -> list[str]:
    lines = [screen.wrap(row_words(row), 10, f"      {screen.dot()} ")]
    if full:
        lines += [screen.dim(screen.wrap(_source(source), 12)) for source in row.get("sources", ())]
    return lines


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _rests_on(estimate: dict[str, Any], screen: Screen) -> list[str]:
    inputs = "; ".join(f"{name} {_cell(value)}" for name, value in estimate["inputs"].items())
    lines = [screen.wrap(f"inputs: {inputs}", 6)] if inputs else []
    for word, text in (("method", estimate["method"]), ("meant for", estimate["validity"])):
        if text:
            lines.append(screen.wrap(f"{word}: {text}", 6))
    lines += [screen.wrap(f"assumes: {text}", 6) for text in estimate["assumptions"]]
    return lines + [screen.dim(screen.wrap(_source(source), 8)) for source in estimate["sources"]]


def _cite(sources: list[dict[str, Any]], screen: Screen) -> str:
    more = f" (+{len(sources) - 1})" if len(sources) > 1 else ""
    text, room = _source(sources[0]), screen.width - 6 - len(more)
    return "      " + (text if len(text) <= room else text[: room - 3] + "...") + more


def _source(source: dict[str, Any]) -> str:
    year = f" {source['year']}" if source["year"] and str(source["year"]) not in str(source["title"]) else ""
    return f"[{mark_words(source['verification'])}] {source['title']}{year}: {source['locator']}"


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else text + "."
