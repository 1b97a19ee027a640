"""Take words that patients read out of the CMU Pronouncing Dictionary: `python vendor.py INDEX_JS WORDS`.

INDEX_JS is `index.js` of the npm package `cmu-pronouncing-dictionary` 3.0.0, WORDS a file of new words, one a line; those vendored before
stay. Words of the lexicon are left out: they were counted by hand. A word the dictionary lacks goes into the lexicon, counted twice.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
_ENTRY = re.compile(r"^\s+\"?([a-z']+)\"?: \"([A-Z0-2 ]+)\"")


def main(source: str, wanted: str) -> None:
    """Write `cmudict.tsv`: the first pronunciation of each word, new or kept, that the dictionary has and the lexicon has not."""
    asked = set(Path(wanted).read_text(encoding="utf-8").split())
    asked |= {line.split("\t")[0] for line in (HERE / "cmudict.tsv").read_text(encoding="utf-8").splitlines()}
    asked -= {line.split("\t")[0] for line in (HERE / "lexicon.tsv").read_text(encoding="utf-8").splitlines()[1:]}
    found = (_ENTRY.match(line) for line in Path(source).read_text(encoding="utf-8").splitlines())
    rows = sorted({entry.group(1): entry.group(2) for entry in found if entry and entry.group(1) in asked}.items())
    (HERE / "cmudict.tsv").write_text("".join(f"{word}\t{sounds}\n" for word, sounds in rows), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
