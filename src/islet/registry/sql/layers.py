"""Write steps that build on each other as one statement or several, carrying along only the columns that are still read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from islet.registry.sql.dialect import Dialect
from islet.registry.sql.terms import Term

Layer = dict[str, Term]  # columns that a step makes anew, all from the columns before it


class Statement(NamedTuple):
    """Hold a table to be made and the query it is made from."""

    table: str
    query: str


def statements(
    table: str, source: str, layers: Sequence[Layer], outputs: Sequence[str], dialect: Dialect, where: str = ""
) -> list[Statement]:
    """Return the statements that make `table` with these columns from `source`, as many steps in each as the dialect bears."""
    made = []
    rest = [layer for layer in layers if layer]
    part = 0
    while len(rest) > dialect.depth:
        head, rest = rest[:dialect.depth], rest[dialect.depth:]
        between = sorted(_needed(rest, outputs))
        part += 1
        made.append(Statement(f"{table}_{part}", query(source, head, between, dialect, where)))
        source, where = f"{table}_{part}", ""
    made.append(Statement(table, query(source, rest, outputs, dialect, where)))
    return made


def query(source: str, layers: Sequence[Layer], outputs: Sequence[str], dialect: Dialect, where: str = "") -> str:
    """Return one query of several steps, the first innermost: planners resolve that in one pass, a chain of WITH not always.

    >>> from islet.registry.sql.dialect import DIALECTS
    >>> from islet.registry.sql.terms import column, join
    >>> layers = [{"b": join("{} + 1", column("a"))}, {"c": join("{} * 2", column("b"))}]
    >>> print(query("t", layers, ["c"], DIALECTS["duckdb"]))
    SELECT b * 2 AS c FROM (
    SELECT a + 1 AS b FROM t) AS s
    """
    selects: list[str] = []
    wanted: Iterable[str] = outputs
    for layer in reversed(layers):
        columns = list(wanted)
        selects.append(", ".join(f"{layer[name].text} AS {name}" if name in layer else name for name in columns))
        wanted = sorted(_needed([layer], columns))
    selects.reverse()
    if not selects:
        selects = [", ".join(outputs)]
    text = f"SELECT {selects[0]} FROM {source}" + (f" WHERE {where}" if where else "")
    for chosen in selects[1:]:
        text = f"SELECT {chosen} FROM (\n{text}{dialect.fence}) AS s"
    return text


def _needed(layers: Sequence[Layer], outputs: Iterable[str]) -> set[str]:
    """Return the columns that must be there before some steps."""
    needed = set(outputs)
    for layer in reversed(layers):
        made = {name for name in needed if name in layer}
        needed = (needed - made).union(*(layer[name].reads for name in made))
    return needed
