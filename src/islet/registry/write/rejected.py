"""Write the rows that were set aside, one JSON object a line: row, line, id, column, what was found, what was expected."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable

import orjson

from islet.registry.code.batch import Rejected
from islet.registry.write.part import part_of, remove, writing


class RejectedOutput:
    """Write `OUT.rejected`; where nothing is set aside there is no such file."""

    def __init__(self, out: str) -> None:
        self.out, self.name = out, f"{out}.rejected"
        self.rows = 0
        self.reasons: dict[str, int] = {}
        self.last = 0
        with writing(out):
            self.file = open(part_of(self.name), "wb")  # noqa: SIM115 - closed by finish or abandon

    def again(self, rows: int, reasons: dict[str, int]) -> None:
        """Take over what an earlier run set aside."""
        self.rows, self.reasons = rows, dict(reasons)
        if rows:
            with writing(self.out), open(self.name, "rb") as before:
                shutil.copyfileobj(before, self.file)

    def write(self, rejected: Iterable[Rejected]) -> None:
        """Write the reasons of one batch; a row with several faults is one row."""
        with writing(self.out):
            for one in rejected:
                self.rows += one.row != self.last
                self.last = one.row
                self.reasons[one.column] = self.reasons.get(one.column, 0) + 1
                told = {
                    "row": one.row, "line": one.line, "id": one.id, "column": one.column,
                    "found": one.fault.found, "expected": one.fault.expected,
                }
                self.file.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))

    def finish(self) -> str | None:
        """Put the file into its place and return its name, or None where nothing was set aside."""
        with writing(self.out):
            self.file.close()
            if not self.rows:
                remove(part_of(self.name), self.name)
                return None
            os.replace(part_of(self.name), self.name)
        return self.name

    def abandon(self) -> None:
        """Leave nothing behind."""
        try:
            self.file.close()
        except OSError:
            pass
        finally:
            remove(part_of(self.name))
