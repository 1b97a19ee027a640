"""The model facts: the 13 and 31 source attributes that decision support is asked for, as records and as a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from islet.about.places import read_safety


class Attribute(NamedTuple):
    """Hold one source attribute: what is asked, and the answer, or why there is none."""

    id: str
    kind: str
    group: str
    asks: str
    answer: str
    none: bool


class Versions(NamedTuple):
    """Hold what the answers name: version, date and review date of the knowledge, and the engine."""

    version: str
    date: str
    review_due: str
    engine: str


def read_model_facts(versions: Versions, folder: Path | None = None) -> tuple[Attribute, ...]:
    """Return the attributes of a safety folder (the package's own by default), with the versions in use filled in.

    >>> facts = read_model_facts(Versions("KB-1", "2026-01-01", "2026-07-01", "islet 0"))
    >>> [sum(fact.kind == kind for fact in facts) for kind in ("evidence-based", "predictive")]
    [13, 31]
    """
    return tuple(_attributes(versions, folder))


def model_facts_page(versions: Versions, folder: Path | None = None) -> str:
    """Return the model facts as a Markdown page."""
    lines = [_HEAD]
    group = ""
    for fact in read_model_facts(versions, folder):
        if fact.group != group:
            group = fact.group
            lines += ["", f"## {group}", "", "| | asked | answer |", "|---|---|---|"]
        lines.append(f"| {fact.id} | {fact.asks} | {fact.answer} |")
    return "\n".join(lines) + "\n"


_HEAD = """# Model facts

The source attributes that the rule of the US Office of the National Coordinator (45 CFR 170.315(b)(11)(iv)) asks of decision support:
13 of the evidence-based kind, 31 of the predictive kind, in our own words. Made from `safety/model_facts.yaml` (`make docs`). Nobody has
certified anything by it. **No clinical safety officer has signed.**"""


def _attributes(versions: Versions, folder: Path | None) -> Iterator[Attribute]:
    data = read_safety("model_facts.yaml", folder)
    groups = [("evidence-based", "Evidence-based", data["evidence_based"])]
    groups += [("predictive", f"Predictive: {part['group'].lower()}", part["attributes"]) for part in data["predictive"]]
    for kind, group, entries in groups:
        for entry in entries:
            answer, none = entry.get("answer", ""), entry.get("none_because", "")
            told = (answer or f"None, because {none}").format(**versions._asdict())
            yield Attribute(entry["id"], kind, group, entry["asks"], told, not answer)
