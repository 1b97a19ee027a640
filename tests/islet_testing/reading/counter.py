"""Count words, sentences and syllables and give the Flesch-Kincaid grade.

Grade = 0.39 words/sentences + 11.8 syllables/words - 15.59 (Kincaid, Fishburne, Rogers, Chissom 1975, Naval Technical Training
Command report 8-75). Syllables come from the CMU Pronouncing Dictionary and a lexicon counted by hand; a word in neither is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from islet_testing.reading.figures import figure_syllables

HERE = Path(__file__).parent
LETTERS = {"w": 3}
_END = re.compile(r"[.!?][\"”’)\]]*(?=\s|$)")
_HISSING = tuple(f"{end}'s" for end in ("s", "x", "z", "ce", "ge", "ch", "sh"))
_EDGE = "\"“”‘’'()[]{}.,;:!?…–—·"


class UnknownWord(ValueError):
    """A word is in neither the dictionary nor the lexicon; it is never guessed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold the counts of a text: sentences by their number of words, syllables, and the part of both that is names."""

    sentences: tuple[int, ...]
    syllables: int
    names: int = 0
    name_syllables: int = 0

    @property
    def words(self) -> int:
        """Return the number of words."""
        return sum(self.sentences)

    @property
    def grade(self) -> float:
        """Return the grade with every word counted."""
        return _grade(self.words / len(self.sentences), self.syllables / self.words)

    @property
    def grade_without_names(self) -> float:
        """Return the grade with names of drugs, illnesses and operations left out of the syllables, not out of the sentences."""
        rest = self.words - self.names
        return _grade(self.words / len(self.sentences), (self.syllables - self.name_syllables) / rest) if rest else self.grade


def _grade(words_a_sentence: float, syllables_a_word: float) -> float:
    return 0.39 * words_a_sentence + 11.8 * syllables_a_word - 15.59


@lru_cache(maxsize=1)
def dictionary() -> dict[str, int]:
    """Return word -> syllables of the vendored part of the CMU dictionary: one syllable for each vowel, marked by a digit."""
    lines = (HERE / "cmudict.tsv").read_text(encoding="utf-8").splitlines()
    return {word: sum(sound[-1].isdigit() for sound in sounds.split()) for word, sounds in (line.split("\t") for line in lines)}


@lru_cache(maxsize=1)
def lexicon() -> dict[str, tuple[int, str, str]]:
    """Return word -> syllables counted by hand, "name" or nothing, and the note where the rules of the second count differ."""
    rows = [line.split("\t") for line in (HERE / "lexicon.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    return {row[0]: (int(row[1]), row[2], row[3]) for row in (line + [""] * (4 - len(line)) for line in rows)}


def words_of(text: str) -> list[str]:
    """Return the words as they stand between spaces, without the marks around them.

    >>> words_of("Ki-67 (the share): 20 % or more.")
    ['Ki-67', 'the', 'share', '20', '%', 'or', 'more']
    """
    return [word for word in (raw.strip(_EDGE) for raw in text.split()) if word]


def sentences_of(text: str) -> list[str]:
    """Return the sentences of one line; a line without a full stop is one, and a point within a number ends none.

    >>> sentences_of("It is 2.5 mg. Is that much? No")
    ['It is 2.5 mg.', 'Is that much?', 'No']
    """
    found, start = [], 0
    for end in _END.finditer(text):
        found.append(text[start : end.end()].strip())
        start = end.end()
    return [part for part in (*found, text[start:].strip()) if words_of(part)]


def syllables(word: str) -> int:
    """Return the syllables of a word as it is read aloud; raise `UnknownWord` with its name.

    >>> syllables("everolimus"), syllables("side-effects"), syllables("PRRT"), syllables("83")
    (5, 3, 4, 3)
    """
    lower = word.lower().replace("’", "'")
    if lower in lexicon():
        return lexicon()[lower][0]
    if re.fullmatch(r"[A-Z]{2,6}s?", word):
        return sum(LETTERS.get(letter, 1) for letter in word.removesuffix("s").lower())
    if lower in dictionary():
        return dictionary()[lower]
    if re.fullmatch(r"-?\d+([.,]\d+)*%?", word):
        return figure_syllables(word)
    if lower.endswith("'s") and not lower.endswith(_HISSING):
        return syllables(word[:-2])
    parts = [part for part in re.split(r"[-/]", word) if part]
    if len(parts) > 1:
        return sum(syllables(part) for part in parts)
    raise UnknownWord(word)


def is_name(word: str) -> bool:
    """Tell whether a word is the name of a drug, an illness or an operation, which no plainer word can stand for."""
    lower = word.lower().replace("’", "'").removesuffix("'s")
    return any(lexicon().get(part, (0, ""))[1] == "name" for part in (lower, *re.split(r"[-/]", lower)))


def read(lines: Iterable[str]) -> Reading:
    """Return the counts of a block, a line at a time: no sentence goes on from one line or list item to the next."""
    counts, spoken, names, in_names = [], 0, 0, 0
    for line in lines:
        for sentence in sentences_of(line):
            words = words_of(sentence)
            counts.append(len(words))
            spoken += sum(syllables(word) for word in words)
            named = [word for word in words if is_name(word)]
            names += len(named)
            in_names += sum(syllables(word) for word in named)
    return Reading(tuple(counts), spoken, names, in_names)
