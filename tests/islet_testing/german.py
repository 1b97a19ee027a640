"""Count German text: words, sentences, syllables, and how hard it is by the first Wiener Sachtextformel and by Amstad's Flesch index.

Formulas: Bamberger and Vanecek, Lesen-Verstehen-Lernen-Schreiben, 1984; Amstad, Wie verständlich sind unsere Zeitungen?, 1978 (both as
commonly reprinted; recalled). Syllables are counted by groups of vowels, which is right for all but few German words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_WORD = re.compile(r"[A-Za-zÄÖÜäöüß0-9][\w,./-]*")
_END = re.compile(r"(?<=[.?!])\s+(?=[A-ZÄÖÜ„0-9])|(?<=:)\s+(?=[A-ZÄÖÜ„])")  # a capital after a colon begins a sentence
_VOWELS = re.compile(r"[aeiouyäöü]+", re.IGNORECASE)


class GermanReading(NamedTuple):
    """Hold what was counted: the length of each sentence in words, and the words."""

    sentences: tuple[int, ...]
    words: tuple[str, ...]

    @property
    def mean(self) -> float:
        """Return the mean length of the sentences in words."""
        return len(self.words) / len(self.sentences)

    @property
    def grade(self) -> float:
        """Return the first Wiener Sachtextformel, a school grade from 4 to 15."""
        counts = [_syllables(word) for word in self.words]
        many, one = (100 * sum(test) / len(counts) for test in ([c >= 3 for c in counts], [c == 1 for c in counts]))
        long = 100 * sum(len(word) > 6 for word in self.words) / len(counts)
        return 0.1935 * many + 0.1672 * self.mean + 0.1297 * long - 0.0327 * one - 0.875

    @property
    def ease(self) -> float:
        """Return the Flesch index after Amstad; 60 to 70 is plain, below 30 very hard."""
        return 180 - self.mean - 58.5 * sum(map(_syllables, self.words)) / len(self.words)


def read_german(texts: Iterable[str]) -> GermanReading:
    """Return what was counted in texts.

    >>> read_german(["Er wächst. Wir wissen nicht, wie schnell."]).sentences
    (2, 5)
    """
    lengths, words = [], []
    for text in texts:
        for sentence in _END.split(text.strip()):
            found = _WORD.findall(sentence)
            if found:
                lengths.append(len(found))
                words += found
    return GermanReading(tuple(lengths), tuple(words))


def _syllables(word: str) -> int:
    return max(1, len(_VOWELS.findall(word)))
