"""The tables of a record as they stand at the newest schema; `migrations` makes them step by step."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_ID, _STAMP, _HASH = String(22), String(27), String(64)


def _by(name: str = "by") -> Column[str]:
    return Column(name, _ID, ForeignKey("people.id"), nullable=False)


record = Table(
    "record",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("key", _HASH, nullable=False),
    Column("begun_at", _STAMP, nullable=False),
)
people = Table(
    "people",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("password", Text),
    Column("issuer", Text),
    Column("subject", Text),
    Column("added_at", _STAMP, nullable=False),
    Column("closed_at", _STAMP),
    UniqueConstraint("issuer", "subject"),
)
failed_tries = Table(
    "failed_tries",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name_sha256", _HASH, nullable=False, index=True),
    Column("at", _STAMP, nullable=False),
)
sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", _HASH, primary_key=True),
    Column("person", _ID, ForeignKey("people.id"), nullable=False, index=True),
    Column("begun_at", _STAMP, nullable=False),
    Column("ends_at", _STAMP, nullable=False),
)
cases = Table("cases", metadata, Column("id", _ID, primary_key=True), Column("made_at", _STAMP, nullable=False), _by())
case_versions = Table(
    "case_versions",
    metadata,
    Column("case", _ID, ForeignKey("cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("document_sha256", _HASH, nullable=False),
    Column("content_sha256", _HASH, nullable=False),
    Column("label", Text, nullable=False),
    Column("made_at", _STAMP, nullable=False),
    _by(),
)
grants = Table(
    "grants",
    metadata,
    Column("case", _ID, ForeignKey("cases.id"), primary_key=True),
    Column("person", _ID, ForeignKey("people.id"), primary_key=True, index=True),
    Column("made_at", _STAMP, nullable=False),
    _by(),
)
knowledge = Table(
    "knowledge",
    metadata,
    Column("sha256", _HASH, primary_key=True),
    Column("version", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("kept_at", _STAMP, nullable=False),
)
plans = Table(
    "plans",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("case", _ID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("knowledge_version", Text, nullable=False),
    Column("knowledge_sha256", _HASH, ForeignKey("knowledge.sha256"), nullable=False),
    Column("engine", Text, nullable=False),
    Column("as_of", String(10)),
    Column("region", String(8)),
    Column("made_at", _STAMP, nullable=False),
    _by(),
    ForeignKeyConstraint(["case", "number"], ["case_versions.case", "case_versions.number"]),
)
decisions = Table(
    "decisions",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("case", _ID, ForeignKey("cases.id"), nullable=False),
    Column("plan", _ID, ForeignKey("plans.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("supersedes", _ID, ForeignKey("decisions.id")),
    Column("made_at", _STAMP, nullable=False),
    _by(),
    UniqueConstraint("case", "number"),
)
releases = Table(
    "releases",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("case", _ID, ForeignKey("cases.id"), nullable=False, index=True),
    Column("plan", _ID, ForeignKey("plans.id"), nullable=False),
    Column("contacts", LargeBinary, nullable=False),
    Column("token_sha256", _HASH, nullable=False, unique=True),
    Column("made_at", _STAMP, nullable=False),
    _by(),
    Column("ends_at", _STAMP, nullable=False),
    Column("withdrawn_at", _STAMP),
)
wishes = Table(
    "wishes",
    metadata,
    Column("release", _ID, ForeignKey("releases.id"), primary_key=True),
    Column("answers", LargeBinary, nullable=False),
    Column("saved_at", _STAMP, nullable=False),
)
audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", _STAMP, nullable=False),
    Column("who", String(32), nullable=False),
    Column("action", String(32), nullable=False),
    Column("object", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("knowledge", Text, nullable=False),
    Column("seal", _HASH, nullable=False),
    Column("previous", _HASH, nullable=False),
    Column("hash", _HASH, nullable=False),
)
