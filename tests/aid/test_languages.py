"""A page in German: released so or asked for by its address, the right language declared, and every page behind the link the same."""

from __future__ import annotations

import io
import re

import pytest

from islet_testing.desk import Desk, seal_of
from islet_testing.marked import words_of_page

pikepdf = pytest.importorskip("pikepdf")
PAGES = ("", "/wishes", "/carers")


@pytest.fixture(scope="module")
def german(desk: Desk) -> str:
    return desk.release(desk.case("systemic-doses"), lang="de")


@pytest.fixture(scope="module")
def english(desk: Desk) -> str:
    return desk.release(desk.case("systemic-doses"))


def declared(page: str) -> str:
    return re.findall(r'<html lang="([^"]+)"', page)[0]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_released_in_german_is_german_throughout(desk: Desk, german: str, page: str) -> None:
    told = desk.patient.get(f"/aid/{german}{page}").text
    assert declared(told) == "de"
    words = words_of_page(told)
    assert "Noch keine deutschsprachige ärztliche Fachperson hat die Übersetzung geprüft." in words
    assert "noch nicht übersetzt" not in words
    without = re.sub(r'<(span|a)[^>]* lang="en"[^>]*>.*?</\1>', "", told, flags=re.DOTALL)
    words = re.sub(r"https?://\S+|which treatment comes next", "", words_of_page(without))
    assert not re.findall(r"\b(?:the|of|with|and|your|you|not)\b", words)


@pytest.mark.parametrize("page", PAGES)
def test_the_address_changes_the_language_and_every_link_keeps_it(desk: Desk, english: str, german: str, page: str) -> None:
    told = desk.patient.get(f"/aid/{english}{page}?lang=de").text
    assert declared(told) == "de"
    links = re.findall(rf'href="(/aid/{english}[^"#]*)"', told)
    assert links and all(link.endswith("?lang=de") for link in links if "lang=en" not in link)
    assert f'/aid/{english}{page}?lang=en" lang="en" hreflang="en">English' in told
    assert declared(desk.patient.get(f"/aid/{german}{page}?lang=en").text) == "en-GB"


def test_a_language_that_there_is_not_leaves_the_page_as_released(desk: Desk, english: str) -> None:
    assert declared(desk.patient.get(f"/aid/{english}?lang=xx").text) == "en-GB"


def test_the_wishes_are_answered_in_german(desk: Desk, german: str) -> None:
    address = f"/aid/{german}/wishes"
    found = desk.patient.post(address, data={"seal": seal_of(desk.patient.get(address).text), "do": "show",
                                             "place-tumour_control": "1", "place-burden": "2"})
    words = words_of_page(found.text)
    assert "von 100 Arten, Ihre Wünsche zu gewichten" in words
    assert "Das zeigt, was aus Ihren Wünschen folgt. Es sagt nicht, welche Möglichkeit die beste für Sie ist." in words
    assert "noch nicht übersetzt" not in words


def test_the_form_of_the_release_offers_the_languages_and_refuses_others(desk: Desk) -> None:
    case = desk.case("systemic-doses")
    form = desk.clinician.get(f"/cases/{case}/release").text
    assert re.findall(r'<option value="(en|de)"', form) == ["en", "de"]
    said = {"who": "a", "phone": "1", "hours": "b", "urgent": "", "about": "c", "days": "3", "lang": "fr"}
    refused = desk.send(f"/cases/{case}/release", case=case, number="1", **said)
    assert refused.status_code == 422 and "There is: en, de." in words_of_page(refused.text)


def test_a_page_that_does_not_open_speaks_the_language_of_the_browser(desk: Desk) -> None:
    told = desk.patient.get("/aid/not-a-token", headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"})
    assert told.status_code == 404 and declared(told.text) == "de"
    assert "Hier gibt es keine Seite" in words_of_page(told.text)
    assert "There is no page here" in words_of_page(desk.patient.get("/aid/not-a-token", headers={"accept-language": "fr"}).text)


def test_paper_is_german_and_says_so(desk: Desk, german: str) -> None:
    rule = desk.patient.get(f"/aid/{german}/page.css").text
    assert '"Seite "' in rule and '" von "' in rule
    pdf = desk.patient.get(f"/aid/{german}/print.pdf").content
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.Root.Lang) == "de"
