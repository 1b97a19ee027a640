"""From a case to the estimates of an ablation: what is missing is named, what cannot be is refused, nothing is promised."""

from __future__ import annotations

import json
from typing import Any

import pytest

from islet.case.reader import read_case
from islet.errors import InputError
from islet.estimate.model import Estimate
from islet.knowledge.base import KnowledgeBase
from islet.quantify.ablation.parameters import assumed_tissues, criteria_of, metal_of
from islet.quantify.ablation.passes import passes_of
from islet.quantify.ablation.reach import Reach, reached
from islet.quantify.ablation.run import estimate
from islet_testing.places import ROOT

NEEDLE = {"for": "eus_rfa", "tip_mm": 10, "needle_mm": 1.07, "tip_temperature_c": 80, "seconds": 120}
SHORT = {**NEEDLE, "seconds": 5}


def quantified(base: KnowledgeBase, option: str = "eus_rfa", size: Any = 14, **measurements: Any) -> dict[str, Estimate]:
    content = {"id": "c", "extent": {"size_mm": size}, "measurements": measurements}
    case = read_case(json.dumps(content).encode(), "c.json", base.space.dictionary)
    return {found.id: found for found in estimate(case, option, base, lambda what, share: None)}


def test_without_a_needle_the_estimates_ask_for_it(base: KnowledgeBase) -> None:
    found = quantified(base)
    assert {e.status for e in found.values()} == {"needs"}
    assert {e.needs for e in found.values()} == {("measurements.ablation_passes",)}


def test_a_needle_of_another_option_is_not_used(base: KnowledgeBase) -> None:
    assert quantified(base, "liver_ablation", ablation_passes=[NEEDLE])["ablation_zone"].status == "needs"


def test_the_zone_is_a_range_over_criteria_and_tissues(base: KnowledgeBase) -> None:
    found = quantified(base, ablation_passes=[NEEDLE], ablation_margin_mm=2, ablation_vessel_mm=30)
    zone = found["ablation_zone"]
    assert zone.interval is not None and isinstance(zone.value, float) and zone.interval[0] < zone.value < zone.interval[1]
    assert [row["what"].split()[0] for row in zone.rows] == ["240", "Arrhenius", "Arrhenius"]
    assert zone.curves is not None and zone.curves["kind"] == "ablation_zone"
    lesion = next(shape for shape in zone.curves["outlines"] if shape["label"] == "lesion, 14 mm")
    assert max(lesion["x"]) == pytest.approx(7) and min(lesion["y"]) == pytest.approx(-7, abs=0.01)
    assert all(len(shape["x"]) == len(shape["y"]) > 10 for shape in zone.curves["outlines"])
    lesion, margin = found["ablation_coverage"], found["ablation_coverage_margin"]
    assert lesion.status == margin.status == "given"
    assert float(str(margin.value)) < float(str(lesion.value)) < 100
    assert all(e.research and "cured" in e.cannot_say and e.sources for e in found.values())


def test_a_size_known_in_part_gives_a_range_and_no_value(base: KnowledgeBase) -> None:
    found = quantified(base, size={"between": [8, 20]}, ablation_passes=[SHORT])["ablation_coverage"]
    assert (found.status, found.value) == ("given", None)
    assert found.interval is not None and found.interval[0] < found.interval[1]


def test_no_share_is_told_beside_a_vessel(base: KnowledgeBase) -> None:
    """Heat reaches 3.108 mm a decay length in pancreas (physics.md H3): within two of them the vessel cools the lesion's own edge."""
    near = quantified(base, ablation_passes=[SHORT], ablation_margin_mm=2, ablation_vessel_mm=3)
    assert {near[name].status for name in ("ablation_coverage", "ablation_coverage_margin")} == {"outside"}
    assert "within 6.2 mm" in near["ablation_coverage"].because


def test_no_margin_is_told_beside_a_vessel(base: KnowledgeBase) -> None:
    found = quantified(base, ablation_passes=[SHORT], ablation_margin_mm=2, ablation_vessel_mm=7)
    assert found["ablation_coverage"].status == "given"
    assert (found["ablation_coverage_margin"].status, found["ablation_coverage_margin"].value) == ("outside", None)
    assert "vessel 7 mm" in found["ablation_coverage_margin"].because


def test_an_unknown_vessel_is_never_no_vessel(base: KnowledgeBase) -> None:
    found = quantified(base, ablation_passes=[SHORT], ablation_margin_mm=2)["ablation_coverage_margin"]
    assert (found.status, found.needs) == ("needs", ("measurements.ablation_vessel_mm",))


def test_a_lesion_larger_than_the_model_gets_no_share_but_the_range(base: KnowledgeBase) -> None:
    found = quantified(base, size=80, ablation_passes=[SHORT])
    assert found["ablation_zone"].status == "given"
    assert found["ablation_coverage"].status == "outside" and "up to 50 mm" in found["ablation_coverage"].because


@pytest.mark.parametrize(("change", "words"), [
    ({"tip_mm": 1}, "tip_mm is 1 mm; the model is meant for 3 to 40 mm"),
    ({"seconds": 2}, "seconds is 2 s; the model is meant for 5 to 1800 s"),
    ({"tip_temperature_c": 120}, "tip_temperature_c is 120 °C; the model is meant for 50 to 105 °C"),
    ({"tip_temperature_c": None, "power_w": 90}, "power_w is 90 W; the model is meant for 1 to 50 W"),
    ({"aside_mm": 40}, "aside_mm is 40 mm; the model is meant for -25 to 25 mm"),
])
def test_outside_the_validity_range_there_is_no_number_only_the_range(base: KnowledgeBase, change: dict[str, Any], words: str) -> None:
    found = quantified(base, ablation_passes=[{**NEEDLE, **change}])
    assert {(e.status, e.value, e.interval, e.because) for e in found.values()} == {("outside", None, None, words)}
    assert "tip_mm 3 to 40 mm" in found["ablation_zone"].validity


@pytest.mark.parametrize(("change", "words"), [
    ({"tip_mm": 0}, "tip_mm"),
    ({"seconds": 0}, "seconds"),
    ({"tip_temperature_c": 30}, r"found a needle of 30 °C; expected more than body temperature \(37 °C\)"),
    ({"tip_temperature_c": None}, "the pass sets nothing; expected exactly one of tip_temperature_c, power_w, current_ma, voltage_v"),
    ({"power_w": 10}, "the pass sets tip_temperature_c and power_w"),
    ({"cooled": True}, "found a cooled needle held at a temperature"),
    ({"seconds": None}, 'the row has no "seconds"'),
])
def test_what_cannot_be_is_refused_with_its_place(base: KnowledgeBase, change: dict[str, Any], words: str) -> None:
    row = ", ".join(f"{name}: {json.dumps(value)}" for name, value in {**NEEDLE, **change}.items())
    with pytest.raises(InputError, match=words) as error:
        case = read_case(f"measurements:\n  ablation_passes:\n    - {{{row}}}\n".encode(), "c.yaml", base.space.dictionary)
        estimate(case, "eus_rfa", base, lambda what, share: None)
    assert (error.value.file, error.value.line) == ("c.yaml", 3)


def test_two_passes_reach_further_than_one(base: KnowledgeBase) -> None:
    tissues, criteria, metal = assumed_tissues(base.constants, "pancreas")[:1], criteria_of(base.constants)[:1], metal_of(base.constants)

    def reach(*aside_mm: float) -> Reach:
        content = {"measurements": {"ablation_passes": [{**NEEDLE, "seconds": 20, "aside_mm": x} for x in aside_mm]}}
        case = read_case(json.dumps(content).encode(), "c.json", base.space.dictionary)
        passes = passes_of(case, "eus_rfa", base.constants)
        return reached(passes, tissues, criteria, metal, [7.0], lambda share: None).zones[0][0]

    one, two = reach(0.0), reach(-3.0, 3.0)
    assert two.volume_ml > 1.3 * one.volume_ml
    assert two.shares[0] > one.shares[0]
    assert max(two.outline_mm[0]) - min(two.outline_mm[0]) > one.short_mm + 4.0


def test_a_run_tells_how_far_it_is_and_can_be_stopped(base: KnowledgeBase) -> None:
    told: list[float] = []

    def stop(what: str, share: float) -> None:
        told.append(share)
        if share > 0.1:
            raise KeyboardInterrupt

    content = {"extent": {"size_mm": 14}, "measurements": {"ablation_passes": [SHORT]}}
    case = read_case(json.dumps(content).encode(), "c.json", base.space.dictionary)
    with pytest.raises(KeyboardInterrupt):
        estimate(case, "eus_rfa", base, stop)
    assert told == sorted(told) and 0 < told[0] < 0.1


def test_the_shipped_example_says_that_it_is_synthetic_and_plans_a_needle(base: KnowledgeBase) -> None:
    file = ROOT / "examples" / "eus-rfa-needle.yaml"
    assert "Synthetic" in file.read_text().splitlines()[0]
    case = read_case(file.read_bytes(), str(file), base.space.dictionary)
    assert estimate(case, "liver_ablation", base, lambda what, share: None)[0].status == "needs"
    assert isinstance(case.measurements["ablation_passes"], list)
