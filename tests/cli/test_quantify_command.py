"""`islet quantify`: every estimate beside its verdict, pictures on request, bad input by name, results kept and nothing half-written."""

from __future__ import annotations

import json

import pytest

from islet_testing.command import run_islet
from islet_testing.places import ROOT

WHIPPLE = """
cells: {differentiation: well, ki67_percent: 2, mitoses_per_2mm2: 1, hormone: none}
extent: {primary_site: head, size_mm: 25, m: M0, n: N0, primary_in_situ: true, primary_resectable: true}
health: {weight_kg: 81, height_cm: 180}
measurements: {gland_texture: soft, pancreatic_duct_mm: 3, operation_approach: open}
"""


def quantify(case, folder, *words):
    file = folder / "case.yaml"
    file.write_text(case)
    return run_islet("quantify", file, *words, cwd=folder)


def test_every_estimate_carries_what_a_reader_needs_to_judge_it(tmp_path):
    done = quantify(WHIPPLE, tmp_path, "--format", "json")
    assert done.code == 0, done.err
    content = json.loads(done.out)
    assert content["schema"] == "islet.quantify/1"
    given = [e for option in content["options"] for e in option["estimates"] if e["status"] == "given"]
    assert len(given) > 10
    for estimate in given:
        assert estimate["sources"], estimate["id"]
        assert all(source["locator"] and source["verification"] for source in estimate["sources"])
        assert estimate["value"] is not None or estimate["interval"] is not None or estimate.get("rows")
        assert estimate["text"] and estimate["cannot_say"] and estimate["method"], estimate["id"]


def test_an_option_that_is_out_is_quantified_only_when_it_is_asked_for(tmp_path):
    everything = json.loads(quantify(WHIPPLE, tmp_path, "--format", "json").out)
    assert "distal_pancreatectomy" not in {option["id"] for option in everything["options"]}
    alone = json.loads(quantify(WHIPPLE, tmp_path, "distal_pancreatectomy", "--format", "json").out)["options"][0]
    assert alone["verdict"] == "not_indicated"
    assert alone["estimates"]


def test_the_plan_carries_the_formulas(tmp_path):
    (tmp_path / "case.yaml").write_text(WHIPPLE)
    plan = json.loads(run_islet("plan", tmp_path / "case.yaml", "--format", "json", cwd=tmp_path).out)
    option = next(option for option in plan["options"] if option["id"] == "pancreaticoduodenectomy")
    assert next(e for e in option["estimates"] if e["id"] == "fistula_a_frs")["value"] == 16


def test_the_same_case_gives_the_same_bytes(tmp_path):
    first = quantify(WHIPPLE, tmp_path, "--format", "json").out
    assert quantify(WHIPPLE, tmp_path, "--format", "json").out == first
    assert quantify(WHIPPLE, tmp_path, "--format", "html").out == quantify(WHIPPLE, tmp_path, "--format", "html").out


@pytest.mark.parametrize(("change", "words"), [
    ("pancreatic_duct_mm: 3", ("measurements.pancreatic_duct_mm: -1", "measurements.pancreatic_duct_mm", "0.5 to 30")),
    ("gland_texture: soft", ("gland_texture: sofft", 'did you mean "soft"')),
    ("pancreatic_duct_mm: 3", ("pancreatic_duct: 3", 'did you mean "pancreatic_duct_mm"')),
    ("gland_texture: soft", ("weight_kg: 80", 'belongs into the section "health"')),
])
def test_a_measurement_that_cannot_be_read_is_named(tmp_path, change, words):
    put, *expected = words
    done = quantify(WHIPPLE.replace(change, put.removeprefix("measurements.")), tmp_path, "-o", "out.json")
    assert done.code == 2
    assert "case.yaml:5" in done.err
    assert all(word in done.err for word in expected), done.err
    assert not (tmp_path / "out.json").exists()


def test_an_unknown_option_gets_the_nearest_one(tmp_path):
    done = quantify(WHIPPLE, tmp_path, "enucleaton")
    assert done.code == 2
    assert 'did you mean "enucleation"' in done.err


def test_an_emergency_gets_no_numbers(tmp_path):
    done = quantify("health: {emergency: [hormone_crisis]}", tmp_path)
    assert done.code == 0
    assert b"act now" in done.out
    assert b"How much" not in done.out


def test_every_shipped_example_can_be_quantified(tmp_path):
    for example in sorted((ROOT / "examples").glob("*-*.yaml")):
        page = tmp_path / f"{example.stem}.html"
        done = run_islet("quantify", example, "--format", "html", "-o", page, "--pictures", tmp_path, cwd=tmp_path)
        assert done.code == 0, (example.name, done.err)
