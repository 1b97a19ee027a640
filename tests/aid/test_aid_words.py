"""The words that only the aid has: school grade 8 or below, short sentences, no chance word or "1 in X"."""

from __future__ import annotations

import re
from html import unescape

import pytest

from islet.present.aid.carers import home_rules
from islet.web.aid.opened import OTHER, WHY
from islet_testing.aids import aid, aid_body, plans
from islet_testing.bases import own_base
from islet_testing.reading.blocks import fixed_paragraphs
from islet_testing.reading.counter import read

CASES = ("systemic-doses", "local-01-nf-8mm-head", "systemic-13-g3-net-ki67-60-rapid", "vip-80f-refuses-surgery")


def _own(name: str) -> list[str]:
    made = aid(name)
    rows = {" ".join(line.text.split()) for one in (*made.open, *made.unsaid, *made.closed) for _, lines in one.told.rows for line in lines}
    page = aid_body(name).split("<h3>Sources</h3>")[0]
    held = re.findall(r"<(?:dd|label)[^>]*>(.*?)</(?:dd|label)>", page, re.DOTALL)
    more = [" ".join(unescape(re.sub("<[^>]+>", " ", text)).split()) for text in held if "Monday" not in text]
    own = [text for text in (*fixed_paragraphs(page), *more) if not any(row in text for row in rows) and "Flesch" not in text]
    return [*own, *(line.text for line in home_rules(made, own_base())), *(words for _, words in WHY.values()), OTHER[1]]


@pytest.mark.parametrize("name", CASES)
def test_every_paragraph_is_easy_to_read(name: str) -> None:
    hard = []
    for text in _own(name):
        bare = re.sub(r"Dr Ada Lind|Nurse Kim", "your nurse", text)
        bare = re.sub(r"\[\d+\]|\(KB[^)]*\)|https?://\S+", "", bare)
        if re.search(r"KB-\d|[0-9a-f]{12}|\+47|\d{4}-\d\d-\d\d", bare):
            continue
        reading = read([bare])
        if max(reading.sentences) > 25 or (reading.grade_without_names > 8 and (len(reading.sentences) > 1 or reading.words > 20)):
            hard.append((round(reading.grade_without_names, 1), bare))
    assert not hard, hard


@pytest.mark.parametrize("name", sorted(plans())[::6])
def test_no_chance_word_no_one_in_and_no_relative_risk(name: str) -> None:
    found = re.findall(r"\b1 in \d|±|confidence interval|hazard ratio|relative risk|odds ratio|\bCI\b", aid_body(name))
    assert not found
