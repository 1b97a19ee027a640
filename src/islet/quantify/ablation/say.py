"""Say what was computed of an ablation as estimates: numbers with their range, words for both readers, data for a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from islet.estimate.model import GIVEN, Estimate
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.quantify.ablation.parameters import Criterion
from islet.quantify.ablation.passes import Pass, limits_of
from islet.quantify.ablation.reach import Reached

NAMES = {
    "ablation_zone": "Ablation zone, short axis",
    "ablation_zone_long": "Ablation zone, long axis",
    "ablation_zone_volume": "Ablation zone, volume",
    "ablation_coverage": "Share of the lesion inside the zone",
    "ablation_coverage_margin": "Share of the lesion with its margin inside the zone",
}
METHOD = (
    "Pennes' bioheat equation with the electric field of the needle; conductivity rises with temperature, boiling as a heat of "
    "vaporisation, perfusion stops in coagulated tissue; death by equivalent minutes at 43 °C and by Arrhenius damage"
)
RANGE = (
    "span over the criteria of cell death and over perfusion (1 to 3 times the organ's) and electrical conductivity of the tumour; "
    "not a confidence interval"
)
CANNOT_SAY = "Whether the tumour is cured or every cell in the zone is dead; nor where vessels, cysts or movement bend the zone."
ASSUMPTIONS = (
    "the lesion is a ball; tumour and organ are one uniform tissue far from large vessels",
    "no database holds this tumour: heat properties of the organ, perfusion and electrical conductivity as ranges",
    "no Arrhenius pair of pancreas is known: the pair of liver is used, which kills early below 55 °C",
    "the needle stays where it is; passes follow each other, one minute of cooling after each",
)
LARGEST_MM = 50.0


class Sayer:
    """Make the estimates of one option, with what they all share: method, validity range, sources."""

    def __init__(self, option: str, organ: str, base: KnowledgeBase) -> None:
        self.option = option
        other = "ablation_liver_" if organ == "pancreas" else "ablation_pancreas_"
        used = [c for name, c in base.constants.items() if name.startswith("ablation_") and not name.startswith(other)]
        own: list[dict[str, Any]] = next((c["sources"] for c in base.estimates.get(option, ()) if c["id"] == "ablation_zone"), [])
        self.sources = tuple(sources_json(joined([*own, *(source for constant in used for source in constant.sources)]), base))
        ranges = ", ".join(f"{name} {low:g} to {high:g} {unit}" for name, (low, high, unit) in limits_of(option, base.constants).items())
        self.validity = f"one straight monopolar needle in the {organ}; {ranges}; lesion with its margin up to {LARGEST_MM:g} mm"

    def without(self, name: str, status: str, needs: Sequence[str] = (), because: str = "") -> Estimate:
        """Return an estimate without a number: what it needs, or why there is none."""
        return Estimate(
            name, self.option, NAMES[name], status, needs=tuple(needs), because=because, method=METHOD, validity=self.validity,
            cannot_say=CANNOT_SAY, sources=self.sources, research=True,
        )

    def given(
        self, name: str, value: float | None, interval: tuple[float, float], unit: str, text: str, plain: str, inputs: dict[str, Any],
        rows: tuple[dict[str, Any], ...] = (), curves: dict[str, Any] | None = None,
    ) -> Estimate:
        """Return an estimate with its number and range."""
        return Estimate(
            name, self.option, NAMES[name], GIVEN, value=value, unit=unit, interval=interval, interval_is=RANGE, text=text, plain=plain,
            method=METHOD, inputs=inputs, assumptions=ASSUMPTIONS, cannot_say=CANNOT_SAY, validity=self.validity, sources=self.sources,
            research=True, rows=rows, curves=curves,
        )

    def sizes(self, found: Reached, passes: Sequence[Pass], criteria: Sequence[Criterion], curves: dict[str, Any]) -> list[Estimate]:
        """Return short axis, long axis and volume; the value is the first criterion in the tissue taken first."""
        inputs, rows = _inputs(found, passes), _rows(found, criteria)
        every = [zone for zones in found.zones for zone in zones]
        short, long = first_and_span([z.short_mm for z in every], 1), first_and_span([z.long_mm for z in every], 1)
        volume = first_and_span([z.volume_ml for z in every], 2)
        return [
            self.given(
                "ablation_zone", *short, "mm",
                f"The planned needle coagulates a zone about {short[0]:.0f} mm across ({short[1][0]:g} to {short[1][1]:g} mm).",
                f"The needle would heat an area about {short[0]:.0f} mm wide; it could be {short[1][0]:.0f} to {short[1][1]:.0f} mm.",
                inputs, rows, curves,
            ),
            self.given(
                "ablation_zone_long", *long, "mm",
                f"Along the needle the zone is about {long[0]:.0f} mm long (in an animal experiment it was shorter).",
                f"Along the needle the heated area would be about {long[0]:.0f} mm long, perhaps less.", inputs,
            ),
            self.given(
                "ablation_zone_volume", *volume, "mL", f"The zone holds about {volume[0]:.1f} mL.",
                f"The heated area would hold about {volume[0]:.1f} mL, a teaspoon being 5 mL.", inputs,
            ),
        ]

    def share(self, name: str, shares: list[list[float]], margin_mm: float, inputs: dict[str, Any]) -> Estimate:
        """Return the share of a ball inside the zone; `shares` holds, zone by zone, one or two shares (two sizes of the lesion)."""
        low, high = (round(100 * end(share for ends in shares for share in ends)) for end in (min, max))
        first = sorted(round(100 * share) for share in shares[0])
        value = float(first[0]) if first[0] == first[-1] else None
        about = f"about {first[0]} %" if value is not None else f"{first[0]} to {first[-1]} %"
        around = f" with {margin_mm:g} mm around it" if margin_mm else ""
        return self.given(
            name, value, (float(low), float(high)), "%", f"Of the lesion{around}, {about} lies inside the zone ({low} to {high} %).",
            f"Of the tumour{around}, {about} would be heated enough; it could be {low} to {high} %. This is no promise of a cure.", inputs,
        )


def joined(sources: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each source once for each mark, with all its locators.

    >>> joined([{"source": "a", "verification": "recall", "locator": x} for x in ("p. 1", "p. 2")])
    [{'source': 'a', 'verification': 'recall', 'locator': 'p. 1; p. 2'}]
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for source in sources:
        key = (source["source"], source["verification"])
        known = found.get(key)
        found[key] = {**source, "locator": f"{known['locator']}; {source['locator']}" if known else source["locator"]}
    return list(found.values())


def first_and_span(values: Sequence[float], digits: int) -> tuple[float, tuple[float, float]]:
    """Return the first of some values and their least and greatest, rounded.

    >>> first_and_span([2.04, 1.0, 3.16], 1)
    (2.0, (1.0, 3.2))
    """
    return round(values[0], digits), (round(min(values), digits), round(max(values), digits))


def _inputs(found: Reached, passes: Sequence[Pass]) -> dict[str, Any]:
    needle = passes[0].electrode
    inputs: dict[str, Any] = {
        "passes": len(passes), "tip_mm": needle.tip_mm, "needle_mm": 2 * needle.radius_mm, needle.control: needle.setting,
        "seconds": needle.seconds, "current at the end, mA": round(found.end_current_ma), "hottest tissue, °C": round(found.hottest_c),
    }
    stopped = [f"pass {k + 1} after {seconds:.0f} s" for k, seconds in enumerate(found.stopped_s) if seconds is not None]
    return inputs | ({"stopped by impedance": ", ".join(stopped)} if stopped else {})


def _rows(found: Reached, criteria: Sequence[Criterion]) -> tuple[dict[str, Any], ...]:
    rows = []
    for k, criterion in enumerate(criteria):
        zone = found.zones[0][k]
        _, (low, high) = first_and_span([zones[k].short_mm for zones in found.zones], 1)
        rows.append({
            "what": criterion.name, "value": round(zone.short_mm, 1), "unit": "mm",
            "text": f"along the needle {zone.long_mm:.1f} mm, {zone.volume_ml:.2f} mL; across {low:g} to {high:g} mm over all tissues",
        })
    return tuple(rows)
