"""Make whole patients at random, and cases that know only part of them: holes, intervals, some words, lists, histories.

A case made from a whole patient is true of that patient, so every certain answer on the case must be the patient's own.
"""

from __future__ import annotations

import itertools
import random
from typing import Any

from islet.case.dictionary import Fact
from islet.case.history import SYSTEMIC_GROUPS, SYSTEMIC_OPTIONS
from islet.proof.reading import Reading, Values
from islet.rules.language import facts_of

RESPONSES = {
    "progression": "progressed", "intolerance": "not_tolerated",
    "stable": "controlled", "partial": "controlled", "complete": "controlled",
}
AMOUNTS = {"cycles": (1, 2, 3, 4, 5, 8), "months": (0, 3, 5, 6, 12, 18, 30), "months_since": (0, 0.5, 1, 2, 3, 6, 24)}
Entries = list[dict[str, Any]]


class Generator:
    """Draw patients and cases over one knowledge; the same seed gives the same ones."""

    def __init__(self, reading: Reading) -> None:
        self.reading, written = reading, reading.written
        self.dictionary = written.dictionary
        self.derived = {*written.definitions, *written.points, *written.formulas}
        facts = self.dictionary.facts.values()
        self.facts = [f for f in facts if f.section not in ("preferences", "history") and f.name not in self.derived]
        self.numbers = {f.name: self._values(f, written.cuts.get(f.name, ())) for f in facts if f.type == "number"}
        self.words = {f.name: tuple(f.values) for f in facts if f.type == "category"}
        self.members = {f.name: [f"{f.name}.{member}" for member in f.values] for f in facts if f.type == "list"}
        history = [f for f in self.dictionary.by_section["history"] if f.from_history is not None]
        self.exposed = next(f for f in history if f.from_history == "exposed")
        self.history = [f for f in history if f.type != "list"]
        self.untouched = {name: False for f in history if f.type == "list" for name in self.members[f.name]}
        self.happened = {
            (f.from_history, option): f"{f.name}.{option}" for f in history if f.type == "list" for option in f.values
        }
        systemic = {o for group in SYSTEMIC_GROUPS for o in self.dictionary.groups.get(group, ())} | set(SYSTEMIC_OPTIONS)
        self.systemic = systemic & set(self.exposed.values)
        self.link_bases = [self._bases([link.condition, link.consequence]) for link in written.links]
        self.first = [name for name in written.definitions if self._reached(name)]

    def patient(self, rng: random.Random) -> tuple[Values, Entries]:
        """Return a whole patient who obeys every link, and the treatments behind the history."""
        while True:
            values: Values = {}
            for fact in self.facts:
                self._draw(rng, fact, values)
            entries = self._entries(rng, values)
            if self._repair(rng, values) and self.reading.derive(values) is None:
                self._measure(rng, values)
                return values, entries

    def case(self, rng: random.Random, values: Values, entries: Entries, holes: float) -> dict[str, Any]:
        """Return a case document that is true of a patient; a share of facts is left out, others are told in part."""
        document: dict[str, Any] = {"id": "generated"}
        part = 0.0 if holes == 0 else 0.25
        for fact in self.dictionary.facts.values():
            if fact.section in ("preferences", "history") or rng.random() < holes:
                continue
            if fact.name in self.derived and not self._tells(rng, fact, values):
                continue
            told = self._told(rng, fact, values, rng.random() < part)
            if told is not None:
                document.setdefault(fact.section, {})[fact.bare] = told
        if holes == 0 or rng.random() >= holes:
            document["history"] = self._told_history(rng, entries, part)
        return document

    def _tells(self, rng: random.Random, fact: Fact, values: Values) -> bool:
        """Tell whether a case gives a derived fact: a measured result, now and then a grade or a stage."""
        if fact.name in self.reading.written.formulas:
            return fact.name in values["measured"]
        return fact.name not in self.reading.written.points and rng.random() < 0.1

    def _values(self, fact: Fact, cuts: tuple[float, ...]) -> list[float]:
        assert fact.possible is not None
        low, high = fact.plausible or fact.possible
        edges = sorted({*fact.possible, low, high, *cuts})
        found = {*edges, *((one + other) / 2 for one, other in itertools.pairwise(edges))}
        found |= {low + (high - low) * i / 8 for i in range(9)}
        rounded = {float(round(value)) if fact.whole else round(value, 3) for value in found}
        return sorted(value for value in rounded if fact.possible[0] <= value <= fact.possible[1])

    def _draw(self, rng: random.Random, fact: Fact, values: Values) -> None:
        if fact.type == "number":
            values[fact.name] = rng.choice(self.numbers[fact.name])
        elif fact.type == "category":
            values[fact.name] = rng.choice(self.words[fact.name])
        elif fact.type == "boolean":
            values[fact.name] = rng.random() < 0.5
        else:
            share = 0.0 if fact.bare == "emergency" and rng.random() < 0.95 else rng.choice((0.0, 0.1, 0.3))
            for name in self.members[fact.name]:
                values[name] = rng.random() < share

    def _entries(self, rng: random.Random, values: Values) -> Entries:
        options = rng.sample(list(self.exposed.values), rng.choice((0, 0, 1, 2, 3, 5)))
        entries: Entries = []
        for option in options:
            for response in rng.sample(list(RESPONSES), rng.choice((1, 1, 1, 2))):
                entries.append({"option": option, "response": response, **{what: rng.choice(amounts) for what, amounts in AMOUNTS.items()}})
        values.update(self.untouched)
        for entry in entries:
            for what in ("exposed", RESPONSES[entry["response"]]):
                name = self.happened.get((what, entry["option"]))
                if name is not None:
                    values[name] = True
        for fact in self.history:
            if fact.from_history == "systemic_lines":
                values[fact.name] = float(len(self.systemic & set(options)))
            else:
                (what, option), = fact.from_history.items()
                own = [e for e in entries if e["option"] == option]
                if what == "cycles":
                    values[fact.name] = float(sum(e[what] for e in own))
                elif own:
                    latest = min(e["months_since"] for e in own)
                    amounts = [latest] if what == "months_since" else [e[what] for e in own if e["months_since"] == latest]
                    values[fact.name] = float(rng.choice(amounts))
                else:
                    values[fact.name] = rng.choice(self.numbers[fact.name])
        return entries

    def _repair(self, rng: random.Random, values: Values) -> bool:
        """Draw facts of broken links again until none is broken."""
        for _ in range(300):
            for name in self.first:
                values[name] = self._defined(name, values)
            broken = self.reading.broken_links(values)
            if not broken:
                return True
            bases = self.link_bases[rng.choice(broken)]
            if not bases:
                return False
            name = rng.choice(bases)
            fact = self.dictionary.facts.get(name)
            if fact is not None:
                self._draw(rng, fact, values)
            else:
                values[name] = not values[name]
        return False

    def _defined(self, name: str, values: Values) -> Any:
        decide, words = self.reading.definitions[name]
        holding = [word for word, holds in zip(words, decide(values), strict=True) if holds]
        if self.dictionary.facts[name].type == "boolean":
            return bool(holding)
        return holding[0] if holding else None

    def _measure(self, rng: random.Random, values: Values) -> None:
        """Let some formulas have a measured value that agrees, on the same side of every threshold."""
        measured = []
        for name, formula in self.reading.written.formulas.items():
            if not self.reading.written.cuts.get(name) or rng.random() < 0.5:
                continue
            cuts, derived = self.reading.written.cuts[name], values[name]
            tried = derived if rng.random() < 0.5 else round(derived + rng.choice((-1, 1)) * rng.random() * formula.agrees_within, 2)
            low, high = self.dictionary.facts[name].possible or (tried, tried)
            if derived in (low, high):
                continue  # the formula may lie beyond what is possible, and then no measured value agrees with it
            same = all((tried < cut) == (derived < cut) and (tried > cut) == (derived > cut) for cut in cuts)
            if same and low <= tried <= high and abs(tried - derived) <= formula.agrees_within:
                values[name] = tried
                measured.append(name)
        self.reading.derive(values, tuple(measured))
        values["measured"] = measured

    def _told(self, rng: random.Random, fact: Fact, values: Values, part: bool) -> Any:
        if fact.type == "list":
            present = [m for m in fact.values if values[f"{fact.name}.{m}"]]
            absent = [m for m in fact.values if not values[f"{fact.name}.{m}"]]
            if not part:
                return {"present": present, "others": "none"}
            return {"present": [m for m in present if rng.random() < 0.5], "absent": [m for m in absent if rng.random() < 0.5]}
        value = values[fact.name]
        if fact.type == "boolean" or not part:
            return value
        if fact.type == "category":
            return {"one_of": sorted({value, *rng.sample(list(fact.values), 2)}, key=list(fact.values).index)}
        grid = self.numbers[fact.name]
        under, over = [n for n in grid if n < value], [n for n in grid if n > value]
        kind = rng.randrange(6)
        if kind == 0 and under:
            return {"above": rng.choice(under)}
        if kind == 1 and over:
            return {"below": rng.choice(over)}
        if kind == 2:
            return {"at_least": value}
        if kind == 3:
            return {"at_most": value}
        return {"between": [rng.choice([*under[-6:], value]), rng.choice([value, *over[:6]])]}

    def _told_history(self, rng: random.Random, entries: Entries, part: float) -> Any:
        told = []
        for entry in entries:
            entry = dict(entry)
            if rng.random() < part:
                entry["response"] = "unknown"
            for what in AMOUNTS:
                if rng.random() < part:
                    del entry[what]
            told.append(entry)
        if rng.random() >= part:
            return told
        kept = {option for option in dict.fromkeys(e["option"] for e in entries) if rng.random() < 0.6}
        never = [option for option in self.exposed.values if all(e["option"] != option for e in entries) and rng.random() < 0.3]
        return {"present": [e for e in told if e["option"] in kept], "absent": never, "others": "unknown"}

    def _bases(self, expressions: list[Any]) -> list[str]:
        found: dict[str, None] = {}
        stack = [fact for expression in expressions for fact in facts_of(expression)]
        while stack:
            name = stack.pop()
            if name in self.reading.written.definitions:
                stack += [fact for _, condition in self.reading.written.definitions[name] for fact in facts_of(condition)]
            elif not name.startswith("history."):
                found[name] = None
        return sorted(found)

    def _reached(self, name: str) -> bool:
        """Tell whether some link rests on a defined fact."""
        return any(name in facts_of(e) for link in self.reading.written.links for e in (link.condition, link.consequence))
