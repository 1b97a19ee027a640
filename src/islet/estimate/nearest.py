"""What the trials nearest to a patient found: shrinkage, time without growth, the share without growth at one year, harms, survival.

Only trials of the option are looked at. Numbers of different trials are never merged; trials that stand equally near are shown together.
Who stands how near is told by `islet.estimate.standing`.
"""

from __future__ import annotations

from typing import Any

from islet.case.values import plain_number
from islet.estimate.known import Known
from islet.estimate.model import GIVEN, NEEDS, OUTSIDE, Estimate
from islet.estimate.nearest_words import several, trials_plain, trials_text
from islet.estimate.one_year import MONTHS, Limits, OneYear, of_one_group, one_year
from islet.estimate.standing import Answers, Prepared, Standing, figures_of, names_of, prepared_of, stand
from islet.knowledge.base import KnowledgeBase, Option
from islet.knowledge.citing import sources_json

NAMES = {
    "shrinkage": "Chance that the tumour shrinks, in the nearest trial",
    "progression_free": "Time without growth, in the nearest trial",
    "severe_toxicity": "Severe side effects, in the nearest trial",
    "survival": "Survival, in the nearest trial",
}
_METHOD = "the trial of this option with the fewest known differences from the patient; figures of different trials are not merged"
_ONE_YEAR = "Alive without growth one year after the start, in the nearest trial"
_CANNOT_SAY = "What will happen to this patient. The figure is that of a group, and people in trials are selected."


def nearest_estimates(option: Option, known: Known, base: KnowledgeBase) -> list[Estimate]:
    """Return up to five estimates of an option: shrinkage, time without growth and its share at one year, severe side effects, survival.

    An option without a trial that says who was in it gives an empty list.
    """
    prepared = prepared_of(option, base)
    if not prepared.trials:
        return []
    pattern = tuple(known.holds(tree) for tree in prepared.trees)
    key = ("nearest", option.id, pattern)
    made: list[tuple[Estimate, tuple[str, ...]]] | None = base.kept.get(key)
    if made is None:
        made = base.kept[key] = _make(option, prepared, Answers(dict(zip(prepared.atoms, pattern, strict=True))), base)
    shown: dict[str, Any] = {}
    found = []
    for estimate, names in made:
        for name in names:
            if name not in shown:
                shown[name] = known.shown(name)
        found.append(estimate._replace(inputs={name: shown[name] for name in names}))
    return found


def _make(option: Option, prepared: Prepared, answers: Answers, base: KnowledgeBase) -> list[tuple[Estimate, tuple[str, ...]]]:
    stood = [stand(trial, answers) for trial in prepared.trials]
    found = []
    for endpoint in NAMES:
        able = [s for s in stood if any(f["for"] == option.id and f["endpoint"] == endpoint for f in s.trial["figures"])]
        if able:
            found.append(_endpoint(option, endpoint, able, stood, answers, base))
            if endpoint == "progression_free":
                found.append(_one_year(option, *found[-1], able, answers, base))
    return found


def _one_year(
    option: Option, time: Estimate, names: tuple[str, ...], able: list[Standing], answers: Answers, base: KnowledgeBase
) -> tuple[Estimate, tuple[str, ...]]:
    """Return the share alive without growth at one year in the trials that the time without growth was taken from."""
    blank = time._replace(id=f"{option.id}.one_year", name=_ONE_YEAR, rows=())
    if time.status != GIVEN:
        return blank, names
    limits = Limits.of(base)
    nearest: list[tuple[Standing, list[dict[str, Any]]]] = []
    rows = []
    for standing in (s for s in able if s.trial["id"] in {row["trial"] for row in time.rows}):
        share = one_year(of_one_group(figures_of(option.id, "progression_free", standing.trial, answers)), limits)
        if share is not None:
            figure = _figure_of(share, base)
            nearest.append((standing, [figure]))
            recalled = any(all(source["verification"] == "recall" for source in f["sources"]) for f in share.figures)
            rows.append({**_row(standing, figure, base), "interval_is": share.interval_is, "recalled": recalled, "counted": share.counted})
    if not nearest:
        because = "the nearest trial published nothing as late as 12 months; a curve beyond its last figure would be a model alone"
        return blank._replace(status=OUTSIDE, value=None, unit="", interval=None, interval_is="", text="", plain="", needs=(),
                              assumptions=(), validity="", sources=(), because=because), names
    single = rows[0] if len(rows) == 1 else None
    return blank._replace(
        value=single["value"] if single else several(nearest, tuple(rows)), unit="%" if single else "", rows=tuple(rows),
        interval=tuple(single["interval"]) if single and single["interval"] else None,
        interval_is=single["interval_is"] if single else "",
        text=trials_text(nearest, [], tuple(rows)), plain=trials_plain("progression_free", nearest, tuple(rows)),
        sources=tuple({(x["id"], x["locator"]): x for row in rows for x in row["sources"]}.values()),
    ), names


def _figure_of(share: OneYear, base: KnowledgeBase) -> dict[str, Any]:
    """Return the share as a figure of its trial, with the sources of all it was made from."""
    first, counted = share.figures[0], share.counted
    sources = [source for figure in share.figures for source in figure["sources"]]
    if not counted:
        sources += [source for name in ("survival_shape_low", "survival_shape_high") for source in base.constants[name].sources]
    of = share.made_from if counted else f"alive without growth at 12 months, worked out from {share.made_from}"
    return {**first, "of": of, "at_months": MONTHS, "value": share.percent, "unit": "%", "ci": share.interval, "ci_is": share.interval_is,
            "sources": sources}


def _endpoint(
    option: Option, endpoint: str, able: list[Standing], stood: list[Standing], answers: Answers, base: KnowledgeBase
) -> tuple[Estimate, tuple[str, ...]]:
    blank = Estimate(f"{option.id}.{endpoint}", option.id, NAMES[endpoint], OUTSIDE, method=_METHOD, cannot_say=_CANNOT_SAY)
    fitting = [s for s in able if not s.excluded]
    if not fitting:
        reasons = "; ".join(f'{s.trial["name"]} took only: {", ".join(s.excluded)}' for s in able)
        return blank._replace(because=f"no trial of this option took such a patient ({reasons})"), names_of(able)
    usable = [(s, figures) for s in fitting if (figures := _figures(option.id, endpoint, s.trial, answers))]
    if not usable:
        needs = [name for s in fitting for f in s.trial["figures"] if f["tree"] is not None for name in answers.missing(f["tree"])]
        if needs:
            return blank._replace(status=NEEDS, needs=tuple(dict.fromkeys(needs))), names_of(fitting)
        return blank._replace(because="the trials of this option report it only for other groups"), names_of(fitting)
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
    return estimate, names_of([s for s, _ in nearest])


def _figures(option: str, endpoint: str, trial: dict[str, Any], answers: Answers) -> list[dict[str, Any]]:
    """Return the figures of a trial to show: the subgroup of the patient before the whole, a median before a rate."""
    found = figures_of(option, endpoint, trial, answers)
    if endpoint == "severe_toxicity":
        return sorted(found, key=lambda f: not f["overall"])
    return sorted(found, key=lambda f: (f["at_months"] is not None, f["at_months"] or 0))[:1]


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
