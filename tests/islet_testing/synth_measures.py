"""What the published margins measure, read off a synthetic table without any of the generator's code."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import Any

Row = Mapping[str, Any]


def measured(measure: str, rows: list[Row]) -> dict[str, float]:
    """Return the share of each part of a margin among the rows that tell it."""
    if measure == "median_age":
        return {"value": median(row["health.age_years"] for row in rows)}
    if measure == "missing":
        counts = ("cells.ki67_percent", "cells.mitoses_per_2mm2")
        return {fact: _share(rows, lambda row, fact=fact: row[fact] is None) for fact in counts}
    if measure == "distant_sites":
        far = [row for row in rows if row["extent.m"] == "M1"]
        listed = [row for row in far if row["extent.extrahepatic"] is not None]
        imaged = [row for row in far if row["extent.liver_mets"] is not None]
        sites = ("node", "bone", "lung", "peritoneum", "brain")
        shares = {site: _share(listed, lambda row, site=site: site in row["extent.extrahepatic"]) for site in sites}
        return {**shares, "liver": _share(imaged, lambda row: row["extent.liver_mets"])}
    small = [row for row in rows if row["extent.size_mm"] is not None and row["extent.size_mm"] <= 20]
    told = {
        "stage": (rows, _stage), "grade": (rows, lambda row: {"NEC": "G3"}.get(row["cells.who_grade"], row["cells.who_grade"])),
        "nodes": (rows, lambda row: row["extent.n"]), "nodes_if_to_20": (small, lambda row: row["extent.n"]),
        "spread": (rows, lambda row: row["extent.m"]), "spread_if_to_20": (small, lambda row: row["extent.m"]),
        "size_to_20": (rows, lambda row: None if row["extent.size_mm"] is None else "yes" if row["extent.size_mm"] <= 20 else "no"),
        "site": (rows, lambda row: SIDES.get(row["extent.primary_site"])),
        "hormone": (rows, lambda row: row["cells.hormone"] if row["cells.hormone"] in (None, "none", "insulin", "gastrin") else "rest"),
        "functioning": (rows, lambda row: {None: None, "none": "no"}.get(row["cells.hormone"], "yes")),
        "men1": (rows, lambda row: {None: None, "men1": "yes"}.get(row["cells.hereditary"], "no")),
        "other_syndromes": (rows, lambda row: row["cells.hereditary"]),
        "female": (rows, lambda row: "yes" if row["health.sex"] == "female" else "no"),
    }
    among, word = told[measure]
    words = [word(row) for row in among]
    known = [found for found in words if found is not None]
    return {found: known.count(found) / len(known) for found in set(known)}


SIDES = {"head": "head", "uncinate": "head", "neck": "head", "body": "body_tail", "tail": "body_tail"}


def _stage(row: Row) -> str | None:
    """Return the stage by T, N and M alone (AJCC 8: I is T1, II is T2 or T3, III is T4 or N1, IV is M1)."""
    t, n, m = row["extent.t"], row["extent.n"], row["extent.m"]
    if t is None or n is None or m is None:
        return None
    if m == "M1":
        return "IV"
    if n == "N1" or t == "T4":
        return "III"
    return "I" if t == "T1" else "II"


def _share(rows: list[Row], holds: Any) -> float:
    return sum(bool(holds(row)) for row in rows) / len(rows)
