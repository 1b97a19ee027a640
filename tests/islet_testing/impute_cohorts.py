"""Cohorts made by hand for the tests of imputing: whole patients who keep every link, with a dependence that is known."""

from __future__ import annotations

import numpy as np

from islet.case.cells import cell_of_number
from islet.registry.by_case import decide_by_case
from islet.registry.model import Coded
from islet_testing.bases import own_base


def coded_from(columns, base, hidden=None):
    """Return columns (variable name -> numbers or words, None or NaN unknown) as a batch; `hidden` (name -> mask) hides cells."""
    space = base.space
    rows = len(next(iter(columns.values())))
    masks, numbers = {}, {}
    for name, values in columns.items():
        variable = space.variables[space.place[name]]
        away = np.zeros(rows, bool) if hidden is None or name not in hidden else hidden[name]
        if variable.kind == "number":
            values = np.where(away, np.nan, np.asarray(values, float))
            distinct, back = np.unique(values, return_inverse=True)
            cells = [variable.full if np.isnan(value) else cell_of_number(value, variable.cuts) for value in distinct]
            masks[variable.number] = np.array(cells, np.uint32)[back]
            numbers[name] = (values, values.copy())
        else:
            cells = {word: 1 << place for place, word in enumerate(variable.words)} | {None: variable.full}
            mask = np.array([cells[value] for value in values], np.uint32)
            masks[variable.number] = np.where(away, np.uint32(variable.full), mask)
    return Coded(rows, masks, numbers)


def yes(flags):
    """Return truth values as the words of a yes/no fact."""
    return np.where(flags, "yes", "no").tolist()


def registry(rows, seed, history=True):
    """Return the columns of whole patients with dependences between size, grade, spread and health; every link holds."""
    rng = np.random.default_rng(seed)
    u = rng.random
    size = np.round(np.exp(rng.normal(3.1, 0.7, rows)).clip(4, 180))
    well = u(rows) < 0.93
    ki67 = np.where(well, np.round(np.exp(rng.normal(0.6 + size / 90, 0.9, rows)).clip(0.5, 50), 1), np.round(40 + 50 * u(rows)))
    mitoses = np.round(ki67 * (0.3 + 0.6 * u(rows)))
    invasion = u(rows) < 0.05 + 0.15 * (size > 40)
    t = np.where(invasion, "T3", np.where(size <= 20, "T1", np.where(size <= 40, "T2", "T3")))
    nodes = u(rows) < 1 / (1 + np.exp(3 - size / 25 - (ki67 > 3)))
    liver = u(rows) < 1 / (1 + np.exp(3.2 - size / 30 - ki67 / 15))
    bone, lung = liver & (u(rows) < 0.12), u(rows) < 0.03
    spread = liver | bone | lung
    count = np.where(liver, 1 + np.floor(15 * u(rows) ** 2), 0)
    burden = np.where(liver, np.round(1 + 70 * u(rows) ** 2), 0)
    krenning = np.where(ki67 > 20, np.floor(3 * u(rows)), 2 + np.floor(3 * u(rows)))
    age = np.round(rng.normal(60, 12, rows).clip(20, 92))
    female = u(rows) < 0.48
    ecog = np.floor(4 * u(rows) ** (3 - age / 60))
    creatinine = np.round(np.exp(rng.normal(4.35 + (age - 60) / 150, 0.25, rows)).clip(30, 600))
    resected = ~spread & (u(rows) < 0.5)
    progression = np.where(u(rows) < 0.5, "stable", "progressive")
    columns = {
        "cells.differentiation": np.where(well, "well", "poor").tolist(), "cells.ki67_percent": ki67, "cells.mitoses_per_2mm2": mitoses,
        "cells.hormone": rng.choice(["none", "insulin", "gastrin"], rows, p=[0.8, 0.12, 0.08]).tolist(),
        "cells.sstr_krenning": krenning, "cells.sstr_result": np.where(krenning >= 2, "positive", "negative").tolist(),
        "cells.hereditary": rng.choice(["none", "men1", "vhl"], rows, p=[0.9, 0.07, 0.03]).tolist(),
        "extent.primary_site": rng.choice(["head", "body", "tail"], rows).tolist(), "extent.primary_in_situ": yes(~resected),
        "extent.size_mm": size, "extent.t": np.where(resected & (u(rows) < 0), "T0", t).tolist(),
        "extent.n": np.where(nodes, "N1", "N0").tolist(), "extent.m": np.where(spread, "M1", "M0").tolist(),
        "extent.liver_mets": yes(liver), "extent.liver_count": count, "extent.liver_burden_percent": burden,
        "extent.extrahepatic.bone": yes(bone), "extent.extrahepatic.lung": yes(lung),
        **{f"extent.extrahepatic.{site}": ["no"] * rows for site in ("node", "peritoneum", "brain", "other")},
        "extent.adjacent_organ_invasion": yes(invasion), "extent.primary_resectable": yes(u(rows) < 0.9 - 0.3 * spread),
        "extent.vascular": rng.choice(["none", "abutment"], rows, p=[0.85, 0.15]).tolist(),
        "extent.progression": progression.tolist(), "extent.stable_months": np.where(progression == "stable", np.floor(24 * u(rows)), 0),
        "health.age_years": age, "health.sex": np.where(female, "female", "male").tolist(), "health.ecog": ecog,
        "health.creatinine_umol_l": creatinine, "health.weight_kg": np.round(rng.normal(75, 14, rows).clip(40, 150)),
        "health.height_cm": np.round(rng.normal(170, 9, rows)), "health.bilirubin_umol_l": np.round(np.exp(rng.normal(2.3, 0.5, rows)), 1),
        "health.albumin_g_l": np.round(rng.normal(41, 5, rows).clip(20, 55)), "health.inr": np.round(1 + 0.3 * u(rows) ** 3, 1),
        "health.haemoglobin_g_l": np.round(rng.normal(132, 16, rows)),
        "health.platelets_10e9_l": np.round(rng.normal(240, 70, rows).clip(20)),
        "health.neutrophils_10e9_l": np.round(rng.normal(4.2, 1.3, rows).clip(0.5), 1), "health.ascites": ["none"] * rows,
        "health.fit_for_major_surgery": yes(u(rows) < 0.95 - 0.2 * ecog), "health.pregnant": ["no"] * rows,
        "health.comorbidities.diabetes": yes(u(rows) < 0.2), "health.comorbidities.heart_failure": yes(u(rows) < 0.06),
    }
    if history:
        columns |= _history(rng, rows, base_rate=0.05 + 0.3 * spread, resected=resected, space_options=OPTIONS)
    return columns


OPTIONS = (
    "surveillance", "enucleation", "distal_pancreatectomy", "prrt", "everolimus", "sunitinib", "tace", "tare", "captem", "ssa",
    "hormone_control", "platinum_etoposide", "liver_resection", "other_systemic", "clinical_trial",
)


def _history(rng, rows, base_rate, resected, space_options):
    found = {}
    for option in space_options:
        tried = resected & (rng.random(rows) < 0.7) if option == "distal_pancreatectomy" else rng.random(rows) < base_rate
        progressed = tried & (rng.random(rows) < 0.4)
        found[f"history.tried.{option}"] = yes(tried)
        found[f"history.progressed_on.{option}"] = yes(progressed)
        found[f"history.not_tolerated.{option}"] = yes(tried & ~progressed & (rng.random(rows) < 0.1))
        found[f"history.controlled_by.{option}"] = yes(tried & ~progressed & (rng.random(rows) < 0.6))
    return found


def holes(columns, seed, share):
    """Return for each column which patients are not known, at random, the share between half and one and a half of `share`."""
    rng = np.random.default_rng([seed, 7])
    rows = len(next(iter(columns.values())))
    shares = {name: share * (0.5 + rng.random()) for name in columns}
    history = rng.random(rows) < share
    return {name: history if name.startswith("history.") else rng.random(rows) < shares[name] for name in columns}


def by_case_decider():
    """Return who decides: a plan's worth of deciding a patient, whatever the process."""
    base = own_base()
    return lambda coded: decide_by_case(coded, base)


def some(coded, rows):
    """Return some patients of a batch."""
    masks = {variable: mask[rows] for variable, mask in coded.masks.items()}
    numbers = {name: (low[rows], high[rows]) for name, (low, high) in coded.numbers.items()}
    return Coded(len(rows), masks, numbers)
