"""A full disk and a read-only one: a sentence says so, and what was kept stays."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from islet.record import RecordError, open_record

PAGE = b"# " + b"x" * 20_000 + b"\n{}"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that another account can reach, to be made read-only."""
    made = Path(tempfile.mkdtemp(prefix="islet-disk-", dir="/tmp"))
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


def fill(record, case: str, by, number: int) -> tuple[int, str]:
    """Save versions until the record refuses; return the last number that was acknowledged, and what was said."""
    while True:
        try:
            number = record.cases.save(case, number, PAGE, by).number
        except RecordError as error:
            return number, str(error)


def begun(folder: Path):
    record = open_record(f"sqlite:///{folder}/islet.db")
    ada = record.people.add("Ada", "board")
    return record, ada, record.cases.create(PAGE, "", ada).case


def test_a_full_disk_is_said_and_nothing_is_lost(folder):
    record, ada, case = begun(folder)
    record.close()
    event.listen(record.database.engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 100"))
    last, said = fill(record, case, ada, 1)
    assert last > 3
    assert said == f"{folder}/islet.db: the disk is full: nothing of this step was kept, everything before it was; make room and try again"
    assert record.audit.verify().ok
    record.close()
    again = open_record(f"sqlite:///{folder}/islet.db")
    assert again.cases.read(case, ada).number == last
    assert again.cases.save(case, last, PAGE, ada).number == last + 1
    assert again.audit.verify().ok
    again.close()


def in_child(work) -> str:
    """Run work in a process of its own and return what it says."""
    ours, theirs = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            said = work()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(theirs, said.encode())
        os._exit(0)
    os.close(theirs)
    os.waitpid(process, 0)
    with os.fdopen(ours) as stream:
        return stream.read()


def test_a_file_that_may_not_grow_is_said_and_nothing_is_lost(folder):
    record, ada, case = begun(folder)
    record.close()

    def work() -> str:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
        last, said = fill(open_record(f"sqlite:///{folder}/islet.db"), case, ada, 1)
        return f"{last} {said}"

    last, said = in_child(work).split(" ", 1)
    assert "nothing of this step was kept" in said
    record = open_record(f"sqlite:///{folder}/islet.db")
    assert record.cases.read(case, ada).number == int(last) > 3
    assert record.audit.verify().ok
    record.close()


def as_nobody() -> None:
    if os.geteuid() == 0:  # root may write everywhere
        os.setgid(65534)
        os.setuid(65534)


def test_a_read_only_disk_is_said_and_the_trail_can_still_be_checked(folder):
    record, ada, case = begun(folder)
    record.close()
    (folder / "islet.db").chmod(0o444)
    folder.chmod(0o555)

    def write() -> str:
        as_nobody()
        return str(open_record(f"sqlite:///{folder}/islet.db").cases.read(case, ada))

    def check() -> str:
        as_nobody()
        return str(open_record(f"sqlite:///{folder}/islet.db", read_only=True).audit.verify())

    said = in_child(write)
    assert said.startswith("RecordError")
    assert "read-only" in said
    assert "make the file and its folder writable" in said
    assert "ok=True" in in_child(check)
    assert sorted(file.name for file in folder.iterdir()) == ["islet.db"]


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_made(folder):
    folder.chmod(0o555)

    def work() -> str:
        as_nobody()
        return str(open_record(f"sqlite:///{folder}/islet.db"))

    assert "the record cannot be made: Permission denied" in in_child(work)
    assert list(folder.iterdir()) == []
