"""Refuse cases that point to files: those of this machine are nobody's to read through a browser."""

from __future__ import annotations

from islet.case.dictionary import Dictionary
from islet.case.model import Case
from islet.errors import InputError


def refuse_files(case: Case, dictionary: Dictionary) -> None:
    """Raise InputError when a measurement of a case names a file or folder."""
    for name in case.measurements:
        measure = dictionary.measures[name]
        if any(fact.type == "path" for fact in (measure.fact, *measure.columns.values())):
            words = "only islet quantify on the command line reads files; take it out of the case file"
            raise InputError("this points to files of a machine", case.file, field=f"measurements.{name}", expected=words)
