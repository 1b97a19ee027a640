"""Begin: people, cases, plans, decisions, releases, wishes, the audit trail; what must stay cannot be changed or deleted."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEPT = ("case_versions", "plans", "knowledge", "decisions", "audit", "record")
_ID, _STAMP, _HASH = sa.String(22), sa.String(27), sa.String(64)


def _need(name: str, kind: TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _may(name: str, kind: TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _to(table: str, column: str, there: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [there], name=f"fk_{table}_{column}")


def upgrade() -> None:
    """Make every table and forbid changes of what is kept."""
    _people()
    _cases()
    _plans()
    _releases()
    text, number = sa.Text(), sa.Integer()
    op.create_table(
        "audit",
        sa.Column("number", number, nullable=False, autoincrement=False),
        _need("at", _STAMP),
        _need("who", sa.String(32)),
        _need("action", sa.String(32)),
        _need("object", sa.String(64)),
        _need("version", number),
        _need("knowledge", text),
        _need("seal", _HASH),
        _need("previous", _HASH),
        _need("hash", _HASH),
        _key("audit", "number"),
    )
    _forbid_changes()


def _people() -> None:
    text = sa.Text()
    op.create_table("record", _need("id", _ID), _need("key", _HASH), _need("begun_at", _STAMP), _key("record", "id"))
    op.create_table(
        "people",
        _need("id", _ID),
        _need("name", text),
        _need("name_key", text),
        _need("role", sa.String(20)),
        _may("password", text),
        _may("issuer", text),
        _may("subject", text),
        _need("added_at", _STAMP),
        _may("closed_at", _STAMP),
        _key("people", "id"),
        sa.UniqueConstraint("name_key", name="uq_people_name_key"),
        sa.UniqueConstraint("issuer", "subject", name="uq_people_issuer_subject"),
    )
    op.create_table("failed_tries", _need("id", _ID), _need("name_sha256", _HASH), _need("at", _STAMP), _key("failed_tries", "id"))
    op.create_index("ix_failed_tries_name_sha256", "failed_tries", ["name_sha256"])
    op.create_table(
        "sessions",
        _need("token_sha256", _HASH),
        _need("person", _ID),
        _need("begun_at", _STAMP),
        _need("ends_at", _STAMP),
        _key("sessions", "token_sha256"),
        _to("sessions", "person", "people.id"),
    )
    op.create_index("ix_sessions_person", "sessions", ["person"])


def _cases() -> None:
    op.create_table(
        "cases", _need("id", _ID), _need("made_at", _STAMP), _need("by", _ID), _key("cases", "id"), _to("cases", "by", "people.id")
    )
    op.create_table(
        "case_versions",
        _need("case", _ID),
        _need("number", sa.Integer()),
        _need("document", sa.LargeBinary()),
        _need("document_sha256", _HASH),
        _need("content_sha256", _HASH),
        _need("label", sa.Text()),
        _need("made_at", _STAMP),
        _need("by", _ID),
        _key("case_versions", "case", "number"),
        _to("case_versions", "case", "cases.id"),
        _to("case_versions", "by", "people.id"),
    )
    op.create_table(
        "grants",
        _need("case", _ID),
        _need("person", _ID),
        _need("made_at", _STAMP),
        _need("by", _ID),
        _key("grants", "case", "person"),
        _to("grants", "case", "cases.id"),
        _to("grants", "person", "people.id"),
        _to("grants", "by", "people.id"),
    )
    op.create_index("ix_grants_person", "grants", ["person"])


def _plans() -> None:
    text, blob = sa.Text(), sa.LargeBinary()
    op.create_table(
        "knowledge",
        _need("sha256", _HASH),
        _need("version", text),
        _need("content", blob),
        _need("kept_at", _STAMP),
        _key("knowledge", "sha256"),
    )
    op.create_table(
        "plans",
        _need("id", _ID),
        _need("case", _ID),
        _need("number", sa.Integer()),
        _need("content", blob),
        _need("knowledge_version", text),
        _need("knowledge_sha256", _HASH),
        _need("engine", text),
        _may("as_of", sa.String(10)),
        _may("region", sa.String(8)),
        _need("made_at", _STAMP),
        _need("by", _ID),
        _key("plans", "id"),
        _to("plans", "knowledge_sha256", "knowledge.sha256"),
        sa.ForeignKeyConstraint(["case", "number"], ["case_versions.case", "case_versions.number"], name="fk_plans_case_number"),
        _to("plans", "by", "people.id"),
    )
    op.create_table(
        "decisions",
        _need("id", _ID),
        _need("case", _ID),
        _need("plan", _ID),
        _need("number", sa.Integer()),
        _need("content", blob),
        _may("supersedes", _ID),
        _need("made_at", _STAMP),
        _need("by", _ID),
        _key("decisions", "id"),
        sa.UniqueConstraint("case", "number", name="uq_decisions_case_number"),
        _to("decisions", "case", "cases.id"),
        _to("decisions", "plan", "plans.id"),
        _to("decisions", "supersedes", "decisions.id"),
        _to("decisions", "by", "people.id"),
    )


def _releases() -> None:
    blob = sa.LargeBinary()
    op.create_table(
        "releases",
        _need("id", _ID),
        _need("case", _ID),
        _need("plan", _ID),
        _need("contacts", blob),
        _need("token_sha256", _HASH),
        _need("made_at", _STAMP),
        _need("by", _ID),
        _need("ends_at", _STAMP),
        _may("withdrawn_at", _STAMP),
        _key("releases", "id"),
        sa.UniqueConstraint("token_sha256", name="uq_releases_token_sha256"),
        _to("releases", "case", "cases.id"),
        _to("releases", "plan", "plans.id"),
        _to("releases", "by", "people.id"),
    )
    op.create_index("ix_releases_case", "releases", ["case"])
    op.create_table(
        "wishes",
        _need("release", _ID),
        _need("answers", blob),
        _need("saved_at", _STAMP),
        _key("wishes", "release"),
        _to("wishes", "release", "releases.id"),
    )


def _forbid_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in KEPT:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'what is kept is never changed'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION islet_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'what is kept is never changed' USING ERRCODE = 'IS001'; END $$"
    )
    for table in KEPT:
        op.execute(f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION islet_kept()")
        op.execute(f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION islet_kept()")
