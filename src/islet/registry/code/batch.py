"""Code a batch of a table: the rows that can be decided, in cells, with all that goes through to the output; the others set aside."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from islet.case.document import Scalar
from islet.case.read_value import ValueReader
from islet.errors import InputError
from islet.patient.space import Space
from islet.registry.code.column import ColumnCoder, different, is_text
from islet.registry.code.gather import Gathering, RowFault
from islet.registry.code.interval import IntervalCoder
from islet.registry.code.said import Fault
from islet.registry.columns import Column, Columns
from islet.registry.model import Coded
from islet.registry.problems import DATED, IMPLAUSIBLE, flags_of
from islet.registry.read.rows import Rows


class Rejected(NamedTuple):
    """Hold one reason why a row is set aside: its number and line in the table, its id, the column, and what is wrong there."""

    row: int
    line: int | None
    id: str | None
    column: str
    fault: Fault


class CodedRows(NamedTuple):
    """Hold a batch ready to be decided.

    `ids` are the patients', `flags` the problems that no rule is needed for (bits of `registry.problems`), `declined` the options
    each patient refuses (or None), `kept` the columns that go through, `upto` the number of the last row of the table dealt with.
    """

    coded: Coded
    ids: Any
    flags: NDArray[np.uint8]
    declined: Any
    kept: Any
    rejected: list[Rejected]
    upto: int
    counts: Mapping[str, int] = MappingProxyType({})
    synthetic: bool = False


class BatchCoder:
    """Code batch after batch of one table."""

    def __init__(
        self, columns: Columns, space: Space, options: dict[str, str], duplicated: Any, keep: tuple[str, ...], file: str = "",
        typed: bool = True,
    ) -> None:
        self.columns, self.space, self.options, self.keep, self.file = columns, space, options, keep, file
        self.duplicated = duplicated if duplicated is not None and len(duplicated) else None
        ends: dict[str, dict[str, Column]] = {}
        for column in columns.known:
            if column.role in ("low", "high"):
                ends.setdefault(column.fact.name, {})[column.role] = column
        self.intervals = [IntervalCoder(two.get("low"), two.get("high"), space, file, typed) for two in ends.values()]
        self.coders = [ColumnCoder(column, space, file, typed) for column in columns.known if column.role not in ("low", "high")]

    def code(self, rows: Rows) -> CodedRows:
        """Return a batch in cells; a row with a fault goes to `rejected` and nowhere else."""
        batch = rows.batch
        gathered = Gathering(batch.num_rows, self.space)
        for coder in self.coders:
            gathered.add(coder.column.name, coder.code(batch.column(coder.column.name)))
        for interval in self.intervals:
            low, high = (None if end is None else batch.column(end.name) for end in (interval.low, interval.high))
            gathered.add(interval.name, interval.code(low, high, batch.num_rows))
        gathered.check_whole()
        ids = self._ids(rows, gathered)
        as_of = self._days(batch, gathered) if "as_of" in self.columns.own else None
        rejected = [Rejected(row.number, row.line, None, "", Fault(row.found, row.expected)) for row in rows.bad] + [
            Rejected(int(rows.numbers[f.place]), rows.line(f.place), ids[f.place].as_py(), f.column, f.fault)
            for f in sorted(gathered.faults, key=lambda f: f.place)
        ]
        rejected.sort(key=lambda row: row.row)
        kept = None
        if gathered.faults:
            fine = np.ones(batch.num_rows, np.bool_)
            fine[[fault.place for fault in gathered.faults]] = False
            kept = np.flatnonzero(fine)
        coded = gathered.coded(kept)
        flags = flags_of(coded, self.space)
        flags[gathered.unusual if kept is None else gathered.unusual[kept]] |= IMPLAUSIBLE
        if as_of is not None and gathered.on is not None:
            later = gathered.on > as_of
            flags[later if kept is None else later[kept]] |= DATED
        through = batch.select(list(self.keep))
        if kept is not None:
            ids, through = ids.take(pa.array(kept)), through.take(pa.array(kept))
        return CodedRows(
            coded, ids, flags, self._declined(gathered, kept), through, rejected, rows.upto, rows.counts,
            self._synthetic(batch),
        )

    def _ids(self, rows: Rows, gathered: Gathering) -> Any:
        if "id" not in self.columns.own:
            return pa.array(rows.numbers).cast(pa.string())
        ids = id_texts(rows.batch.column("id"))
        for place in np.flatnonzero(pc.is_null(ids).to_numpy(zero_copy_only=False)).tolist():
            gathered.faults.append(RowFault(place, "id", Fault("the row has no id", "expected an id of its own for every patient")))
        if self.duplicated is not None:
            again = pc.is_in(ids, value_set=self.duplicated)
            for place in np.flatnonzero(again.to_numpy(zero_copy_only=False)).tolist():
                words = f'the id "{ids[place].as_py()}" stands in more than one row'
                gathered.faults.append(RowFault(place, "id", Fault(words, "expected one row a patient; none of them is decided")))
        return ids

    def _days(self, batch: Any, gathered: Gathering) -> NDArray[np.int32]:
        """Return the day each case speaks of as a number, far ahead where it is not told."""
        values = batch.column("as_of")
        if pa.types.is_temporal(values.type):
            values = values.cast(pa.date32()).cast(pa.string())
        if pa.types.is_null(values.type):
            return np.full(len(values), np.iinfo(np.int32).max, np.int32)
        if not is_text(values.type):
            raise InputError(f"the column holds {values.type}", self.file, 0, "as_of", "expected dates as 2026-03-02")
        words, places = different(values)
        reader = ValueReader("", self.space.dictionary)
        days = np.full(len(words) + 1, np.iinfo(np.int32).max, np.int32)
        for number, word in enumerate(words.to_pylist()):
            if word.strip():
                try:
                    days[number] = np.datetime64(reader.date(Scalar(word.strip(), False, 0), "as_of")).astype(int) + 719_163
                except InputError as error:
                    for place in np.flatnonzero(places == number).tolist():
                        gathered.faults.append(RowFault(place, "as_of", Fault(error.found, error.expected)))
        found: NDArray[np.int32] = days[places]
        return found

    def _declined(self, gathered: Gathering, kept: NDArray[np.intp] | None) -> Any:
        if not any(column.fact.name == "preferences.refuses" for column in self.columns.known):
            return None
        places = range(gathered.rows) if kept is None else kept.tolist()
        return pa.array([self._refused(gathered.refused.get(place, ())) for place in places], pa.list_(pa.string()))

    def _refused(self, words: tuple[str, ...]) -> list[str]:
        return [option for option, group in self.options.items() if option in words or group in words] if words else []

    def _synthetic(self, batch: Any) -> bool:
        if "synthetic" not in self.columns.own:
            return False
        values = batch.column("synthetic")
        if is_text(values.type):
            values = pc.is_in(pc.utf8_lower(values.cast(pa.string())), value_set=pa.array(["true", "yes", "1"]))
        return bool(pc.any(values.cast(pa.bool_())).as_py())


def id_texts(values: Any) -> Any:
    """Return ids as text, null where there is none."""
    texts = pc.utf8_trim_whitespace(values.cast(pa.string()))
    return pc.if_else(pc.equal(texts, ""), None, texts)
