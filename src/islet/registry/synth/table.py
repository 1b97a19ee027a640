"""From a block to Arrow: each column in the type the registry reads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from islet.registry.synth.block import Block
from islet.registry.synth.columns import OPTIONS, RESPONSES, Column

TREATMENT = pa.struct([
    ("option", pa.string()), ("response", pa.string()), ("cycles", pa.float64()), ("months", pa.float64()), ("months_since", pa.float64()),
])
TYPES: dict[str, Any] = {
    "number": pa.float64(), "yes_no": pa.bool_(), "word": pa.dictionary(pa.int8(), pa.string()), "list": pa.list_(pa.string()),
    "history": pa.list_(TREATMENT), "text": pa.string(),
}


def schema_of(columns: tuple[Column, ...], metadata: dict[str, str]) -> pa.Schema:
    """Return the schema of the table, `id` and `synthetic` first."""
    fields = [pa.field("id", pa.string()), pa.field("synthetic", pa.bool_())]
    return pa.schema([*fields, *(pa.field(column.name, TYPES[column.kind]) for column in columns)], metadata)


def as_batch(block: Block, first: int, rows: int, prefix: str, columns: tuple[Column, ...], schema: pa.Schema) -> pa.RecordBatch:
    """Return the first rows of a block as a record batch; `first` is the number of its first row in the table."""
    numbers = pc.utf8_lpad(pa.array(np.arange(first + 1, first + rows + 1)).cast(pa.string()), 9, "0")
    arrays = [pc.binary_join_element_wise(prefix, numbers, ""), pa.array(np.ones(rows, bool))]
    arrays += [_array(block, column, rows) for column in columns]
    return pa.record_batch(arrays, schema=schema)


def _array(block: Block, column: Column, rows: int) -> pa.Array:
    values = block[column.name][:rows]
    if column.kind == "number":
        return pa.array(values, pa.float64(), from_pandas=True)
    if column.kind == "yes_no":
        return pa.array(values == 1, pa.bool_(), mask=values < 0)
    if column.kind == "word":
        return pa.DictionaryArray.from_arrays(pa.array(values.astype(np.int8), mask=values < 0), pa.array(column.words))
    if column.kind == "text":
        return pa.array(values, pa.string(), mask=values == "")
    if column.kind == "list":
        return _members(values, column.words)
    return _treatments(block, np.isnan(values), rows)


def _members(values: NDArray[np.int32], words: tuple[str, ...]) -> pa.Array:
    """Return lists of words from bits, in the order of the words; null where the code is -1."""
    some = np.flatnonzero(values > 0)
    bits = (values[some, None] >> np.arange(len(words), dtype=values.dtype) & 1).astype(bool)
    lengths = np.zeros(len(values), np.int32)
    lengths[some] = bits.sum(axis=1)
    members = pa.array(words).take(pa.array(np.nonzero(bits)[1]))
    return pa.ListArray.from_arrays(_offsets(lengths), members, mask=pa.array(values < 0))


def _offsets(lengths: NDArray[np.int32]) -> pa.Array:
    return pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))


def _treatments(block: Block, missing: NDArray[np.bool_], rows: int) -> pa.Array:
    def side(name: str) -> Any:
        return np.stack([getattr(treatment, name)[:rows] for treatment in block.treatments], axis=1)

    option = side("option")
    given = (option >= 0) & ~missing[:, None]
    response = side("response")[given]
    entries = pa.StructArray.from_arrays([
        pa.array(OPTIONS).take(pa.array(option[given])),
        pa.array(RESPONSES).take(pa.array(response, mask=response < 0)),
        *(pa.array(side(name)[given], pa.float64(), from_pandas=True) for name in ("cycles", "months", "months_since")),
    ], fields=list(TREATMENT))
    return pa.ListArray.from_arrays(_offsets(given.sum(axis=1)), entries, mask=pa.array(missing))
