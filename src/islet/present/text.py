"""The plan as text in a terminal: problems first, then options by verdict, then what to find out and who disagrees."""

from __future__ import annotations

from typing import Any

from islet.knowledge.base import KnowledgeBase
from islet.plan.model import Entry, OptionPlan, Plan
from islet.present.screen import Screen
from islet.present.words import VERDICT_WORDS, age_text, amount, fact_words, headline, mark_words

_MARK_ORDER = ("two_sources", "one_source", "secondary", "derived", "recall")
ORDER = ("recommended", "possible", "need_data", "not_indicated", "contraindicated")
FIGURES = 3  # estimates an option shows unless everything is asked for
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
            lines += _option(option, plan, base, screen, full)
    lines += _disagreements(plan, screen) + _ask(plan, screen)
    lines += ["", screen.dim(screen.wrap(FOOT)), screen.dim(screen.wrap(_version(plan, screen), 2)[2:]), ""]
    return "\n".join(lines)


def _version(plan: Plan, screen: Screen) -> str:
    parts = (f"knowledge {plan.knowledge_version} ({plan.knowledge_sha256[:12]})", plan.engine, f"case {plan.case_sha256[:12]}")
    return f" {screen.dot()} ".join(parts)


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
        return [screen.wrap("Nothing is known yet: this is the whole field. Each option says what it is, when it applies and what "
                            "decides it.")]
    lines = []
    dictionary = base.space.dictionary
    for section in ("cells", "extent", "health", "history"):
        given, derived = [], []
        for name, entry in plan.facts.items():
            if name.split(".", 1)[0] != section or name == "history" or entry.get("because") == ["history"]:
                continue
            if not entry["derived"]:
                given.append(fact_words(name, entry, dictionary) + age_text(entry))
            elif _worth_saying(entry["value"]) and dictionary.facts[name].derivation is not None and not dictionary.facts[name].inner:
                derived.append(fact_words(name, entry, dictionary))
        if section == "history" and plan.history:
            given = [_treatment(entry) for entry in plan.history]
        elif section == "history" and "history" in plan.facts:
            given = ["no treatment so far"]
        if given or derived:
            lines.append(screen.wrap("; ".join(given), 10, screen.bold(f"{section:10}")) if given else screen.bold(section))
        if derived:
            lines.append(screen.dim(screen.wrap("it follows: " + "; ".join(derived), 10)))
    refuses, goal = plan.preferences.get("refuses"), plan.preferences.get("goal")
    if refuses or goal:
        parts = ([f"declines {', '.join(refuses)}"] if refuses else []) + ([f"goal: {goal.replace('_', ' ')}"] if goal else [])
        lines.append(screen.wrap("; ".join(parts), 10, screen.bold(f"{'wishes':10}")))
    return lines


def _worth_saying(value: Any) -> bool:
    """Tell whether a derived value is definite: one number, one word, or a yes."""
    return value is True or (isinstance(value, (int, float, str)) and not isinstance(value, bool))


def _treatment(entry: dict[str, Any]) -> str:
    words = str(entry["option"])
    details = [amount(entry["cycles"], "cycles")] if entry.get("cycles") is not None else []
    details += [amount(entry["months"], "months")] if entry.get("months") is not None else []
    details += [entry["response"] if entry.get("response") != "unknown" else "response not known"] if entry.get("response") else []
    details += [f"{amount(entry['months_since'], 'months')} ago"] if entry.get("months_since") is not None else []
    return words + (f" ({', '.join(details)})" if details else "")


def _glance(groups: dict[str, list[OptionPlan]], screen: Screen) -> list[str]:
    lines = []
    for verdict in ORDER:
        if groups[verdict]:
            names = ", ".join(o.id + (" (if)" if o.conditional else "") for o in groups[verdict])
            label = f"{screen.mark(verdict)} {VERDICT_WORDS[verdict]:20}"
            if screen.width < 70:
                lines += [screen.colour(verdict, label.rstrip()), screen.wrap(names, 4)]
            else:
                lines.append(screen.colour(verdict, label) + screen.wrap(names, 22)[22:])
    return lines


def _option(option: OptionPlan, plan: Plan, base: KnowledgeBase, screen: Screen, full: bool) -> list[str]:
    lines = [screen.wrap(f"{option.name} ({option.id})", 2, f"{screen.mark(option.verdict)} ")]
    lines[0] = screen.colour(option.verdict, lines[0][:1]) + screen.bold(lines[0][1:])
    lines.append(screen.colour(option.verdict, screen.wrap(headline(option), 4)))
    out = option.verdict in ("not_indicated", "contraindicated")
    if not plan.facts:
        lines.append(screen.wrap(option.data["what_it_is"], 4))
        lines.append(screen.wrap(option.data["when_it_applies"], 4, "    applies: "))
        if option.decided_by:
            lines.append(screen.dim(screen.wrap(_names(option.decided_by, 8), 8, "    decided by: ")))
        return lines
    sure_for = [e for e in option.in_favour if e.holds == "yes"]
    sure_against = [e for e in option.against if e.holds == "yes"]
    if out and not full:
        stops = [e for e in sure_against if e.role in ("contraindication", "exclusion")]
        lines += _entries(stops, "because", screen, full)
        if not stops:
            lines.append(screen.dim(screen.wrap(option.data["when_it_applies"], 8, "    its situation is not this one: ")))
    else:
        lines += _entries(sure_for, "for", screen, full) + _entries(sure_against, "against", screen, full)
        if option.verdict == "need_data" and option.decided_by:
            lines.append(screen.wrap(_names(option.decided_by, 6), 8, "    decided by: "))
        if option.verdict == "need_data" or full:
            open_for = [e for e in option.in_favour if e.holds == "unknown" and (full or e.role == "indication")]
            lines += _entries(open_for, "would be for", screen, full)
        if full:
            lines += _entries([e for e in option.against if e.holds == "unknown"], "would be against", screen, full)
        for entry in option.cautions:
            if full:
                lines += _entries([entry], "caution" if entry.holds == "yes" else "caution if", screen, full)
            elif entry.holds == "yes" and option.offered:
                lines.append(screen.wrap(entry.text, 8, "    caution: "))
    if option.provided:
        lines += _provided(option.provided, screen)
    if option.offered:
        lines += _how_much(option, screen, full)
        lines += _extras(option, base.sources, screen)
    return lines


def _how_much(option: OptionPlan, screen: Screen, full: bool) -> list[str]:
    """Return what the option would do, as far as it is a number; the rest stands in `islet quantify`."""
    given = [e for e in option.estimates if e["status"] == "given" and (full or "rows" not in e)]
    shown = given if full else given[:FIGURES]
    lines = [screen.wrap(estimate["text"], 8, "    how much: ") for estimate in shown]
    rest = len([e for e in option.estimates if e["status"] in ("given", "available")]) - len(shown)
    if rest:
        lines.append(screen.dim(screen.wrap(f"{rest} more: islet quantify CASE {option.id}", 8, "    how much: ")))
    return lines


def _names(facts: tuple[str, ...], most: int) -> str:
    more = f" and {len(facts) - most} more" if len(facts) > most else ""
    return ", ".join(name.split(".", 1)[1].replace(".", ": ") for name in facts[:most]) + more


def _entries(entries: list[Entry], word: str, screen: Screen, full: bool) -> list[str]:
    together: dict[str, list[Entry]] = {}
    for entry in entries:
        together.setdefault(entry.text, []).append(entry)
    lines = []
    for text, same in together.items():
        names = [n for n in dict.fromkeys(entry.guideline_name for entry in same) if n and n.split(" (")[0].lower() not in text.lower()]
        lead = f"{', '.join(names)}: " if names else ""
        lines.append(screen.wrap(lead + text, 8, f"    {word}: "))
        if full:
            lines += [screen.dim(screen.wrap(_strength(entry) + _cite(source), 10)) for entry in same for source in entry.sources]
        else:
            best = min((source for entry in same for source in entry.sources), key=lambda s: _MARK_ORDER.index(s["verification"]))
            strength = next((_strength(entry) for entry in same if _strength(entry)), "")
            count = sum(len(entry.sources) for entry in same) - 1
            more = f" (+{count})" if count else ""
            lines.append(screen.dim(_short(strength + _cite(best), screen.width - 10 - len(more), 10) + more))
    return lines


def _strength(entry: Entry) -> str:
    known = entry.strength and not entry.strength.lower().startswith(("not read", "n.s.", "not stated", "not seen"))
    return f"strength {entry.strength}; " if known else ""


def _cite(source: dict[str, Any]) -> str:
    year = f" {source['year']}" if source["year"] and str(source["year"]) not in str(source["title"]) else ""
    return f"[{mark_words(source['verification'])}] {source['title']}{year}: {source['locator']}"


def _short(text: str, room: int, indent: int) -> str:
    return " " * indent + (text if len(text) <= room else text[: room - 3] + "...")


def _provided(entries: tuple[Entry, ...], screen: Screen) -> list[str]:
    lines = [screen.wrap("if none of these holds, which is not known yet:", 4)]
    for entry in entries:
        open_facts = ", ".join(name for name, value in entry.facts.items() if value is None) or ", ".join(entry.facts)
        lines.append(screen.wrap(f"{entry.text} ({open_facts})", 8, f"      {screen.dot()} "))
    return lines


def _extras(option: OptionPlan, plan_sources: dict[str, dict[str, Any]], screen: Screen) -> list[str]:
    lines = []
    axes = option.data.get("evidence_axes")
    if axes:
        applies = {"direct": "direct", "indirect": "indirect", "mixed": "in part direct"}[axes["applicability"]]
        words = f"certainty {axes['certainty']}; benefit: {axes['size_of_benefit']}; applicability {applies}"
        lines.append(screen.dim(screen.wrap(words, 8, "    evidence: ")))
        for source in option.data["evidence_axes"]["sources"][:2]:
            lines.append(screen.dim(_short(_cite({**plan_sources[source["source"]], **source}), screen.width - 10, 10)))
    labels = ", ".join(f"{label['region']} {label['status'].replace('_', ' ')}" for label in option.labels)
    if labels:
        lines.append(screen.dim(screen.wrap(labels, 8, "    label: ")))
    together: dict[str, list[str]] = {}
    for other in option.compatible_with:
        word = "goes with" if other["holds"] == "yes" else "may go with"
        names = together.setdefault(f"{word}|{other['text']}", [])
        names += [name for name in other["with"] if name not in names]
    for key, names in together.items():
        word, text = key.split("|", 1)
        shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        lines.append(screen.dim(screen.wrap(f"{shown}: {text}", 8, f"    {word} ")))
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
        lines.append(screen.wrap(f"{entry['question']} [{', '.join(entry['facts'])}; {entry['found_by']}]", 4, f"{number:2}. "))
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


__all__ = ["ask_effect", "plan_text"]
