"""One option of the knowledge as a page that a clinician can read through and sign."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from islet.knowledge.base import Criterion, KnowledgeBase, Option
from islet.knowledge.citing import sources_json
from islet.present.board import result_words
from islet.present.screen import Screen
from islet.present.sources import References

_ROLES = (
    ("indication", "Indications: the broadest situation in which a guideline, a label or a trial offers it"),
    ("exclusion", "Exclusions: relative or label limits; one that is yes makes it not indicated"),
    ("contraindication", "Contraindications: absolute"),
    ("caution", "Cautions: to be weighed; they change no verdict"),
)
_DIRECTIONS = ("recommends", "allows", "against")


def option_page(base: KnowledgeBase, option_id: str, screen: Screen) -> str:
    """Return everything the knowledge says of one option: rules, positions, trials, sources, what rests on recall, sign-off."""
    option, references = base.options[option_id], References()
    data = option.data
    lines = [screen.rule(f"{option.name} ({option.id})"), _wrapped("in plain words", data["plain_name"], screen),
             _wrapped("group", str(base.groups[option.group]["name"]), screen), _wrapped("what it is", data["what_it_is"], screen),
             _wrapped("when it applies", data["when_it_applies"], screen)]
    own = [base.criteria[index] for index in option.criteria]
    for role, heading in _ROLES:
        lines += _criteria(heading, [c for c in own if c.role == role], base, references, screen)
    lines += _positions([c for c in own if c.role == "position"], base, references, screen)
    lines += _labels(option, base, references, screen)
    for key in ("regimen", "monitoring", "benefits", "harms"):
        lines += _told(key.capitalize(), data.get(key) or (), base, references, screen)
    lines += _wordings(data, screen)
    lines += _trials(data.get("trials") or (), base, references, screen)
    lines += ["", screen.rule("Sources"), screen.dim(screen.wrap(
        "Marks: two sources, one source, secondary source, derived, from memory (not checked). Locators stand beside each statement."))]
    for source in references.listed():
        year = f" ({source['year']})" if source.get("year") else ""
        where = f"{source['link'] or 'no public address'} [{source['id']}]"
        lines.append(screen.wrap(f"{source['title']}{year}. {where}", 6, f"[{source['number']}] "))
    lines += _recall(own, base, screen) + _signature(base, screen)
    return "\n".join([*lines, ""])


def _wrapped(label: str, text: str, screen: Screen) -> str:
    return screen.wrap(f"{label}: {text}", 4, "  ")


def _item(text: str, cited: str, screen: Screen, indent: int = 4) -> list[str]:
    lines = [screen.wrap(text, indent, " " * (indent - 2) + screen.dot() + " ")]
    return [*lines, screen.dim(screen.wrap(cited, indent))] if cited else lines


def _criteria(heading: str, criteria: list[Criterion], base: KnowledgeBase, references: References, screen: Screen) -> list[str]:
    lines = ["", screen.rule(f"{heading} ({len(criteria)})")]
    for criterion in criteria:
        lines += _criterion(criterion, base, references, screen)
    return lines if criteria else [*lines, "  none"]


def _criterion(criterion: Criterion, base: KnowledgeBase, references: References, screen: Screen) -> list[str]:
    region = f" (only in {', '.join(criterion.region)})" if criterion.region else ""
    mark = " [from memory, not checked]" if criterion.recall_only else ""
    return [
        screen.bold(f"  {criterion.id}") + region + mark, screen.wrap(criterion.text, 4),
        screen.wrap(criterion.when, 10, "    when: "), screen.wrap(criterion.plain, 11, "    plain: "),
        screen.dim(screen.wrap(references.words(sources_json(criterion.sources, base)), 4)),
        screen.dim(f"    {criterion.file}:{criterion.line}"),
    ]


def _positions(criteria: list[Criterion], base: KnowledgeBase, references: References, screen: Screen) -> list[str]:
    lines = ["", screen.rule(f"Positions of guidelines, side by side ({len(criteria)})")]
    names = {c.guideline: str(base.guidelines[c.guideline].get("name")) for c in criteria}
    width = max([len(name) for name in names.values()] + [9]) + 2
    for guideline, name in names.items():
        counts = [sum(c.guideline == guideline and c.direction == d for c in criteria) for d in _DIRECTIONS]
        said = ", ".join(f"{direction} {count}" for direction, count in zip(_DIRECTIONS, counts, strict=True) if count)
        lines.append(f"  {name:{width}}{said}")
    for direction in _DIRECTIONS:
        own = [c for c in criteria if c.direction == direction]
        if own:
            lines += ["", screen.bold(f"  {direction}")]
        for criterion in own:
            lines.append(screen.wrap(f"{names[criterion.guideline]}, strength: {criterion.strength}", 4, "  "))
            lines += _criterion(criterion, base, references, screen)
    return lines if criteria else [*lines, "  none"]


def _labels(option: Option, base: KnowledgeBase, references: References, screen: Screen) -> list[str]:
    lines = ["", screen.rule("Label status")] if option.labels else []
    for label, _ in option.labels:
        text = f"{label['region'].upper()}, {label['on'].replace('_', ' ')} when {label['when']}: {label['text']}"
        lines += _item(text, references.words(sources_json(label["sources"], base)), screen)
    return lines


def _told(heading: str, entries: Iterable[dict[str, Any]], base: KnowledgeBase, references: References, screen: Screen) -> list[str]:
    lines: list[str] = []
    for entry in entries:
        lines += _item(entry["text"], references.words(sources_json(entry["sources"], base)), screen)
    return ["", screen.rule(heading), *lines] if lines else []


def _wordings(data: dict[str, Any], screen: Screen) -> list[str]:
    lines = ["", screen.rule("For the patient"), _wrapped("living with it", data["living_with_it"], screen),
             _wrapped("how sure we are", data["how_sure"], screen)]
    axes = data.get("evidence_axes")
    if axes:
        lines += ["", screen.rule("Evidence on separate axes"),
                  _wrapped("certainty", f"{axes['certainty']}: {axes['certainty_because']}", screen),
                  _wrapped("size of benefit", axes["size_of_benefit"], screen),
                  _wrapped("applicability", f"{axes['applicability']}: {axes['applicability_because']}", screen)]
    return lines


def _trials(names: Iterable[str], base: KnowledgeBase, references: References, screen: Screen) -> list[str]:
    lines = ["", screen.rule("Trials")]
    for name in names:
        trial = base.trials[name]
        year = f" ({trial['year']})" if trial.get("year") else ""
        indirect = f". Indirect: {trial.get('indirect_because') or 'other population'}" if trial["indirect_population"] else ""
        lines.append(screen.wrap(f"{trial['name']}{year}: {trial['design']}; {trial['who']}{indirect}", 4, f"  {screen.dot()} "))
        for result in trial["results"]:
            lines += _item(result_words(result), references.words(sources_json(result["sources"], base)), screen, 6)
        for harm in trial.get("harms") or ():
            amount = f": {harm['value']} {harm['unit']}" if harm.get("value") is not None else ""
            lines += _item(f"harm, {harm['text']}{amount}", references.words(sources_json(harm["sources"], base)), screen, 6)
        lines += [screen.wrap(f"limit: {limit}", 8, "      ") for limit in trial.get("limits") or ()]
    return lines if len(lines) > 2 else [*lines, "  none"]


def _recall(criteria: list[Criterion], base: KnowledgeBase, screen: Screen) -> list[str]:
    recalled = [c for c in criteria if c.recall_only]
    lines = ["", screen.rule(f"What rests on memory alone ({len(recalled)} of {len(criteria)} criteria)")]
    lines += [screen.wrap(f"{c.id} ({c.role}): {c.text}", 4, f"  {screen.dot()} ") for c in recalled] or ["  nothing"]
    listed = [(c, base.signoff[c.id]) for c in criteria if c.id in base.signoff]
    lines += ["", screen.rule(f"Stops kept on memory for safety, to be signed ({len(listed)})")]
    lines += [screen.wrap(f"[ ] {c.id}: {because}", 6, "  ") for c, because in listed] or ["  none"]
    return lines


def _signature(base: KnowledgeBase, screen: Screen) -> list[str]:
    return ["", screen.rule("Sign-off"),
            screen.wrap(f"Knowledge {base.version} ({base.sha256[:12]}) of {base.date}, review due {base.review_due}."),
            "", "Read and checked by: ______________________________", "Role:                ______________________________",
            "Date, signature:     ______________________________"]
