"""The summary as flat tables for CSV and Parquet: one row a count, a hidden count empty and marked."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from islet.errors import InputError
from islet.registry.summary.model import Shown, Summary


class Flat(NamedTuple):
    """Hold one table: its name, its columns with their types, its rows."""

    name: str
    columns: tuple[tuple[str, Any], ...]
    rows: list[tuple[Any, ...]]


_WORD, _WHOLE, _REAL, _FLAG = pa.string(), pa.int64(), pa.float64(), pa.bool_()
_COUNT = (("patients", _WHOLE), ("hidden", _FLAG))


def flat_tables(summary: Summary) -> list[Flat]:
    """Return every table of a summary that has rows."""
    every = [_facts(summary), _numbers(summary), _verdicts(summary), _imputed(summary), _disagreements(summary), _blocking(summary),
             _conflicts(summary), _trials(summary), _entry_criteria(summary), _moves(summary), _swept(summary), _rejected(summary)]
    return [table for table in every if table.rows]


def write_tables(summary: Summary, folder: str, kind: str) -> list[str]:
    """Write every table of a summary to a folder as CSV or Parquet; return the names of the files."""
    about = summary.about
    told = {"islet.knowledge_version": about.knowledge_version, "islet.knowledge_sha256": about.knowledge_sha256,
            "islet.rows": str(about.patients), "islet.smallest_group": str(about.smallest)}
    if about.synthetic:
        told["islet.synthetic"] = "yes"
    names = []
    for flat in flat_tables(summary):
        columns = [*flat.columns, ("synthetic", _FLAG)] if about.synthetic else list(flat.columns)
        rows = [(*row, True) for row in flat.rows] if about.synthetic else flat.rows
        arrays = [pa.array(column, kind_of) for column, (_, kind_of) in zip(zip(*rows, strict=True), columns, strict=True)]
        table = pa.table(arrays, schema=pa.schema(columns, metadata=told))
        name = os.path.join(folder, f"{flat.name}.{kind}")
        buffer = io.BytesIO()
        if kind == "csv":
            pc.write_csv(table, buffer)
        else:
            pq.write_table(table, buffer)
        _write(name, buffer.getvalue())
        names.append(name)
    return names


def _write(name: str, content: bytes) -> None:
    try:
        with open(f"{name}.part", "wb") as stream:
            stream.write(content)
        os.replace(f"{name}.part", name)
    except OSError as error:
        raise InputError(f"the file cannot be written: {error.strerror}", name) from None


def _count(count: Shown) -> tuple[Shown, bool]:
    return count, count is None


def _facts(summary: Summary) -> Flat:
    def rows() -> Iterator[tuple[Any, ...]]:
        for fact in summary.facts:
            words = fact.words or (("known", fact.known),)
            for word, count in (*words, ("known in part", fact.partly), ("missing", fact.missing)):
                yield fact.name, word, *_count(count)

    return Flat("facts", (("fact", _WORD), ("value", _WORD), *_COUNT), list(rows()))


def _numbers(summary: Summary) -> Flat:
    columns = (("fact", _WORD), ("unit", _WORD), ("known", _WHOLE), ("lower_quartile", _REAL), ("median", _REAL), ("upper_quartile", _REAL))
    rows = [(f.name, f.unit, f.known, *(f.quartiles or (None, None, None))) for f in summary.facts if f.kind == "number"]
    return Flat("numbers", columns, rows)


def _verdicts(summary: Summary) -> Flat:
    def rows() -> Iterator[tuple[Any, ...]]:
        for option in summary.options:
            for verdict, cell in option.verdicts.items():
                yield option.option, verdict, *_count(cell.patients), cell.certain, cell.open

    return Flat("verdicts", (("option", _WORD), ("verdict", _WORD), *_COUNT, ("certain", _WHOLE), ("open", _WHOLE)), list(rows()))


def _imputed(summary: Summary) -> Flat:
    columns = (("option", _WORD), ("verdict", _WORD), ("estimate", _REAL), ("low", _REAL), ("high", _REAL), ("hidden", _FLAG))
    return Flat("imputed", columns, [(*row, row.estimate is None) for row in summary.imputed])


def _disagreements(summary: Summary) -> Flat:
    def rows() -> Iterator[tuple[Any, ...]]:
        for one in summary.disagreements:
            for what, count in (("disagree", one.disagree), ("might", one.might), ("others", one.others)):
                yield one.option, what, "", "", *_count(count)
            for pro, contra, count in one.pairs:
                yield one.option, "disagree", pro, contra, *_count(count)

    columns = (("option", _WORD), ("what", _WORD), ("recommends", _WORD), ("against", _WORD), *_COUNT)
    return Flat("disagreements", columns, list(rows()))


def _blocking(summary: Summary) -> Flat:
    columns = (("fact", _WORD), ("patients", _WHOLE), ("blocks", _WHOLE), ("may_settle", _WHOLE), ("settles", _WHOLE), ("asked", _WHOLE))
    blocked = summary.blocked
    return Flat("blocking", columns, [] if blocked is None else [(*row[:5], blocked.patients) for row in blocked.rows])


def _conflicts(summary: Summary) -> Flat:
    rows = [("; ".join(" with ".join(clash) for clash in kind), *_count(count)) for kind, count in summary.conflicts or ()]
    return Flat("conflicts", (("facts", _WORD), *_COUNT), rows)


def _trials(summary: Summary) -> Flat:
    columns = (("trial", _WORD), ("fits", _WHOLE), ("fits_if", _WHOLE), ("fits_not", _WHOLE), ("not_known", _WHOLE), ("encoded", _WHOLE))
    return Flat("trials", columns, [(t.id, t.fits, t.fits_if, t.fits_not, t.not_known, len(t.criteria)) for t in summary.trials])


def _entry_criteria(summary: Summary) -> Flat:
    columns = (("trial", _WORD), ("criterion", _WORD), ("rule", _WORD), ("yes", _WHOLE), ("unknown", _WHOLE), ("no", _WHOLE))
    return Flat("entry_criteria", columns, [(trial.id, *criterion) for trial in summary.trials for criterion in trial.criteria])


def _moves(summary: Summary) -> Flat:
    def rows() -> Iterator[tuple[Any, ...]]:
        for compared in summary.compared:
            for option in compared.moved:
                for flow in option.flows:
                    yield compared.old, compared.new, option.option, flow.before, flow.after, *_count(flow.patients)

    columns = (("old", _WORD), ("new", _WORD), ("option", _WORD), ("before", _WORD), ("after", _WORD), *_COUNT)
    return Flat("moves", columns, list(rows()))


def _swept(summary: Summary) -> Flat:
    def rows() -> Iterator[tuple[Any, ...]]:
        for curve in summary.swept:
            for point in curve.points:
                yield curve.criterion, curve.fact, point.value, point.value == curve.present, "moved", point.moved
                for group, count in zip(curve.groups, point.counts or [None] * len(curve.groups), strict=True):
                    yield curve.criterion, curve.fact, point.value, point.value == curve.present, "|".join(group), count

    columns = (("criterion", _WORD), ("fact", _WORD), ("value", _REAL), ("present", _FLAG), ("what", _WORD), ("patients", _WHOLE))
    return Flat("swept", columns, list(rows()))


def _rejected(summary: Summary) -> Flat:
    return Flat("rejected", (("column", _WORD), ("rows", _WHOLE), ("hidden", _FLAG)), [(c, *_count(n)) for c, n in summary.about.rejected])
