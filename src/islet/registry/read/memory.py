"""Offer an Arrow table that is already in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from islet.registry.read.rows import BATCH, Rows


class MemoryTable:
    """Offer the rows of an Arrow table."""

    typed = True

    def __init__(self, table: Any, name: str = "the table") -> None:
        self.table, self.name = table, name
        self.columns: list[str] = list(table.column_names)
        self.total: int | None = table.num_rows
        self.metadata: Mapping[str, str] = {
            key.decode(): value.decode(errors="replace")
            for key, value in (table.schema.metadata or {}).items() if key.startswith(b"islet.")
        }

    def field(self, name: str) -> Any:
        """Return the name and type of a column."""
        return self.table.schema.field(name)

    def batches(self, columns: list[str] | None, after: int = 0, size: int = BATCH) -> Iterator[Rows]:
        """Yield the rows after the first `after`, in batches of at most `size`."""
        chosen = self.table if columns is None else self.table.select(columns)
        done = after
        for batch in chosen.slice(after).to_batches(max_chunksize=size):
            if batch.num_rows:
                yield Rows(batch, np.arange(done + 1, done + batch.num_rows + 1))
            done += batch.num_rows
