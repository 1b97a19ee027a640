"""Read a Parquet file in batches; a file that was cut short says so."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from islet.errors import InputError
from islet.registry.read.rows import BATCH, Rows


class ParquetTable:
    """Offer the rows of a Parquet file."""

    typed = True

    def __init__(self, name: str) -> None:
        self.name = name
        with _readable(name), pq.ParquetFile(name) as file:
            self.total: int | None = file.metadata.num_rows
            schema = file.schema_arrow
        self.schema = schema
        self.columns: list[str] = list(schema.names)
        self.metadata: Mapping[str, str] = {
            key.decode(): value.decode(errors="replace") for key, value in (schema.metadata or {}).items() if key.startswith(b"islet.")
        }

    def field(self, name: str) -> Any:
        """Return the name and type of a column."""
        return self.schema.field(name)

    def batches(self, columns: list[str] | None, after: int = 0, size: int = BATCH) -> Iterator[Rows]:
        """Yield the rows after the first `after`, in batches of at most `size`."""
        wanted = self.columns if columns is None else columns
        texts = [name for name in dict.fromkeys(wanted) if pa.types.is_string(self.schema.field(name).type) and name != "id"]
        with _readable(self.name), pq.ParquetFile(self.name, read_dictionary=texts, pre_buffer=False) as file:
            groups, first = _groups_after(file.metadata, after)
            if not groups:
                return
            for batch in file.iter_batches(size, row_groups=groups, columns=wanted, use_threads=True):
                count = batch.num_rows
                skipped = min(count, max(0, after - first))
                if skipped < count:
                    yield Rows(batch.slice(skipped), np.arange(first + skipped + 1, first + count + 1))
                first += count


def _groups_after(metadata: Any, after: int) -> tuple[list[int], int]:
    """Return the row groups that hold rows after the first `after`, and how many rows stand before them."""
    first = 0
    for group in range(metadata.num_row_groups):
        rows = metadata.row_group(group).num_rows
        if first + rows > after:
            return list(range(group, metadata.num_row_groups)), first
        first += rows
    return [], first


@contextlib.contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except pa.ArrowInvalid as error:
        cut = "footer" in str(error) or "magic" in str(error) or "small" in str(error)
        words = "it is cut short, or no Parquet file" if cut else str(error).splitlines()[0]
        raise InputError(f"the Parquet file cannot be read: {words}", name, 0, "", "expected a whole Parquet file") from None
    except OSError as error:
        words = error.strerror or str(error).splitlines()[0]
        raise InputError(f"the file cannot be read: {words}", name) from None
