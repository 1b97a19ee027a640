"""Count syllables by rules of spelling: the second, independent count that each word of the lexicon is held against."""

from __future__ import annotations

import re

_SILENT_END = re.compile(r"(?<![aeiouy])(?<![aeiouy][^aeiouy]i)e$|(?<=[^aeioulsxz])es$|(?<=[^aeioutd])ed$")
_APART = re.compile(r"ia|i(?=um)|io(?!n)|eo|eu(?=m$)|uo|oe(?=n)|(?<=[cl])ea(?=t)|(?<=cr)ea(?=t)|ye(?=l)|(?<!q)u(?=e[lr])|oi(?=n[eg])")


def second_count(word: str) -> int:
    """Return the syllables of a word of letters by its spelling: groups of vowels, less silent ends, plus vowels that part.

    >>> second_count("everolimus"), second_count("haemoglobin"), second_count("octreotide"), second_count("pancreatectomy")
    (5, 4, 4, 6)
    """
    bare = _SILENT_END.sub("", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", bare)) + len(_APART.findall(bare)))
