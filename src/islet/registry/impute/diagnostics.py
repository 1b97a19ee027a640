"""Tell what was drawn, from what, how well it settled, what was left open, and what all of it assumes."""

from __future__ import annotations

import math
from importlib.metadata import version
from typing import Any

import numpy as np

from islet import __version__
from islet.knowledge.base import KnowledgeBase
from islet.registry.impute.convergence import STARTS, SWEEPS, FactTrace
from islet.registry.impute.make import Imputed
from islet.registry.impute.summaries import Summary, describe, pooled
from islet.registry.impute.trees import GAIN, LEAF, MOST, NEAREST
from islet.registry.model import NO_VERDICT

WARNING = (
    "Shares describe patients of this cohort who look alike on paper. They are no recommendation for any patient, and a verdict that "
    "is not certain stays not certain: only finding out what is missing makes it so."
)
ASSUMES = (
    "Missing at random given what was observed: among patients alike in what is recorded, those with and without a value do not differ.",
    "What nobody is known of, or is told almost only where it is present, is not drawn and stays unknown.",
    "A drawn value is one that somebody in the cohort has; links between facts hold in every completion; nothing known is changed.",
    "Patients whose facts clash as they stand teach nothing and are not completed; their verdicts stay as the plan has them.",
    "The interval of a count is about these very patients: it holds what is uncertain about their missing values (within chains) and "
    "about the distribution these come from (between chains, fitted to resampled cohorts), not how other patients would differ.",
)
LIBRARIES = ("scikit-learn", "numpy", "numba", "pyarrow")


def diagnostics(imputed: Imputed, base: KnowledgeBase) -> dict[str, Any]:
    """Return the diagnostics of an imputed cohort, ready for JSON."""
    settings, chains, exact = imputed.settings, imputed.chains, imputed.exact
    emergencies = int((exact.verdicts == NO_VERDICT).all(axis=0).sum())
    return {
        "warning": WARNING,
        "assumes": list(ASSUMES),
        "seed": settings.seed, "completions": imputed.completions, "completions_asked_for": settings.completions,
        "chains": [result.done for result in chains], "sweeps": settings.sweeps, "processes_do_not_matter": True,
        "patients": {
            "all": len(exact.conflicting), "completed": len(imputed.rows), "emergencies": emergencies,
            "conflicting_as_given": int((exact.conflicting & (exact.verdicts != NO_VERDICT).all(axis=0)).sum()),
            "certain_as_given": int((exact.certain.all(axis=0) & ~exact.conflicting).sum()),
        },
        "redraws": {
            "redrawn": sum(result.redrawn for result in chains),
            "inputs_of_measured_results_left_open": sum(result.formulas_opened for result in chains),
            "taken_back_to_what_is_known": sum(result.taken_back for result in chains),
            "counted": "patients, over all completions",
        },
        "method": {
            "chain": "chained equations: one tree a fact (scikit-learn), a donor drawn from its leaf, a first pass and then sweeps",
            "leaf": LEAF, "gain": GAIN, "predictors": NEAREST, "patients_a_tree": MOST,
            "convergence": f"chain 1 watched over {max(SWEEPS, 2 * settings.sweeps)} sweeps from {STARTS} starts; R-hat is null where "
            "nothing moves, as in facts that links tie to each other: they rest on the first pass",
        },
        "facts": _facts(imputed),
        "left_unknown": dict(sorted(imputed.cohort.left_open.items())),
        "versions": {"islet": __version__, "knowledge": base.version, "knowledge_sha256": base.sha256}
        | {name: version(name) for name in LIBRARIES},
    }


def _facts(imputed: Imputed) -> dict[str, Any]:
    cohort, done = imputed.cohort, [result for result in imputed.chains if result.done]
    rows = cohort.coded.rows
    found = {}
    for fact, name in enumerate(cohort.names):
        known = cohort.plan.known[fact]
        observed = cohort.observed[cohort.told[fact], cohort.plan.columns[fact]]
        summaries: list[Summary] = [result.summaries[fact] for result in done]
        trace = next((result.trace[fact] for result in imputed.chains if result.trace), None)
        found[name] = {
            "missing": int(rows - known.sum()), "missing_share": float(1 - known.mean()) if rows else 0.0,
            "observed": describe(observed, cohort.words[fact]),
            "imputed": pooled(summaries),
            "left_open": int(sum(int(result.left_open[fact]) for result in done)),
        } | ({} if trace is None else _trace(trace))
    return found


def _trace(trace: FactTrace) -> dict[str, Any]:
    return {
        "trace": [float(np.round(mean, 6)) for mean in trace.means], "rhat": None if math.isnan(trace.rhat) else trace.rhat,
        "drift": trace.drift,
    }
