"""A patient's link opens one released plan until it runs out or is withdrawn; wishes are theirs."""

import pytest
from sqlalchemy import select, text

from islet.record import RecordError, tables

CONTACTS = {"ward": "030 100", "when": "day and night"}


@pytest.fixture
def released(record, plan, ada):
    return record.releases.release(plan, ada, CONTACTS, hours_valid=48)


def test_a_link_opens_the_plan_that_was_released(record, plan, released):
    release, token = released
    assert record.releases.open(token) == release
    assert release.contacts == CONTACTS
    assert record.releases.plan(release) == plan
    assert record.releases.why_not(token) == ""


def test_the_token_is_not_kept(record, released):
    with record.database.read() as connection:
        assert released[1] not in str(connection.execute(select(tables.releases)).all())


def test_a_link_that_ran_out_was_withdrawn_or_never_was_opens_nothing_and_says_why(record, case, plan, released, ada, clock):
    release, token = released
    assert (record.releases.open("made up"), record.releases.why_not("made up")) == (None, "unknown")
    clock.move(hours=49)
    assert (record.releases.open(token), record.releases.why_not(token)) == (None, "expired")
    other, second = record.releases.release(plan, ada, CONTACTS, 48)
    record.releases.withdraw(other.id, ada)
    assert (record.releases.open(second), record.releases.why_not(second)) == (None, "withdrawn")
    for gone in (release, other):
        with pytest.raises(RecordError, match="no longer opens"):
            record.releases.plan(gone)
        with pytest.raises(RecordError, match="no longer opens"):
            record.wishes.save(gone, {})
    assert [one.withdrawn_at is None for one in record.releases.list(case.case, ada)] == [True, False]


def test_a_plan_with_problems_is_not_released(record, ada, keep):
    clash = record.cases.create(b"id: mini\ncells: {differentiation: poor, who_grade: G1}", "clash", ada)
    with pytest.raises(RecordError, match="open problem"):
        record.releases.release(keep(clash, ada), ada, CONTACTS, 1)


@pytest.mark.parametrize(("contacts", "hours", "said"), [({}, 1, "whom to call"), (CONTACTS, 0, "0 hours"), (CONTACTS, 9000, "a year")])
def test_a_release_says_whom_to_call_and_runs_out(record, plan, ada, contacts, hours, said):
    with pytest.raises(RecordError, match=said):
        record.releases.release(plan, ada, contacts, hours)


def test_wishes_are_saved_replaced_read_and_forgotten(record, released):
    release = released[0]
    assert record.wishes.read(release) is None
    record.wishes.save(release, {"order": ["a", "b"]})
    record.wishes.save(release, {"order": ["b", "a"]})
    assert record.wishes.read(release) == {"order": ["b", "a"]}
    record.wishes.forget(release)
    assert record.wishes.read(release) is None


def test_forgotten_wishes_leave_no_bytes_in_the_file(record, released, tmp_path):
    if not record.database.sqlite:
        pytest.skip("the files of a server are not ours to read")
    record.wishes.save(released[0], {"wish": "canary-of-a-wish"})
    record.wishes.forget(released[0])
    with record.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("COMMIT")
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    assert all(b"canary-of-a-wish" not in file.read_bytes() for file in tmp_path.glob("islet.db*"))
