"""The form loses nothing and adds nothing: what a case file says comes back from the form as the same case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from islet.case.reader import read_case
from islet.web.board.documents import plain_document
from islet.web.board.entry import enter
from islet.web.board.fields import also_in_file, field_of, form_sections
from islet.web.board.number_text import number_node, number_text
from islet.web.board.sections import asked, sections_of
from islet_testing.bases import own_base
from islet_testing.forms import rendered_form, untouched
from islet_testing.places import KNOWLEDGE

ROOT = Path(__file__).parents[2]
FILES = {path.stem: path.read_bytes() for path in sorted((ROOT / "examples").glob("*.yaml")) if path.stem != "published"}
PATIENTS = {
    path.stem: json.dumps(plain_document(path.read_bytes())["case"]).encode()
    for path in sorted((KNOWLEDGE / "vignettes" / "patients").glob("*.yaml"))
}


@pytest.mark.parametrize("name", [*FILES, *PATIENTS])
def test_a_case_file_comes_back_from_an_untouched_form_as_the_same_case(name):
    dictionary = own_base().space.dictionary
    content = FILES.get(name) or PATIENTS[name]
    before = read_case(content, "x", dictionary)
    document = {"id": "x", **plain_document(content)}
    entered = enter(untouched(rendered_form(document, dictionary)), document, dictionary)
    assert not entered.faults
    assert entered.case.given == before.given
    assert (entered.case.lists, entered.case.refuses, entered.case.goal) == (before.lists, before.refuses, before.goal)
    assert [e.as_json() for e in entered.case.history or ()] == [e.as_json() for e in before.history or ()]
    assert entered.case.measurements.keys() == before.measurements.keys()


SAID = st.sampled_from([
    ("cells", "ki67_percent", {"between": [5, 10]}), ("cells", "ki67_percent", {"below": 3, "on": "2026-03-02"}),
    ("cells", "ki67_percent", {"absent": "pending"}), ("cells", "differentiation", {"one_of": ["well", "poor"]}),
    ("cells", "hormone", {"absent": "not_done"}), ("cells", "hormone", {"value": "insulin", "source": "letter"}),
    ("extent", "size_mm", {"value": 38, "on": "2026-03-02", "source": "CT"}), ("extent", "size_mm", {"values": [30, 41]}),
    ("extent", "size_mm", {"at_least": 2.5}), ("extent", "extrahepatic", ["bone"]), ("extent", "extrahepatic", []),
    ("extent", "extrahepatic", {"present": ["bone"], "absent": ["lung"], "others": "unknown"}),
    ("health", "comorbidities", ["diabetes"]), ("health", "comorbidities", {"absent": "declined"}), ("health", "pregnant", False),
    ("health", "comorbidities", {"present": [], "absent": ["diabetes"], "others": "none", "on": "2026-01-01"}),
    ("health", "ecog", 1), ("health", "lvef_percent", {"above": 50}), ("preferences", "refuses", ["surgery", "prrt"]),
    ("preferences", "goal", "cure"), ("extent", "stage_ajcc8", "IV"), ("cells", "fdg_discordant", {"absent": "indeterminate"}),
])


@given(said=st.lists(SAID, max_size=8), history=st.sampled_from([
    None, [], [{"option": "ssa", "response": "progression", "months": 14}], {"present": ["ssa"], "others": "unknown"},
    {"absent": "pending"}, {"present": [{"option": "prrt", "cycles": 4, "months_since": 12.5, "note": "x"}], "others": "none"},
    {"present": ["captem"], "absent": ["prrt"], "others": "unknown"},
]))
def test_whatever_a_file_says_stays_when_the_form_is_saved_untouched(said, history):
    dictionary = own_base().space.dictionary
    document = {"id": "x"}
    for section, bare, node in said:
        document.setdefault(section, {})[bare] = node
    if history is not None:
        document["history"] = history
    before = read_case(json.dumps(document).encode(), "x", dictionary)
    entered = enter(untouched(rendered_form(document, dictionary)), document, dictionary)
    assert not entered.faults
    assert entered.case.sha256 == before.sha256


def test_every_fact_that_can_be_given_stands_in_one_section_of_the_form():
    dictionary = own_base().space.dictionary
    listed = [name for section in sections_of(dictionary) for name in section.facts]
    assert sorted(listed) == sorted(f.name for f in dictionary.facts.values() if asked(f))


@pytest.mark.parametrize(("text", "node"), [
    ("38", 38), (" 2,5 ", 2.5), ("-3", -3), ("5 to 10", {"between": [5, 10]}), ("5-10", {"between": [5, 10]}),
    ("5 – 10", {"between": [5, 10]}), ("between 5 and 10", {"between": [5, 10]}), ("<3", {"below": 3}), ("under 3", {"below": 3}),
    (">= 2", {"at_least": 2}), ("≥2", {"at_least": 2}), ("At most 40", {"at_most": 40}), ("> 20", {"above": 20}),
    ("2 or 3", {"one_of": [2, 3]}),
])
def test_a_number_is_read_as_people_write_it(text, node):
    assert number_node(text) == node


@pytest.mark.parametrize("text", ["1,000", "38 mm", "ca. 5", "5 to", "0x10", "1e400", "NaN", "٣", "5%"])
def test_what_is_no_number_stays_as_typed_and_is_refused_at_its_field(text):
    dictionary = own_base().space.dictionary
    assert number_node(text) == text
    entered = enter({"extent.size_mm": [text]}, {}, dictionary)
    assert entered.case is None
    assert list(entered.faults) == ["extent.size_mm"]
    assert "expected a number in mm" in entered.faults["extent.size_mm"].expected


@given(st.one_of(st.integers(-10**5, 10**5), st.floats(-1e4, 1e4).map(lambda x: round(x, 3))))
def test_a_number_comes_back_from_its_text(number):
    assert number_node(number_text(number)) == pytest.approx(number)


def test_every_fault_of_a_form_is_named_at_once():
    dictionary = own_base().space.dictionary
    form = {"extent.size_mm": ["4 cm"], "health.ecog": ["7"], "cells.ki67_percent": ["10 to 5"], "as_of": ["yesterday"]}
    entered = enter(form, {}, dictionary)
    assert entered.case is None
    assert set(entered.faults) == {"extent.size_mm", "health.ecog", "cells.ki67_percent", "as_of"}


def test_a_word_that_no_list_of_the_form_holds_is_refused():
    dictionary = own_base().space.dictionary
    entered = enter({"cells.hormone": ["insulinn"]}, {}, dictionary)
    assert 'did you mean "insulin"?' in entered.faults["cells.hormone"].expected


def test_what_the_form_does_not_show_is_named_and_kept():
    dictionary = own_base().space.dictionary
    document = {"extent": {"stage_ajcc8": "IV"}, "measurements": {"lung_shunt": 3}}
    assert [name for name, _ in also_in_file(document, dictionary)] == ["extent.stage_ajcc8", "measurements"]
    assert enter({"extent.size_mm": ["12"]}, document, dictionary).document["extent"] == {"stage_ajcc8": "IV", "size_mm": 12}


def test_what_came_from_a_file_is_told_apart_from_what_was_typed():
    dictionary = own_base().space.dictionary
    imported = {"extent": {"size_mm": 38}, "cells": {"ki67_percent": 4}}
    now = {"extent": {"size_mm": 38}, "cells": {"ki67_percent": 5}}
    origins = {f.name: f.origin for s in form_sections(now, dictionary, imported) for f in s.fields}
    assert (origins["extent.size_mm"], origins["cells.ki67_percent"], origins["health.ecog"]) == ("imported", "typed", "")


def test_an_empty_field_says_nothing_and_zero_says_zero():
    dictionary = own_base().space.dictionary
    assert not field_of(dictionary.facts["health.ecog"], None).said
    assert enter({"health.ecog": [""]}, {"health": {"ecog": 2}}, dictionary).document == {}
    assert enter({"health.ecog": ["0"]}, {}, dictionary).document == {"health": {"ecog": 0}}
