"""A patient that many tests of systemic treatments start from, as flat facts."""

from __future__ import annotations

from typing import Any

G2_AFTER_SSA: dict[str, Any] = {
    "differentiation": "well", "ki67_percent": 8, "mitoses_per_2mm2": 1, "m": "M1", "liver_mets": True, "progression": "progressive",
    "sstr_krenning": 3, "hormone": "none", "ecog": 1, "history": [{"option": "ssa", "response": "progression"}],
}
