"""The plan as text in a terminal: problems first, then options by verdict, then what to find out and who disagrees."""

from __future__ import annotations

from typing import Any

from islet.knowledge.base import KnowledgeBase
from islet.plan.model import Entry, OptionPlan, Plan
from islet.present.screen import Screen
from islet.present.words import VERDICT_WORDS, age_text, fact_words, headline, mark_words, value_words

ORDER = ("recommended", "possible", "need_data", "not_indicated", "contraindicated")
FOOT = "Decision support for clinicians; not a medical device, not for emergencies, adults with a pancreatic neuroendocrine tumour only."


def plan_text(plan: Plan, base: KnowledgeBase, screen: Screen, full: bool = False) -> str:
    """Return the plan for clinicians; `full` shows every reason of every option."""
    lines = [*_head(plan, screen), *_problems(plan, screen)]
    if plan.emergency:
        return "\n".join([*lines, "", screen.dim(screen.wrap(FOOT)), ""])
    lines += _case(plan, base, screen)
    groups = {verdict: [o for o in plan.options if o.verdict == verdict] for verdict in ORDER}
    lines += ["", screen.rule("Options at a glance"), *_glance(groups, screen)]
    for verdict in ORDER:
        options = groups[verdict]
        if not options:
            continue
        lines += ["", screen.rule(f"{VERDICT_WORDS[verdict]} ({len(options)})")]
        for option in options:
            lines += _option(option, plan, screen, full)
    lines += _disagreements(plan, screen) + _ask(plan, screen)
    lines += ["", screen.dim(screen.wrap(FOOT)), screen.dim(_version(plan)), ""]
    return "\n".join(lines)


def _version(plan: Plan) -> str:
    return f"knowledge {plan.knowledge_version} ({plan.knowledge_sha256[:12]}) · {plan.engine} · case {plan.case_sha256[:12]}"


def _head(plan: Plan, screen: Screen) -> list[str]:
    about = [f"as of {plan.as_of}"] if plan.as_of else []
    about += [f"region {plan.region}"] if plan.region else []
    title = f"Plan for {plan.case_id}" + (f" ({', '.join(about)})" if about else "")
    return [screen.rule(title)]


def _problems(plan: Plan, screen: Screen) -> list[str]:
    lines = []
    for problem in plan.problems:
        kind = "emergency" if problem["kind"] == "emergency" else "warning"
        lines.append(screen.colour(kind, screen.wrap(problem["text"], 2, "! ")))
    return lines


def _case(plan: Plan, base: KnowledgeBase, screen: Screen) -> list[str]:
    if not plan.facts:
        return [screen.wrap("Nothing is known yet: this is the whole field. Each option says what it is, when it applies and what decides it.")]
    lines = []
    dictionary = base.space.dictionary
    for section in ("cells", "extent", "health", "history"):
        given, derived = [], []
        for name, entry in plan.facts.items():
            if name.split(".", 1)[0] != section or name == "history" or entry.get("because") == ["history"]:
                continue
            words = fact_words(name, entry, dictionary) + age_text(entry)
            (derived if entry["derived"] else given).append(words)
        if section == "history" and plan.history:
            given = [_treatment(entry) for entry in plan.history]
        if given or derived:
            lines.append(screen.wrap("; ".join(given), 10, screen.bold(f"{section:10}")) if given else screen.bold(section))
        if derived:
            lines.append(screen.dim(screen.wrap("it follows: " + "; ".join(derived), 10)))
    refuses, goal = plan.preferences.get("refuses"), plan.preferences.get("goal")
    if refuses or goal:
        parts = ([f"declines {', '.join(refuses)}"] if refuses else []) + ([f"goal: {goal.replace('_', ' ')}"] if goal else [])
        lines.append(screen.wrap("; ".join(parts), 10, screen.bold(f"{'wishes':10}")))
    return lines


def _treatment(entry: dict[str, Any]) -> str:
    words = str(entry["option"])
    details = [f"{entry['cycles']:g} cycles"] if entry.get("cycles") is not None else []
    details += [f"{entry['months']:g} months"] if entry.get("months") is not None else []
    details += [entry["response"] if entry.get("response") != "unknown" else "response not known"] if entry.get("response") else []
    details += [f"{entry['months_since']:g} months ago"] if entry.get("months_since") is not None else []
    return words + (f" ({', '.join(details)})" if details else "")


def _glance(groups: dict[str, list[OptionPlan]], screen: Screen) -> list[str]:
    lines = []
    for verdict in ORDER:
        if groups[verdict]:
            names = ", ".join(o.id + (" (if)" if o.conditional else "") for o in groups[verdict])
            label = f"{screen.mark(verdict)} {VERDICT_WORDS[verdict]:20}"
            lines.append(screen.colour(verdict, label) + screen.wrap(names, 22)[22:])
    return lines


def _option(option: OptionPlan, plan: Plan, screen: Screen, full: bool) -> list[str]:
    lines = [f"{screen.colour(option.verdict, screen.mark(option.verdict))} {screen.bold(option.name)} {screen.dim(option.id)}"]
    lines.append(screen.colour(option.verdict, screen.wrap(headline(option), 4)))
    out = option.verdict in ("not_indicated", "contraindicated")
    if not plan.facts:
        lines.append(screen.wrap(option.data["what_it_is"], 4))
        lines.append(screen.wrap(option.data["when_it_applies"], 4, "    applies: "))
        deciding = [entry["facts"][0] for entry in plan.ask if option.id in (*entry["decides"], *entry["settles"], *entry["narrows"])]
        if deciding:
            lines.append(screen.dim(screen.wrap(", ".join(deciding[:8]), 4, "    decided by: ")))
        return lines
    sure_for = [e for e in option.in_favour if e.holds == "yes"]
    open_for = [e for e in option.in_favour if e.holds == "unknown"]
    sure_against = [e for e in option.against if e.holds == "yes"]
    open_against = [e for e in option.against if e.holds == "unknown"]
    if out and not full:
        shown = [e for e in sure_against if e.role in ("contraindication", "exclusion")]
        lines += _entries(shown or [e for e in sure_against], "against", screen)
        if not shown and option.verdict == "not_indicated":
            lines.append(screen.dim(screen.wrap("its indication does not hold: " + option.data["when_it_applies"], 4)))
    else:
        lines += _entries(sure_for, "for", screen) + _entries(sure_against, "against", screen)
        if option.verdict == "need_data" or full:
            lines += _entries(open_for, "would be for", screen) + _entries(open_against, "would be against", screen)
        lines += _entries([e for e in option.cautions if e.holds == "yes" or full], "caution", screen)
    if option.provided:
        lines += _provided(option.provided, screen)
    if option.offered:
        lines += _extras(option, screen)
    return lines


def _entries(entries: list[Entry], word: str, screen: Screen) -> list[str]:
    lines = []
    for entry in entries:
        guideline = f"{entry.strength}; " if entry.strength and entry.strength not in ("not read", "n.s.") else ""
        cite = "; ".join(f"{s['title']}, {s['locator']} [{mark_words(s['verification'])}]" for s in entry.sources[:2])
        more = f" (+{len(entry.sources) - 2} more)" if len(entry.sources) > 2 else ""
        lines.append(screen.wrap(entry.text, 8, f"    {word}: "))
        lines.append(screen.dim(screen.wrap(guideline + cite + more, 10)))
    return lines


def _provided(entries: tuple[Entry, ...], screen: Screen) -> list[str]:
    lines = [screen.wrap("only if none of these holds (not known yet):", 4)]
    for entry in entries:
        open_facts = ", ".join(name for name, value in entry.facts.items() if value is None) or ", ".join(entry.facts)
        lines.append(screen.wrap(f"{entry.text} ({open_facts})", 8, f"      {screen.dot()} "))
    return lines


def _extras(option: OptionPlan, screen: Screen) -> list[str]:
    lines = []
    for label in option.labels:
        lines.append(screen.dim(screen.wrap(f"label {label['region']}: {label['status'].replace('_', ' ')} ({label['text']})", 8, "    ")))
    axes = option.data.get("evidence_axes")
    if axes:
        words = f"certainty {axes['certainty']}; benefit: {axes['size_of_benefit']}; applies {axes['applicability']}ly"
        lines.append(screen.dim(screen.wrap(words.replace("mixedly", "in part"), 8, "    evidence: ")))
    seen = []
    for other in option.compatible_with:
        if other["id"] not in seen:
            seen.append(other["id"])
            lines.append(screen.wrap(f"with {', '.join(other['with'])}: {other['text']}", 8, f"    {'goes' if other['holds'] == 'yes' else 'may go'} "))
    return lines


def _disagreements(plan: Plan, screen: Screen) -> list[str]:
    if not plan.disagreements:
        return []
    lines = ["", screen.rule("Where guidelines disagree")]
    return lines + [screen.wrap(item["text"], 2, f"{screen.dot()} ") for item in plan.disagreements]


def _ask(plan: Plan, screen: Screen, limit: int = 8) -> list[str]:
    if not plan.ask:
        return []
    lines = ["", screen.rule("What to find out next")]
    for number, entry in enumerate(plan.ask[:limit], 1):
        lines.append(screen.wrap(f"{entry['question']} [{entry['facts'][0]}; {entry['found_by']}]", 4, f"{number:2}. "))
        lines.append(screen.dim(screen.wrap(ask_effect(entry), 6)))
    if len(plan.ask) > limit:
        lines.append(screen.dim(f"    and {len(plan.ask) - limit} more: islet ask"))
    return lines


def ask_effect(entry: dict[str, Any]) -> str:
    """Say what the answer to one question decides."""
    parts = []
    if entry["settles"]:
        parts.append("settles " + ", ".join(entry["settles"]))
    rest = [name for name in entry["decides"] if name not in entry["settles"]]
    if rest:
        parts.append("may settle " + ", ".join(rest))
    if entry["narrows"]:
        parts.append("bears on " + ", ".join(entry["narrows"]))
    return "; ".join(parts)


__all__ = ["ask_effect", "plan_text", "value_words"]
