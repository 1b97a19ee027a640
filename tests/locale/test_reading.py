"""German is plain: no sentence above 25 words, 15 in the mean, a Wiener Sachtextformel of at most 8 and a Flesch index of at least 60.

The limits: 25 and 15 words are those of the English; grade 8 is the school grade asked of the English; 60 is the lower end of "plain"
on Amstad's scale. Names of illnesses and medicines are counted, so the bound is on the safe side.
"""

from __future__ import annotations

import pytest

from islet.locale.catalogue import FOLDER
from islet.locale.po import read_po
from islet_testing.catalogues import FILES
from islet_testing.german import read_german


@pytest.mark.parametrize("name", FILES)
def test_german_is_plain(name: str) -> None:
    blocks = [text for message in read_po(FOLDER / "de" / f"{name}.po") for text in message.told]
    whole = read_german(blocks)
    assert whole.mean <= 15
    assert whole.grade <= 8
    assert whole.ease >= 60
    for text in blocks:
        found = read_german([text])
        assert max(found.sentences, default=0) <= 25, text
        if len(found.sentences) > 1:
            assert found.mean <= 15, text


def test_the_counter_counts_as_by_hand() -> None:
    found = read_german(["Der Tumor wächst. Wir wissen nicht, wie schnell: Die Zellen teilen sich."])
    assert found.sentences == (3, 5, 4)
    # 12 words, 17 syllables counted by hand: der Tu-mor wächst wir wis-sen nicht wie schnell die Zel-len tei-len sich
    assert found.ease == pytest.approx(180 - 12 / 3 - 58.5 * 16 / 12, abs=0.01)
