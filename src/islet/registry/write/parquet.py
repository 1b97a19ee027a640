"""Write an output as Parquet; what is known only at the end (rows, complete) is added to its metadata then."""

from __future__ import annotations

import base64
import contextlib
import os
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from islet.registry.write.part import part_of, remove, writing

GROUP = 131_072  # rows of a row group


class ParquetOutput:
    """Write batches of one schema to a Parquet file."""

    def __init__(self, name: str, schema: Any, metadata: dict[str, str]) -> None:
        self.name, self.schema, self.metadata = name, schema, metadata
        self.waiting: list[Any] = []
        self.rows = 0
        with writing(name):
            self.file = pq.ParquetWriter(part_of(name), schema.with_metadata(metadata), compression="zstd", compression_level=1)

    def again(self, partial: str, rows: int) -> None:
        """Take over the rows of a partial output."""
        with pq.ParquetFile(partial) as file:
            for batch in file.iter_batches(GROUP):
                arrays = [array.cast(field.type) for array, field in zip(batch.columns, self.schema, strict=True)]
                self.write(pa.RecordBatch.from_arrays(arrays, schema=self.schema))

    def write(self, batch: Any) -> None:
        """Write one batch."""
        self.waiting.append(batch)
        self.rows += batch.num_rows
        if sum(batch.num_rows for batch in self.waiting) >= GROUP:
            self._flush()

    def _flush(self) -> None:
        if self.waiting:
            table = pa.Table.from_batches(self.waiting).unify_dictionaries()
            self.waiting = []
            with writing(self.name):
                self.file.write_table(table, row_group_size=GROUP)

    def finish(self, metadata: dict[str, str], complete: bool) -> str:
        """Close the file, put it into its place and return its name."""
        self._flush()
        whole = {**self.metadata, **metadata}
        shown = base64.b64encode(self.schema.with_metadata(whole).serialize().to_pybytes()).decode()
        with writing(self.name):
            self.file.add_key_value_metadata({**metadata, "ARROW:schema": shown})
            self.file.close()
            os.replace(part_of(self.name), self.name)
        return self.name

    def abandon(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(OSError, pa.ArrowException):
            self.file.close()
        remove(part_of(self.name))
