"""`islet why`, `ask` and `whatif` as processes of their own."""

from __future__ import annotations

import json

import pytest

from islet_testing.command import run_islet
from islet_testing.places import MINI

CASE = b"""
id: liver
extent: {liver_mets: true, progression: rapid}
cells: {who_grade: G2, sstr_krenning: 4}
health: {sex: male, comorbidities: []}
history: []
"""


def call(*words, case=CASE, code=0):
    done = run_islet(*words, "--knowledge", MINI, stdin=case)
    assert done.code == code, done.err
    assert "Traceback" not in done.err
    return done


def test_why_gives_the_whole_trace_of_an_option_also_what_is_no():
    found = json.loads(call("why", "-", "prrt", "--format", "json").out)
    assert found["verdict"] == "recommended"
    trace = {entry["criterion"]: entry["holds"] for entry in found["trace"]}
    assert trace == {
        "prrt.pregnant": "no",
        "prrt.kidney": "unknown",
        "prrt.advanced": "yes",
        "prrt.failed": "no",
        "prrt.north-receptor": "yes",
        "prrt.south-receptor": "no",
    }
    kidney = next(entry for entry in found["trace"] if entry["criterion"] == "prrt.kidney")
    assert kidney["sources"][0]["locator"] == "page 1" and "creatinine_clearance_ml_min < 40" in kidney["rule"]


def test_why_shows_the_smallest_changes_that_would_flip_the_verdict():
    flips = json.loads(call("why", "-", "prrt", "--format", "json").out)["flips"]
    assert flips and all(len(flip["changes"]) == 1 for flip in flips), "one fact is enough here"
    by_fact = {(next(iter(flip["changes"])), flip["verdict"]) for flip in flips}
    assert ("health.egfr", "contraindicated") in by_fact
    assert all(flip["verdict"] != "recommended" for flip in flips)


@pytest.mark.parametrize(
    ("option", "change", "verdict"), [("prrt", "health.egfr=30", "contraindicated"), ("prrt", "cells.sstr_krenning=1", "possible")]
)
def test_a_change_that_why_names_does_what_it_says(option, change, verdict):
    after = json.loads(call("whatif", "-", change, "--format", "json").out)["after"]
    assert next(o["verdict"] for o in after["options"] if o["id"] == option) == verdict


def test_every_flip_of_why_is_true_when_tried_with_whatif(base):
    case = b"id: x\nextent: {m: M0, primary_site: tail, size_mm: 12, liver_mets: false}\ncells: {hormone: none}\nhealth: {ecog: 1}\n"
    flips = json.loads(call("why", "-", "enucleation", "--format", "json", case=case).out)["flips"]
    assert flips
    for flip in flips:
        for fact, words in flip["changes"].items():
            for word in words.split(" or "):
                value = {"yes": "true", "no": "false"}.get(word, word)
                if not value.replace("_", "").isalnum():
                    continue
                after = json.loads(call("whatif", "-", f"{fact}={value}", "--format", "json", case=case).out)["after"]
                assert next(o["verdict"] for o in after["options"] if o["id"] == "enucleation") == flip["verdict"], flip


def test_why_in_text_names_the_criteria_and_their_sources():
    text = " ".join(call("why", "-", "prrt").text.split())
    for words in ("Pregnancy", "The worst known measure of the kidney is below 40", "An invented book", "page 1"):
        assert words in text


def test_ask_lists_open_facts_with_the_options_they_decide():
    found = json.loads(call("ask", "-", "--format", "json").out)["ask"]
    facts = [entry["facts"] for entry in found]
    assert ["health.egfr"] in facts and ["extent.m"] not in facts and ["health.pregnant"] not in facts
    for entry in found:
        assert entry["question"] and (entry["decides"] or entry["narrows"])


def test_ask_is_the_ask_of_the_plan():
    plan = json.loads(call("plan", "-", "--format", "json").out)
    assert json.loads(call("ask", "-", "--format", "json").out)["ask"] == plan["ask"]


def test_ask_in_text_asks_the_questions():
    found = json.loads(call("ask", "-", "--format", "json").out)["ask"]
    text = " ".join(call("ask", "-").text.split())
    assert found[0]["question"] in text


def test_whatif_shows_the_plan_before_and_after_and_what_changed():
    found = json.loads(call("whatif", "-", "health.egfr=30", "--format", "json").out)
    assert found["before"] == json.loads(call("plan", "-", "--format", "json").out)
    changed = {entry["option"]: (entry["before"], entry["after"]) for entry in found["changed"]}
    assert changed == {"prrt": ("recommended", "contraindicated")}
    gained = next(entry["gained"] for entry in found["changed"] if entry["option"] == "prrt")
    assert gained == ["prrt.kidney"]


def test_whatif_of_a_case_is_the_plan_of_the_changed_case():
    after = json.loads(call("whatif", "-", "health.egfr=30", "cells.ki67_percent={below: 3}", "--format", "json").out)["after"]
    changed = CASE.replace(b"comorbidities: []", b"comorbidities: [], egfr: 30").replace(
        b"sstr_krenning: 4", b"sstr_krenning: 4, ki67_percent: {below: 3}"
    )
    assert after == json.loads(call("plan", "-", "--format", "json", case=changed).out)


@pytest.mark.parametrize("value", ["", "null", "unknown"])
def test_whatif_with_nothing_takes_a_fact_away(value):
    after = json.loads(call("whatif", "-", f"cells.sstr_krenning={value}", "--format", "json").out)["after"]
    assert after == json.loads(call("plan", "-", "--format", "json", case=CASE.replace(b", sstr_krenning: 4", b"")).out)


def test_whatif_can_change_lists_and_the_history():
    after = json.loads(call("whatif", "-", "history=[{option: prrt, response: progression}]", "--format", "json").out)["after"]
    assert next(o["verdict"] for o in after["options"] if o["id"] == "prrt") == "not_indicated"
    after = json.loads(call("whatif", "-", "health.comorbidities=[dialysis]", "--format", "json").out)["after"]
    assert next(o["verdict"] for o in after["options"] if o["id"] == "prrt") == "contraindicated"


def test_whatif_can_take_a_refusal_back():
    refused = CASE + b"preferences: {refuses: [prrt]}\n"
    after = json.loads(call("whatif", "-", "preferences.refuses=[]", "--format", "json", case=refused).out)["after"]
    assert not next(o["declined_by_patient"] for o in after["options"] if o["id"] == "prrt")


def test_whatif_that_changes_nothing_says_so():
    found = json.loads(call("whatif", "-", "cells.sstr_krenning=4", "--format", "json").out)
    assert found["changed"] == [] and found["before"] == found["after"]
    assert call("whatif", "-", "cells.sstr_krenning=4").text.strip()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("why", "-", "prtt"), 'did you mean "prrt"?'),
        (("whatif", "-", "cells.ki67_percnt=3"), 'did you mean "ki67_percent"?'),
        (("whatif", "-", "cells.ki67_percent=300"), "0 to 100"),
        (("whatif", "-", "cells.ki67_percent"), "fact=value"),
        (("whatif", "-", "extent.primary_site=headd"), 'did you mean "head"?'),
        (("whatif", "-", "extent.size_mm=3 cm"), "3 cm"),
        (("whatif", "-", "history=[{option: prtt}]"), 'did you mean "prrt"?'),
        (("whatif", "-", "cells.ki67_percent={below: 3}\nhealth: {ecog: 9}"), ""),
        (("whatif", "-", "cells.ki67_percent=[1"), ""),
    ],
)
def test_a_wrong_option_or_change_is_exit_2_with_the_nearest_name(words, said):
    done = call(*words, code=2)
    assert said in done.err and done.out == b""


@pytest.mark.parametrize("words", [("why", "-", "prrt"), ("ask", "-"), ("whatif", "-", "health.egfr=30")])
def test_a_broken_case_is_exit_2_in_every_command(words):
    done = call(*words, case=b"cells: {ki67_percnt: 3}", code=2)
    assert 'did you mean "ki67_percent"?' in done.err and done.out == b""


@pytest.mark.parametrize("words", [("why", "-", "prrt"), ("ask", "-"), ("whatif", "-", "health.egfr=30")])
def test_every_command_answers_for_the_empty_case_and_for_facts_that_clash(words):
    for case in (b"{}", b"extent: {m: M0, liver_mets: true}\nhealth: {sex: male, pregnant: true}"):
        assert call(*words, case=case).text.strip()


@pytest.mark.parametrize("words", [("why", "-", "prrt"), ("ask", "-"), ("whatif", "-", "health.egfr=30")])
def test_every_command_writes_plain_text_when_asked(words):
    text = call(*words, "--plain").text
    assert "\033" not in text and not set(text) & set("─│●○✕·–")


def test_knowledge_show_gives_one_option_as_a_page_with_its_rules_and_sources():
    done = run_islet("knowledge", "show", "prrt", "--knowledge", MINI)
    assert done.code == 0
    text = " ".join(done.text.split())
    for words in ("prrt.kidney", "creatinine_clearance_ml_min < 40", "An invented book", "page 1", "North 2024"):
        assert words in text, words


def test_knowledge_show_of_no_option_is_exit_2():
    assert run_islet("knowledge", "show", "--knowledge", MINI).code == 2
    assert 'did you mean "prrt"?' in run_islet("knowledge", "show", "prtt", "--knowledge", MINI).err


def test_knowledge_coverage_counts_criteria():
    done = run_islet("knowledge", "coverage", "--knowledge", MINI)
    assert done.code == 0 and "all" in done.text and " 21 " in done.text
    counts = json.loads(run_islet("knowledge", "coverage", "--knowledge", MINI, "--format", "json").text)
    assert counts["criteria"] == 21 and counts["reached"]["unknown"]["nothing"] == 0


def test_whatif_refuses_a_fact_that_is_changed_twice():
    done = call("whatif", "-", "health.ecog=4", "ecog=1", code=2)
    assert 'found "ecog" twice' in done.err
