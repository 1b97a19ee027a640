"""What goes wrong with a record, in sentences: what was found, where, and what to do."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from islet.errors import InputError


class RecordError(InputError):
    """Say what is wrong with a record, where, and what to do.

    >>> print(RecordError("the disk is full", "islet.db", "make room and try again"))
    islet.db: the disk is full; make room and try again
    """

    def __init__(self, found: str, where: str = "", expected: str = "") -> None:
        super().__init__(found, where, 0, "", expected)


class NotAllowed(RecordError):
    """Refuse in one and the same sentence what does not exist and what belongs to others.

    >>> print(NotAllowed())
    there is no such case, or it is not open to you; ask whoever keeps it
    """

    def __init__(self) -> None:
        super().__init__("there is no such case, or it is not open to you", "", "ask whoever keeps it")


class StaleCase(RecordError):
    """Say that somebody saved the case meanwhile; `expected` and `found` are numbers of versions."""

    def __init__(self, expected: int, newest: int) -> None:
        self.known, self.newest = expected, newest
        super().__init__(
            f"the case was saved meanwhile: version {newest} stands, your change rests on version {expected}",
            "",
            "open it again and repeat the change",
        )


class TooManyTries(RecordError):
    """Say how long to wait after too many wrong passwords for one name, be there such a person or not."""

    def __init__(self, wait_seconds: int) -> None:
        self.wait_seconds = wait_seconds
        super().__init__("too many wrong passwords", "", f"try again in {wait_seconds} seconds")


_SQLITE = (
    ("SQLITE_FULL", "the disk is full: nothing of this step was kept, everything before it was", "make room and try again"),
    (
        "SQLITE_READONLY",
        "the record cannot be written: the file or its disk is read-only",
        "make the file and its folder writable and try again",
    ),
    ("SQLITE_CANTOPEN", "the record cannot be opened or made", "its folder must exist and be writable"),
    ("SQLITE_BUSY", "another process has been writing for too long", "try again, and look for a stuck process if it stays so"),
    ("SQLITE_LOCKED", "another process has been writing for too long", "try again, and look for a stuck process if it stays so"),
    ("SQLITE_NOTADB", "this file is not a record", "expected an SQLite file that Islet made"),
    ("SQLITE_CORRUPT", "the file is damaged", "put it aside and go back to the last copy"),
    (
        "SQLITE_IOERR",
        "the disk could not be read or written: nothing of this step was kept",
        "look at the disk and how full it is, then try again",
    ),
    ("SQLITE_CONSTRAINT_TRIGGER", "what is kept is never changed or deleted", "file something new that supersedes it"),
)
_POSTGRES = (
    ("53", "the server has no room or memory left: nothing of this step was kept", "make room and try again"),
    ("25006", "the database is read-only", "open the record where it can be written"),
    ("28", "the server refused the name or the password", "look at the URL of the record"),
    ("3D000", "the server has no such database", "create it: createdb NAME"),
    ("42501", "the account may not do this in the database", "grant it the right to create tables there"),
    ("55", "another process has been writing for too long", "try again"),
    ("57", "the server is stopping or starting", "try again in a moment"),
    ("IS001", "what is kept is never changed or deleted", "file something new that supersedes it"),
)


def explain(error: DBAPIError, where: str) -> RecordError:
    """Return an error of the database as a sentence; nothing of the statement or its values is in it."""
    origin = error.orig
    name = getattr(origin, "sqlite_errorname", None)
    if name:
        found = next(((said, do) for start, said, do in _SQLITE if name.startswith(start)), None)
        return RecordError(*_placed(found or (f"the database refused ({name})", "see docs/record.md"), where))
    state = getattr(origin, "sqlstate", None)
    if state:
        found = next(((said, do) for start, said, do in _POSTGRES if state.startswith(start)), None)
        return RecordError(*_placed(found or (f"the database refused ({state})", "see docs/record.md"), where))
    return RecordError(
        "the server cannot be reached, or the connection broke: nothing of this step was kept",
        where,
        "look whether it runs, then try again",
    )


def _placed(said: tuple[str, str], where: str) -> tuple[str, str, str]:
    return said[0], where, said[1]
