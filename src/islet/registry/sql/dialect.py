"""What differs between the warehouses: one small table."""

from __future__ import annotations

from typing import NamedTuple

from islet.errors import InputError, nearest


class Dialect(NamedTuple):
    """Hold how one warehouse writes what the others write otherwise.

    `quote` stands around names; `plain_names` says that names hold letters, digits and underscores only; `double` and `wide` are the
    types of numbers of 64 bits; `left` and `right` shift bits; `fence` keeps a planner from writing one step into the next; `create`
    makes a table for the session; `depth` is the number of steps in one statement.
    """

    name: str
    quote: str
    plain_names: bool
    double: str
    wide: str
    left: str
    right: str
    fence: str
    create: str
    depth: int

    def named(self, name: str) -> str:
        """Return a name as this warehouse has it.

        >>> DIALECTS["duckdb"].named("cells.ki67_percent"), DIALECTS["bigquery"].named("cells.ki67_percent")
        ('"cells.ki67_percent"', '`cells__ki67_percent`')
        """
        if self.plain_names:
            name = "".join(sign if sign.isalnum() else "__" if sign == "." else "_" for sign in name)
        return f"{self.quote}{name}{self.quote}"

    def number(self, value: float) -> str:
        """Return a constant as a binary number of 64 bits, whatever the warehouse takes a decimal point for."""
        return f"CAST('{value!r}' AS {self.double})"


_DUCKDB = Dialect(
    "duckdb", '"', False, "DOUBLE", "BIGINT", "({} << {})", "({} >> {})", "", "CREATE OR REPLACE TEMP TABLE {} AS", 150
)
DIALECTS = {
    "duckdb": _DUCKDB,
    "postgres": _DUCKDB._replace(
        name="postgres", double="DOUBLE PRECISION", fence=" OFFSET 0", create="CREATE TEMP TABLE {} AS", depth=60
    ),
    "spark": _DUCKDB._replace(
        name="spark", quote="`", left="shiftleft({}, {})", right="shiftright({}, {})", create="CACHE TABLE {} AS", depth=25
    ),
    "bigquery": _DUCKDB._replace(
        name="bigquery", quote="`", plain_names=True, double="FLOAT64", wide="INT64", create="CREATE TEMP TABLE {} AS", depth=10
    ),
}


def dialect_of(name: str) -> Dialect:
    """Return a dialect by name; raise InputError with the nearest one."""
    if name not in DIALECTS:
        raise InputError(f'found "{name}"', "", 0, "cohort sql --dialect", nearest(name, list(DIALECTS)))
    return DIALECTS[name]
