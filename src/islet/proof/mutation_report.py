"""Tell what became of the mutants: the score, counts by kind and file, every survivor with its patient; and the explained survivors."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from islet.case.yaml_text import read_document
from islet.errors import InputError
from islet.knowledge.yaml_data import Map, plain
from islet.proof.mutation import EQUIVALENT, KILLED, KINDS, SURVIVED, UNSHOWN, Mutant, Outcome

TARGET = 95.0  # per cent of the mutants that change a verdict
SURVIVORS = "survivors.yaml"
_STATES = (KILLED, SURVIVED, EQUIVALENT, UNSHOWN)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Hold why survivors may survive: one mutant by its id, or all of one kind in a rule, perhaps only where it asks one fact."""

    because: str
    mutant: str = ""
    rule: str = ""
    kind: str = ""
    fact: str = ""

    def __str__(self) -> str:
        return self.mutant or " ".join(word for word in (self.rule, self.kind, self.fact) if word)

    def fits(self, mutant: Mutant) -> bool:
        """Tell whether it speaks of a mutant."""
        if self.mutant:
            return mutant.id == self.mutant
        if (mutant.owner, mutant.kind) != (self.rule, self.kind):
            return False
        return not self.fact or self.fact in mutant.id.partition(": ")[2].partition(" -> ")[0].split()


@dataclass(frozen=True, slots=True)
class Result:
    """Hold a run: mutants with outcomes, what is explained of the survivors, and explanations that fit nothing any more."""

    pairs: list[tuple[Mutant, Outcome]]
    explained: dict[str, str]
    stale: list[str]

    @property
    def score(self) -> float:
        """Return the killed in per cent of all that treat some patient differently."""
        states = Counter(outcome.state for _, outcome in self.pairs)
        counted = states[KILLED] + states[SURVIVED]
        return 100.0 * states[KILLED] / counted if counted else 100.0

    @property
    def open(self) -> list[tuple[Mutant, Outcome]]:
        """Return the survivors nobody explained."""
        return [pair for pair in self.survivors if pair[1].id not in self.explained]

    @property
    def survivors(self) -> list[tuple[Mutant, Outcome]]:
        """Return all survivors."""
        return [pair for pair in self.pairs if pair[1].state == SURVIVED]

    @property
    def good(self) -> bool:
        """Tell whether the target is met, every survivor explained and every explanation needed."""
        return self.score >= TARGET and not self.open and not self.stale


def result_of(pairs: list[tuple[Mutant, Outcome]], every: Iterable[Mutant], folder: Path) -> Result:
    """Return the result of a run against the explanations in the knowledge folder.

    An explanation is stale when no such mutant exists, or when all it speaks of ran and none survived.
    """
    explanations = read_survivors(folder / SURVIVORS)
    outcomes = {outcome.id: outcome for _, outcome in pairs}
    explained: dict[str, str] = {}
    stale = []
    everything = list(every)
    for one in explanations:
        own = [mutant.id for mutant in everything if one.fits(mutant)]
        survived = [name for name in own if name in outcomes and outcomes[name].state == SURVIVED]
        explained |= dict.fromkeys(survived, one.because)
        if not survived and all(name in outcomes for name in own):
            stale.append(str(one))
    return Result(pairs, explained, stale)


def read_survivors(file: Path) -> list[Explanation]:
    """Return the explanations; raises InputError for one that names neither a mutant nor a rule and a kind, or gives no reason."""
    if not file.exists():
        return []
    data = plain(read_document(file.read_bytes(), str(file), limit=None))
    found: list[Explanation] = []
    for entry in (data.get("survivors") or ()) if isinstance(data, Map) else ():
        shapes = ({"mutant", "because"}, {"rule", "kind", "because"}, {"rule", "kind", "fact", "because"})
        if not isinstance(entry, Map) or set(entry) not in shapes or not all(entry.values()):
            words = "an explanation names no mutant (or rule and kind), or no reason"
            raise InputError(words, str(file), getattr(entry, "line", 0), "survivors")
        one = Explanation(**{key: str(value) for key, value in entry.items()})
        if str(one) in {str(other) for other in found}:
            raise InputError("a mutant is explained twice", str(file), entry.line, str(one))
        found.append(one)
    return found


def result_text(result: Result) -> str:
    """Write the result for people."""
    lines = [f"{'':34}" + "".join(f"{state:>15}" for state in _STATES)]
    lines += _rows((mutant.kind, outcome) for mutant, outcome in result.pairs)
    lines.append("")
    lines += _rows((mutant.part, outcome) for mutant, outcome in result.pairs)
    lines.append("")
    lines += _rows((mutant.file, outcome) for mutant, outcome in result.pairs)
    by = Counter(_noticed_by(outcome) for _, outcome in result.pairs if outcome.state == KILLED)
    lines += ["", "killed by " + ", ".join(f"{name} {count}" for name, count in sorted(by.items()))] if by else [""]
    lines.append(f"score {result.score:.1f} % killed of those that treat some patient differently (target {TARGET:g} %)")
    for mutant, outcome in result.survivors:
        lines += ["", f"survived: {outcome.id}  ({mutant.file})"]
        if outcome.patient:
            lines.append(f"  {json.dumps(outcome.patient, ensure_ascii=False)}")
            lines.append(f"  {outcome.what}: {outcome.before} as written, {outcome.after} with the fault")
        else:
            lines.append(f"  {outcome.by or 'no patient found who can be written as a case'}")
        because = result.explained.get(outcome.id)
        lines.append(f"  explained: {because}" if because else "  not explained")
    lines += [f"stale explanation: {name}" for name in result.stale]
    return "\n".join(lines)


def _rows(pairs: Iterable[tuple[str, Outcome]]) -> list[str]:
    counts: dict[str, Counter[str]] = {}
    for name, outcome in pairs:
        counts.setdefault(name, Counter())[outcome.state] += 1
    order = sorted(counts, key=lambda name: (KINDS.index(name) if name in KINDS else len(KINDS), name))
    return [f"{name:34}" + "".join(f"{counts[name][state]:15}" for state in _STATES) for name in order]


def _noticed_by(outcome: Outcome) -> str:
    kind, _, rest = outcome.by.partition(": ")
    return "own examples" if rest.startswith("example ") else kind


def result_json(result: Result) -> dict[str, Any]:
    """Return the result as data."""
    states = Counter(outcome.state for _, outcome in result.pairs)
    return {
        "score": round(result.score, 2), "target": TARGET, "counts": {state: states[state] for state in _STATES},
        "mutants": [
            {"kind": mutant.kind, "part": mutant.part, "file": mutant.file, **asdict(outcome),
             **({"because": result.explained[outcome.id]} if outcome.id in result.explained else {})}
            for mutant, outcome in result.pairs
        ],
        "stale": result.stale,
    }
