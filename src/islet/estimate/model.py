"""One estimate as one frozen object: a number with its interval, or why there is none. Every face renders it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

GIVEN, NEEDS, OUTSIDE, FAILED, AVAILABLE = "given", "needs", "outside", "failed", "available"
STATUSES = (GIVEN, NEEDS, OUTSIDE, FAILED, AVAILABLE)


class Estimate(NamedTuple):
    """Hold what one calculator says of one patient.

    `status` is `given` (there is a value), `needs` (inputs are missing: `needs` names them), `outside` (the case lies
    outside the validity range: no number, and `because` names the range), `failed` (a computation did not converge:
    no number, `because` says what would do) or `available` (it can be had by `islet quantify`). `value` is a number, a
    word or None; `interval` the low and high end, `interval_is` what these ends are. `rows` is a table, `curves` the
    data of a picture. `research` marks what is for research only.
    """

    id: str
    option: str
    name: str
    status: str
    value: float | str | None = None
    unit: str = ""
    interval: tuple[float, float] | None = None
    interval_is: str = ""
    text: str = ""
    plain: str = ""
    method: str = ""
    inputs: Mapping[str, Any] = MappingProxyType({})
    needs: tuple[str, ...] = ()
    because: str = ""
    assumptions: tuple[str, ...] = ()
    cannot_say: str = ""
    validity: str = ""
    sources: tuple[dict[str, Any], ...] = ()
    research: bool = False
    rows: tuple[dict[str, Any], ...] = ()
    curves: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the estimate as the plan and `islet quantify` write it."""
        found = {
            "id": self.id, "name": self.name, "status": self.status, "value": self.value, "unit": self.unit,
            "interval": None if self.interval is None else list(self.interval), "interval_is": self.interval_is,
            "text": self.text, "plain": self.plain, "method": self.method, "inputs": dict(self.inputs), "needs": list(self.needs),
            "because": self.because, "assumptions": list(self.assumptions), "cannot_say": self.cannot_say,
            "validity": self.validity, "sources": list(self.sources), "research": self.research,
        }
        if self.rows:
            found["rows"] = list(self.rows)
        return found
