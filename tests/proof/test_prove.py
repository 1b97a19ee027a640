"""Every promise holds for the knowledge as shipped, and a fault put into it by hand is caught, with a patient."""

from __future__ import annotations

import argparse
import json
import shutil

import pytest

from islet.cli.prove_command import prove_command
from islet.errors import InputError
from islet.proof import consistency, evaluator, guidelines, safety
from islet.proof.properties import CATALOGUE, prove
from islet.proof.prover import Prover, Result
from islet.proof.report import proof_page
from islet.proof.witness import replay
from islet_testing.places import KNOWLEDGE, MINI


@pytest.fixture(scope="module")
def outcomes():
    return {outcome.number: outcome for outcome in prove(str(KNOWLEDGE), [item.number for item in CATALOGUE])}


@pytest.mark.parametrize("number", [item.number for item in CATALOGUE])
def test_the_promise_holds(outcomes, number):
    result = outcomes[number].result
    assert not result.alarms and not result.open
    assert result.status == "proved", [finding.title for finding in result.failures]


def test_every_patient_of_a_finding_or_a_list_is_read_without_a_clash(outcomes):
    base = Prover(str(KNOWLEDGE)).base
    shown = [d for o in outcomes.values() for f in (*o.result.failures, *o.result.rows) for d in f.documents]
    assert len(shown) > 50
    assert all(replay(document, base) is not None for document in shown)


def test_the_page_names_every_promise_once_in_the_table(outcomes):
    page = proof_page([outcomes[number] for number in sorted(outcomes)])
    for item in CATALOGUE:
        assert page.count(f"| {item.number} | {item.sentence} |") == 1


FAULTS = [
    ("facts/derived_disease.yaml", "G3: differentiation == well and (ki67_percent > 20 or",
     "G3: differentiation == well and (ki67_percent > 30 or", consistency.categories_fit, "no value fits"),
    ("facts/derived_health.yaml", "A: child_pugh_points <= 6", "A: child_pugh_points <= 7",
     consistency.categories_fit, "several values fit"),
    ("facts/derived_health.yaml", '"inr > 2.3": 3', '"inr > 2.4": 3', consistency.bands_fit, "no value fits"),
    ("options/captem.yaml", "when: pregnant\n", "when: pregnant and age_years < 50\n", safety.pregnancy, "captem is offered in pregnancy"),
    ("options/captem.yaml", "when: creatinine_clearance_ml_min < 30 or egfr < 30 or dialysis in comorbidities",
     "when: creatinine_clearance_ml_min < 30 or egfr < 30", safety.renal_stops, "does not read health.comorbidities.dialysis"),
    ("options/captem.yaml", "when: creatinine_clearance_ml_min < 30 or egfr < 30 or dialysis in comorbidities",
     "when: (creatinine_clearance_ml_min < 30 and egfr >= 20) or dialysis in comorbidities",
     safety.worse_is_no_offer, "captem is offered only with a worse kidney"),
    ("options/captem.yaml", "when: 0 < dpyd_activity_score < 1\n", "when: dpyd_activity_score < 1 and dpyd_activity_score > 1\n",
     consistency.every_criterion_lives, "no patient makes captem.dpd-score-half yes"),
]


@pytest.mark.parametrize(("file", "old", "new", "check", "title"), FAULTS)
def test_a_fault_put_in_by_hand_is_caught(tmp_path, file, old, new, check, title):
    folder = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE, folder, ignore=shutil.ignore_patterns("vignettes", "evidence"))
    text = (folder / file).read_text()
    assert text.count(old) >= 1
    (folder / file).write_text(text.replace(old, new, 1))
    result = check(Prover(str(folder)))
    assert any(title in finding.title for finding in result.failures), [finding.title for finding in result.failures]


def test_an_exception_that_is_not_needed_is_a_failure(tmp_path):
    folder = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE, folder, ignore=shutil.ignore_patterns("vignettes", "evidence"))
    with (folder / "proof" / "exceptions.yaml").open("a") as stream:
        stream.write("  - {link: men-and-pregnancy, because: no reason at all}\n")
    assert "not needed" in consistency.links_are_needed(Prover(str(folder))).failures[0].title


@pytest.mark.parametrize(
    "entry", ["links:\n  - {link: nowhere, because: x}\n", "links:\n  - {link: krenning-high}\n", "other: []\n", "links: {}\n"]
)
def test_an_exception_that_cannot_be_read_is_an_error_for_people(tmp_path, entry):
    folder = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE, folder, ignore=shutil.ignore_patterns("vignettes", "evidence"))
    (folder / "proof" / "exceptions.yaml").write_text(entry)
    with pytest.raises(InputError, match=r"exceptions\.yaml"):
        Prover(str(folder))


def test_a_solver_that_gives_up_proves_nothing():
    result = Result(open=["a question: z3 gave up"])
    assert result.status == "not settled"


def test_solvers_that_disagree_are_an_alarm(monkeypatch):
    prover = Prover(str(KNOWLEDGE))
    monkeypatch.setattr(prover, "ask", lambda name, *_: "unsat" if name == "z3" else "sat")
    result = guidelines.no_guideline_contradicts_itself(prover)
    assert result.status == "failed" and "cvc5" in result.alarms[0]


def test_the_command_writes_the_patients_and_says_one(tmp_path, capsys):
    """Without the word of a tumour that has come back, a recurrence in its bed is left with no option."""
    folder = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE, folder, ignore=shutil.ignore_patterns("vignettes", "evidence"))
    file = folder / "options" / "clinical_trial.yaml"
    file.write_text(file.read_text().replace(" or progression in [progressive, rapid]\n    text: The tumour", "\n    text: The tumour"))
    wanted = argparse.Namespace(format="text", only=[2, 14], output=str(tmp_path / "found"))
    assert prove_command(wanted, str(folder)) == 1
    said = capsys.readouterr()
    assert "Every patient has at least one option" in said.out and "2 properties" in said.err
    (patient,) = (tmp_path / "found").iterdir()
    assert patient.read_text().startswith("id: nothing-offered\n")


def test_an_unknown_number_is_an_error_for_people():
    with pytest.raises(InputError, match="there is no property 99; expected 1 to 17"):
        prove_command(argparse.Namespace(format="text", only=[99], output=None), str(KNOWLEDGE))


def test_another_knowledge_is_proved_too_and_its_gap_is_found(capsys):
    """The small knowledge has four options and offers none of them to everybody; facts it does not have are passed over."""
    numbers = [item.number for item in CATALOGUE]
    assert prove_command(argparse.Namespace(format="json", only=None, output=None), str(MINI)) == 1
    told = {item["number"]: item for item in json.loads(capsys.readouterr().out)["properties"]}
    assert sorted(told) == numbers
    assert {number for number, item in told.items() if item["result"] == "failed"} == {2}
    assert told[2]["failures"][0]["patients"]


def test_preferences_are_never_read():
    assert evaluator.preferences_change_nothing(Prover(str(KNOWLEDGE))).status == "proved"
