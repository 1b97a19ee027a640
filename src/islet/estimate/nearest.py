"""The trial nearest to a patient: what it found, who was in it, and how the patient differs, item by item.

Only trials of the option are looked at, and numbers of different trials are never merged. A trial stands the nearer the fewer of
its conditions the patient is known not to meet (a population without the pancreas counts as one such difference); among equals
the one with more conditions known to be met, then the direct population. What is still equal is shown together. A trial whose
essential condition (the kind of tumour, an earlier course) is known not to be met is not used at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from islet.case.values import plain_number
from islet.estimate.known import Known
from islet.estimate.model import GIVEN, NEEDS, OUTSIDE, Estimate
from islet.estimate.nearest_words import several, trials_plain, trials_text
from islet.knowledge.base import KnowledgeBase, Option
from islet.knowledge.citing import sources_json
from islet.rules.truth import Truth, all_of, any_of, negation

NAMES = {
    "shrinkage": "Chance that the tumour shrinks, in the nearest trial",
    "progression_free": "Time without growth, in the nearest trial",
    "severe_toxicity": "Severe side effects, in the nearest trial",
    "survival": "Survival, in the nearest trial",
}
_METHOD = "the trial of this option with the fewest known differences from the patient; figures of different trials are not merged"
_CANNOT_SAY = "What will happen to this patient. The figure is that of a group, and people in trials are selected."

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
        return differs + (f" Not known of this patient: {', '.join(self.unknown)}." if self.unknown else "")


class _Answers:
    """Answer conditions from the answers of their comparisons, so that equal patterns give equal estimates."""

    def __init__(self, atoms: dict[Atom, Truth]) -> None:
        self.atoms = atoms

    def holds(self, tree: Any) -> Truth:
        kind = tree[0]
        if kind == "atom":
            return self.atoms[_key(tree)]
        if kind == "not":
            return negation(self.holds(tree[1]))
        return (all_of if kind == "and" else any_of)([self.holds(part) for part in tree[1]])

    def missing(self, tree: Any) -> list[str]:
        if self.holds(tree) is not Truth.UNKNOWN:
            return []
        if tree[0] == "atom":
            return [tree[1]]
        return [name for part in ((tree[1],) if tree[0] == "not" else tree[1]) for name in self.missing(part)]


class _Prepared(NamedTuple):
    trials: tuple[dict[str, Any], ...]
    atoms: tuple[Atom, ...]
    trees: tuple[Any, ...]


def nearest_estimates(option: Option, known: Known, base: KnowledgeBase) -> list[Estimate]:
    """Return up to four estimates of an option (shrinkage, time without growth, severe side effects, survival).

    An option without a trial that says who was in it gives an empty list.
    """
    prepared = _prepared(option, base)
    if not prepared.trials:
        return []
    pattern = tuple(known.holds(tree) for tree in prepared.trees)
    key = ("nearest", option.id, pattern)
    made: list[tuple[Estimate, tuple[str, ...]]] | None = base.kept.get(key)
    if made is None:
        made = base.kept[key] = _make(option, prepared, _Answers(dict(zip(prepared.atoms, pattern, strict=True))), base)
    shown: dict[str, Any] = {}
    found = []
    for estimate, names in made:
        for name in names:
            if name not in shown:
                shown[name] = known.shown(name)
        found.append(estimate._replace(inputs={name: shown[name] for name in names}))
    return found


def standings(option: Option, known: Known, base: KnowledgeBase) -> list[Standing]:
    """Return how the patient stands to every trial of an option that says who was in it, the nearest first."""
    prepared = _prepared(option, base)
    pattern = [known.holds(tree) for tree in prepared.trees]
    answers = _Answers(dict(zip(prepared.atoms, pattern, strict=True)))
    return sorted((_stand(trial, answers) for trial in prepared.trials), key=lambda s: (bool(s.excluded), s.rank))


def standing_of(trial: dict[str, Any], known: Known) -> Standing:
    """Return how the patient stands to one trial, whatever option it is of."""
    return _stand(trial, known)


def nearest_figures(option: Option, endpoint: str, known: Known, base: KnowledgeBase) -> list[tuple[Standing, list[dict[str, Any]]]]:
    """Return the nearest trials of an option that report an endpoint, each with every figure of it that is meant for this patient."""
    prepared = _prepared(option, base)
    answers = _Answers(dict(zip(prepared.atoms, [known.holds(tree) for tree in prepared.trees], strict=True)))
    stood = [s for s in (_stand(trial, answers) for trial in prepared.trials) if not s.excluded]
    usable = [(s, figures) for s in stood if (figures := _own(option.id, endpoint, s.trial, answers))]
    best = min((s.rank for s, _ in usable), default=None)
    return [pair for pair in usable if pair[0].rank == best]


def _prepared(option: Option, base: KnowledgeBase) -> _Prepared:
    key = ("nearest", option.id)
    found: _Prepared | None = base.kept.get(key)
    if found is None:
        trials = tuple(
            trial for trial in (base.trials[name] for name in option.data.get("trials") or ())
            if any(figure["for"] == option.id for figure in trial["figures"])
        )
        trees = [match["tree"] for trial in trials for match in trial["matches"]]
        trees += [figure["tree"] for trial in trials for figure in trial["figures"] if figure["tree"] is not None]
        atoms = {_key(atom): atom for tree in trees for atom in _atoms(tree)}
        found = base.kept[key] = _Prepared(trials, tuple(atoms), tuple(atoms.values()))
    return found


def _atoms(tree: Any) -> Iterable[Any]:
    if tree[0] == "atom":
        return [tree]
    return [atom for part in ((tree[1],) if tree[0] == "not" else tree[1]) for atom in _atoms(part)]


def _key(tree: Any) -> Atom:
    return tree[1], tree[2], tuple(tree[3]) if isinstance(tree[3], (list, tuple)) else tree[3]


def _stand(trial: dict[str, Any], answers: _Answers | Known) -> Standing:
    found: dict[Truth, list[str]] = {Truth.YES: [], Truth.NO: [], Truth.UNKNOWN: []}
    excluded = []
    for match in trial["matches"]:
        truth = answers.holds(match["tree"])
        found[truth].append(match["says"])
        if truth is Truth.NO and match["essential"]:
            excluded.append(match["says"])
    return Standing(trial, tuple(found[Truth.YES]), tuple(found[Truth.NO]), tuple(found[Truth.UNKNOWN]), tuple(excluded))


def _make(option: Option, prepared: _Prepared, answers: _Answers, base: KnowledgeBase) -> list[tuple[Estimate, tuple[str, ...]]]:
    stood = [_stand(trial, answers) for trial in prepared.trials]
    found = []
    for endpoint in NAMES:
        able = [s for s in stood if any(f["for"] == option.id and f["endpoint"] == endpoint for f in s.trial["figures"])]
        if able:
            found.append(_endpoint(option, endpoint, able, stood, answers, base))
    return found


def _endpoint(
    option: Option, endpoint: str, able: list[Standing], stood: list[Standing], answers: _Answers, base: KnowledgeBase
) -> tuple[Estimate, tuple[str, ...]]:
    blank = Estimate(f"{option.id}.{endpoint}", option.id, NAMES[endpoint], OUTSIDE, method=_METHOD, cannot_say=_CANNOT_SAY)
    fitting = [s for s in able if not s.excluded]
    if not fitting:
        reasons = "; ".join(f'{s.trial["name"]} took only: {", ".join(s.excluded)}' for s in able)
        return blank._replace(because=f"no trial of this option took such a patient ({reasons})"), _names(able)
    usable = [(s, figures) for s in fitting if (figures := _figures(option.id, endpoint, s.trial, answers))]
    if not usable:
        needs = [name for s in fitting for f in s.trial["figures"] if f["tree"] is not None for name in answers.missing(f["tree"])]
        if needs:
            return blank._replace(status=NEEDS, needs=tuple(dict.fromkeys(needs))), _names(fitting)
        return blank._replace(because="the trials of this option report it only for other groups"), _names(fitting)
    best = min(s.rank for s, _ in usable)
    nearest = [(s, figures) for s, figures in usable if s.rank == best]
    rows = tuple(_row(s, figure, base) for s, figures in nearest for figure in figures)
    single = rows[0] if len(nearest) == 1 and (len(rows) == 1 or nearest[0][1][0]["overall"]) else None
    needs = [name for s, _ in nearest for match in s.trial["matches"] for name in answers.missing(match["tree"])]
    nearer = [s for s in stood if not s.excluded and s.rank < best]
    estimate = blank._replace(
        status=GIVEN, value=single["value"] if single else several(nearest, rows), unit=rows[0]["unit"] if single else "", rows=rows,
        interval=tuple(single["interval"]) if single and single["interval"] else None,
        interval_is=single["interval_is"] if single else "",
        text=trials_text(nearest, nearer, rows), plain=trials_plain(endpoint, nearest, rows), needs=tuple(dict.fromkeys(needs)),
        assumptions=tuple(f'{s.trial["name"]}: {limit}' for s, _ in nearest for limit in s.trial.get("limits") or ()),
        validity="; ".join(f'{s.trial["name"]}: {", ".join(m["says"] for m in s.trial["matches"])}' for s, _ in nearest),
        sources=tuple({(x["id"], x["locator"]): x for row in rows for x in row["sources"]}.values()),
    )
    return estimate, _names([s for s, _ in nearest])


def _figures(option: str, endpoint: str, trial: dict[str, Any], answers: _Answers) -> list[dict[str, Any]]:
    """Return the figures of a trial to show: the subgroup of the patient before the whole, a median before a rate."""
    found = _own(option, endpoint, trial, answers)
    if endpoint == "severe_toxicity":
        return sorted(found, key=lambda f: not f["overall"])
    return sorted(found, key=lambda f: (f["at_months"] is not None, f["at_months"] or 0))[:1]


def _own(option: str, endpoint: str, trial: dict[str, Any], answers: _Answers) -> list[dict[str, Any]]:
    own = [f for f in trial["figures"] if f["for"] == option and f["endpoint"] == endpoint]
    special = [f for f in own if f["tree"] is not None and answers.holds(f["tree"]) is Truth.YES]
    return special or [f for f in own if f["tree"] is None]


def _row(standing: Standing, figure: dict[str, Any], base: KnowledgeBase) -> dict[str, Any]:
    trial = standing.trial
    ci = figure["ci"]
    whole = ci is not None and None not in ci
    recalled = all(source["verification"] == "recall" for source in figure["sources"])
    half = f"from {plain_number(ci[0])} on, the upper end was not reached" if ci is not None and ci[0] is not None and not whole else ""
    return {
        "what": f'{trial["name"]}: {figure["of"]}', "of": figure["of"], "value": figure["value"], "unit": figure["unit"],
        "interval": list(ci) if whole else None, "interval_is": figure["ci_is"] if whole else half or "no interval was read",
        "text": f'in it: {trial["who"]}; as this patient: {", ".join(standing.met) or "nothing that is known"}',
        "n": figure["n"], "whose": figure["whose"], "recalled": recalled, "trial": trial["id"], "year": trial.get("year"),
        "design": trial["design"], "who": trial["who"], "direct": not trial["indirect_population"],
        "as_in_trial": list(standing.met), "different": list(standing.different), "not_known": list(standing.unknown),
        "sources": sources_json(figure["sources"], base),
    }




def _names(stood: list[Standing]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(atom[1] for s in stood for match in s.trial["matches"] for atom in _atoms(match["tree"])))
