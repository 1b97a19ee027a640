"""What a clinician has accepted among the findings of the proofs: `proof/exceptions.yaml` of a knowledge folder."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from islet.case.yaml_text import read_document
from islet.errors import InputError, nearest
from islet.knowledge.yaml_data import Map, Seq, plain
from islet.proof.encoding import VERDICTS
from islet.proof.sources import Written

KINDS = {
    "implied": ("criterion", "by"), "offered_when_worse": ("option", "organ"), "verdicts": ("option", "verdict"), "links": ("link",),
}
ORGANS = ("kidney", "liver", "marrow", "fitness")
Exceptions = dict[str, dict[tuple[str, ...], str]]  # kind -> what is excepted -> the reason


def read_exceptions(folder: Path, written: Written) -> Exceptions:
    """Return the exceptions of a folder; none when there is no such file. Raises InputError naming the line of a fault."""
    found: Exceptions = {kind: {} for kind in KINDS}
    file = folder / "proof" / "exceptions.yaml"
    if not file.is_file():
        return found
    data = plain(read_document(file.read_bytes(), str(file), limit=None))
    criteria = {criterion.id for criterion in written.criteria}
    known: dict[str, Container[str]] = {
        "criterion": criteria, "by": criteria, "option": written.options, "verdict": VERDICTS, "organ": ORGANS,
        "link": {link.id for link in written.links},
    }
    if not isinstance(data, Map):
        raise InputError("found no mapping", str(file), 1, "", "expected " + ", ".join(KINDS))
    for kind, entries in data.items():
        if kind not in KINDS:
            raise InputError(f'found the unknown key "{kind}"', str(file), data.lines[kind], "", nearest(kind, KINDS))
        if not isinstance(entries, Seq):
            raise InputError("found no list", str(file), data.lines[kind], kind)
        for entry in entries:
            if not isinstance(entry, Map) or set(entry) != {*KINDS[kind], "because"}:
                line = entry.line if isinstance(entry, Map) else data.lines[kind]
                raise InputError("the entry cannot be read", str(file), line, kind, "expected " + ", ".join((*KINDS[kind], "because")))
            for key in KINDS[kind]:
                if entry[key] not in known[key]:
                    raise InputError(f'found the unknown {key} "{entry[key]}"', str(file), entry.line, kind)
            found[kind][tuple(str(entry[key]) for key in KINDS[kind])] = str(entry["because"])
    return found
