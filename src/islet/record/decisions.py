"""What a board decided, as it was filed; nothing changes it, a later one supersedes it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, insert, select

from islet.errors import nearest
from islet.record import tables
from islet.record.access import holds, refuse, require, require_treating
from islet.record.audit import Audit
from islet.record.database import Database
from islet.record.errors import RecordError
from islet.record.marks import canonical, is_id, new_id
from islet.record.model import Decision, Person, Plan
from islet.record.plans import Plans

OFFERED = ("recommended", "possible")
LONGEST = 20_000
_d = tables.decisions.c


class Decisions:
    """File and read decisions."""

    def __init__(self, database: Database, audit: Audit, plans: Plans) -> None:
        self.database, self.audit, self.plans = database, audit, plans

    def file(
        self,
        plan: Plan | str,
        by: Person,
        chosen: Iterable[str],
        dissent: str = "",
        deviation_code: str | None = None,
        deviation_text: str = "",
        present: Iterable[Any] = (),
        note: str = "",
    ) -> Decision:
        """File a decision on a plan; it supersedes the newest one of the same case.

        Choosing what the plan neither recommends nor leaves possible needs a coded reason. Raises NotAllowed, and RecordError for an
        unknown option, a missing reason or texts that are too long.
        """
        require_treating(by)
        content = {
            "chosen": list(chosen),
            "dissent": dissent,
            "deviation_code": deviation_code,
            "deviation_text": deviation_text,
            "present": list(present),
            "note": note,
        }
        written = canonical(content)
        if len(written) > LONGEST:
            raise RecordError(f"the decision has {len(written):,} characters", "", f"at most {LONGEST:,} are kept")
        with self.database.write() as connection:
            of = self.plans.find(connection, plan if isinstance(plan, str) else plan.id, by, "decision.file")
            _check_chosen(of, content["chosen"], deviation_code)
            at = self.audit.stamp(connection)
            last = connection.execute(select(_d.id, _d.number).where(_d.case == of.case).order_by(_d.number.desc()).limit(1)).first()
            row = {
                "id": new_id(),
                "case": of.case,
                "plan": of.id,
                "number": last.number + 1 if last else 1,
                "content": written,
                "supersedes": last.id if last else None,
                "made_at": at,
                "by": by.id,
            }
            connection.execute(insert(tables.decisions), row)
            knowledge = f"{of.knowledge_version} {of.knowledge_sha256}"
            self.audit.add(connection, at, by.id, "decision.file", str(row["id"]), int(str(row["number"])), knowledge, written)
            kept = connection.execute(select(tables.decisions).where(_d.id == row["id"])).one()
        return _decision(kept)

    def read(self, id: str, by: Person) -> Decision:
        """Return a decision; raise NotAllowed, the same for one of others and one that does not exist."""
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            row = connection.execute(select(tables.decisions).where(_d.id == id)).first() if is_id(id) else None
            if row is None or not holds(connection, row.case, by.id):
                refuse(connection, self.audit, at, id, by, "decision.read")
            self.audit.add(connection, at, by.id, "decision.read", id)
        return _decision(row)

    def list(self, case: str, by: Person) -> tuple[Decision, ...]:
        """Return the decisions of a case, oldest first: the last one stands. Raises NotAllowed."""
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            require(connection, self.audit, at, case, by, "decision.list")
            rows = connection.execute(select(tables.decisions).where(_d.case == case).order_by(_d.number)).all()
            self.audit.add(connection, at, by.id, "decision.list", case)
        return tuple(_decision(row) for row in rows)


def _check_chosen(plan: Plan, chosen: object, code: str | None) -> None:
    verdicts = {option["id"]: option["verdict"] for option in json.loads(plan.content)["options"]}
    for option in chosen if isinstance(chosen, list) else ():
        if option not in verdicts:
            raise RecordError(f'found the option "{option}"', "", nearest(option, verdicts) or "expected an option of the plan")
        if verdicts[option] not in OFFERED and not (code and code.strip()):
            raise RecordError(f'the plan says "{verdicts[option]}" of {option}', "", "give the coded reason why the board departs from it")


def _decision(row: Row[Any]) -> Decision:
    content = json.loads(row.content)
    return Decision(
        row.id,
        row.case,
        row.plan,
        row.number,
        tuple(content["chosen"]),
        content["dissent"],
        content["deviation_code"],
        content["deviation_text"],
        tuple(content["present"]),
        content["note"],
        row.made_at,
        row.by,
        row.supersedes,
    )
