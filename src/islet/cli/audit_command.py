"""`islet audit verify` and `islet audit head`: does the trail of a record hold, and where does it end now."""

from __future__ import annotations

import argparse
import importlib.util
import json
from typing import TYPE_CHECKING

from islet.errors import InputError

if TYPE_CHECKING:
    from islet.record.model import Head

NEEDED = ("sqlalchemy", "alembic")
HEAD_SCHEMA = "islet.audit-head/1"


def audit_command(arguments: argparse.Namespace, folder: str | None) -> int:
    """Run one word of `islet audit`; return 1 when the trail does not hold."""
    for name in NEEDED:
        if importlib.util.find_spec(name) is None:
            raise InputError(f"the record needs {name}", "", 0, "islet audit", "install it with: pip install 'islet[web]'")
    from islet.record import default_url, open_record

    record = open_record(arguments.record or default_url(), knowledge=folder, read_only=True)
    if arguments.what == "head":
        print(json.dumps({"schema": HEAD_SCHEMA, **record.audit.head()._asdict()}, separators=(",", ":")))
        return 0
    head = _read_head(arguments.head) if arguments.head else None
    found = record.audit.verify(head)
    print(f"{'holds' if found.ok else 'DOES NOT HOLD'}: {found.reason}")
    print(f"record: {record.database.place}, {found.entries:,} entries read")
    if found.ok:
        _say_what_was_checked(head.number if head else None)
    return 0 if found.ok else 1


def _say_what_was_checked(head: int | None) -> None:
    print("checked: no entry was changed, left out, doubled, moved or dated back")
    print("checked: every version of a case, plan, decision and copy of the knowledge is as it was kept")
    if head is None:
        print("not checked: whether the newest entries were cut off; that needs a head kept elsewhere (islet audit head)")
    else:
        print(f"checked: the trail goes on from entry {head}, where the head was taken; not checked: whether entries after it were cut off")


def _read_head(name: str) -> Head:
    from islet.record.model import Head

    try:
        with open(name, encoding="utf-8") as stream:
            content = json.loads(stream.read(4096))
        if content["schema"] != HEAD_SCHEMA:
            raise ValueError
        return Head(str(content["record"]), int(content["number"]), str(content["hash"]), str(content["at"]))
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", name, 0, "--head") from None
    except (ValueError, KeyError, TypeError):
        raise InputError("this is not the head of a trail", name, 0, "--head", "expected what islet audit head printed") from None
