"""The page of one option that a clinician reads through and signs."""

from __future__ import annotations

import pytest

from islet.present.board import result_words
from islet.present.knowledge_page import option_page
from islet.present.screen import Screen

WIDE = Screen(width=100, plain=True, colours=False)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", ["prrt", "distal_pancreatectomy", "captem", "best_supportive_care"])
def test_every_criterion_stands_there_with_rule_words_place_and_sources(base, name):
    text = flat(option_page(base, name, WIDE))
    for index in base.options[name].criteria:
        criterion = base.criteria[index]
        for words in (criterion.id, criterion.when, criterion.text, criterion.plain, f"{criterion.file}:{criterion.line}"):
            assert flat(words) in text
        for source in criterion.sources:
            assert flat(source["locator"]) in text and f"[{source['source']}]" in text


def test_every_option_has_a_page_that_ends_with_a_signature_line(base):
    for name in base.options:
        text = option_page(base, name, WIDE)
        assert base.version in text and base.sha256[:12] in text
        assert text.rstrip().splitlines()[-1].startswith("Date, signature:")


def test_what_rests_on_memory_is_listed_and_its_stops_wait_for_a_signature(base):
    for name, option in base.options.items():
        own = [base.criteria[index] for index in option.criteria]
        text = option_page(base, name, WIDE)
        recalled = text[text.index("What rests on memory alone"): text.index("Stops kept on memory")]
        assert all(flat(f"{c.id} ({c.role})") in flat(recalled) for c in own if c.recall_only)
        assert all(f"[ ] {c.id}:" in text for c in own if c.id in base.signoff)


def test_guidelines_stand_side_by_side_by_direction(base):
    text = option_page(base, "prrt", WIDE)
    positions = text[text.index("Positions of guidelines"):]
    assert positions.index("  recommends\n") < positions.index("  allows\n")


def test_a_relative_effect_never_stands_without_what_was_measured():
    words = result_words({"measure": "survival", "value": None, "unit": "months", "hr": 0.84, "hr_ci": [0.6, 1.17]})
    assert words == "survival: not reached or not stated; hazard ratio 0.84 (0.6 to 1.17)"


def test_the_small_knowledge_is_shown_too(mini):
    for name in mini.options:
        assert "Date, signature:" in option_page(mini, name, WIDE)
