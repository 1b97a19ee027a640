"""Write a synthetic registry whole or not at all: Parquet, CSV or NDJSON, by the ending of the name."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from islet.errors import InputError, nearest
from islet.registry.synth.draws import BLOCK
from islet.registry.synth.make import Recipe, make_batches, schema

GROUP = 8 * BLOCK  # rows of a Parquet row group
ENDINGS = (".parquet", ".csv", ".ndjson")


class _Writer(Protocol):
    def write(self, table: pa.Table) -> None: ...

    def close(self) -> None: ...


def write_registry(rows: int, recipe: Recipe, output: str, told: Callable[[int, int], None]) -> None:
    """Write `rows` synthetic patients; `told` is called with the rows done and all rows.

    The file is written beside its place and moved there when it is whole. Raise InputError for an ending nobody knows, for a number of
    rows below one and for a file that cannot be written.
    """
    if rows < 1:
        raise InputError(f"{rows} patients", "", 0, "N", "expected at least 1")
    ending = Path(output).suffix
    if ending not in ENDINGS:
        raise InputError(f'the ending "{ending}" is not known', output, 0, "--output", nearest(ending, ENDINGS))
    part = f"{output}.part"
    try:
        with open(part, "wb") as stream:
            _write(_writer(stream, ending, schema(recipe)), rows, recipe, told)
        os.replace(part, output)
    except OSError as error:
        raise InputError(f"the file cannot be written: {error.strerror or error}", output) from None
    finally:
        if os.path.exists(part):
            os.unlink(part)


def _write(writer: _Writer, rows: int, recipe: Recipe, told: Callable[[int, int], None]) -> None:
    done = 0
    try:
        for table in _groups(make_batches(rows, recipe)):
            writer.write(table)
            done += table.num_rows
            told(done, rows)
    finally:
        writer.close()


def _groups(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if len(held) * BLOCK >= GROUP:
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)


def _writer(stream: BinaryIO, ending: str, kept: pa.Schema) -> _Writer:
    if ending == ".parquet":
        return _Parquet(stream, kept)
    return _Csv(stream, kept) if ending == ".csv" else _Lines(stream)


class _Parquet:
    def __init__(self, stream: BinaryIO, kept: pa.Schema) -> None:
        self._writer = pa.parquet.ParquetWriter(stream, kept, compression="zstd")

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table, row_group_size=GROUP)

    def close(self) -> None:
        self._writer.close()


class _Csv:
    """Lists stand as `a|b` (`[]`: looked for, none), the history as JSON."""

    def __init__(self, stream: BinaryIO, kept: pa.Schema) -> None:
        flat = pa.schema([field.with_type(pa.string()) if pa.types.is_list(field.type) else _plain(field) for field in kept])
        self._flat = flat
        self._writer = pa.csv.CSVWriter(stream, flat)

    def write(self, table: pa.Table) -> None:
        columns = [
            pa.array([_cell(value) for value in table[field.name].to_pylist()], pa.string())
            if pa.types.is_list(table.schema.field(field.name).type) else table[field.name].cast(field.type)
            for field in self._flat
        ]
        self._writer.write(pa.table(columns, schema=self._flat))

    def close(self) -> None:
        self._writer.close()


def _plain(field: pa.Field) -> pa.Field:
    return field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field


def _cell(value: list[Any] | None) -> str | None:
    """Return a list as the text of one cell.

    >>> _cell(["bone", "lung"]), _cell([]), _cell([{"option": "ssa", "cycles": None}])
    ('bone|lung', '[]', '[{"option":"ssa"}]')
    """
    if value is None:
        return None
    if value and isinstance(value[0], str):
        return "|".join(value)
    return json.dumps([_told(entry) for entry in value], separators=(",", ":"))


def _told(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if value is not None}


class _Lines:
    """One JSON object a line; what is not known is left out."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, table: pa.Table) -> None:
        for row in table.to_pylist():
            told = _told(row)
            if "history" in told:
                told["history"] = [_told(entry) for entry in told["history"]]
            self._stream.write(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

    def close(self) -> None:
        self._stream.flush()
