"""A table as batches in cells, for questions that are put to the same patients with knowledge of several kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from islet.knowledge.base import KnowledgeBase
from islet.registry.engine import decider
from islet.registry.model import Coded, Decided
from islet.registry.question import Question
from islet.registry.read.open_table import open_table
from islet.registry.stream import open_source


class InputTable:
    """Hold a table that can be read again and again; what is seen on the way is noted."""

    def __init__(self, path: str) -> None:
        self.path, self._table = path, open_table(path)
        self.total = self._table.total
        self.synthetic = self._table.metadata.get("islet.synthetic") == "yes"
        self.rejected = 0

    def aside(self, base: KnowledgeBase) -> tuple[str, ...]:
        """Return the columns that no fact is called after."""
        columns = open_source(self._table, base, Question(), set()).columns
        return () if columns is None else tuple(columns.aside)

    def batches(self, base: KnowledgeBase) -> Iterator[tuple[list[str], Coded]]:
        """Yield the ids of the patients and what is known of them in the cells of a knowledge; rows with a fault are counted only."""
        self.rejected = 0
        size = decider(base).batch
        for rows in open_source(self._table, base, Question(), set()).batches(base, 0, size):
            self.rejected += len({one.row for one in rows.rejected})
            self.synthetic = self.synthetic or rows.synthetic
            if rows.coded.rows:
                yield rows.ids.to_pylist(), rows.coded


def machine_of(region: str | None) -> Callable[[KnowledgeBase], Callable[[Coded, bool], Decided]]:
    """Return the function that gives the machine of a knowledge base; the second word of the machine asks for criteria."""
    return lambda base: decider(base, region).decide
