"""From the measurements of a case to estimates: what comes out, and what is refused with words that help."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from islet.case.reader import read_case
from islet.errors import InputError
from islet.estimate.model import Estimate
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge
from islet.plan.make import make_plan
from islet.present.quantify_pictures import picture
from islet.quantify.prrt.run import estimate
from islet.quantify.run import quantify_option

EXAMPLE = Path(__file__).parents[2] / "examples" / "prrt-dosimetry.yaml"
# vector T5 and T6 of the dossier: two points give half-life 50.88 h and 20 359 MBq h
HEAD = """
id: test
measurements:
  cycles: [{cycle: 1, administered_mbq: 7400}, {cycle: 2, administered_mbq: 7400}]
  regions:
    - {region: kidneys, kind: kidneys, mass_g: MASS MODEL}
    - {region: lesion_1, kind: lesion, mass_g: 20}
  activities:
"""
THREE = [(24, 200), (60, 122), (96, 75)]
ONE_TERM = [(1, 191.4), (4, 193.2), (24, 145.8), (48, 102.1), (96, 54.8), (168, 20.4)]


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load_knowledge(None)


def text(rows: list[tuple[Any, ...]], region: str = "kidneys", mass: str = "310", model: str = "", more: str = "") -> str:
    """Return a case with rows of (hours, MBq, by, cycle); the last two may be left out."""
    lines = []
    for row in rows:
        hours, mbq, by, cycle = (*row, "spect", 1)[:4] if len(row) < 3 else (*row, 1)[:4]
        lines.append(f"    - {{region: {region}, cycle: {cycle}, hours: {hours}, mbq: {mbq}, by: {by}}}")
    return HEAD.replace("MASS", mass).replace("MODEL", f", model: {model}" if model else "") + "\n".join(lines) + "\n" + more


def told(rows: list[tuple[float, float]], region: str, relative_sd: float) -> str:
    """Return a case with rows of (hours, MBq), each with its standard deviation."""
    return text([], region=region) + "".join(
        f"    - {{region: {region}, cycle: 1, hours: {t}, mbq: {a:.6g}, sd_mbq: {relative_sd * a:.4g}, by: spect}}\n" for t, a in rows
    )


def made(case: str | bytes, base: KnowledgeBase) -> dict[str, Estimate]:
    data = case.encode() if isinstance(case, str) else case
    found = estimate(read_case(data, "case.yaml", base.space.dictionary), "prrt", base, lambda what, share: None)
    return {one.id: one for one in found}


@pytest.fixture(scope="module")
def example(base: KnowledgeBase) -> dict[str, Estimate]:
    return made(EXAMPLE.read_bytes(), base)


def test_the_example_gives_every_row_of_the_room(example: dict[str, Estimate]) -> None:
    given = {name for name, one in example.items() if one.status == "given"}
    assert given == {
        "prrt_dose_kidneys",
        "prrt_dose_spleen",
        "prrt_dose_lesion_1",
        "prrt_dose_lesion_2",
        "prrt_cycles_remaining",
        "prrt_lesion_course",
        "prrt_response",
        "prrt_decay",
        "prrt_receptor_model",
    }
    assert example["prrt_dose_marrow"].status == "needs"
    assert example["prrt_dose_marrow"].needs == ("measurements.s_values",)


def test_every_estimate_has_unit_source_validity_and_words(example: dict[str, Estimate]) -> None:
    for one in example.values():
        if one.status != "given":
            continue
        assert one.sources and one.validity and one.method and one.cannot_say and one.text, one.id
        assert one.unit or one.value is None, one.id
        assert all(source["verification"] and source["locator"] for source in one.sources), one.id
        if isinstance(one.value, float) and one.interval:
            assert one.interval[0] <= one.value <= one.interval[1], one.id
            assert one.interval_is, one.id


def test_the_truth_behind_the_simulated_example_lies_in_its_intervals(example: dict[str, Estimate]) -> None:
    # the curves the example was drawn from: amplitude MBq, half-life h, second amplitude MBq, its half-life h; mass g
    drawn = {
        "kidneys": (185, 52, 60, 5, 298, (1, 0.97)),
        "spleen": (150, 66, 40, 6, 182, (1, 1)),
        "lesion_1": (310, 78, -310, 2.5, 96, (1, 0.88)),
        "lesion_2": (64, 71, -64, 3, 18.5, (1, 0.85)),
    }
    for name, (a, slow, b, fast, mass, scale) in drawn.items():
        second = [b, b] if b > 0 else [b * s for s in scale]
        tia = sum((a * s * slow + extra * fast) / math.log(2) for s, extra in zip(scale, second, strict=True))
        dose = tia * 0.08532 / mass  # dossier §1
        low, high = example[f"prrt_dose_{name}"].interval or (0, 0)
        assert low <= dose <= high, name


def test_the_chance_of_passing_a_limit_rises_with_every_cycle(example: dict[str, Estimate]) -> None:
    for row in example["prrt_cycles_remaining"].rows:
        assert row["chances"] == sorted(row["chances"])
        assert all(0 <= chance <= 1 for chance in row["chances"])
    limits = {row["limit_gy"]: row["chances"][-1] for row in example["prrt_cycles_remaining"].rows if "BED" in row["what"]}
    assert limits[27] >= limits[28] >= limits[40]


def test_pictures_are_drawn_from_plain_lists(example: dict[str, Estimate]) -> None:
    kinds = set()
    for one in example.values():
        if one.curves:
            kinds.add(one.curves["kind"])
            again = json.loads(json.dumps({**one.as_json(), "curves": one.curves}, allow_nan=False))
            assert (picture(again) or "").startswith("<svg")
    assert kinds == {"time_activity", "dose_per_cycle", "decay", "uptake"}


def test_research_is_marked(example: dict[str, Estimate]) -> None:
    assert {name for name, one in example.items() if one.research} == {"prrt_response", "prrt_receptor_model"}


def test_without_measurements_the_population_stands_in_and_says_so(base: KnowledgeBase) -> None:
    found = made("id: empty", base)
    assert set(found) == {"prrt_cycles_population", "prrt_decay", "prrt_receptor_model"}
    assert found["prrt_cycles_population"].text.startswith("Kidneys not measured in this patient. With 29.6 GBq")
    spect, other, planar = found["prrt_cycles_population"].rows
    assert "planar" in planar["what"] and "11.2 ± 5.6 Gy" in spect["text"] and "12.7 ± 3.8 Gy" in other["text"]  # dossier §4 x 29.6


def test_the_population_is_a_share_with_the_span_of_the_series(base: KnowledgeBase) -> None:
    found = made("id: empty", base)["prrt_cycles_population"]
    # independent: 400,000 lognormal patients of the published means and sd (dossier §4), four times 7.4 GBq, BED 28 Gy (§5)
    random, g = np.random.default_rng(5), 2.8 / (2.8 + 51)
    shares = []
    for mean, sd in ((0.38, 0.19), (0.43, 0.13)):
        log_sd = math.sqrt(math.log(1 + (sd / mean) ** 2))
        each = 7.4 * np.exp(random.normal(math.log(mean) - log_sd**2 / 2, log_sd, 400_000))
        shares.append(100 * float((4 * each * (1 + g * each / 2.6) > 28).mean()))
    assert found.value == pytest.approx(shares[0], abs=0.1)
    assert found.interval == pytest.approx((min(shares), max(shares)), abs=0.1)
    assert found.unit == "% of other patients" and "stricter" in found.text


def test_twice_the_peptide_gives_a_tumour_a_smaller_share_for_research(example: dict[str, Estimate]) -> None:
    found = example["prrt_receptor_model"]
    low, high = found.interval or (0.0, 0.0)
    assert isinstance(found.value, float) and 0.5 < low < found.value < high < 1  # twice the peptide cannot give less than half the share
    assert found.research and "Gy" not in found.text


def test_kidneys_measured_apart_are_held_against_the_limits_by_the_one_that_got_more(base: KnowledgeBase) -> None:
    regions = "    - {region: left, kind: kidneys, mass_g: 150}\n    - {region: right, kind: kidneys, mass_g: 160}\n"
    rows = "".join(
        f"    - {{region: {name}, cycle: 1, hours: {t}, mbq: {a * 2 ** (-t / 51):.5g}, by: spect}}\n"
        for name, a in (("left", 80), ("right", 200))
        for t in (24, 72, 120)
    )
    case = f"id: apart\nmeasurements:\n  cycles: [{{cycle: 1, administered_mbq: 7400}}]\n  regions:\n{regions}  activities:\n{rows}"
    found = made(case, base)["prrt_cycles_remaining"]
    dose = 200 * 51 / math.log(2) * 0.08532 / 160  # dossier §1
    assert float(re.search(r"so far ([\d.]+) Gy", found.text)[1]) == pytest.approx(dose, rel=0.01)  # type: ignore[index]
    assert any("right, which got more" in words for words in found.assumptions)


@pytest.mark.parametrize(
    "rows",
    [
        [(1, 187), (3, 97.3), (5, 50.7)],  # days for hours
        [(24, 0.187), (72, 0.0973), (120, 0.0507)],  # GBq for MBq
        [(24, 1299), (72, 676), (120, 352)],  # seven times as much
    ],
)
def test_a_kidney_dose_far_from_that_of_others_asks_for_the_units(rows: list[tuple[float, float]], base: KnowledgeBase) -> None:
    assert "0.27 to 0.91 Gy/GBq: check units" in made(text(rows), base)["prrt_dose_kidneys"].text
    assert "check units" not in made(text([(24, 187), (72, 97.3), (120, 50.7)]), base)["prrt_dose_kidneys"].text


def test_lesions_the_source_left_out_get_no_further_dose(base: KnowledgeBase) -> None:
    small = made(text(THREE, region="lesion_1").replace("mass_g: 20", "mass_g: 3"), base)["prrt_lesion_course"].rows
    assert "8 cm3" in small[0]["text"] and "least_gy" not in small[0]
    third = made(text(THREE, region="lesion_1") + "cells: {who_grade: G3}\n", base)["prrt_lesion_course"]
    assert (third.status, third.rows) == ("outside", ()) and "grade 1 and 2 only" in third.because


def test_what_a_region_or_method_asks_for_is_said(base: KnowledgeBase) -> None:
    liver = made(text(THREE).replace("kind: kidneys", "kind: liver"), base)["prrt_dose_kidneys"]
    assert any("lesions inside the organ" in words for words in liver.assumptions)
    planar = made(text([(t, a, "planar") for t, a in THREE]), base)["prrt_dose_kidneys"]
    assert any("60 %" in words for words in planar.assumptions)


def test_a_contradicted_curve_through_few_points_takes_all_of_them_or_a_wider_interval(base: KnowledgeBase) -> None:
    told = "".join(
        f"    - {{region: lesion_1, cycle: 1, hours: {t}, mbq: {a}, sd_mbq: {0.03 * a:.4g}, by: spect}}\n"
        for t, a in ((1, 320), (6, 218), (48, 104), (120, 39))  # 200 MBq of 51 h and 140 MBq of 4 h, rounded
    )
    row = made(text([], region="lesion_1") + told, base)["prrt_dose_lesion_1"].rows[0]
    assert row["model"] == "bi" and "none is left over to test this one" in row["text"]
    assert row["tia_mbq_h"] == pytest.approx((200 * 51 + 140 * 4) / math.log(2), rel=0.05)


def test_three_points_give_the_dose_of_vector_t5(base: KnowledgeBase) -> None:
    found = made(text(THREE), base)["prrt_dose_kidneys"]
    assert found.value == pytest.approx(20359 * 0.08532 / 310, rel=0.01)  # 122.5 MBq at 60 h would be the exact curve
    assert found.rows[0]["half_life_h"] == pytest.approx(50.88, rel=0.01)


def test_a_table_of_s_values_takes_the_place_of_electron_energy(base: KnowledgeBase) -> None:
    table = "  s_values:\n    - {target: kidneys, source: kidneys, mgy_per_mbq_s: 7.76e-5, mass_g: 310, reference: a table}\n"
    found = made(text([(24, 200), (96, 75)], more=table), base)["prrt_dose_kidneys"]
    assert found.value == pytest.approx(20359 * 3600 * 7.76e-8, rel=1e-3)


def test_marrow_needs_an_s_of_its_own_and_adds_cross_dose(base: KnowledgeBase) -> None:
    blood = "  blood_samples:\n" + "".join(
        f"    - {{cycle: 1, hours: {t}, kbq_per_ml: {6 * 2 ** (-t / 30):.5g}}}\n" for t in (2, 8, 24, 48)
    )
    table = (
        "  s_values:\n    - {target: red_marrow, source: red_marrow, mgy_per_mbq_s: 1.15e-5, mass_g: 1170, reference: a table}\n"
        "    - {target: red_marrow, source: kidneys, mgy_per_mbq_s: 3.35e-8, reference: a table}\n"
    )
    found = made(text(THREE, more=blood + table), base)["prrt_dose_marrow"]
    own = 0.006 * 30 / math.log(2) / 1.06 * 1170 * 3600 * 1.15e-8
    cross = 20359 * 3600 * 3.35e-11
    assert found.value == pytest.approx(own + cross, rel=0.01)
    assert "no cycle is to be withheld" in found.cannot_say


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (text([(24, 200), (24, 190), (96, 75)]), r"case.yaml:\d+: measurements.activities.hours: found 24 h after 24 h"),
        (text([(96, 75), (24, 200)]), r"measurements.activities.hours: found 24 h after 96 h.*rise"),
        (text(THREE, mass="0"), r"case.yaml:\d+: measurements.regions.mass_g: found a mass of 0 g"),
        (text([(24, 9000), (96, 75)]), r"found 9000 MBq in kidneys after 24 h, of 7400 MBq given; at most 6667 MBq are left.*kBq"),
        (text([(24, 200), (96, 0)]), "found 0 MBq; expected an activity above zero"),
        (text([(2400, 200)]), "2400"),
        (text([(24, 200)], region="kidney"), 'unknown region "kidney"; did you mean "kidneys"'),
        (text([(24, 200, "spect", 3)]), "cycle 3 was not given; expected one of 1, 2"),
        (text(THREE).replace("mbq: 122,", "mbq: 122, sd_mbq: 4,"), "found sd_mbq in some rows"),
        (text([(24, 200, "spekt")]), "spekt"),
        (text(THREE, more="  blood_samples:\n    - {cycle: 1, hours: 1, kbq_per_ml: 78350}\n"), "at most 7400 kBq/mL.*in one litre: Bq/mL"),
        (
            text([(24, 4000)]) + "    - {region: lesion_1, cycle: 1, hours: 24, mbq: 4000, by: spect}\n",
            "found 8000 MBq in all regions together after 24 h.*regions that overlap",
        ),
    ],
)
def test_measurements_that_cannot_be_are_refused(case: str, words: str, base: KnowledgeBase) -> None:
    with pytest.raises(InputError) as raised:
        made(case, base)
    assert re.search(words, str(raised.value)), str(raised.value)


@pytest.mark.parametrize(
    ("case", "status", "words"),
    [
        (text([(4, 100), (24, 150), (96, 220)]), "failed", "still rises at the last measurement"),
        (text([(24, 200), (60, 122), (96, 75)], model="bi"), "failed", "has 4 parameters and there are 3 points; 5 would do"),
        (text([(24, 200, "spect"), (60, 122, "planar"), (96, 75, "spect")]), "outside", "partly planar, partly SPECT"),
        (text([(24, 200, "spect", 1), (96, 75, "spect", 1), (24, 100, "planar", 2), (96, 40, "planar", 2)]), "outside", "planar"),
        (text([(24, 200)]), "outside", r"between \d+ and \d+ h"),
        (text(ONE_TERM, model="bi"), "failed", "did not converge: the points hold one exponential"),
    ],
)
def test_what_cannot_be_computed_is_no_number(case: str, status: str, words: str, base: KnowledgeBase) -> None:
    found = made(case, base)["prrt_dose_kidneys"]
    assert (found.status, found.value, found.interval) == (status, None, None)
    assert re.search(words, found.because), found.because


def test_a_lesion_below_the_sphere_model_is_no_number(base: KnowledgeBase) -> None:
    found = made(text(THREE, region="lesion_1").replace("mass_g: 20", "mass_g: 0.02"), base)["prrt_dose_lesion_1"]
    assert (found.status, found.value) == ("outside", None)
    assert "from 0.03 g" in found.because


def test_exactly_as_many_points_as_parameters_give_no_interval_of_the_curve(base: KnowledgeBase) -> None:
    lesion = made(text([(24, 200), (96, 75)], region="lesion_1"), base)["prrt_dose_lesion_1"]
    assert lesion.value is not None and lesion.interval is None
    assert "no point is left over" in lesion.rows[0]["text"]


def test_late_points_give_a_lesion_no_interval_and_the_kidneys_the_published_one(base: KnowledgeBase) -> None:
    late = [(t, 200 * 2 ** (-t / 51)) for t in (24, 72, 120, 168)]
    lesion = made(told(late, "lesion_1", 0.05), base)["prrt_dose_lesion_1"]
    assert lesion.value is not None and lesion.interval is None
    assert "would not be seen: a point at 4 h would do" in lesion.rows[0]["text"]
    published = 1.645 * math.sqrt(math.log1p(0.13**2))  # dossier T4
    for rows, relative_sd in ((late, 0.05), (late[:3], 0.3)):
        kidneys = made(told(rows, "kidneys", relative_sd), base)["prrt_dose_kidneys"]
        assert kidneys.value is not None and kidneys.interval is not None
        assert "no interval" in kidneys.rows[0]["text"]
        reach = math.log(kidneys.value / kidneys.interval[0])
        assert reach == pytest.approx(published, rel=0.01) if relative_sd < 0.1 else reach > 1.2 * published


def test_one_later_point_uses_the_half_life_of_the_patients_own_cycle(base: KnowledgeBase) -> None:
    both = made(text([*((t, a, "spect", 1) for t, a in THREE), (24, 180, "spect", 2)]), base)["prrt_dose_kidneys"]
    assert both.rows[1]["model"] == "madsen"
    assert both.rows[1]["half_life_h"] == pytest.approx(both.rows[0]["half_life_h"], rel=1e-3)


def test_one_point_at_a_good_time_gives_haenscheids_dose_with_the_error_of_the_half_life(base: KnowledgeBase) -> None:
    found = made(text([(72, 100)]), base)["prrt_dose_kidneys"]
    assert found.value == pytest.approx(0.2462 * 100 / 310 * 72, rel=0.002)  # dossier §3: 0.2462 Gy g/(MBq h) x C x t
    low, high = found.interval or (0, 0)
    assert low < found.value * 0.8 and high > found.value * 1.2  # never narrower than the published 19 %


def test_a_contraindicated_patient_keeps_what_was_measured_and_gets_no_count_of_further_cycles(base: KnowledgeBase) -> None:
    def silent(_: str, __: float) -> None:
        return None

    text = EXAMPLE.read_text(encoding="utf-8")
    for pregnant in (False, True):
        told = text.replace("\nhealth:", "\nhealth:\n  pregnant: true", 1) if pregnant else text
        assert not pregnant or told != text
        case = read_case(told.encode(), "case.yaml", base.space.dictionary)
        option = next(o for o in make_plan(case, base).options if o.id == "prrt")
        made = {e["id"]: e for e in quantify_option(option, case, base, silent)}
        assert (option.verdict == "contraindicated") is pregnant
        remaining = made["prrt_cycles_remaining"]
        assert (remaining["status"] != "given") is pregnant
        if pregnant:
            assert "contraindicated" in remaining["because"]
            assert any(e["status"] == "given" for name, e in made.items() if name.startswith("prrt_dose"))
