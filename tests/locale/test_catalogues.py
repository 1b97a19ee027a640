"""The catalogues hold every text of the patient's pages, complete and true to the English, and no page leaks a text past them."""

from __future__ import annotations

import re
from functools import lru_cache

import pytest
from hypothesis import given, settings

from islet.locale.catalogue import FOLDER, languages, messages
from islet.locale.po import Message, read_po
from islet.plan.make import make_plan
from islet.present.aid.carers import home_rules
from islet.present.aid.page import Aid, NotForPatients, make_aid
from islet.present.language import Language, catalogue_of
from islet.web.aid.opened import OTHER, WHY
from islet.wishes.answer import answer
from islet.wishes.attributes import attributes_of
from islet.wishes.model import NoStatedPreference, Wishes
from islet.wishes.tradeoffs import next_question
from islet.wishes.words import question_words, told
from islet_testing.aids import CONTACTS, DAY, aid, body_of, plans
from islet_testing.bases import own_base
from islet_testing.cases import patients, read
from islet_testing.catalogues import FILES, sentences
from islet_testing.marked import words_of_page
from islet_testing.pseudo import RTL, pseudo, strange

WHOLE = [name for name, plan in sorted(plans().items()) if not plan.problems and not plan.emergency]
OTHERS = [language for language in languages() if language != "en"]

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
NEGATIONS = {
    "en": re.compile(r"\b(?:neither\b.*?\bnor|nor|not|no|none|nobody|never|without|cannot|nothing|nowhere|hardly|unlikely|non-\w+|"
                     r"fail to|refractory|bland)\b", re.IGNORECASE),
    "de": re.compile(r"\b(?:nicht(?:-\w+)?|kein\w*|niemand\w*|nein|nie|niemals|weder|ohne|nichts|nirgends|kaum)\b", re.IGNORECASE),
}
TURNED = {  # said with a negation in one language only, each read
    "best_supportive_care.too-ill": "too ill to have been tested: not tested",
}
NAMES = {
    "de": {
        "octreotide": "octreotid", "lanreotide": "lanreotid", "everolimus": "everolimus", "sunitinib": "sunitinib", "etoposide": "etoposid",
        "cabozantinib": "cabozantinib", "surufatinib": "surufatinib", "belzutifan": "belzutifan", "capecitabine": "capecitabin",
        "temozolomide": "temozolomid", "streptozocin": "streptozocin", "5-fu": "5-fu", "oxaliplatin": "oxaliplatin", "lutetium": "lutetium",
        "irinotecan": "irinotecan", "carboplatin": "carboplatin", "cisplatin": "cisplatin", "diazoxide": "diazoxid", "captem": "captem",
        "folfox": "folfox", "folfiri": "folfiri", "tace": "tace", "tare": "tare", "prrt": "prrt", "men1": "men1", "vhl": "vhl",
        "ki-67": "ki-67", "msi": "msi", "mgmt": "mgmt", "mtor": "mtor", "child-pugh": "child-pugh", "meld": "meld", "albi": "albi",
    },
}


@lru_cache(maxsize=1)
def texts() -> dict[str, set[tuple[str, str]]]:
    return {name: {(one.text, one.plural) for one in found} for name, found in sentences(own_base()).items()}


def all_messages(language: str) -> list[Message]:
    return messages(language)


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogues_hold_every_text_of_today_and_no_other(language: str) -> None:
    held = {(one.text, one.plural) for one in all_messages(language)}
    wanted = set().union(*texts().values())
    assert not wanted - held, "not translated: renew with tests/islet_testing/catalogues.py and translate"
    assert not held - wanted, "no longer said"
    assert sorted(path.stem for path in (FOLDER / language).glob("*.po")) == sorted(FILES)


def test_a_changed_sentence_loses_its_translation_and_stays_english_marked_and_counted() -> None:
    german = Language("de")
    assert german.said("We do not know.") == "Wir wissen es nicht."
    changed = german.said("We do not know this at all <yet>.")
    assert changed == '<span lang="en">We do not know this at all &lt;yet&gt;.</span>' == changed.__html__()
    assert list(german.missing) == ["We do not know this at all <yet>."]


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", WHOLE)
def test_no_text_stays_untranslated_in_any_branch(language: str, name: str) -> None:
    said = Language(language)
    page = body_of(aid(name), said)
    _say_the_rest(aid(name), said)
    assert not said.missing
    assert "{" not in words_of_page(page).replace("{ ", "")


@pytest.mark.parametrize("language", OTHERS)
@given(patients())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_no_text_stays_untranslated_in_generated_patients(language: str, pieces: dict) -> None:
    base = own_base()
    try:
        made = make_aid(make_plan(read(pieces, base), base, None), base, DAY, CONTACTS)
    except NotForPatients:
        return
    said = Language(language)
    _say_the_rest(made, said)
    for one in (*made.open, *made.unsaid, *made.closed):
        for text in (*(line.text for _, lines in one.told.rows for line in lines), *(q.text for q in one.questions), one.short):
            said.said(text)
        for text in (one.told.name, one.told.words, one.aside, *(count.what for count in one.pictures)):
            said.part(text)
    for question, answered, _ in made.known:
        said.said(question)
        said.part(answered)
    for text in (*made.tumour, *(line.text for line in made.untreated), *(q.text for q in made.asked), *(q.note for q in made.asked)):
        said.said(text)
    assert not said.missing


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", WHOLE[::9])
def test_no_text_of_the_wishes_stays_untranslated(language: str, name: str) -> None:
    said, plan, base = Language(language), plans()[name], own_base()
    asked = [one.id for one in attributes_of(plan, base)]
    for order in ((), tuple((one,) for one in asked), (tuple(asked[:2]), *((one,) for one in asked[2:]))):
        for with_open in (False, True):
            found = answer(plan, base, order, [], with_open)
            for line in told(found):
                said.said(line)
            if isinstance(found, Wishes) and (pair := next_question(found)):
                said.said(question_words(*pair, found))
    for line in (*told(NoStatedPreference()), *(text for why in WHY.values() for text in why), *OTHER):
        said.said(line)
    assert not said.missing


@pytest.mark.parametrize("language", OTHERS)
def test_every_negation_number_and_name_of_the_original_stands_in_the_translation(language: str) -> None:
    wrong = []
    for one in all_messages(language):
        for original, translation in zip((one.text, one.plural), one.told, strict=False):
            wrong += [(one.context, why, original, translation) for why in _differences(one.context, original, translation, language)]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("name", WHOLE[::6])
def test_every_text_of_a_page_comes_from_the_catalogue(name: str) -> None:
    said = pseudo()
    page = body_of(aid(name), said)
    assert not said.missing
    page = re.sub(r'<(span) lang="en">.*?</\1>', "", page, flags=re.DOTALL)
    page = re.sub(r'<a href="http[^>]*>.*?</a>', "", page, flags=re.DOTALL)
    words = words_of_page(page) + " ".join(re.findall(r'(?:aria-label|title)="([^"]*)"', page))
    for value in (CONTACTS.who, CONTACTS.hours, CONTACTS.about, CONTACTS.released_by, aid(name).plan.case_id, aid(name).plan.engine,
                  aid(name).plan.knowledge_version, aid(name).plan.knowledge_sha256[:12], aid(name).plan.case_sha256[:12]):
        words = words.replace(value, "")
    assert not sorted(set(re.findall(r"[A-Za-z]{3,}", words)))
    assert page.count(RTL) > 1000


def test_the_pseudo_language_is_longer_and_keeps_its_holes() -> None:
    for one in all_messages("de"):
        assert len(strange(one.text)) >= 1.4 * len(one.text)
        assert sorted(re.findall(r"\{\w+\}", strange(one.text))) == sorted(re.findall(r"\{\w+\}", one.text))


@pytest.mark.parametrize("language", OTHERS)
def test_every_catalogue_says_who_translated_it_and_that_no_clinician_has_checked_it(language: str) -> None:
    for path in (FOLDER / language).glob("*.po"):
        head = path.read_text(encoding="utf-8").split("msgid")[0]
        assert "makers of Islet" in head and "Not yet checked by a clinician" in head, path.name
    assert "translated by the makers" not in words_of_page(body_of(aid(WHOLE[0])))
    assert "von den Machern von Islet übersetzt" in words_of_page(body_of(aid(WHOLE[0]), Language("de")))


def test_numbers_dates_and_lists_stand_in_the_form_of_the_language() -> None:
    find = catalogue_of("de").find
    assert find("3.5 %", True) == "3,5 %"
    assert find("10 to 15.5 months", True) == "10 bis 15,5 Monate"
    assert find("Switzerland, Norway and Japan", True) == "Schweiz, Norwegen und Japan"
    assert Language("de").date("2026-12-01") == "01.12.2026"
    assert Language("de").many("The knowledge is checked again every month.", "The knowledge is checked again every {count} months.", 6) \
        == "Das Wissen wird alle 6 Monate neu geprüft."


def test_a_fuzzy_or_empty_message_is_not_read(tmp_path) -> None:
    file = tmp_path / "x.po"
    file.write_text('#, fuzzy\nmsgid "a"\nmsgstr "b"\n\nmsgid "c"\nmsgstr ""\n\nmsgid "d"\nmsgstr ""\n"e "\n"f"\n', encoding="utf-8")
    assert [(one.text, one.told) for one in read_po(file)] == [("d", ("e f",))]


def _say_the_rest(made: Aid, said: Language) -> None:
    for line in home_rules(made, own_base()):
        said.said(line.text)
    for one in attributes_of(made.plan, own_base()):
        for text in (one.name, one.ask, one.worst, one.best):
            said.said(text)


def _differences(context: str, original: str, translation: str, language: str) -> list[str]:
    found = []
    numbers = [sorted(number.replace(",", ".") for number in NUMBER.findall(text)) for text in (original, translation)]
    if numbers[0] != numbers[1]:
        found.append(f"numbers {numbers}")
    bare = [re.sub(r"\{\w+\}", "", text) for text in (original, translation)]
    counts = [len(NEGATIONS[code].findall(text)) for code, text in zip(("en", language), bare, strict=True)]
    if counts[0] != counts[1] and context not in TURNED:
        found.append(f"negations {counts}")
    holes = [sorted(re.findall(r"\{\w+\}", text)) for text in (original, translation)]
    if holes[0] != holes[1]:
        found.append(f"holes {holes}")
    return found + [f"name {name}" for name, theirs in NAMES[language].items()
                    if len(re.findall(rf"\b{name}", original.lower())) > len(re.findall(rf"{theirs}", translation.lower()))]
