"""Open an output in the form its name asks for."""

from __future__ import annotations

from typing import Any, Protocol

from islet.registry.read.open_table import format_of
from islet.registry.write.parquet import ParquetOutput
from islet.registry.write.text import TextOutput


class Output(Protocol):
    """Take batches of a table and leave them on disk whole, or not at all."""

    rows: int

    def again(self, partial: str, rows: int) -> None:
        """Take over the rows of a partial output."""
        ...

    def write(self, batch: Any) -> None:
        """Write one batch."""
        ...

    def finish(self, metadata: dict[str, str], complete: bool) -> str:
        """Close the file, put it into its place and return its name."""
        ...

    def abandon(self) -> None:
        """Leave nothing behind."""
        ...


def open_output(name: str, schema: Any, metadata: dict[str, str]) -> Output:
    """Return an output to write batches of one schema to."""
    kind = format_of(name)
    return ParquetOutput(name, schema, metadata) if kind == "parquet" else TextOutput(name, schema, kind)
