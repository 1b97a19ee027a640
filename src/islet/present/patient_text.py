"""The plan in the patient's words as text: the same rows for every option, in an order that is not a ranking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from islet.knowledge.base import KnowledgeBase
from islet.plan.model import Plan
from islet.present.board import treatments
from islet.present.patient import FOUND_BY, RESPONSES, Glossary, Line, PatientOption, known_facts, patient_groups, plain_names
from islet.present.screen import Screen
from islet.present.sources import References
from islet.present.text import FOOT

INDENT = 2


def patient_text(plan: Plan, base: KnowledgeBase, screen: Screen) -> str:
    """Return the plan for the patient; while problems are open, only a notice that the record has to be checked."""
    date = f" (as of {plan.as_of})" if plan.as_of else ""
    lines = [screen.rule(f"Your treatment options: {plan.case_id}{date}")]
    if plan.emergency:
        lines.append(screen.colour("emergency", "Not covered here: act now."))
    elif plan.problems:
        lines.append(screen.bold("Your record has to be checked first."))
        lines.append(screen.wrap("Something in the record does not fit together or has to be looked at. Until your doctor has "
                                 "checked it, this page shows no options."))
    else:
        lines += _page(plan, base, screen)
    return "\n".join([*lines, "", *_foot(plan, screen), ""])


def _page(plan: Plan, base: KnowledgeBase, screen: Screen) -> list[str]:
    glossary, references = Glossary(base.terms), References()
    groups = patient_groups(plan, base)
    lines = [screen.wrap("Released by a clinician: ____________________  Date: __________"),
             screen.wrap("Read this only after your doctor has checked it. Talk about it with your doctor before you decide."), "",
             screen.wrap("The decision: which of these treatments, or watching, or none, is right for you now?")]
    lines += _known(plan, base, glossary, screen)
    lines += ["", screen.rule("All options at a glance"), screen.bold("The order is the same for everyone. It is not a ranking."), ""]
    for group, options in groups:
        lines.append(screen.bold(group))
        lines += [screen.wrap(f"{option.name}: {option.words}", 6, f"  {screen.mark(option.verdict)} ") for option in options]
    lines += ["", screen.wrap("Numbers are people out of 100. Numbers from different studies cannot be compared with each other: the "
                              "people in them differ. The number in brackets leads to the source at the end.")]
    for _, options in groups:
        for option in options:
            lines += _option(option, glossary, references, screen)
    lines += _questions(plan, base, glossary, screen)
    lines += ["", screen.rule("Where this comes from")]
    for source in references.listed():
        year = f" ({source['year']})" if source.get("year") else ""
        text = f"{source['title']}{year}. {source['link'] or 'No public address.'}"
        lines.append(screen.dim(screen.wrap(text, 6, f"[{source['number']}] ")))
    return lines


def _known(plan: Plan, base: KnowledgeBase, glossary: Glossary, screen: Screen) -> list[str]:
    known = [(question, answer + (f" ({on})" if on else "")) for question, answer, on in known_facts(plan, base)]
    lanes = treatments(plan, plain_names(base), RESPONSES)
    lines = ["", screen.rule("What we know of you")]
    if not known and not lanes:
        lines.append(screen.wrap("Nothing yet. This page shows every treatment there is, before anything is known of you."))
    else:
        lines.append(screen.wrap("All answers here rest on these facts. If one of them is wrong, tell your doctor."))
    lines += [screen.wrap(f"{question} {answer}", 4, f"  {screen.dot()} ") for question, answer in known]
    if lanes:
        lines.append("What you have had so far:")
        lines += [screen.wrap(f"{lane.name}: {lane.words}", 4, f"  {screen.dot()} ") for lane in lanes]
    goal = base.space.dictionary.facts["preferences.goal"].values.get(str(plan.preferences.get("goal")))
    lines.append(screen.wrap(f"What matters most to you: {goal or 'not asked yet'}."))
    return lines + _words(glossary.first_used([*(f"{q} {a}" for q, a in known), *(lane.name for lane in lanes)]), screen)


def _option(option: PatientOption, glossary: Glossary, references: References, screen: Screen) -> list[str]:
    fits = len(option.name) + 3 <= screen.width
    lines = ["", screen.rule(option.name) if fits else screen.bold(screen.wrap(option.name))]
    for title, told in option.rows:
        lines.append(screen.bold(title))
        lines += [_line(line, references, screen) for line in told]
    return lines + _words(glossary.first_used([option.name, *(line.text for _, told in option.rows for line in told)]), screen)


def _line(line: Line, references: References, screen: Screen) -> str:
    cited = references.words(line.sources)
    text = f"{line.text} {cited}" if cited else line.text
    return screen.wrap(text, INDENT + 2, " " * INDENT + screen.dot() + " ") if line.item else screen.wrap(text, INDENT)


def _questions(plan: Plan, base: KnowledgeBase, glossary: Glossary, screen: Screen) -> list[str]:
    lines = ["", screen.rule("Open questions")]
    if plan.ask:
        lines.append(screen.wrap("These answers would change or settle what stands here. The first ones settle most."))
    else:
        lines.append(screen.wrap("Nothing is missing that would change an answer."))
    for number, entry in enumerate(plan.ask, 1):
        lines.append(screen.wrap(f"{entry['plain']} ({FOUND_BY[entry['found_by']]})", 4, f"{number:2}. "))
    lines += _words(glossary.first_used(entry["plain"] for entry in plan.ask), screen)
    if plan.disagreements:
        names = plain_names(base)
        lines.append(screen.wrap("Guidelines do not agree about: " + ", ".join(names[item["option"]] for item in plan.disagreements) + "."))
    return lines


def _words(terms: Sequence[tuple[str, str]], screen: Screen) -> list[str]:
    if not terms:
        return []
    return [screen.dim("  Words:"), *(screen.dim(screen.wrap(f"{word}: {meaning}.", 6, "    ")) for word, meaning in terms)]


def _foot(plan: Plan, screen: Screen) -> Iterable[str]:
    made = (f"Made from knowledge {plan.knowledge_version} ({plan.knowledge_sha256[:12]}) of {plan.knowledge_date}. It is checked again by "
            f"{plan.review_due}; after that day ask for a newer page. Who paid for this page: not stated yet. Whether it helps people "
            "decide has not been tested.")
    yield screen.dim(screen.wrap(made))
    yield screen.dim(screen.wrap(FOOT))
