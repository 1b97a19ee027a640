"""The script as text, with what a reader must know at its head."""

from __future__ import annotations

from islet.knowledge.base import KnowledgeBase
from islet.registry.sql.dialect import Dialect
from islet.registry.sql.layers import Statement
from islet.registry.sql.script import Asked, make_script


def script_text(base: KnowledgeBase, dialect: Dialect, asked: Asked) -> str:
    """Return the whole script; the same knowledge, dialect and question give the same bytes."""
    script = make_script(base, dialect, asked)
    made = [statement_text(statement, dialect.create) for statement in script.working]
    made += [statement_text(statement, "CREATE TABLE {} AS") for statement in script.words]
    return "\n\n".join([_head(base, dialect, asked, len(made)), *made]) + "\n"


def statement_text(statement: Statement, create: str) -> str:
    """Return one statement with its semicolon."""
    return f"{create.format(statement.table)}\n{statement.query};"


def _head(base: KnowledgeBase, dialect: Dialect, asked: Asked, statements: int) -> str:
    lines = [
        f"Islet, knowledge {base.version}, sha256 {base.sha256}",
        f"dialect {dialect.name}; {len(base.options)} options; {statements} statements, to be run in this order in one session",
        f"reads {asked.table}: one row a patient, id unique; " + _columns(asked),
        f"region {asked.region}" if asked.region else "no region: every label counts where it applies",
        f"makes {asked.output}: each option with its verdict, whether it is certain, and what it could still be"
        + (f"; {asked.output}_criteria: yes, no or unknown for every criterion" if asked.criteria else ""),
        "A verdict is NULL, never guessed, where the row is",
        "  emergency: not covered here, act now",
        "  conflict:  its facts cannot be true together; islet cohort on that row names the smallest clash and decides as a plan does",
        "  rejected:  a value that no patient can have, or an id that is missing or stands twice",
        "  not settled: the rounds of carrying did not come to rest; islet cohort on that row decides",
    ]
    return "\n".join(f"-- {line}" for line in lines)


def _columns(asked: Asked) -> str:
    if asked.coded:
        return "columns hold cells as bits under the names of variables, numbers also __low and __high; NULL is unknown"
    return "columns under the names of variables, numbers also as __low and __high; NULL is unknown, never no"
