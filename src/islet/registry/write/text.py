"""Write an output as CSV or NDJSON. Text has no place for "not complete", so a partial output has a name that says so."""

from __future__ import annotations

import os
import shutil
from typing import Any, BinaryIO

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from islet.registry.write.part import part_of, remove, writing


class TextOutput:
    """Write batches of one schema to a text file, as CSV or NDJSON."""

    def __init__(self, name: str, schema: Any, kind: str) -> None:
        self.name, self.schema, self.kind = name, schema, kind
        self.rows = 0
        self.begun = False
        with writing(name):
            self.file: BinaryIO = open(part_of(name), "wb")  # noqa: SIM115 - closed by finish or abandon

    def again(self, partial: str, rows: int) -> None:
        """Take over the rows of a partial output."""
        with writing(self.name), open(partial, "rb") as before:
            shutil.copyfileobj(before, self.file)
        self.begun, self.rows = True, rows

    def write(self, batch: Any) -> None:
        """Write one batch."""
        with writing(self.name):
            if self.kind == "csv":
                header = arrow_csv.WriteOptions(include_header=not self.begun, delimiter="\t" if self.name.endswith(".tsv") else ",")
                arrow_csv.write_csv(_flat(batch), self.file, header)
            else:
                self.file.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE, default=str) for row in batch.to_pylist())
        self.begun = True
        self.rows += batch.num_rows

    def finish(self, metadata: dict[str, str], complete: bool) -> str:
        """Close the file, put it into its place and return its name."""
        if not self.begun:
            self.write(pa.RecordBatch.from_pylist([], schema=self.schema))
        target = self.name if complete else partial_name(self.name)
        with writing(self.name):
            self.file.flush()
            os.fsync(self.file.fileno())
            self.file.close()
            os.replace(part_of(self.name), target)
        return target

    def abandon(self) -> None:
        """Leave nothing behind."""
        try:
            self.file.close()
        except OSError:  # what was still buffered may fail again on a full disk
            pass
        finally:
            remove(part_of(self.name))


def partial_name(name: str) -> str:
    """Return the name of a text output that is not complete.

    >>> partial_name("verdicts.csv")
    'verdicts.partial.csv'
    """
    stem, suffix = os.path.splitext(name)
    return f"{stem}.partial{suffix}"


def _flat(batch: Any) -> Any:
    """Return a batch without lists and dictionaries: `a|b` and words."""
    arrays = []
    for column in batch.columns:
        kind = column.type
        if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
            column = pc.binary_join(column, "|")
        elif pa.types.is_nested(kind):
            texts = [None if value is None else orjson.dumps(value, default=str).decode() for value in column.to_pylist()]
            column = pa.array(texts, pa.string())
        elif pa.types.is_dictionary(kind):
            column = column.cast(kind.value_type)
        arrays.append(column)
    return pa.RecordBatch.from_arrays(arrays, batch.schema.names)
