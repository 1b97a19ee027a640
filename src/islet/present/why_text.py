"""Why, ask and what if as text in a terminal."""

from __future__ import annotations

from typing import Any

from islet.knowledge.base import KnowledgeBase
from islet.plan.model import OptionPlan, Plan
from islet.plan.reasons import Reasons
from islet.plan.whatif import Change
from islet.plan.why import Flip, Trace
from islet.present.screen import Screen
from islet.present.text import ask_effect
from islet.present.words import VERDICT_WORDS, headline, mark_words, value_words

_ROLE_WORDS = {
    "contraindication": "Contraindications (absolute)", "exclusion": "Exclusions", "indication": "Indication",
    "position": "Positions of guidelines", "caution": "Cautions (change no verdict)",
}
SETS_SHOWN = 8
_SIGN = {"yes": "yes", "no": "no ", "unknown": "?  "}


def why_text(
    plan: Plan, option: OptionPlan, traces: list[Trace], flips: list[Flip], reasons: Reasons | None, base: KnowledgeBase, screen: Screen
) -> str:
    """Return the trace of one verdict."""
    lines = [screen.rule(f"Why {option.name}"), screen.colour(option.verdict, screen.wrap(headline(option)))]
    if len(option.could_be) > 1 and option.verdict != "need_data":
        lines.append(screen.wrap(f"Over everything not known it could be {' or '.join(VERDICT_WORDS[word] for word in option.could_be)}."))
    if not option.exact:
        reason = "facts clash" if any(problem["kind"] == "conflict" for problem in plan.problems) else "a formula has an open input"
        lines.append(screen.wrap(f"This is not exact ({reason}): one of these verdicts may be impossible."))
    lines += [screen.colour("warning", screen.wrap(problem["text"], 2, "! ")) for problem in plan.problems]
    role = ""
    for trace in traces:
        criterion = trace.criterion
        if criterion.role != role:
            role = criterion.role
            lines += ["", screen.rule(_ROLE_WORDS[role])]
        about = f" [{criterion.guideline}, {criterion.direction}, strength {criterion.strength}]" if criterion.guideline else ""
        lines.append(screen.wrap(f"{criterion.text}{about}", 5, f"{_SIGN[trace.holds]}  "))
        lines.append(screen.dim(screen.wrap(f"{criterion.id}: {criterion.when}", 7)))
        lines += [screen.dim(" " * 7 + line) for line in _tree(trace.proof)]
        for source in trace.sources:
            cite = f"{source['title']}, {source['locator']} [{mark_words(source['verification'])}]"
            lines.append(screen.dim(screen.wrap(cite, 9, "       > " if screen.plain else "       ↳ ")))
    if reasons is not None:
        facts = ", ".join(f"{name} = {value_words(value)}" for name, value in reasons.facts.items()) or "no fact at all"
        lines += ["", screen.rule("The fewest facts that keep it out, whatever else is true"), screen.wrap(facts, 4, f"{screen.dot()} ")]
        criteria = [criterion for criterion in map(base.criterion, reasons.criteria) if criterion is not None]
        lines += [screen.dim(screen.wrap(f"{c.id} ({c.role}): {c.text}", 8, "    ")) for c in criteria]
    lines += ["", screen.rule("The smallest changes that would flip it")]
    if not flips:
        lines.append("No change was found that gives another verdict.")
    for flip in flips:
        changes = " and ".join(f"{name} = {value}" for name, value in flip.changes)
        lines.append(screen.wrap(f"{changes}: {VERDICT_WORDS[flip.verdict]}", 4, f"{screen.dot()} "))
    return "\n".join([*lines, ""])


def _tree(proof: dict[str, Any], depth: int = 0) -> list[str]:
    pad = "  " * depth
    if "parts" not in proof:
        because = f", from {', '.join(proof['because'])}" if proof["because"] else ""
        return [f"{pad}{_SIGN[proof['holds']].strip()}: {proof['says']} ({proof['fact']} is {value_words(proof['value'])}{because})"]
    lines = [f"{pad}{_SIGN[proof['holds']].strip()}: {proof['says']}"]
    for part in proof["parts"]:
        lines += _tree(part, depth + 1)
    return lines


def ask_text(plan: Plan, settling: list[dict[str, Any]], base: KnowledgeBase, screen: Screen) -> str:
    """Return what to find out next, and what settles each verdict whatever the answers are."""
    lines = [screen.rule(f"What to find out next for {plan.case_id}")]
    lines += [screen.colour("warning", screen.wrap(problem["text"], 2, "! ")) for problem in plan.problems]
    if not plan.ask and not plan.emergency:
        lines.append("Nothing: no open fact can change a verdict.")
    for number, entry in enumerate(plan.ask, 1):
        lines.append(screen.wrap(f"{entry['question']} [{', '.join(entry['facts'])}; found by {entry['found_by']}]", 4, f"{number:2}. "))
        lines.append(screen.dim(screen.wrap(ask_effect(entry), 6)))
    if settling:
        lines += ["", screen.rule("What settles a verdict, whatever the answers")]
    for number, entry in enumerate(settling[:SETS_SHOWN], 1):
        names = ", ".join(base.options[name].name for name in entry["settles"])
        facts = f"{', '.join(entry['facts'])} (hardest to find out: {entry['found_by']})"
        lines.append(screen.wrap(facts, 4, f"{number:2}. "))
        lines.append(screen.dim(screen.wrap(f"settles {names}", 6)))
    if len(settling) > SETS_SHOWN:
        lines.append(screen.dim(f"    {len(settling) - SETS_SHOWN} larger sets: --format json"))
    told = {name for entry in settling for name in entry["settles"]}
    left = [option.name for option in plan.options if option.offered_still and option.id not in told]
    if left:
        lines += ["", screen.wrap(f"Too much is open to name a set for: {', '.join(left)}.")]
    return "\n".join([*lines, ""])


def whatif_text(words: list[str], before: Plan, after: Plan, changes: list[Change], base: KnowledgeBase, screen: Screen) -> str:
    """Return the plan before and after."""
    lines = [screen.rule("What if " + ", ".join(words))]
    for problem in after.problems:
        if problem not in before.problems or problem["kind"] == "emergency":
            lines.append(screen.colour("warning", screen.wrap(problem["text"], 2, "! ")))
    if before.emergency and not after.emergency:
        lines.append("Without the emergency there is a plan: islet plan shows it.")
    elif not changes and not after.emergency:
        lines.append("No verdict changes.")
    for change in changes:
        one, other = change.before, change.after
        if one.verdict != other.verdict:
            arrow = "->" if screen.plain else "→"
            verdicts = f"{VERDICT_WORDS[one.verdict]} {arrow} {VERDICT_WORDS[other.verdict]}"
            lines.append(screen.colour(other.verdict, screen.wrap(f"{one.name} ({one.id}): {verdicts}", 4)[4:]))
        else:
            lines.append(screen.dim(screen.wrap(f"{one.name}: {headline(other)} (before: {headline(one)})", 4)[4:]))
        for word, names in (("now holds", change.gained), ("no longer holds", change.lost)):
            criteria = [criterion for criterion in map(base.criterion, names) if criterion is not None and criterion.role != "caution"]
            for text in dict.fromkeys(criterion.text for criterion in criteria):
                lines.append(screen.wrap(text, 8, f"    {word}: "))
    same = len(before.options) - len(changes)
    if changes:
        lines.append(screen.dim(f"{same} other options stay as they were."))
    return "\n".join([*lines, ""])
