"""Bring a database to the newest schema, inside the transaction it is given: whole or not at all."""

from __future__ import annotations

from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from islet.record.errors import RecordError
from islet.record.tables import metadata


def steps() -> ScriptDirectory:
    """Return the steps of the schema.

    >>> steps().get_current_head()
    '0001'
    """
    return ScriptDirectory(str(Path(__file__).parent / "migrations"))


def schema_of(connection: Connection) -> str | None:
    """Return the revision of a database, None for one without tables."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(connection: Connection, where: str) -> bool:
    """Run every step that is still missing; return whether the record is new.

    Raises RecordError when the schema is newer than this Islet, or when the tables there are not Islet's.
    """
    script, context = steps(), MigrationContext.configure(connection)
    current = context.get_current_revision()
    refuse_unknown(script, current, where)
    if current is None and set(inspect(connection).get_table_names()) & set(metadata.tables):
        raise RecordError("there are tables of another program with the names Islet uses", where, "give Islet a database of its own")
    for step in reversed(list(script.iterate_revisions("head", current or "base"))):
        with Operations.context(context):
            step.module.upgrade()
        context.stamp(script, step.revision)
    return current is None


def refuse_unknown(script: ScriptDirectory, current: str | None, where: str) -> None:
    """Raise RecordError when a schema is not among the steps this Islet knows."""
    if current is not None and current not in {step.revision for step in script.walk_revisions()}:
        raise RecordError(
            f"the record has schema {current}, this Islet knows schemas up to {script.get_current_head()}",
            where,
            "install the newer Islet that made it; nothing was changed",
        )
