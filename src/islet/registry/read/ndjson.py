"""Read NDJSON (one JSON object a line) in batches; a line that is no object is set aside with its number."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from islet.case.dictionary import SECTIONS
from islet.errors import InputError
from islet.registry.read.rows import BATCH, BadRow, Rows
from islet.registry.read.text_check import check_text

BOM = b"\xef\xbb\xbf"
NESTED = tuple(section for section in SECTIONS if section != "history")


class NdjsonTable:
    """Offer the rows of an NDJSON file; a line may be written as a case file is, with its sections."""

    typed = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.total: int | None = check_text(name, False).rows
        keys: dict[str, None] = {}
        with open(name, "rb") as stream:
            for line in stream:
                row = _read(line)
                if isinstance(row, dict):
                    keys.update(dict.fromkeys(row))
        if not keys:
            raise InputError("the table is empty: no line holds an object with columns", name, 0, "", 'expected lines as {"id": "a", ...}')
        self.columns: list[str] = list(keys)
        self.metadata: Mapping[str, str] = {}

    def field(self, name: str) -> Any:
        """Return the name and type of a column: text, whatever a line holds there."""
        return pa.field(name, pa.string())

    def batches(self, columns: list[str] | None, after: int = 0, size: int = BATCH) -> Iterator[Rows]:
        """Yield the rows after the first `after`, in batches of at most `size`; empty lines are passed over."""
        wanted = list(dict.fromkeys(self.columns if columns is None else columns))
        with open(self.name, "rb") as stream:
            numbered = enumerate(stream, 1)
            for _ in islice(numbered, after):
                pass
            while lines := list(islice(numbered, size)):
                yield _batch(lines, wanted)


def _batch(lines: list[tuple[int, bytes]], wanted: list[str]) -> Rows:
    numbers: list[int] = []
    bad: list[BadRow] = []
    rows: list[dict[str, Any]] = []
    for number, line in lines:
        row = _read(line)
        if isinstance(row, str):
            bad.append(BadRow(number, number, row, "expected one JSON object a line"))
        elif row is not None:
            numbers.append(number)
            rows.append(row)
    arrays = [column_of([row.get(name) for row in rows], name == "id") for name in wanted]
    places = np.array(numbers, np.int64)
    return Rows(pa.RecordBatch.from_arrays(arrays, wanted), places, places, tuple(bad))


def _read(line: bytes) -> dict[str, Any] | str | None:
    """Return the columns of a line, None for an empty one, or words for what is wrong with it."""
    line = line.strip().removeprefix(BOM)
    if not line:
        return None
    try:
        row = orjson.loads(line)
    except ValueError as error:
        return f"the line is no JSON: {error}"
    if not isinstance(row, dict):
        return "the line is no object"
    if line.count(b":") != len(row):  # a key may stand twice
        try:
            json.loads(line, object_pairs_hook=_once)
        except _TwiceError as error:
            return f'the key "{error}" stands twice'
    return _flat(row) if any(section in row for section in NESTED) else row


class _TwiceError(Exception):
    """Say which key stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise _TwiceError(key)
        seen.add(key)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if key in NESTED and isinstance(value, dict):
            flat.update({f"{key}.{name}": inner for name, inner in value.items()})
        else:
            flat[key] = value
    return flat


def column_of(values: list[Any], as_text: bool) -> Any:
    """Return the values of one key as an Arrow array: truth values, numbers, or text (JSON for what is nested).

    >>> column_of([3, None, {"below": 5}], False).to_pylist()
    ['3', None, '{"below":5}']
    """
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return pa.nulls(len(values))
    if not as_text and kinds <= {bool}:
        return pa.array(values, pa.bool_())
    if not as_text and kinds <= {int, float}:
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    return pa.array([value if value is None or isinstance(value, str) else orjson.dumps(value).decode() for value in values], pa.string())
