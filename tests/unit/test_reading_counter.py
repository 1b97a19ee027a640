"""The counter of reading grade against counts by hand and published examples."""

from __future__ import annotations

import pytest

from islet_testing.reading.counter import UnknownWord, is_name, lexicon, read, sentences_of, syllables
from islet_testing.reading.figures import figure_syllables
from islet_testing.reading.second_count import second_count

READ_ALOUD = ("read", "read as a word", "read letter by letter")


def test_one_short_sentence_has_the_lowest_grade_there_is():
    assert read(["Go."]).grade == pytest.approx(-3.40)  # the least score the formula can give


@pytest.mark.parametrize(("text", "ease"), [("The cat sat on the mat.", 116)])
def test_a_published_sentence_has_its_published_reading_ease(text, ease):
    # Reading ease is made of the same two counts: 206.835 - 1.015 words/sentences - 84.6 syllables/words (Flesch 1948).
    found = read([text])
    assert round(206.835 - 1.015 * found.words / len(found.sentences) - 84.6 * found.syllables / found.words) == ease


def test_a_published_year_is_read_as_published():
    assert figure_syllables("1918") == 4  # nineteen-eighteen (Flesch 1949)


@pytest.mark.parametrize(("text", "sentences", "words", "spoken"), [
    ("The cat sat on the mat.", 1, 6, 6),
    ("Your tumour has grown. We do not know why.", 2, 9, 10),
    ("About 83 out of 100 people had no growth.", 1, 9, 15),  # a-bout eigh-ty-three out of one-hun-dred peo-ple had no growth
    ("Everolimus is a tablet.", 1, 4, 9),
    ("Take 2.5 mg a day", 1, 5, 9),  # take two-point-five mil-li-grams a day
])
def test_counts_are_those_of_a_hand(text, sentences, words, spoken):
    found = read([text])
    assert (len(found.sentences), found.words, found.syllables) == (sentences, words, spoken)


def test_the_lines_of_a_list_are_sentences_of_their_own():
    assert read(["Sore mouth", "Rash", "Low blood counts. Fever."]).sentences == (2, 1, 3, 1)


def test_a_point_in_a_number_or_before_a_bracket_ends_a_sentence_only_where_one_ends():
    assert sentences_of("It is 2.5 mg (a dose). Next.") == ["It is 2.5 mg (a dose).", "Next."]
    assert sentences_of("He said “no.” She left.") == ["He said “no.”", "She left."]


@pytest.mark.parametrize(("word", "spoken"), [
    ("everolimus", 5), ("somatostatin", 5), ("lanreotide", 4), ("octreotide", 4), ("lutetium", 4), ("neuroendocrine", 5),
    ("pancreatectomy", 6), ("PRRT", 4), ("US", 2), ("us", 1), ("Ki-67", 5), ("5-FU", 3), ("MEN1", 2), ("doctor’s", 2), ("W", 3),
])
def test_words_that_other_counters_miss(word, spoken):
    assert syllables(word) == spoken


def test_an_unknown_word_is_an_error_with_its_name():
    with pytest.raises(UnknownWord, match="xyzzolimus"):
        read(["It is xyzzolimus."])


def test_names_are_left_out_of_the_syllables_but_not_of_the_sentences():
    found = read(["Everolimus is a tablet."])
    assert is_name("Everolimus") and not is_name("tablet")
    assert found.grade_without_names == pytest.approx(0.39 * 4 + 11.8 * 4 / 3 - 15.59)


@pytest.mark.parametrize("word", sorted(lexicon()))
def test_every_word_of_the_lexicon_was_counted_twice(word):
    count, kind, note = lexicon()[word]
    assert kind in ("", "name")
    if not note.startswith(READ_ALOUD):
        assert second_count(word) == count or note.startswith(f"rules {second_count(word)}:")
