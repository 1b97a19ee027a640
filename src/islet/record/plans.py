"""Plans with all they were made from, so that the same bytes can be made again."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from sqlalchemy import Connection, insert, select

from islet import __version__
from islet.case.reader import read_case
from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.plan.make import make_plan
from islet.plan.model import SCHEMA, plan_json
from islet.record import tables
from islet.record.access import holds, refuse, require, require_treating
from islet.record.audit import Audit
from islet.record.database import Database
from islet.record.errors import RecordError
from islet.record.knowledge_versions import KnowledgeVersions
from islet.record.marks import is_id, new_id
from islet.record.model import CaseVersion, Person, Plan, Replay

_p, _v = tables.plans.c, tables.case_versions.c
ENGINE = f"islet {__version__}"


def plan_bytes(document: bytes, base: KnowledgeBase, region: str | None, case_id: str) -> bytes:
    """Return the plan of a case file as `islet plan --format json` prints it; `case_id` names a file that gives no id.

    Raises InputError when the case file is wrong.
    """
    plan = make_plan(read_case(document, f"{case_id}.yaml", base.space.dictionary), base, region)
    return json.dumps(plan_json(plan), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Plans:
    """Keep, read and replay plans."""

    def __init__(self, database: Database, audit: Audit, versions: KnowledgeVersions) -> None:
        self.database, self.audit, self.versions = database, audit, versions

    def keep(
        self,
        case_version: CaseVersion,
        content: bytes,
        knowledge_version: str,
        knowledge_sha256: str,
        engine: str,
        as_of: str | None,
        region: str | None,
        by: Person,
    ) -> Plan:
        """Keep a plan of a version of a case, and once the knowledge it was made with.

        A plan is kept only if it can be made again from what is stored, byte for byte: so it cannot be that of another patient.
        Raises NotAllowed, and RecordError when the plan, its version of the case and what is said of it do not belong together.
        """
        require_treating(by)
        plan = Plan(
            new_id(), case_version.case, case_version.number, content, knowledge_version, knowledge_sha256, engine, as_of, region, "", by.id
        )
        _check_said(plan)
        with self.database.read() as connection:  # versions never change: what holds before the turn to write holds in it
            made = self._again(connection, plan) if holds(connection, plan.case, by.id) else None
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            require(connection, self.audit, at, plan.case, by, "plan.keep")
            self.versions.keep(connection, self.audit, at, by.id, knowledge_sha256, knowledge_version)
            made = made or self._again(connection, plan)
            if not made.same:
                raise RecordError(
                    f"the plan does not belong to version {plan.number} of the case: {made.reason}", "", "make the plan again and keep that"
                )
            plan = plan._replace(made_at=at)
            connection.execute(insert(tables.plans), plan._asdict())
            self.audit.add(connection, at, by.id, "plan.keep", plan.id, plan.number, f"{knowledge_version} {knowledge_sha256}", content)
        return plan

    def read(self, id: str, by: Person) -> Plan:
        """Return a plan; raise NotAllowed, the same for a plan of others and one that does not exist."""
        with self.database.write() as connection:
            plan = self.find(connection, id, by, "plan.read")
            self.audit.add(connection, self.audit.stamp(connection), by.id, "plan.read", id)
        return plan

    def list(self, case: str, by: Person) -> tuple[Plan, ...]:
        """Return the plans of a case, oldest first; raise NotAllowed."""
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            require(connection, self.audit, at, case, by, "plan.list")
            rows = connection.execute(select(tables.plans).where(_p.case == case).order_by(_p.made_at, _p.id)).all()
            self.audit.add(connection, at, by.id, "plan.list", case)
        return tuple(Plan(*row) for row in rows)

    def replay(self, id: str, by: Person) -> Replay:
        """Make a plan again from the stored case with the stored knowledge, and compare the bytes; raise NotAllowed."""
        with self.database.write() as connection:
            plan = self.find(connection, id, by, "plan.replay")
            self.audit.add(connection, self.audit.stamp(connection), by.id, "plan.replay", id)
        with self.database.read() as connection:
            return self._again(connection, plan)

    def find(self, connection: Connection, id: str, by: Person, action: str) -> Plan:
        """Return a plan of a case that is open to the person; raise NotAllowed with an entry in the trail."""
        row = connection.execute(select(tables.plans).where(_p.id == id)).first() if is_id(id) else None
        if row is None or not holds(connection, row.case, by.id):
            refuse(connection, self.audit, self.audit.stamp(connection), id, by, action)
        return Plan(*row)

    def _again(self, connection: Connection, plan: Plan) -> Replay:
        base = self.versions.base(connection, plan.knowledge_sha256)
        named = f"{plan.knowledge_version} ({plan.knowledge_sha256[:12]}…)"
        if base is None:
            return Replay(False, f"the knowledge {named} is not at hand, or this Islet cannot compile it: the plan cannot be made again")
        document = connection.execute(select(_v.document).where(_v.case == plan.case, _v.number == plan.number)).scalar()
        if document is None:
            return Replay(False, f"there is no version {plan.number} of the case")
        try:
            made = plan_bytes(document, base, plan.region, json.loads(plan.content)["case"]["id"])
        except InputError as error:
            return Replay(False, f"the case can no longer be read: {error}")
        if made == plan.content:
            return Replay(
                True, f"made again from version {plan.number} of the case with {named} and {plan.engine}: {len(made):,} bytes, all the same"
            )
        if plan.engine != ENGINE:
            alike = _without_engine(made) == _without_engine(plan.content)
            rest = "everything else is the same" if alike else "what it says differs as well"
            return Replay(False, f"the plan was made by {plan.engine}, this is {ENGINE}: {rest}")
        return Replay(False, f"made again with {named}, the plan {_first_difference(made, plan.content)}")


def _check_said(plan: Plan) -> None:
    """Raise RecordError unless the plan itself says what is said of it."""
    try:
        content: dict[str, Any] = json.loads(plan.content)
        said = {
            "schema": content["schema"],
            "knowledge version": content["knowledge"]["version"],
            "knowledge sha256": content["knowledge"]["sha256"],
            "engine": content["engine"],
            "as_of": content["case"]["as_of"],
            "region": content["region"],
        }
    except (ValueError, KeyError, TypeError):
        _not_a_plan()
    given = (SCHEMA, plan.knowledge_version, plan.knowledge_sha256, plan.engine, plan.as_of, plan.region)
    for (name, in_plan), told in zip(said.items(), given, strict=True):
        if in_plan != told:
            raise RecordError(f'the plan says {name} "{in_plan}", but was handed over with "{told}"')


def _not_a_plan() -> NoReturn:
    raise RecordError("this is not a plan", "", "expected the bytes of islet plan --format json") from None


def _without_engine(content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(content)
    found.pop("engine")
    return found


def _first_difference(made: bytes, kept: bytes) -> str:
    """Say where two plans differ, by place alone: what stands there is clinical."""
    new, old = json.loads(made), json.loads(kept)
    parts = [part for part in old if new.get(part) != old[part]]
    return f"differs in {', '.join(parts)}" if parts else "says the same in other bytes"
