"""The aid on A4: tagged, at most four sheets for the usual case, every sheet named, the same bytes each time."""

from __future__ import annotations

import datetime
import io
import re

import pytest

from islet.errors import InputError
from islet.present.aid.page import make_aid
from islet.present.aid.paper import PAGES, aid_pdf, aid_print_html, plan_aid_pdf
from islet_testing.aids import CONTACTS, DAY, aid, plans
from islet_testing.bases import own_base
from islet_testing.command import run_islet
from islet_testing.marked import words_of_page
from islet_testing.places import ROOT

pikepdf = pytest.importorskip("pikepdf")
USUAL = ("vip-80f-refuses-surgery", "eus-rfa-needle", "vhl-36f-lanreotide", "local-01-nf-8mm-head")


@pytest.mark.parametrize("name", USUAL)
def test_a_usual_case_takes_four_sheets_of_a4_with_tags_title_and_language(name: str) -> None:
    with pikepdf.open(io.BytesIO(aid_pdf(aid(name), own_base()))) as document:
        assert len(document.pages) <= PAGES
        for page in document.pages:
            assert [round(float(side)) for side in page.mediabox][2:] == [595, 842]
        assert "/StructTreeRoot" in document.Root and str(document.Root.Lang) == "en-GB"
        assert document.open_metadata()["pdfuaid:part"] == "1"


def test_the_same_aid_gives_the_same_bytes() -> None:
    made = aid("vip-80f-refuses-surgery")
    assert aid_pdf(made, own_base()) == aid_pdf(made, own_base())


@pytest.mark.parametrize("name", sorted(plans())[::5])
def test_paper_holds_open_options_in_full_the_others_in_a_list_and_room_to_write(name: str) -> None:
    made = aid(name)
    page = aid_print_html(made, own_base())
    words = words_of_page(page)
    for one in made.open:
        for title in ("What it is", "What it may do", "What may go wrong", "What living with it is like", "How sure we are"):
            assert all(" ".join(line.text.split()) in words for line in one.row(title))
    for one in (*made.unsaid, *made.closed):
        assert one.told.name in words and one.short in words and one.short
    assert 'class="room"' in page and "Nurse Kim" in words and "not in an emergency" not in words


def test_the_foot_of_each_sheet_names_case_version_date_review_and_page() -> None:
    made = aid("eus-rfa-needle")
    rule = re.search(r"@page \{.*", aid_print_html(made, own_base()))[0]
    for said in ("eus-rfa-needle", made.plan.knowledge_version, made.plan.knowledge_date, made.plan.review_due, "counter(page)"):
        assert said in rule


def test_paper_needs_no_colour() -> None:
    page = aid_print_html(aid("systemic-doses"), own_base())
    colours = set(re.findall(r"#[0-9a-fA-F]{3,6}\b", page.split("</style>")[0]))
    assert all(len(set(re.findall("..", c[1:]) if len(c) == 7 else c[1:])) == 1 for c in colours)


def test_the_command_gives_the_patient_paper_with_room_to_sign(tmp_path) -> None:
    out = tmp_path / "aid.pdf"
    done = run_islet("plan", str(ROOT / "examples" / "vip-80f-refuses-surgery.yaml"), "--for", "patient", "--format", "pdf", "-o", str(out))
    assert done.code == 0, done.err
    assert out.read_bytes().startswith(b"%PDF-1.7")


def test_the_command_refuses_a_case_with_open_problems(tmp_path) -> None:
    case = tmp_path / "clash.yaml"
    case.write_text("cells: {who_grade: NEC, differentiation: well}\n")
    done = run_islet("plan", str(case), "--for", "patient", "--format", "pdf")
    assert done.code == 2 and "no page for the patient" in done.err and "Traceback" not in done.err
    assert not done.out


def test_old_knowledge_is_not_printed() -> None:
    plan = plans()["eus-rfa-needle"]
    late = datetime.date.fromisoformat(plan.review_due) + datetime.timedelta(days=181)
    with pytest.raises(InputError, match="more than 180 days ago"):
        plan_aid_pdf(plan, own_base(), late)


def test_paper_says_beside_every_option_that_the_patient_said_no_to_it() -> None:
    made = aid("vip-80f-refuses-surgery")
    declined = [one for one in (*made.unsaid, *made.closed) if made.plan.option(one.id).declined_by_patient]
    assert declined
    assert words_of_page(aid_print_html(made, own_base())).count("you said no to it") >= len(declined)


def test_paper_names_who_released_it_or_leaves_room_to_sign() -> None:
    made = aid("eus-rfa-needle")
    assert "Released by Dr Ada Lind on 2026-12-01." in words_of_page(aid_print_html(made, own_base()))
    unsigned = make_aid(made.plan, own_base(), DAY)
    assert "Released by a clinician: ______" in words_of_page(aid_print_html(unsigned, own_base()))


def test_contacts_are_on_paper() -> None:
    assert CONTACTS.phone in words_of_page(aid_print_html(aid("milan-net"), own_base()))
