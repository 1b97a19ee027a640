"""Keep what `islet cohort compare` and `sweep` found, with the counts in the file itself, and read it back."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from islet import __version__
from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.registry.compare import Comparison
from islet.registry.moves import Move
from islet.registry.sweep import Curve, Moved, Point

COMPARED, SWEPT = "islet.compare", "islet.sweep"
_TEXT = pa.dictionary(pa.int32(), pa.string())
MOVERS = pa.schema([("id", pa.string()), ("option", _TEXT), ("before", _TEXT), ("after", _TEXT)])
EDGE = pa.schema([("id", pa.string()), ("side", _TEXT), ("value", pa.float64()), ("before", _TEXT), ("after", _TEXT)])
POINTS = pa.schema([("value", pa.float64()), ("present", pa.bool_()), ("before", _TEXT), ("after", _TEXT), ("patients", pa.int64())])


class Version(NamedTuple):
    """Name a version of the knowledge: its number, its date and the hash of its files."""

    version: str
    date: str
    sha256: str


class KeptComparison(NamedTuple):
    """Hold a comparison with the versions it is between."""

    old: Version
    new: Version
    comparison: Comparison
    synthetic: bool


class KeptCurve(NamedTuple):
    """Hold a curve, and whether its patients are synthetic."""

    curve: Curve
    synthetic: bool


def version_of(base: KnowledgeBase) -> Version:
    """Return the version of a knowledge base."""
    return Version(base.version, base.date, base.sha256)


class RowsFile:
    """Write rows of one schema to a Parquet file that is put into its place when it is whole."""

    def __init__(self, name: str, schema: Any) -> None:
        self.name, self.schema, self._part = name, schema, f"{name}.part"
        try:
            self._writer = pq.ParquetWriter(self._part, schema)
        except OSError as error:
            raise InputError(f"the file cannot be written: {error.strerror or error}", name) from None

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows."""
        if rows:
            columns = list(zip(*rows, strict=True))
            self._writer.write_table(pa.table([pa.array(c, f.type) for c, f in zip(columns, self.schema, strict=True)], schema=self.schema))

    def finish(self, told: dict[str, str]) -> None:
        """Close the file with what it says of itself, and put it into its place."""
        self._writer.add_key_value_metadata(told)
        self._writer.close()
        os.replace(self._part, self.name)

    def abandon(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(OSError):
            self._writer.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._part)


@contextlib.contextmanager
def rows_file(name: str, schema: Any) -> Iterator[RowsFile]:
    """Open a file of rows that leaves nothing behind when it is not finished."""
    file = RowsFile(name, schema)
    try:
        yield file
    except BaseException as error:
        file.abandon()
        if isinstance(error, OSError):
            raise InputError(f"the file cannot be written: {error.strerror or error}", name) from None
        raise


def comparison_told(found: Comparison, old: Version, new: Version, synthetic: bool) -> dict[str, str]:
    """Return what a file of movers says of itself."""
    content = {"old": old, "new": new, "moves": found.moves, "patients": found.patients, "movers": found.movers, "surer": found.surer,
               "less_sure": found.less_sure, "only_old": found.only_old, "only_new": found.only_new, "added": found.added,
               "removed": found.removed}
    return {COMPARED: json.dumps(content), **_told(found.patients, synthetic)}


def curve_told(curve: Curve, synthetic: bool) -> dict[str, str]:
    """Return what a file of a curve says of itself."""
    return {SWEPT: json.dumps({"moved": curve.threshold, "knowledge": curve.knowledge, "rows": curve.rows}), **_told(curve.rows, synthetic)}


def curve_rows(curve: Curve) -> list[tuple[float, bool, str, str, int]]:
    """Return a curve as rows: the patients at each value by the verdict now and the verdict there."""
    present = curve.threshold.present
    return [(p.value, p.value == present, m.before, m.after, m.patients) for p in curve.points for m in p.moves]


def edge_name(name: str) -> str:
    """Return the name of the file of the patients at the edge.

    >>> edge_name("ki67.parquet")
    'ki67.edge.parquet'
    """
    stem, ending = os.path.splitext(name)
    return f"{stem}.edge{ending or '.parquet'}"


def read_kept(name: str) -> KeptComparison | KeptCurve:
    """Return what a file of `islet cohort compare` or `sweep` holds; raise InputError for another file."""
    try:
        file = pq.ParquetFile(name)
        told = {key.decode(): value.decode() for key, value in (file.metadata.metadata or {}).items()}
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(f"the file cannot be read: {error}", name, 0, "--with") from None
    synthetic = told.get("islet.synthetic") == "yes"
    if COMPARED in told:
        content = json.loads(told[COMPARED])
        moves = tuple(Move(*move) for move in content.pop("moves"))
        old, new = Version(*content.pop("old")), Version(*content.pop("new"))
        content["added"], content["removed"] = tuple(content["added"]), tuple(content["removed"])
        return KeptComparison(old, new, Comparison(moves=moves, **content), synthetic)
    if SWEPT in told:
        content = json.loads(told[SWEPT])
        points: dict[float, list[Move]] = {}
        moved = Moved(*content["moved"])
        for row in file.read().to_pylist():
            points.setdefault(row["value"], []).append(Move(moved.option, row["before"], row["after"], row["patients"]))
        curve = Curve(moved, content["knowledge"], content["rows"], tuple(Point(value, tuple(own)) for value, own in points.items()))
        return KeptCurve(curve, synthetic)
    raise InputError("this is neither a comparison nor a curve", name, 0, "--with", "expected the output of islet cohort compare or sweep")


def _told(rows: int, synthetic: bool) -> dict[str, str]:
    found = {"islet.rows": str(rows), "islet.engine": f"islet {__version__}", "islet.complete": "yes"}
    return {**found, "islet.synthetic": "yes"} if synthetic else found
