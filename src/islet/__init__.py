"""Decision support for pancreatic neuroendocrine tumours: one patient in, every treatment option explained out."""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def cohort(
    table: Any, *, criteria: Sequence[str] | str = (), could_be: bool = False, deciding: bool = False, keep: Sequence[str] = (),
    where: str | None = None, region: str | None = None, knowledge: str | None = None, engine: str = "numba",
) -> Any:
    """Return the verdicts of every patient of an Arrow, Polars or pandas table, as a table of the same kind.

    One row a patient, columns named as the facts are. `criteria` takes ids or "all"; `keep` names columns that go through; `where` is
    a condition in SQL. Rows with a fault are set aside with a warning. Raises InputError when the table or the question is wrong.

    >>> import pyarrow as pa
    >>> cohort(pa.table({"id": ["a"], "ki67_percent": [70.0], "differentiation": ["poor"]}), engine="by_case").column("ssa").to_pylist()
    ['not_indicated']
    """
    from importlib import import_module  # by name: every room reads the version here, and none of them knows the registry

    return import_module("islet.registry.call").decide_frame(table, criteria, could_be, deciding, keep, where, region, knowledge, engine)
