"""The decision of the board in the browser: filed on the plan that was seen, with its reason where it departs, and never changed."""

from __future__ import annotations

import io
import json
import re
import subprocess

import pikepdf
import pytest

from islet.present.deviations import CODES
from islet_testing.places import ROOT, SUITES

EXAMPLE = (ROOT / "examples" / "gas-64m-g1-multimodal.yaml").read_bytes()
PREGNANT = (
    b"id: pregnant\ncells: {differentiation: well, sstr_krenning: 4}\nextent: {liver_mets: true}\n"
    b"health: {sex: female, pregnant: true}\n"
)
CODE_LIST = SUITES / "cds-hooks" / "CodeSystem-non-adherence-reason-codes.json"


def opened(board, document=EXAMPLE):
    case = board.record.cases.create(document, "letter of 3 March", board.person).case
    return case, board.get(f"/cases/{case}/decision")


def filled(page, case, **fields):
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text.split('action="/cases/' + case)[1]))
    return {**hidden, **fields}


def verdicts(board, case):
    content = board.record.cases.read(case, board.person).document
    plan = board.post("/api/v1/plan", content=content, headers={"Content-Type": "application/yaml", "x-islet-seal": seal(board)}).json()
    return {option["id"]: option["verdict"] for option in plan["options"]}


def seal(board):
    return re.search(r'name="seal" value="([^"]+)"', board.get("/cases").text).group(1)


def test_every_option_stands_on_the_form_with_its_verdict(board, base):
    _, page = opened(board)
    assert page.status_code == 200
    for option in base.options.values():
        assert f'value="{option.id}"' in page.text
    assert page.text.count('name="chosen"') == len(base.options)


def test_a_decision_that_follows_the_plan_is_filed_and_shown_with_its_paper_and_its_record(board):
    case, page = opened(board)
    fields = filled(page, case, chosen=["ssa", "hormone_control"], strength="strong", conditions="gastric acid checked", dissent="none",
                    present="Surgery\r\nOncology\r\n", follow_up="three months", decided_on="2026-03-12")
    filed = board.post(f"/cases/{case}/decision", data=fields, follow_redirects=False)
    assert filed.status_code == 303, filed.text
    address = filed.headers["location"]
    shown = board.get(address)
    for words in ("Somatostatin analogue", "gastric acid checked", "Surgery, Oncology", "three months", "Ada Lovelace", "2026-03-12"):
        assert words in shown.text
    record = board.get(f"{address}/record.json").json()
    assert record["schema"] == "islet.record/1" and record["departs"] is None and record["deviation"] is None
    assert [one["option"] for one in record["chosen"]] == ["ssa", "hormone_control"]
    assert record["present"] == ["Surgery", "Oncology"] and record["strength"] == "strong"
    paper = board.get(f"{address}/paper.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert "letter" not in paper.headers["content-disposition"]
    with pikepdf.open(io.BytesIO(paper.content)) as pdf:
        assert len(pdf.pages) <= 2
    text = subprocess.run(["pdftotext", "-", "-"], input=paper.content, capture_output=True, check=True).stdout.decode()
    assert "gastric acid checked" in " ".join(text.split())
    assert board.get(f"{address}/paper.pdf").content == paper.content


@pytest.mark.parametrize(("document", "option"), [(EXAMPLE, "enucleation"), (EXAMPLE, "prrt"), (PREGNANT, "prrt")])
def test_an_option_that_the_plan_does_not_offer_needs_the_coded_reason(board, document, option):
    case, page = opened(board, document)
    assert verdicts(board, case)[option] not in ("recommended", "possible")
    again = board.post(f"/cases/{case}/decision", data=filled(page, case, chosen=[option], conditions="kept as typed"))
    assert again.status_code == 422
    assert "departs from the plan" in again.text and "kept as typed" in again.text
    assert f'id="chosen-{option}" checked' in again.text
    assert board.record.decisions.list(case, board.person) == ()


def test_a_contraindicated_option_needs_words_as_well_and_paper_and_record_show_it(board):
    case, page = opened(board, PREGNANT)
    assert verdicts(board, case)["prrt"] == "contraindicated"
    coded = filled(page, case, chosen=["prrt"], deviation_code="risk-benefit-ratio")
    again = board.post(f"/cases/{case}/decision", data=coded)
    assert again.status_code == 422 and "say in words why it is chosen all the same" in again.text
    filed = board.post(f"/cases/{case}/decision", data={**coded, "deviation_text": "After delivery only."}, follow_redirects=False)
    address = filed.headers["location"]
    shown = board.get(address).text
    assert "This departs from the plan." in shown and "contraindicated" in shown and "After delivery only." in shown
    record = board.get(f"{address}/record.json").json()
    assert record["chosen"][0]["verdict"] == "contraindicated"
    assert record["deviation"]["code"] == "risk-benefit-ratio" and record["deviation"]["text"] == "After delivery only."
    paper = board.get(f"{address}/paper.pdf").content
    text = subprocess.run(["pdftotext", "-", "-"], input=paper, capture_output=True, check=True).stdout.decode()
    assert "departs from the plan" in text and "After delivery only." in text


def test_agreeing_and_departing_take_the_same_number_of_steps(board):
    """Both are one form and one press; departing asks for its reason on the same page, and nothing is chosen beforehand."""
    case, page = opened(board)
    assert not re.findall(r'name="chosen"[^>]* checked', page.text)
    agreed = board.post(f"/cases/{case}/decision", data=filled(page, case, chosen=["ssa"]), follow_redirects=False)
    page = board.get(f"/cases/{case}/decision")
    reason = {"deviation_code": next(iter(CODES)), "deviation_text": "the board saw the films"}
    departed = board.post(f"/cases/{case}/decision", data=filled(page, case, chosen=["folfiri"], **reason), follow_redirects=False)
    assert (agreed.status_code, departed.status_code) == (303, 303)


def test_choosing_nothing_that_the_plan_recommends_needs_the_reason_too(board):
    case, page = opened(board)
    assert "recommended" in verdicts(board, case).values()
    again = board.post(f"/cases/{case}/decision", data=filled(page, case, chosen=["clinical_trial"]))
    assert again.status_code == 422 and "nothing that the plan recommends was chosen" in again.text
    assert board.post(f"/cases/{case}/decision", data=filled(page, case)).status_code == 422


def test_a_form_opened_before_the_case_was_saved_again_files_nothing(board):
    case, page = opened(board)
    board.record.cases.save(case, 1, EXAMPLE + b"\n# looked at again\n", board.person)
    board.record.cases.save(case, 2, EXAMPLE.replace(b"age_years: 64", b"age_years: 65"), board.person)
    assert b"age_years: 65" in board.record.cases.read(case, board.person).document
    late = board.post(f"/cases/{case}/decision", data=filled(page, case, chosen=["ssa"]))
    assert late.status_code == 409 and "The plan is not the one you saw" in late.text
    assert board.record.decisions.list(case, board.person) == ()


def test_a_form_of_another_patient_in_a_second_tab_files_nothing(board):
    one, first = opened(board)
    other, _ = opened(board, PREGNANT)
    crossed = board.post(f"/cases/{other}/decision", data=filled(first, one, chosen=["ssa"]))
    assert crossed.status_code == 409
    forged = board.post(f"/cases/{other}/decision", data={**filled(first, one, chosen=["ssa"]), "case": other})
    assert forged.status_code == 409
    assert board.record.decisions.list(other, board.person) == ()


def test_a_newer_decision_supersedes_and_the_older_stays_as_it_was_filed(board):
    case, page = opened(board)
    fields = filled(page, case, chosen=["ssa"], dissent="first")
    first = board.post(f"/cases/{case}/decision", data=fields, follow_redirects=False).headers["location"]
    kept = board.get(f"{first}/record.json").content
    board.record.cases.save(case, 1, EXAMPLE + b"\n", board.person)
    page = board.get(f"/cases/{case}/decision")
    second = board.post(f"/cases/{case}/decision", data=filled(page, case, chosen=["ssa"], dissent="second"), follow_redirects=False)
    assert "Superseded" in board.get(first).text and "Superseded" not in board.get(second.headers["location"]).text
    assert "rests on version 1" in board.get(first).text
    assert board.get(f"{first}/record.json").content == kept
    newer = board.get(f"{second.headers['location']}/record.json").json()
    assert newer["supersedes"] == json.loads(kept)["id"] and newer["plan"]["case_version"] == 2


def test_a_form_without_the_seal_is_refused(board):
    case, page = opened(board)
    fields = filled(page, case, chosen=["ssa"])
    fields["seal"] = "0" * 64
    assert board.post(f"/cases/{case}/decision", data=fields).status_code == 403


def test_a_decision_of_one_case_is_not_found_under_another(board):
    case, page = opened(board)
    other, _ = opened(board, PREGNANT)
    filed = board.post(f"/cases/{case}/decision", data=filled(page, case, chosen=["ssa"]), follow_redirects=False)
    id = filed.headers["location"].rsplit("/", 1)[1]
    for path in ("", "/record.json", "/paper.pdf"):
        assert board.get(f"/cases/{other}/decisions/{id}{path}").status_code == 404


def test_nothing_is_filed_on_an_emergency(board):
    _, page = opened(board, b"health: {emergency: [hormone_crisis]}")
    assert "act now" in page.text and "File the decision" not in page.text


@pytest.mark.parametrize("address", ["", "/paper.pdf", "/decision"])
def test_no_page_has_anything_inline(board, address):
    case, _ = opened(board)
    found = board.get(f"/cases/{case}{address}")
    assert found.status_code == 200
    if address == "/decision":
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*src=)", found.text)


@pytest.mark.skipif(not CODE_LIST.exists(), reason=f"the list of codes is missing: there is no file {CODE_LIST} (set ISLET_SUITES)")
def test_the_codes_are_those_of_the_published_list():
    published = json.loads(CODE_LIST.read_text())

    def leaves(concepts):
        for concept in concepts:
            yield from leaves(concept["concept"]) if concept.get("concept") else [concept["code"]]

    assert set(CODES) == set(leaves(published["concept"]))
