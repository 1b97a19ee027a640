"""Accounts, passwords and sessions."""

import pytest
from sqlalchemy import select

from islet.record import RecordError, TooManyTries, passwords, tables
from islet.record.passwords import hash_password


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Let a hash take a thousandth of the work; what the work is has a test of its own."""
    monkeypatch.setattr(passwords, "_N", 16)
    monkeypatch.setattr(passwords, "_NOBODY", passwords._NOBODY.replace("$16384$", "$16$"))


GOOD, WRONG = "four quiet green hills", "four quiet green hill"


def test_a_name_and_its_password_open_the_account_and_nothing_else_does(record):
    ada = record.people.add("Ada", "board", password=GOOD)
    assert record.people.verify(" aDA ", GOOD) == ada
    assert record.people.verify("Ada", WRONG) is None
    assert record.people.verify("Nobody", GOOD) is None
    assert record.people.verify("a\x00b", GOOD) is None


def test_an_account_of_a_sign_in_service_has_no_password(record):
    ada = record.people.add("Ada", "clinician", subject="s-1", issuer="https://id.example")
    assert record.people.by_subject("https://id.example", "s-1") == ada
    assert record.people.by_subject("https://other.example", "s-1") is None
    assert record.people.by_subject("https://id.example", "s-\x00") is None
    assert record.people.verify("Ada", "") is None


@pytest.mark.parametrize("name", ["Ada", "Nobody"])
def test_five_wrong_passwords_make_the_sixth_wait_whether_or_not_there_is_such_a_person(record, clock, name):
    ada = record.people.add("Ada", "board", password=GOOD)
    for _ in range(5):
        assert record.people.verify(name, WRONG) is None
    with pytest.raises(TooManyTries, match="try again in") as waits:
        record.people.verify(name, GOOD)
    assert 290 <= waits.value.wait_seconds <= 300
    clock.move(minutes=6)
    assert record.people.verify(name, GOOD) == (ada if name == "Ada" else None)


def test_a_right_password_forgets_the_wrong_ones(record):
    record.people.add("Ada", "board", password=GOOD)
    for _ in range(3):
        for _ in range(4):
            record.people.verify("Ada", WRONG)
        assert record.people.verify("Ada", GOOD)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "Ada", "role": "bord"}, 'did you mean "board"'), ({"name": " ", "role": "board"}, "1 to 200 characters"),
        ({"name": "ADA", "role": "board"}, "already a person with this name"),
        ({"name": "B", "role": "board", "password": "short"}, "A password has at least 12 characters"),
        ({"name": "B", "role": "board", "password": "password1234"}, "easy to guess"),
        ({"name": "B", "role": "board", "password": "qwertyuiop12"}, "easy to guess"),
        ({"name": "B", "role": "board", "password": "x" * 256}, "easy to guess"),
        ({"name": "B", "role": "board", "password": "x" * 257}, "at most 256 characters"),
        ({"name": "Bartholomea", "role": "board", "password": "bartholomea1"}, "easy to guess"),
        ({"name": "B", "role": "board", "subject": "s"}, "goes with its issuer"),
        ({"name": "B", "role": "board", "subject": "taken", "issuer": "https://id.example"}, "already a person with this account"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_the_reason(record, given, said):
    record.people.add("Ada", "board", subject="taken", issuer="https://id.example")
    with pytest.raises(RecordError, match=said):
        record.people.add(**given)


def test_a_password_is_kept_as_a_salted_hash():
    first, second = hash_password(GOOD), hash_password(GOOD)
    assert first != second
    assert GOOD not in first


def test_a_try_at_a_name_that_nobody_has_costs_the_same_work(monkeypatch):
    monkeypatch.undo()
    work = [kept.split("$")[:4] for kept in (hash_password(GOOD), passwords._NOBODY)]
    assert work == [["scrypt", "16384", "8", "5"]] * 2  # OWASP password storage cheat sheet: N = 2^14, r = 8, p = 5


def test_a_new_password_opens_the_account_and_ends_every_session_but_the_own(record, ada):
    root = record.people.add("Root", "admin", password=GOOD)
    new = "two loud red valleys"
    mine, other, theirs = record.sessions.begin(ada, 8), record.sessions.begin(ada, 8), record.sessions.begin(root, 8)
    record.people.change_password(ada, new, ada, keep=mine)
    assert record.people.verify(ada.name, new) == ada
    assert [bool(record.sessions.find(token)) for token in (mine, other, theirs)] == [True, False, True]
    record.people.change_password(ada, GOOD, root)
    assert record.people.verify(ada.name, new) is None
    assert record.people.verify(ada.name, GOOD) == ada
    assert record.sessions.find(mine) is None


def test_a_new_password_is_refused_to_others_for_a_closed_account_and_for_one_of_a_service(record, ada):
    root = record.people.add("Root", "admin", password=GOOD)
    ben = record.people.add("Ben", "clinician", password=GOOD)
    cyd = record.people.add("Cyd", "clinician", subject="s-1", issuer="https://id.example")
    with pytest.raises(RecordError, match="only an admin"):
        record.people.change_password(ada, "two loud red valleys", ben)
    with pytest.raises(RecordError, match="at least 12 characters"):
        record.people.change_password(ben, "short", ben)
    record.people.close(ben, root)
    for person in (ben, cyd):
        with pytest.raises(RecordError, match="no such account with a password"):
            record.people.change_password(person, "two loud red valleys", root)


def test_a_new_password_ends_the_wait_after_wrong_ones(record):
    ada = record.people.add("Ada", "board", password=GOOD)
    for _ in range(5):
        record.people.verify("Ada", WRONG)
    record.people.change_password(ada, "two loud red valleys")
    assert record.people.verify("Ada", "two loud red valleys") == ada


def test_a_session_lasts_its_hours_and_only_its_hash_is_kept(record, ada, clock):
    token = record.sessions.begin(ada, 8)
    assert record.sessions.find(token).person == ada
    with record.database.read() as connection:
        assert token not in str(connection.execute(select(tables.sessions)).all())
    clock.move(hours=7, minutes=59)
    assert record.sessions.find(token)
    clock.move(minutes=2)
    assert record.sessions.find(token) is None


def test_a_session_ends_when_it_is_ended_and_a_made_up_token_finds_none(record, ada):
    token = record.sessions.begin(ada, 8)
    record.sessions.end(token)
    assert record.sessions.find(token) is None
    record.sessions.end("made up")
    for made_up in ("", "made up", "\x00", "\ud800"):
        assert record.sessions.find(made_up) is None


def test_closing_an_account_ends_its_sessions_and_its_sign_in_but_keeps_the_name(record, root):
    ada = record.people.add("Ada", "board", password=GOOD, subject="s", issuer="https://id.example")
    token = record.sessions.begin(ada, 8)
    with pytest.raises(RecordError, match="only an admin adds"):
        record.people.add("Cleo", "board", by=ada)
    assert record.people.add("Cleo", "board", by=root).name == "Cleo"
    with pytest.raises(RecordError, match="only an admin"):
        record.people.close(root, ada)
    record.people.close(ada, root)
    assert record.sessions.find(token) is None
    assert record.people.verify("Ada", GOOD) is None
    assert record.people.by_subject("https://id.example", "s") is None
    assert record.people.find(ada.id) == ada
    assert [person.name for person in record.people.list()] == ["Cleo", "Root"]
    with pytest.raises(RecordError, match="closed"):
        record.sessions.begin(ada, 8)
