"""The board's sheet: at most two pages for every patient, tagged, in its language, the same bytes whenever it is made."""

from __future__ import annotations

import io
import re
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pikepdf
import pytest

from islet.case.reader import read_case
from islet.plan.described import case_of
from islet.plan.make import make_plan
from islet.plan.read_back import plan_read_back
from islet.plan.vignettes import read_vignettes
from islet.present.board_paper import DENSITIES, Filed, board_paper, board_pdf
from islet.present.json_lines import plan_line
from islet.present.pdf import pdf_of_html
from islet_testing.command import run_islet, run_python
from islet_testing.places import KNOWLEDGE, ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*-*[0-9][mf]-*.yaml"))
PATIENTS = [vignette for vignette in read_vignettes(KNOWLEDGE) if vignette.kind == "patient"]
FILED = Filed(
    id="k3Jx0cW2m9QpLr7TzV1sYa", number=2, version=3, chosen=("prrt", "surveillance"), strength="weak",
    conditions="SSTR-PET repeated within four weeks; kidney function checked before each cycle.",
    dissent="One surgeon would resect the primary first.", deviation_code="patient-refuses",
    deviation_text="The patient does not want an operation now and said so twice, after the nurse had gone through it.",
    present=("Surgery", "Oncology", "Nuclear medicine", "Radiology", "Pathology", "Specialist nurse"),
    follow_up="Clinic in three months with CT.", decided_on="2026-03-12", filed_by="A. Lovelace", filed_at="2026-03-12T15:04:05.000000Z",
    superseded=False,
)


def opened(content):
    return pikepdf.open(io.BytesIO(content))


def texts(content):
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()


def plan_of(base, example):
    return make_plan(read_case(example.read_bytes(), example.name, base.space.dictionary), base, None)


def test_there_are_as_many_patients_and_examples_as_promised():
    assert len(EXAMPLES) == 8
    assert len(PATIENTS) == 54


@pytest.mark.parametrize("vignette", PATIENTS, ids=lambda vignette: vignette.title[:50])
def test_every_whole_patient_fits_on_two_pages_with_a_decision(base, vignette):
    plan = make_plan(case_of(vignette.case, base, "patient"), base, vignette.region)
    with opened(board_pdf(plan, base, FILED)) as pdf:
        assert len(pdf.pages) <= 2


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_fits_on_two_pages_and_is_tagged(base, example):
    content = board_pdf(plan_of(base, example), base)
    with opened(content) as pdf:
        assert len(pdf.pages) <= 2
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert example.stem in str(pdf.docinfo["/Title"])
        with pdf.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"


def test_every_page_carries_number_case_version_date_review_date_and_intended_use(base):
    plan = plan_of(base, EXAMPLES[0])._replace(as_of="2026-03-01")
    pages = texts(board_pdf(plan, base, FILED)).split("\f")[:2]
    for number, page in enumerate(pages, 1):
        assert f"page {number} of 2" in page
        expected = (plan.case_id, "version 3", "as of 2026-03-01", f"review due {plan.review_due}", plan.knowledge_version)
        assert all(words in page for words in (*expected, "not for emergencies"))


def test_the_sheet_names_every_option_the_decision_the_dissent_and_the_departure(base):
    plan = plan_of(base, EXAMPLES[0])
    said = " ".join(texts(board_pdf(plan, base, FILED)).split())
    for words in ("departs from the plan", "The patient declines", "patient-refuses", "One surgeon would resect", "A. Lovelace", "weak"):
        assert words in said, words
    html_names = {option.name for option in plan.options}
    for density in DENSITIES:
        page = board_paper(plan, base, density, FILED)
        assert all(name.replace("&", "&amp;") in page for name in html_names)


def test_a_kept_plan_read_back_gives_the_same_sheet_as_the_plan_itself(base):
    for example in EXAMPLES[:2]:
        plan = plan_of(base, example)._replace(preferences={})
        back = plan_read_back(plan_line(plan, base), base)._replace(preferences={})
        assert board_pdf(back, base) == board_pdf(plan, base)


def test_a_conditional_option_is_never_recommended_alone(base):
    for example in EXAMPLES:
        plan = plan_of(base, example)
        page = board_paper(plan, base, DENSITIES[0])
        for option in plan.options:
            if option.conditional:
                assert f"{option.name} <span class=\"says\">{option.verdict} if " in page.replace("&#34;", '"'), option.id


def test_an_emergency_gets_act_now_and_no_option(base):
    plan = make_plan(read_case(b"health: {emergency: [hormone_crisis]}", "x.yaml", base.space.dictionary), base, None)
    said = texts(board_pdf(plan, base))
    assert "act now" in said
    assert "Everolimus" not in said


def test_the_bytes_do_not_depend_on_the_hour(base, monkeypatch):
    plan = plan_of(base, EXAMPLES[0])
    first = board_pdf(plan, base)
    time.sleep(1.1)
    assert board_pdf(plan, base) == first


def test_the_command_line_gives_the_sheet_and_the_same_bytes_twice(tmp_path):
    for seed, name in (("1", "one.pdf"), ("2", "two.pdf")):
        done = run_islet("plan", EXAMPLES[0], "--format", "pdf", "-o", tmp_path / name, env={"PYTHONHASHSEED": seed})
        assert done.code == 0, done.err
    one = (tmp_path / "one.pdf").read_bytes()
    assert one.startswith(b"%PDF-") and one == (tmp_path / "two.pdf").read_bytes()


def test_several_cases_are_no_one_sheet(tmp_path):
    done = run_islet("plan", EXAMPLES[0], EXAMPLES[1], "--format", "pdf")
    assert done.code == 2
    assert "one case a page" in done.err


def test_without_the_library_one_line_says_what_to_install():
    without = "import sys; sys.modules['weasyprint'] = None; from islet.cli.main import main; raise SystemExit(main(sys.argv[1:]))"
    done = run_python("-c", without, "plan", EXAMPLES[0], "--format", "pdf")
    assert done.code == 2
    assert "pip install 'islet[web]'" in done.err and "Traceback" not in done.err and done.out == b""


def test_a_page_fetches_nothing(tmp_path):
    asked = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

    picture = tmp_path / "picture.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>CANARY</text></svg>')
    with HTTPServer(("127.0.0.1", 0), Noting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        html = (f'<html lang="en"><title>x</title><img alt="a" src="http://127.0.0.1:{server.server_port}/a.svg">'
                f'<img alt="b" src="{picture.as_uri()}"><p>text</p>')
        content = pdf_of_html(html, "x", "en")
        server.shutdown()
    assert asked == []
    assert "CANARY" not in texts(content)


def test_the_sheet_is_black_grey_and_white(base):
    page = board_paper(plan_of(base, EXAMPLES[0]), base, DENSITIES[0], FILED)
    colours = re.findall(r"#([0-9a-fA-F]{3,6})\b", page.split("</style>")[0])
    assert colours and all(len(set(re.findall("..", c) if len(c) == 6 else c)) == 1 for c in colours)
