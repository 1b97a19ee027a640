"""How a patient stands to the trials of an option: who was in each, and how the patient differs, item by item.

A trial stands the nearer the fewer of its conditions the patient is known not to meet (a population without the pancreas counts as one
such difference); among equals the one with more conditions known to be met, then the direct population. A trial whose essential condition
(the kind of tumour, an earlier course) is known not to be met is not used at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from islet.case.values import plain_number
from islet.estimate.known import Known
from islet.knowledge.base import KnowledgeBase, Option
from islet.rules.truth import Truth, all_of, any_of, negation

Atom = tuple[str, str, Any]


class Standing(NamedTuple):
    """Hold how one patient stands to one trial."""

    trial: dict[str, Any]
    met: tuple[str, ...]
    not_met: tuple[str, ...]
    unknown: tuple[str, ...]
    excluded: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, int, bool]:
        """Return the place in the order of nearness; smaller is nearer."""
        indirect = bool(self.trial["indirect_population"])
        return len(self.not_met) + indirect, -len(self.met), indirect

    @property
    def different(self) -> tuple[str, ...]:
        """Return in words what the people of the trial were and this patient is not."""
        trial = self.trial
        other = (trial.get("indirect_because") or "another population",) if trial["indirect_population"] else ()
        return (*other, *self.not_met)

    @property
    def says(self) -> str:
        """Return how the patient differs from the people of the trial, in one or two sentences."""
        differs = f"Not as this patient: {', '.join(self.different)}." if self.different else "No known difference from this patient."
        unknown = f" Not known of this patient: {', '.join(self.unknown)}." if self.unknown else ""
        return differs + unknown + self._people

    @property
    def _people(self) -> str:
        """Return what share of the people of the trial had a pancreatic tumour, where not all had, and what was not read of them."""
        population = self.trial.get("population") or {}
        share = population.get("pancreas_percent")
        told = f" Pancreatic tumours: {plain_number(share)} % of its people." if share is not None and 0 < share < 100 else ""
        known = {"grade" if key == "ki67_percent" else key.removesuffix("s") for key in population}
        silent = [name for key, name in (("grade", "grade"), ("ecog", "ECOG"), ("line", "earlier treatments")) if key not in known]
        return told + (f" Not read of the trial: {', '.join(silent)}." if population and silent else "")


class Answers:
    """Answer conditions from the answers of their comparisons, so that equal patterns give equal estimates."""

    def __init__(self, atoms: dict[Atom, Truth]) -> None:
        self.atoms = atoms

    def holds(self, tree: Any) -> Truth:
        """Return whether a condition holds."""
        kind = tree[0]
        if kind == "atom":
            return self.atoms[_key(tree)]
        if kind == "not":
            return negation(self.holds(tree[1]))
        return (all_of if kind == "and" else any_of)([self.holds(part) for part in tree[1]])

    def missing(self, tree: Any) -> list[str]:
        """Return the facts that a condition still needs."""
        if self.holds(tree) is not Truth.UNKNOWN:
            return []
        if tree[0] == "atom":
            return [tree[1]]
        return [name for part in ((tree[1],) if tree[0] == "not" else tree[1]) for name in self.missing(part)]


class Prepared(NamedTuple):
    """Hold the trials of an option, the comparisons that their conditions are made of, and the conditions."""

    trials: tuple[dict[str, Any], ...]
    atoms: tuple[Atom, ...]
    trees: tuple[Any, ...]


def standings(option: Option, known: Known, base: KnowledgeBase) -> list[Standing]:
    """Return how the patient stands to every trial of an option that says who was in it, the nearest first."""
    prepared = prepared_of(option, base)
    pattern = [known.holds(tree) for tree in prepared.trees]
    answers = Answers(dict(zip(prepared.atoms, pattern, strict=True)))
    return sorted((stand(trial, answers) for trial in prepared.trials), key=lambda s: (bool(s.excluded), s.rank))


def standing_of(trial: dict[str, Any], known: Known) -> Standing:
    """Return how the patient stands to one trial, whatever option it is of."""
    return stand(trial, known)


def nearest_figures(option: Option, endpoint: str, known: Known, base: KnowledgeBase) -> list[tuple[Standing, list[dict[str, Any]]]]:
    """Return the nearest trials of an option that report an endpoint, each with every figure of it that is meant for this patient."""
    prepared = prepared_of(option, base)
    answers = Answers(dict(zip(prepared.atoms, [known.holds(tree) for tree in prepared.trees], strict=True)))
    stood = [s for s in (stand(trial, answers) for trial in prepared.trials) if not s.excluded]
    usable = [(s, figures) for s in stood if (figures := figures_of(option.id, endpoint, s.trial, answers))]
    best = min((s.rank for s, _ in usable), default=None)
    return [pair for pair in usable if pair[0].rank == best]


def prepared_of(option: Option, base: KnowledgeBase) -> Prepared:
    """Return the trials of an option that have a figure of it, taken apart once."""
    key = ("nearest", option.id)
    found: Prepared | None = base.kept.get(key)
    if found is None:
        trials = tuple(
            trial for trial in (base.trials[name] for name in option.data.get("trials") or ())
            if any(figure["for"] == option.id for figure in trial["figures"])
        )
        trees = [match["tree"] for trial in trials for match in trial["matches"]]
        trees += [figure["tree"] for trial in trials for figure in trial["figures"] if figure["tree"] is not None]
        atoms = {_key(atom): atom for tree in trees for atom in _atoms(tree)}
        found = base.kept[key] = Prepared(trials, tuple(atoms), tuple(atoms.values()))
    return found


def _atoms(tree: Any) -> Iterable[Any]:
    if tree[0] == "atom":
        return [tree]
    return [atom for part in ((tree[1],) if tree[0] == "not" else tree[1]) for atom in _atoms(part)]


def _key(tree: Any) -> Atom:
    return tree[1], tree[2], tuple(tree[3]) if isinstance(tree[3], (list, tuple)) else tree[3]


def stand(trial: dict[str, Any], answers: Answers | Known) -> Standing:
    """Return how the patient with these answers stands to a trial."""
    found: dict[Truth, list[str]] = {Truth.YES: [], Truth.NO: [], Truth.UNKNOWN: []}
    excluded = []
    for match in trial["matches"]:
        truth = answers.holds(match["tree"])
        found[truth].append(match["says"])
        if truth is Truth.NO and match["essential"]:
            excluded.append(match["says"])
    return Standing(trial, tuple(found[Truth.YES]), tuple(found[Truth.NO]), tuple(found[Truth.UNKNOWN]), tuple(excluded))


def figures_of(option: str, endpoint: str, trial: dict[str, Any], answers: Answers) -> list[dict[str, Any]]:
    """Return the figures of a trial for an option and endpoint: those of the group of the patient before those of all."""
    own = [f for f in trial["figures"] if f["for"] == option and f["endpoint"] == endpoint]
    special = [f for f in own if f["tree"] is not None and answers.holds(f["tree"]) is Truth.YES]
    return special or [f for f in own if f["tree"] is None]


def names_of(stood: list[Standing]) -> tuple[str, ...]:
    """Return the facts that the conditions of trials read, each once."""
    return tuple(dict.fromkeys(atom[1] for s in stood for match in s.trial["matches"] for atom in _atoms(match["tree"])))
