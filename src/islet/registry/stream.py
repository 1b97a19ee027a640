"""The stream of coded batches of a table, whatever it was: plain rows that are chosen and coded, or columns coded before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pyarrow as pa

from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.registry.code.batch import BatchCoder, CodedRows
from islet.registry.code.keep import KEPT, check_coded, coded_rows, is_coded, kept_columns
from islet.registry.columns import Columns, match_columns
from islet.registry.duplicates import duplicated_ids
from islet.registry.find_records import Finder
from islet.registry.question import Question, check_keep
from islet.registry.read.rows import Table
from islet.registry.select import Selection


class Source(NamedTuple):
    """Hold a table that is ready to be streamed: its columns (None where it was coded before) and the fields that go through."""

    table: Table
    columns: Columns | None
    kept: list[Any]
    coder: BatchCoder | None
    selection: Selection | None

    def batches(self, base: KnowledgeBase, after: int, size: int) -> Iterator[CodedRows]:
        """Yield coded batches of the rows after the first `after`."""
        if self.coder is None or self.selection is None or self.columns is None:
            yield from coded_rows(self.table, base, tuple(field.name for field in self.kept), after, size)
            return
        wanted = list(dict.fromkeys([*self.columns.read(), *(field.name for field in self.kept)]))
        for rows in self.selection.batches(wanted, after, size):
            yield self.coder.code(rows)


def open_source(table: Table, base: KnowledgeBase, question: Question, taken: set[str]) -> Source:
    """Return the source for a question; raise InputError when a column cannot be what it should be.

    `taken` are the names that the output gives to columns of its own. Ids that stand in several rows are looked for here.
    """
    if is_coded(table):
        check_coded(table, base)
        if question.where is not None:
            raise InputError("a coded table has no plain columns any more", table.name, 0, "--where", "give the condition when it is coded")
        there = kept_columns(table)
        keep = tuple(dict.fromkeys([*question.keep, *(name for name in there if name == "synthetic")]))
        for name in keep:
            if name not in there:
                words = f'the column "{name}" was not kept when the table was coded'
                raise InputError(words, table.name, 0, "--keep", "code it again with --keep")
        return Source(table, None, [pa.field(name, table.field(KEPT + name).type) for name in keep], None, None)
    columns = match_columns(table.columns, base.space, table.name)
    if not columns.known:
        hints = [f'"{name}": {hint}' for name, hint in columns.aside.items() if hint]
        raise InputError("no column is the name of a fact", table.name, 0, "", "; ".join(hints) or "islet knowledge facts lists them")
    check_keep(question.keep, table, taken)
    keep = tuple(dict.fromkeys([*question.keep, *(["synthetic"] if "synthetic" in columns.own else [])]))
    selection = Selection(table, question.where, Finder(question.topography, question.morphology))
    duplicated = duplicated_ids(lambda: selection.batches(["id"])) if "id" in columns.own else None
    groups = {name: option.group for name, option in base.options.items()}
    coder = BatchCoder(columns, base.space, groups, duplicated, keep, table.name, table.typed)
    aside = {name: hint for name, hint in columns.aside.items() if name not in (*keep, *selection.codes)}
    return Source(table, columns._replace(aside=aside), [table.field(name) for name in keep], coder, selection)
