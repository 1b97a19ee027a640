"""Say, for research, how receptors saturate: what twice the peptide does to the share that a tumour takes up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from islet.estimate.model import GIVEN, Estimate
from islet.knowledge.base import Constant, KnowledgeBase
from islet.quantify.prrt.compartment import Organ, labelled_amount_nmol, share_taken_up, simulate
from islet.quantify.prrt.exponentials import Floats
from islet.quantify.prrt.report_regions import cite

ILLUSTRATED_TUMOUR_L = 0.2
DRAWS = 40
VARIED = ("peptide_nmol", "peptide_volume_l", "psma_kidney_receptor_nmol_per_l")
TUMOUR = 3


def organs(values: Mapping[str, float], tumour_l: float) -> tuple[Organ, ...]:
    """Return kidneys, spleen, liver and a tumour of this size, the tumour last."""
    enters, slow = values["psma_internalisation_per_min"], values["psma_release_tumour_per_min"]
    return (
        Organ("kidneys", values["psma_kidney_receptor_nmol_per_l"] * 0.31, enters, values["psma_release_kidney_per_min"]),
        Organ("spleen", values["sstr_spleen_nmol"], enters, slow),
        Organ("liver", values["sstr_liver_nmol"], enters, slow),
        Organ("tumour", values["psma_receptor_nmol_per_l"] * tumour_l, enters, slow),
    )


def shares(values: Mapping[str, float], peptide_nmol: float, tumour_l: float, hours: Floats, tolerance: float = 1e-10) -> list[Floats]:
    """Return the decay-corrected share of the given labelled peptide in each organ over the hours."""
    decay = values["lu177_decay_per_min"]
    labelled = labelled_amount_nmol(values["prrt_cycle_gbq"] * 1000, decay)
    rates = (values["peptide_volume_l"], values["psma_binding_l_per_nmol_min"], values["psma_filtration_l_per_min"])
    course = simulate(organs(values, tumour_l), labelled, max(peptide_nmol - labelled, 0.0), *rates, decay, hours, tolerance)
    return [share_taken_up(course, place, decay) for place in range(TUMOUR + 1)]


def ratio_of_twice_the_peptide(values: Mapping[str, float]) -> float:
    """Return the peak share of the tumour with twice the peptide over that with the usual amount."""
    hours = np.linspace(0, 48, 49)
    once, twice = (shares(values, n * values["peptide_nmol"], ILLUSTRATED_TUMOUR_L, hours, 1e-6)[TUMOUR].max() for n in (1, 2))
    return float(twice / once)


def over_the_ranges(constants: Mapping[str, Constant], values: Mapping[str, float]) -> tuple[float, float]:
    """Return where 90 % of the ratios lie when what has a stated range is drawn evenly from it, each apart (Monte Carlo, fixed seed)."""
    random = np.random.default_rng(177)
    drawn = {name: random.uniform(*(constants[name].range or (values[name],) * 2), DRAWS) for name in VARIED}
    found = [ratio_of_twice_the_peptide({**values, **{name: float(drawn[name][i]) for name in VARIED}}) for i in range(DRAWS)]
    low, high = np.quantile(found, [0.05, 0.95])
    return float(low), float(high)


def receptor_estimate(option: str, base: KnowledgeBase) -> Estimate:
    """Return, for research, how the share taken up falls with the amount of peptide and with a large tumour."""
    c = {name: constant.value for name, constant in base.constants.items()}
    labelled = labelled_amount_nmol(c["prrt_cycle_gbq"] * 1000, c["lu177_decay_per_min"])
    hours = np.linspace(0, 168, 85)
    courses = ((c["peptide_nmol"], ILLUSTRATED_TUMOUR_L), (2 * c["peptide_nmol"], ILLUSTRATED_TUMOUR_L), (c["peptide_nmol"], 1.0))
    usual, twice, sink = (shares(c, peptide, tumour_l, hours) for peptide, tumour_l in courses)
    ratio, ends = ratio_of_twice_the_peptide(c), over_the_ranges(base.constants, c)
    rows: list[dict[str, Any]] = []
    lines = []
    for place, organ in enumerate(organs(c, ILLUSTRATED_TUMOUR_L)):
        parts = [f"{100 * float(found[place].max()):.1f} %" for found in (usual, twice, sink)]
        words = f"peak share {parts[0]}; with twice the peptide {parts[1]}; beside a tumour of 1 L {parts[2]}"
        rows.append({"what": organ.name, "text": words})
        lines.append({"label": organ.name, "x": hours.tolist(), "y": (100 * usual[place]).tolist()})
    text = (
        f"Illustration: the receptors saturate, with twice the peptide a tumour of {ILLUSTRATED_TUMOUR_L:g} L takes up {ratio:.2f} "
        "of the share it had; a large tumour takes from the rest."
    )
    return Estimate(
        "prrt_receptor_model",
        option,
        "Receptors that saturate",
        GIVEN,
        float(f"{ratio:.3g}"),
        "of the usual share",
        (float(f"{ends[0]:.3g}"), float(f"{ends[1]:.3g}")),
        f"90 % of {DRAWS} draws over the stated ranges of peptide, distribution volume and kidney receptors; the rates have no range",
        text,
        method="compartments: plasma, bound, internalised, excreted; labelled and unlabelled compete; Monte Carlo over the ranges",
        inputs={"peptide_nmol": c["peptide_nmol"], "labelled_nmol": float(f"{labelled:.3g}"), "tumour_l": ILLUSTRATED_TUMOUR_L},
        assumptions=(
            "rates of a PSMA ligand, not of DOTATATE",
            "one well-mixed distribution volume (recall)",
            "no rebinding of what is released",
        ),
        cannot_say="What any organ or tumour of this patient takes up",
        validity="illustration only",
        research=True,
        sources=cite(base, "psma_binding_l_per_nmol_min", "sstr_spleen_nmol", *VARIED),
        rows=tuple(rows),
        curves={
            "kind": "uptake",
            "title": "Share taken up (illustration)",
            "says": text,
            "x": {"label": "hours", "low": 0},
            "y": {"label": "% of the given, decay-corrected", "low": 0},
            "lines": lines,
        },
    )
