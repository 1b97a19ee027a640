"""What patients read, block by block: the fixed texts of the knowledge, and the page of one plan as it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from islet.case.yaml_text import read_document
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.yaml_data import plain
from islet.plan.model import Plan
from islet.present.patient import FOUND_BY, Glossary, known_facts, patient_groups
from islet_testing.reading.risk_rules import Row

ROOMS = ("options", "estimates", "facts", "trials", "combinations.yaml", "groups.yaml")
SAID = {"plain", "plain_name", "indirect_plain", "what_it_is", "when_it_applies", "living_with_it", "how_sure"}
TOLD = ("benefits", "harms")  # lists with texts for patients, of an option; those of a trial are for clinicians
_SAY = frozenset({"p", "li", "h1", "h2", "h3", "dt", "th", "strong"})
_SKIP = frozenset({"details", "style", "svg", "title", "nav", "header", "footer"})
HOLES = re.compile(r"\{[a-z_]+\}")


def knowledge_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield place and text of everything in a knowledge folder that patients read; a figure stands where a template has a hole."""
    for room in ROOMS:
        path = folder / room
        for file in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
            data = plain(read_document(file.read_bytes(), str(file), limit=None))
            for place, text in _walk(data, f"{file.parent.name}/{file.name}"):
                yield place, HOLES.sub("50", text)
    terms = plain(read_document((folder / "terms.yaml").read_bytes(), "terms.yaml", limit=None))["terms"]
    for word, meaning in terms.items():
        yield f"terms.yaml {word}", f"{meaning}."
        yield f"terms.yaml {word} itself", word


def _walk(data: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, list):
        for number, item in enumerate(data):
            yield from _walk(item, f"{place} {item.get('id') or item.get('name') or number if isinstance(item, dict) else number}")
    elif isinstance(data, dict):
        for key, value in data.items():
            if key in SAID and isinstance(value, str) and value:
                yield f"{place} {key}", value
            elif key == "plain_values":
                yield from ((f"{place} {key} {word}", words) for word, words in value.items())
            elif key in TOLD and place.startswith("options/"):
                for number, item in enumerate(value):
                    yield f"{place} {key} {number + 1}", item["text"]
            else:
                yield from _walk(value, f"{place} {key}")


def shown_blocks(plan: Plan, base: KnowledgeBase) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield place and lines of each block of the patient's page for one plan: every row of every option, its words, every question.

    A line that only announces the list below it ends in a colon; it is left out, so that it cannot make a block look easier. The word
    that an entry of the glossary explains is no part of the explanation. What the record says of a fact is told in its own words.
    """
    if plan.problems:
        return
    glossary = Glossary(base.terms)
    yield "known", tuple(question for question, _, _ in known_facts(plan, base))
    for _, options in patient_groups(plan, base):
        for option in options:
            yield f"{option.id} at a glance", (f"{option.name}: {option.words}.",)
            for title, lines in option.rows:
                yield f"{option.id} {title}", tuple(line.text for line in lines if not line.text.endswith(":"))
            words = glossary.first_used([option.name, *(line.text for _, lines in option.rows for line in lines)])
            yield f"{option.id} words", tuple(f"{meaning}." for _, meaning in words)
    for entry in plan.ask:
        yield "question " + ", ".join(entry["facts"]), (f"{entry['plain']} ({FOUND_BY[entry['found_by']]})",)


class _Paragraphs(HTMLParser):
    """Gather the text of every paragraph, heading, list item and cell outside of the options and of small print."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skipped = self._open = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in _SKIP
        if tag in _SAY and not self._skipped:
            if not self._open:
                self.found.append("")
            self._open += 1

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in _SKIP
        if tag in _SAY and not self._skipped:
            self._open -= 1

    def handle_data(self, data: str) -> None:
        if self._open and not self._skipped:
            self.found[-1] += data


def fixed_paragraphs(page: str) -> list[str]:
    """Return the paragraphs, headings and items of a page that stand outside of the options."""
    reader = _Paragraphs()
    reader.feed(page)
    return [" ".join(text.split()) for text in reader.found if text.strip()]


def risk_rows(plan: Plan, base: KnowledgeBase) -> list[Row]:
    """Return every row of every option as the rules of telling a risk read it."""
    if plan.problems:
        return []
    axes = {option.id: option.data.get("evidence_axes") or {} for option in plan.options}
    return [Row(o.id, title, lines, axes[o.id]) for _, options in patient_groups(plan, base) for o in options for title, lines in o.rows]
