"""Change a record behind its back, as somebody could who has the file or the server."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, create_engine, text

from islet.record import Record


def tamper(record: Record, *statements: str, **values: Any) -> None:
    """Run statements without the guards of the database: no triggers, no foreign keys."""
    engine = create_engine(record.database.url)
    with engine.begin() as connection:
        _disarm(connection)
        for statement in statements:
            connection.execute(text(statement), values)
    engine.dispose()


def _disarm(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        connection.execute(text(f"DROP TRIGGER {name}"))
