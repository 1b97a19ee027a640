"""The safety file cannot rot: every control exists, every hazard has one, every requirement has code, tests and hazards."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from islet.about.controls import read_control
from islet.about.hazards import STATUS, level, read_hazards
from islet.about.model_facts import read_model_facts
from islet.about.threats import KINDS, read_threats
from islet_testing.places import ROOT
from islet_testing.safety_pages import safety_pages, versions
from islet_testing.trace import all_controls, is_there, orphans, read_requirements

SCALE, HAZARDS = read_hazards()
MODEL, THREATS = read_threats()


def test_every_control_is_a_test_or_a_promise_that_exists():
    lost = [f"{entry}: {c.words}" for entry, c in all_controls() if not c.planned and not is_there(c)]
    assert not lost, "\n".join(lost)


def test_a_reserved_test_that_was_written_is_bound():
    """When this fails, a room was built: take `planned` away from these controls in the safety file, then `make docs`."""
    written = [f"{entry}: {c.words}" for entry, c in all_controls() if c.planned and is_there(c)]
    assert not written, "\n".join(written)


def test_there_are_at_least_45_hazards_with_ids_of_their_own():
    assert len(HAZARDS) >= 45
    assert [id for id, count in Counter(h.id for h in HAZARDS).items() if count > 1] == []
    assert len({h.hazard for h in HAZARDS}) == len(HAZARDS)


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda h: h.id)
def test_a_hazard_is_complete(hazard):
    assert all([hazard.hazard, hazard.cause, hazard.effect, hazard.owner, hazard.requirements, hazard.controls])
    assert all(number in range(1, 6) for number in (*hazard.before, *hazard.after))
    assert hazard.before[0] == hazard.after[0], "a control makes harm rarer, not smaller"
    assert hazard.after[1] <= hazard.before[1]
    assert hazard.status in STATUS
    planned = [control.planned for control in hazard.controls]
    assert any(planned) if hazard.status == "planned" else not all(planned)
    assert hazard.remains or hazard.status != "open", "what remains open is said"


def test_no_open_high_risk():
    """A hazard whose room is not built keeps its risk; it is listed as planned."""
    assert [h.id for h in HAZARDS if h.status != "planned" and level(SCALE, h.now) == "high"] == []
    assert [h.id for h in HAZARDS if level(SCALE, h.after) == "high"] == []


@pytest.mark.parametrize(("status", "begins"), [("open", "**Open:"), ("planned", "**Planned:")])
def test_the_safety_case_names_what_remains(status, begins):
    paragraphs = (ROOT / "safety" / "SAFETY_CASE.md").read_text(encoding="utf-8").split("\n\n")
    text = next((words for words in paragraphs if words.startswith(begins)), "")
    assert sorted(set(re.findall(r"H\d\d", text))) == [h.id for h in HAZARDS if h.status == status]


def test_the_levels_of_risk_cover_every_product():
    assert {level(SCALE, (s, n)) for s in range(1, 6) for n in range(1, 6)} == {"low", "medium", "high"}


def test_the_threat_model_has_every_kind_and_names_its_boundaries():
    assert len(THREATS) >= 25
    assert len({t.id for t in THREATS}) == len(THREATS)
    assert {t.kind for t in THREATS} == set(KINDS)
    assert {t.boundary for t in THREATS} == set(MODEL["boundaries"])
    assert all(t.controls and t.threat and t.answer for t in THREATS)
    assert MODEL["flow"] and MODEL["not_covered"]


def test_all_44_source_attributes_are_answered():
    facts = read_model_facts(versions())
    assert Counter(f.kind for f in facts) == {"evidence-based": 13, "predictive": 31}
    assert len({f.id for f in facts}) == 44
    for fact in facts:
        assert len(fact.answer) > 20, fact.id
        assert not fact.none or re.match(r"None, because \w", fact.answer), fact.id


def test_nothing_hangs_loose_in_the_trace():
    loose = orphans(read_requirements(), HAZARDS)
    assert not loose, "\n".join(loose)


def test_what_hangs_loose_is_noticed():
    requirements = read_requirements()
    assert "src/islet/about/: a room of no requirement" in orphans(tuple(r for r in requirements if r.id != "R19"), ())
    without = tuple(r for r in requirements if r.id != "R09")
    assert "tests/docs/test_documents.py: a test file of no requirement" in orphans(without, HAZARDS)
    assert "R03: no hazard" in orphans(requirements, tuple(h for h in HAZARDS if "R03" not in h.requirements))
    moved = tuple(r._replace(code=("src/islet/nowhere/",)) if r.id == "L1" else r for r in requirements)
    assert "L1: src/islet/nowhere/ is not there" in orphans(moved, HAZARDS)
    built = tuple(r._replace(planned=True) if r.id == "L1" else r for r in requirements)
    assert "L1: is built; take `planned` away" in orphans(built, HAZARDS)


@pytest.mark.parametrize("path", sorted(safety_pages()))
def test_a_generated_page_is_what_the_safety_file_says(path):
    assert (ROOT / path).read_text(encoding="utf-8") == safety_pages()[path], "run `make docs`"


@pytest.mark.parametrize("entry", [
    "test_x", "tests/a.py", "promise two", "src/a.py::test_x", {"test": "promise 1"}, {"test": "x", "planned": False},
])
def test_what_is_no_control_is_refused(entry):
    with pytest.raises(ValueError, match="expected"):
        read_control(entry)


def test_a_control_that_does_not_exist_is_noticed():
    assert is_there(read_control("promise 1"))
    for words in ("promise 99", "tests/safety/test_safety_file.py::test_nobody_wrote", "tests/nowhere/test_a.py::test_b",
                  "tests/bad/test_bad_cases.py::test_a_broken_case_is_refused_with_the_words_expected[no_such_fault]"):
        assert not is_there(read_control(words)), words
