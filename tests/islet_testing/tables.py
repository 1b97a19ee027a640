"""Generated patients as rows of a table, told in the ways a table can tell them."""

from __future__ import annotations

import json
import random
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from islet.case.model import Case
from islet.case.reader import read_case
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import own_knowledge
from islet.proof.generate import Generator
from islet.proof.reading import Reading
from islet.proof.sources import read_written

HOLES = (0.0, 0.2, 0.5, 0.8, 0.95)
ABSENCES = ("not_done", "pending", "indeterminate", "declined")


@lru_cache(maxsize=1)
def generator() -> Generator:
    """Return the generator over the knowledge as shipped."""
    return Generator(Reading(read_written(Path(own_knowledge()))))


def documents(seeds: range, spoilt: float = 0.3) -> list[dict[str, Any]]:
    """Return case documents with holes and partial values; a share of them is spoilt, so that facts clash or say why they are absent."""
    found = []
    for seed in seeds:
        rng = random.Random(seed)
        values, entries = generator().patient(rng)
        document = generator().case(rng, values, entries, rng.choice(HOLES))
        document["id"] = f"p{seed:05}"
        if rng.random() < spoilt:
            spoil(document, rng)
        found.append(document)
    return found


def spoil(document: dict[str, Any], rng: random.Random) -> None:
    """Let some facts of a case be absent for a reason, measured twice, open at a whole number, or those of another patient."""
    other = generator().case(rng, *generator().patient(rng), 0.7)
    for section in ("cells", "extent", "health"):
        for name, value in other.get(section, {}).items():
            kind = rng.randrange(6)
            own = document.setdefault(section, {})
            if kind == 0:
                own[name] = value
            elif kind == 1:
                own[name] = {"absent": rng.choice(ABSENCES)}
            elif kind == 2 and name in own and not isinstance(value, dict) and not isinstance(own[name], dict):
                own[name] = {"values": [{"value": own[name], "on": "2026-03-01"}, {"value": value, "source": "CT"}]}
    if rng.random() < 0.3:
        document.setdefault("cells", {})["sstr_krenning"] = {"above": rng.choice((0, 1, 2, 3))}
    if rng.random() < 0.3:
        document["preferences"] = {"refuses": rng.sample(["surgery", "prrt", "captem", "liver"], 2), "goal": "cure"}
    if rng.random() < 0.3:
        document["history"] = [{"option": "prrt", "cycles": 30, "response": "stable"}, {"option": "prrt", "cycles": 30}]


def case_read(document: dict[str, Any], base: KnowledgeBase) -> Case:
    """Return the case as the single-case reader has it."""
    return read_case(json.dumps(document).encode(), "generated.json", base.space.dictionary)


def flat(document: dict[str, Any]) -> dict[str, Any]:
    """Return a case document as one row: column -> value."""
    row: dict[str, Any] = {}
    for key, value in document.items():
        if isinstance(value, dict) and key != "history":
            row.update({f"{key}.{name}": inner for name, inner in value.items()})
        else:
            row[key] = value
    return row


def text_of(value: Any) -> str | None:
    """Return a value as the text of a CSV cell."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "false"
    if isinstance(value, list) and value and all(isinstance(word, str) for word in value):
        return "|".join(value)
    if isinstance(value, dict) and set(value) == {"one_of"}:
        return " | ".join(str(one) for one in value["one_of"])
    return json.dumps(value)


def text_table(rows: list[dict[str, Any]]) -> pa.Table:
    """Return rows as a table of text, as from CSV."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: pa.array([text_of(row.get(name)) for row in rows], pa.string()) for name in names})


def typed_table(rows: list[dict[str, Any]]) -> pa.Table:
    """Return rows as a typed table: numbers with `__low` and `__high`, truth values, lists of possible words, one column a list member."""
    columns: dict[str, list[Any]] = {}

    def put(place: int, name: str, value: Any) -> None:
        columns.setdefault(name, [None] * len(rows))[place] = value

    for place, row in enumerate(rows):
        for name, value in row.items():
            if isinstance(value, dict) and set(value) <= {"between", "at_least", "at_most"}:
                low, high = value.get("between", (value.get("at_least"), value.get("at_most")))
                put(place, f"{name}__low", low)
                put(place, f"{name}__high", high)
            elif isinstance(value, dict) and set(value) == {"one_of"}:
                put(place, f"{name}#", value["one_of"])
            elif name != "history" and is_open_list(value):
                for word, members in (("present", value.get("present", ())), ("absent", value.get("absent", ()))):
                    for member in members:
                        put(place, f"{name}.{member}", word == "present")
            else:
                put(place, name, value)
    lists = {name for name in columns if name.endswith("#")}
    for name in lists:  # possible values and plain words share one column of lists
        plain = columns.pop(name)
        bare = name.removesuffix("#")
        whole = columns.get(bare, [None] * len(rows))
        columns[bare] = [many if many is not None else one if one is None or isinstance(one, (dict, list)) else [one]
                         for many, one in zip(plain, whole, strict=True)]
    return pa.table({name: _typed(values) for name, values in columns.items()})


def is_open_list(value: Any) -> bool:
    """Tell whether a value is a list of which not every member is told."""
    return isinstance(value, dict) and set(value) <= {"present", "absent", "others"} and value.get("others") != "none"


def _typed(values: list[Any]) -> pa.Array:
    kinds = {type(value) for value in values if value is not None}
    if (kinds and kinds <= {int, float}) or kinds in ({bool}, {str}):
        return pa.array(values)
    if kinds == {list} and all(isinstance(word, (str, float, int)) for value in values if value is not None for word in value):
        return pa.array(values)
    return pa.array([text_of(value) if not isinstance(value, list) else json.dumps(value) for value in values], pa.string())
