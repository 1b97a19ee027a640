"""Measure the record: verify a trail of 100,000 entries, and save, read and list with it in place.

Three of ten entries tell of a saved version, the others of a reading, as in a record of some years. SQLite, in a temporary folder
on this disk. Run it with `python benchmarks/record.py [ENTRIES]`; exit 1 when the limit is passed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable

from sqlalchemy import insert

from islet.record import Record, open_record, tables
from islet.record.marks import sha256
from islet.record.model import CaseVersion, Person

LIMIT_S, RUNS, SAVED_OF_TEN = 2.0, 3, 3
DOCUMENT = b"cells: {differentiation: well, ki67_percent: 5}\nextent: {size_mm: 38, primary_site: tail}\n"


def main() -> int:
    """Print what was measured; return 1 when reading the trail again took too long."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        record = open_record(f"sqlite:///{folder}/islet.db")
        ada = record.people.add("Ada", "board")
        case = record.cases.create(DOCUMENT, "", ada)
        fill(record, case, ada, entries)
        verified = record.audit.verify()
        assert verified.ok and verified.entries == entries, verified
        seconds = median(record.audit.verify, RUNS)
        number = record.cases.read(case.case, ada).number
        print(f"verify {entries:,} entries, {number:,} of them with sealed documents: {seconds:.2f} s (limit {LIMIT_S:.1f} s)")
        saves = iter(range(number, number + 201))
        print(f"save a version:  {1000 * median(lambda: record.cases.save(case.case, next(saves), DOCUMENT, ada), 200):.1f} ms")
        print(f"read a case:     {1000 * median(lambda: record.cases.read(case.case, ada), 200):.1f} ms (with its entry in the trail)")
        token = record.sessions.begin(ada, 1)
        print(f"find a session:  {1000 * median(lambda: record.sessions.find(token), 200):.1f} ms")
        record.close()
    return 1 if entries == 100_000 and seconds > LIMIT_S else 0


def fill(record: Record, case: CaseVersion, by: Person, entries: int) -> None:
    """Write the entries in one transaction, three of ten with a version of the case."""
    with record.database.write() as connection:
        at, number = record.audit.stamp(connection), 1
        for entry in range(4, entries + 1):
            if entry % 10 < SAVED_OF_TEN:
                number += 1
                document = DOCUMENT + b"# %d\n" % number
                version = case._replace(number=number, document=document, document_sha256=sha256(document), made_at=at)
                connection.execute(insert(tables.case_versions), version._asdict())
                record.audit.add(connection, at, by.id, "case.save", case.case, number, content=document)
            else:
                record.audit.add(connection, at, by.id, "case.read", case.case, number)


def median(call: Callable[[], object], runs: int) -> float:
    """Return the median of so many runs, in seconds."""
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main())
