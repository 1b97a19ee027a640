"""The plan in the patient's words as text: the same rows for every option, in an order that is not a ranking, in a language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from islet.knowledge.base import KnowledgeBase
from islet.plan.model import Plan
from islet.present.board import treatments
from islet.present.language import Language
from islet.present.marked import unmarked
from islet.present.patient import FOUND_BY, RESPONSES, Glossary, Line, PatientOption, known_facts, patient_groups, plain_names
from islet.present.screen import Screen
from islet.present.sources import References
from islet.present.text import FOOT

INDENT = 2


def patient_text(plan: Plan, base: KnowledgeBase, screen: Screen, language: Language | None = None) -> str:
    """Return the plan for the patient; while problems are open, only a notice that the record has to be checked."""
    language = language or Language()
    say = language.attribute
    title = say("Your treatment options: {case}", case=plan.case_id)
    lines = [screen.rule(f"{title} ({say('as of {day}', day=language.date(plan.as_of))})" if plan.as_of else title)]
    if plan.emergency:
        lines += [screen.colour("emergency", say("Not covered here: act now.")), *_translated(screen, language)]
    elif plan.problems:
        lines.append(screen.bold(say("Your record has to be checked first") + "."))
        lines.append(screen.wrap(say("Something in the record does not fit together or has to be looked at. Until your doctor has "
                                     "checked it, this page shows no options.")))
        lines += _translated(screen, language)
    else:
        lines += [*_translated(screen, language), *_page(plan, base, screen, language)]
    return "\n".join([*lines, "", *_foot(plan, screen, language), ""])


def _translated(screen: Screen, language: Language) -> list[str]:
    if language.code == "en":
        return []
    return ["", screen.wrap(language.attribute(
        "This page was translated by the makers of Islet. No clinician who speaks this language has checked the translation yet. "
        "If you doubt a sentence, ask your doctor.")), ""]


def _page(plan: Plan, base: KnowledgeBase, screen: Screen, language: Language) -> list[str]:
    glossary, references = Glossary(base.terms), References()
    say, part = language.attribute, language.bare
    groups = patient_groups(plan, base)
    lines = [screen.wrap(language.attribute("Released by a clinician: ____________________  Date: __________")),
             screen.wrap(say("Read this only after your doctor has checked it. Talk about it with your doctor before you decide.")), "",
             screen.wrap(say("The decision: which of these treatments, or watching, or none, is right for you now?"))]
    lines += _known(plan, base, glossary, screen, language)
    lines += ["", screen.rule(say("All options at a glance"))]
    lines += [screen.bold(say("The order is the same for everyone. It is not a ranking.")), ""]
    for group, options in groups:
        lines.append(screen.bold(part(group)))
        lines += [screen.wrap(f"{part(option.name)}: {part(option.words)}", 6, f"  {screen.mark(option.verdict)} ") for option in options]
    lines += ["", screen.wrap(" ".join((
        say("Numbers are people out of 100. Numbers from different studies cannot be compared with each other: the people in them differ."),
        say("The number in brackets leads to the source at the end."))))]
    for _, options in groups:
        for option in options:
            lines += _option(option, glossary, references, screen, language)
    lines += _questions(plan, base, glossary, screen, language)
    return lines + _sources(references, screen, language)


def _known(plan: Plan, base: KnowledgeBase, glossary: Glossary, screen: Screen, language: Language) -> list[str]:
    known = known_facts(plan, base)
    lanes = treatments(plan, plain_names(base), RESPONSES)
    say, part = language.attribute, language.bare
    lines = ["", screen.rule(say("What we know of you"))]
    if not known and not lanes:
        lines.append(screen.wrap(say("Nothing yet. This page shows every treatment there is, before anything is known of you.")))
    else:
        lines.append(screen.wrap(say("All answers here rest on these facts. If one of them is wrong, tell your doctor.")))
    for question, answer, on in known:
        dated = f" ({language.date(on)})" if on else ""
        lines.append(screen.wrap(f"{language.bare(question, False)} {part(answer)}{dated}", 4, f"  {screen.dot()} "))
    if lanes:
        lines.append(say("What you have had so far") + ":")
        lines += [screen.wrap(f"{part(lane.name)}: {part(lane.words)}", 4, f"  {screen.dot()} ") for lane in lanes]
    goal = base.space.dictionary.facts["preferences.goal"].values.get(str(plan.preferences.get("goal")))
    asked = say("What matters most to you: {goal}.", goal=part(goal)) if goal else say("What matters most to you: not asked yet.")
    lines.append(screen.wrap(asked))
    texts = [*(f"{question} {answer}" for question, answer, _ in known), *(lane.name for lane in lanes)]
    return lines + _words(glossary.first_used(texts), screen, language)


def _option(option: PatientOption, glossary: Glossary, references: References, screen: Screen, language: Language) -> list[str]:
    name = language.bare(option.name)
    lines = ["", screen.rule(name) if len(name) + 3 <= screen.width else screen.bold(screen.wrap(name))]
    for title, told in option.rows:
        lines.append(screen.bold(language.bare(title)))
        lines += [_line(line, references, screen, language) for line in told]
    texts = [option.name, *(line.text for _, told in option.rows for line in told)]
    return lines + _words(glossary.first_used(texts), screen, language)


def _line(line: Line, references: References, screen: Screen, language: Language) -> str:
    text, cited = language.bare(line.text, False), references.words(line.sources, language.bare)
    text = f"{text} {cited}" if cited else text
    return screen.wrap(text, INDENT + 2, " " * INDENT + screen.dot() + " ") if line.item else screen.wrap(text, INDENT)


def _questions(plan: Plan, base: KnowledgeBase, glossary: Glossary, screen: Screen, language: Language) -> list[str]:
    say, part = language.attribute, language.bare
    lines = ["", screen.rule(say("Open questions"))]
    if plan.ask:
        lines.append(screen.wrap(say("These answers would change or settle what stands here. The first ones settle most.")))
    else:
        lines.append(screen.wrap(say("Nothing is missing that would change an answer.")))
    for number, entry in enumerate(plan.ask, 1):
        lines.append(screen.wrap(f"{language.bare(entry['plain'], False)} ({part(FOUND_BY[entry['found_by']])})", 4, f"{number:2}. "))
    lines += _words(glossary.first_used(entry["plain"] for entry in plan.ask), screen, language)
    if plan.disagreements:
        names = plain_names(base)
        listed = ", ".join(part(names[item["option"]]) for item in plan.disagreements)
        lines.append(screen.wrap(f"{say('Guidelines do not agree about:')} {listed}."))
    return lines


def _sources(references: References, screen: Screen, language: Language) -> list[str]:
    say = language.attribute
    lines = ["", screen.rule(say("Where this comes from"))]
    if language.code != "en":
        lines.append(screen.wrap(say("The sources are named in English, as they were published.")))
    for source in references.listed():
        year = f" ({source['year']})" if source.get("year") else ""
        text = f"{source['title']}{year}. {source['link'] or say('No public address.')}"
        lines.append(screen.dim(screen.wrap(text, 6, f"[{source['number']}] ")))
    return lines


def _words(terms: Sequence[tuple[str, str]], screen: Screen, language: Language) -> list[str]:
    if not terms:
        return []
    told = [screen.wrap(f"{language.bare(word)}: {language.bare(f'{meaning}.', False)}", 6, "    ") for word, meaning in terms]
    return [screen.dim(line) for line in (f"  {language.attribute('Words:')}", *told)]


def _foot(plan: Plan, screen: Screen, language: Language) -> Iterable[str]:
    say = language.attribute
    yield screen.dim(screen.wrap(" ".join((
        say("Made from knowledge {version} ({sha}) of {day}.", version=plan.knowledge_version, sha=plan.knowledge_sha256[:12],
            day=language.date(plan.knowledge_date)),
        say("It is checked again by {due}; after that day ask for a newer page.", due=language.date(plan.review_due)),
        say("Who paid for this page: not stated yet."), say("Whether it helps people decide has not been tested.")))))
    yield screen.dim(screen.wrap(language.bare(FOOT, False)))
    if language.missing:
        yield screen.wrap(unmarked(language.many(
            "{count} sentence is not translated yet. It is shown in English.",
            "{count} sentences are not translated yet. They are shown in English.", len(language.missing))))
