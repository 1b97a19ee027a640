"""`islet plan --for patient` in another language: as text, HTML and PDF nothing stays English but what is published so."""

from __future__ import annotations

import io
import re
from functools import partial

import pytest

from islet.case.reader import read_case
from islet.cli.main import main
from islet.locale.catalogue import languages, messages
from islet.plan.make import make_plan
from islet.plan.model import Plan
from islet.present.aid.paper import plan_aid_pdf
from islet.present.html import plan_html
from islet.present.language import Catalogue, Language
from islet.present.patient import patient_groups
from islet.present.patient_text import patient_text
from islet.present.screen import Screen
from islet_testing.aids import DAY, plans
from islet_testing.bases import own_base
from islet_testing.marked import words_of_page
from islet_testing.places import ROOT
from islet_testing.pseudo import RTL, pseudo

pikepdf = pytest.importorskip("pikepdf")
OTHERS = [language for language in languages() if language != "en"]
EXAMPLE = str(ROOT / "examples" / "gas-64m-g1-multimodal.yaml")
TRIED = b"""
id: x
as_of: 2026-03-10
preferences: {goal: longest_control}
history:
  - {option: ssa, response: progression, months: 1, cycles: 1, months_since: 1}
  - {option: other_systemic, response: intolerance, months: 3.5, on: 2021-02-01}
  - {option: other_surgery, response: complete}
  - {option: other, response: partial, cycles: 4}
"""
SHORT = {"nothing known": b"{}", "treatments": TRIED, "clash": b"extent: {liver_mets: true, m: M0}",
         "emergency": b"health: {emergency: [bleeding]}", "late": b"as_of: 2031-01-01"}
WIDE = Screen(width=100_000, plain=True, colours=False)


def plan_of(name: str) -> Plan:
    base = own_base()
    return make_plan(read_case(SHORT[name], "x.yaml", base.space.dictionary), base, None) if name in SHORT else plans()[name]


def page_of(name: str, language: Language) -> str:
    return plan_html(plan_of(name), own_base(), "patient", language)


def text_of(name: str, language: Language) -> str:
    return patient_text(plan_of(name), own_base(), WIDE, language)


def without_sources(name: str, text: str) -> str:
    """Return a text without the list of sources and without their places, which stay as they were published."""
    options = [option for _, group in patient_groups(plan_of(name), own_base()) for option in group]
    places = {source["locator"] for one in options for _, lines in one.rows for line in lines for source in line.sources}
    text = re.sub(r"(?m)^\[\d+\] .*$", "", text)
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(f"] {' '.join(place.split())}, ", "] ")
    return text


def without_marked(page: str) -> str:
    return re.sub(r'<span lang="en">.*?</span>|<a href="http[^>]*>.*?</a>', "", page, flags=re.DOTALL)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", [*SHORT, *sorted(plans())])
def test_no_text_stays_untranslated(language: str, name: str) -> None:
    for shown in (page_of, text_of):
        said = Language(language)
        shown(name, said)
        assert not said.missing


@pytest.mark.parametrize("name", [*SHORT, *sorted(plans())[::6]])
def test_every_text_comes_from_the_catalogue(name: str) -> None:
    plan, said = plan_of(name), pseudo()
    page = without_marked(page_of(name, said))
    words = " ".join((words_of_page(page), *re.findall(r'(?:aria-label|title)="([^"]*)"', page), *re.findall(r"<title>([^<]*)", page)))
    for told in (words, without_sources(name, text_of(name, said))):
        assert told.count(RTL) > 5
        for value in (plan.case_id, plan.engine, plan.knowledge_version, plan.knowledge_sha256[:12], plan.case_sha256[:12]):
            told = told.replace(value, "")
        assert not sorted(set(re.findall(r"[A-Za-z]{3,}", told)))
    assert not said.missing


@pytest.mark.parametrize("name", SHORT)
def test_a_page_declares_its_language_and_says_that_nobody_checked_it(name: str) -> None:
    page, text = page_of(name, Language("de")), text_of(name, Language("de"))
    assert re.findall(r'<html lang="([^"]+)"', page) == ["de"]
    for told in (words_of_page(page), text):
        assert told.count("Noch keine deutschsprachige ärztliche Fachperson hat die Übersetzung geprüft.") == 1
        assert "noch nicht übersetzt" not in told
    english = page_of(name, Language())
    assert '<html lang="en-GB">' in english and "translated by the makers" not in english + text_of(name, Language())
    assert " lang=" not in english.partition("<body>")[2]


def test_the_lines_of_the_printed_page_are_said_too() -> None:
    rule = page_of("nothing known", Language("de")).partition("@page")[2].partition("</style>")[0]
    assert 'content: "Seite " counter(page) " von " counter(pages)' in rule
    assert "Entscheidungshilfe" in rule and "Wissen" in rule and "Decision support" not in rule and "review due" not in rule


def test_the_picture_of_the_treatments_is_said_and_one_month_is_one() -> None:
    page, text = page_of("treatments", Language("de")), text_of("treatments", Language("de"))
    for told in (page, text):
        assert "der Tumor wuchs, 1 Zyklus, 1 Monat" in told and "beendet, nicht vertragen, 3,5 Monate" in told
    assert "zuletzt vor 1 Monat<" in page
    picture = page.partition('<svg class="picture"')[2].partition("</svg>")[0]
    for word in ("Jahre vorher", "10.03.2026", "kein Datum", "Was Sie bisher hatten"):
        assert word in picture
    assert "möglichst lange Kontrolle" in page and "möglichst lange Kontrolle" in text


def test_a_sentence_that_is_missing_stays_english_marked_where_it_can_be_and_counted() -> None:
    lost = "The order is the same for everyone. It is not a ranking."
    less = partial(Language, "de", Catalogue(one for one in messages("de") if one.text != lost))
    page, text = page_of("nothing known", less()), text_of("nothing known", less())
    assert f'<span lang="en">{lost}</span>' in page and lost in text and "<span" not in text
    for told in (page, text):
        assert "1 Satz ist noch nicht übersetzt. Er steht auf Englisch da." in told


def test_the_command_says_the_page_in_german_and_in_english_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    told = {}
    for how in ((), ("--lang", "en"), ("--lang", "de")):
        for form in ("text", "html"):
            assert main(["plan", EXAMPLE, "--for", "patient", "--format", form, *how]) == 0
            told[how, form] = capsys.readouterr().out
    for form in ("text", "html"):
        assert told[(), form] == told[("--lang", "en"), form]
        assert "Ihre Behandlungsmöglichkeiten" in told[("--lang", "de"), form]


@pytest.mark.parametrize(("words", "said"), [
    (("--lang", "de"), "--lang de: found --for clinician; expected --for patient as text, html or pdf"),
    (("--for", "clinician", "--lang", "en", "--format", "html"), "--lang en: found --for clinician; expected"),
    (("--for", "patient", "--lang", "de", "--format", "json"), "--lang de: found --format json; expected --for patient as text"),
    (("--for", "patient", "--lang", "fr"), 'unknown value of --lang "fr"; expected one of en, de'),
    (("--for", "patient", "--lang", ""), 'unknown value of --lang ""'),
])
def test_a_language_that_does_not_go_with_the_rest_is_refused_in_one_line(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["plan", EXAMPLE, *words]) == 2
    shown = capsys.readouterr()
    assert not shown.out and said in shown.err and len(shown.err.splitlines()) == 1


def test_the_help_names_every_language(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    with pytest.raises(SystemExit):
        main(["plan", "--help"])
    assert re.findall(r"page: ([^\n]+)", capsys.readouterr().out) == [", ".join(("en (default)", *OTHERS))]


def test_the_paper_is_german_and_declares_it(tmp_path) -> None:
    out = tmp_path / "aid.pdf"
    assert main(["plan", EXAMPLE, "--for", "patient", "--lang", "de", "--format", "pdf", "-o", str(out)]) == 0
    with pikepdf.open(out) as document:
        assert str(document.Root.Lang) == "de"
        assert str(document.docinfo["/Title"]).startswith("Gemeinsam eine Behandlung wählen")
    with pikepdf.open(io.BytesIO(plan_aid_pdf(plan_of("treatments"), own_base(), DAY))) as document:
        assert str(document.Root.Lang) == "en-GB"
