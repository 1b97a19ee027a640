"""A process killed while it writes, two that write at once: no torn record, nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import threading
import time
import traceback
from collections.abc import Callable

import pytest

from islet.record import Record, StaleCase, open_record
from islet.record.marks import sha256

ROUNDS = {"sqlite": 200, "postgresql": 25}


def child(work: Callable[[int], None]) -> tuple[int, int]:
    """Run work in a process of its own with the end of a pipe; return its id and the other end."""
    ours, theirs = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(ours)
        try:
            work(theirs)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(theirs)
    return process, ours


def wait_for(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def document(number: int) -> bytes:
    return f"extent: {{size_mm: {number % 90 + 1}}}\n# {number} ".encode() + b"x" * (number * 37 % 9000)


def check_whole(url: str, case: str, by, acknowledged: int) -> int:
    """Return the number of the newest version, after the file, the trail and every version were found whole."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.close()
    record = open_record(url)
    found = record.audit.verify()
    assert found.ok, found.reason
    newest = record.cases.read(case, by)
    assert newest.number - acknowledged in (0, 1)  # the last one can be kept though its word did not come through
    assert newest.document == document(newest.number)
    assert newest.document_sha256 == sha256(newest.document)
    record.close()
    return newest.number


def test_killed_two_hundred_times_while_writing_no_record_is_torn_and_no_word_is_broken(url):
    record = open_record(url)
    ada = record.people.add("Ada", "board")
    case = record.cases.create(document(1), "", ada).case
    record.close()
    number, chance = 1, random.Random(6)
    rounds = ROUNDS["sqlite" if url.startswith("sqlite") else "postgresql"]
    for _ in range(rounds):
        def write(pipe: int, number: int = number) -> None:
            own = open_record(url)
            while True:
                number = own.cases.save(case, number, document(number + 1), ada).number
                os.write(pipe, b"%d\n" % number)

        process, pipe = child(write)
        told = os.read(pipe, 1 << 16)
        time.sleep(chance.uniform(0, 0.01))
        os.kill(process, signal.SIGKILL)
        assert wait_for(process) == -signal.SIGKILL
        while more := os.read(pipe, 1 << 16):
            told += more
        os.close(pipe)
        number = check_whole(url, case, ada, int(told.split()[-1]))
    assert number > rounds


def test_two_processes_that_write_at_once_lose_nothing(url):
    record = open_record(url)
    ada = record.people.add("Ada", "board")
    shared = record.cases.create(b"{}", "shared", ada).case
    record.close()

    def write(pipe: int) -> None:
        own = open_record(url)
        mine = own.cases.create(b"{}", "mine", ada)
        for number in range(1, 21):
            own.cases.save(mine.case, number, document(number), ada)
            add_one(own, shared, ada)

    processes = [child(write) for _ in range(2)]
    assert [wait_for(process) for process, _ in processes] == [0, 0]
    for _, pipe in processes:
        os.close(pipe)
    record = open_record(url)
    assert record.cases.read(shared, ada).number == 41
    assert record.audit.verify().ok
    assert sorted(one.number for one in record.cases.list(ada)) == [21, 21, 41]
    record.close()


def test_forty_threads_that_write_at_once_each_get_their_turn(record, ada):
    wrong = []

    def write() -> None:
        try:
            mine = record.cases.create(b"{}", "mine", ada)
            for number in range(1, 4):
                record.cases.save(mine.case, number, b"{}", ada)
                record.cases.read(mine.case, ada)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=write) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert [one.number for one in record.cases.list(ada)] == [4] * 40
    assert record.audit.verify().ok


def add_one(record: Record, case: str, by) -> None:
    """Save a version whatever the other does meanwhile."""
    while True:
        newest = record.cases.versions(case, by)[-1].number
        try:
            record.cases.save(case, newest, b"{}", by)
            return
        except StaleCase:
            continue


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_a_step_that_fails_half_way_leaves_nothing(record, case, ada, monkeypatch, fault):
    before = list(record.audit.entries())

    def fail(*_, **__):
        raise fault

    monkeypatch.setattr(record.audit, "add", fail)
    with pytest.raises(fault):
        record.cases.save(case.case, 1, b"{}", ada)
    monkeypatch.undo()
    assert list(record.audit.entries()) == before
    assert record.cases.read(case.case, ada) == case
