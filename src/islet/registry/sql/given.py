"""The first step: what a table says of each patient, in cells, from plain columns or from coded ones."""

from __future__ import annotations

from collections.abc import Collection

from islet.case.cells import YES
from islet.case.dictionary import Variable
from islet.patient.space import Space
from islet.registry.sql.columns import CLASH, EMERGENCY, REJECTED, UNSETTLED, high_name, low_name, mask, mask_name
from islet.registry.sql.derived import read_numbers
from islet.registry.sql.dialect import Dialect
from islet.registry.sql.intervals import cells_between
from islet.registry.sql.layers import Layer
from islet.registry.sql.terms import FAILS, Term, all_of, any_of, case, column, join

ID = "id"


def columns_of(variable: Variable) -> tuple[str, ...]:
    """Return the columns that may tell a variable: its name, and for a number the two ends of an interval."""
    ends = (f"{variable.name}__low", f"{variable.name}__high") if variable.kind == "number" else ()
    return (variable.name, *ends)


def every_column(space: Space) -> list[str]:
    """Return every column that a table may have beside `id`."""
    return [name for variable in space.variables for name in columns_of(variable)]


def told(space: Space, columns: Collection[str], coded: bool) -> list[int]:
    """Return the variables of which a table with these columns says something."""
    found = []
    for variable in space.variables:
        names = columns_of(variable)
        whole = set(names) <= set(columns) if coded else any(name in columns for name in names)
        if whole:
            found.append(variable.number)
    return found


def given(space: Space, columns: Collection[str], coded: bool, dialect: Dialect) -> list[Layer]:
    """Return the steps from the table to cells: of each variable the mask, of each number the least and the greatest value.

    A value that no case file may hold (an unknown word, a number beyond what is possible, a part of a whole, ends that are
    reversed) marks the row as rejected, and so does an id that is missing or stands twice.
    """
    known = told(space, columns, coded)
    layer: Layer = {}
    ends: Layer = {}
    faults: list[Term] = [join(f"{ID} IS NULL OR COUNT(*) OVER (PARTITION BY {ID}) > 1")]
    for number in known:
        variable = space.variables[number]
        name = column(dialect.named(variable.name))
        if variable.kind == "number":
            low, high, reasons = _ends(variable, columns, space, coded, dialect)
            ends[low_name(number)], ends[high_name(number)] = low, high
            faults += reasons
            some = join("{} IS NOT NULL", column(low_name(number)))
            cells = name if coded else cells_between(
                variable, column(low_name(number)), column(high_name(number)), space.whole(variable), dialect
            )
            layer[mask_name(number)] = case((some, cells), otherwise=variable.full)
            if not coded:
                faults.append(all_of([some, join("({}) = 0", cells)]))
        elif coded:
            layer[mask_name(number)] = join("COALESCE({}, {})", name, variable.full)
        else:
            layer[mask_name(number)] = _word(variable, name)
            if variable.kind == "category":
                words = ", ".join(f"'{word}'" for word in variable.words)
                faults.append(join("({} IS NOT NULL AND {} NOT IN ({}))", name, name, Term(words)))
    layer[REJECTED] = case((any_of(faults), 1), otherwise=0)
    unknown = Term(f"CAST(NULL AS {dialect.double})")
    nothing = {end: unknown for number in read_numbers(space) if number not in known for end in (low_name(number), high_name(number))}
    full = {mask_name(variable.number): Term(str(variable.full)) for variable in space.variables if variable.number not in known}
    acute = [mask(v.number) for v in space.variables if v.fact == "health.emergency" and v.number in known]
    emergency = any_of(join("{} = {}", cells, YES) for cells in acute)
    return [ends, layer, {
        EMERGENCY: Term("0") if emergency == FAILS else case((emergency, 1), otherwise=0),
        CLASH: Term("0"), UNSETTLED: Term("0"), **nothing, **full,
    }]


def _word(variable: Variable, name: Term) -> Term:
    if variable.kind == "boolean":
        return case((name, YES), (join("NOT {}", name), 1), otherwise=variable.full)
    return case(*((join("{} = {}", name, Term(f"'{word}'")), 1 << bit) for bit, word in enumerate(variable.words)), otherwise=variable.full)


def _ends(
    variable: Variable, columns: Collection[str], space: Space, coded: bool, dialect: Dialect
) -> tuple[Term, Term, list[Term]]:
    """Return the least and the greatest value, NULL where nothing is known, and what would be a fault."""
    plain, least, most = (column(dialect.named(name)) if name in columns else None for name in columns_of(variable))
    if coded:
        assert least is not None and most is not None
        return least, most, []
    fact = space.dictionary.facts[variable.fact]
    assert fact.possible is not None
    bottom, top = (Term(dialect.number(float(end))) for end in fact.possible)
    parts = [part for part in (plain, least, most) if part is not None]
    some = any_of(join("{} IS NOT NULL", part) for part in parts)
    low = join("COALESCE({})", _listed([plain, least, bottom]))
    high = join("COALESCE({})", _listed([plain, most, top]))
    faults = [join("NOT ({} <= {})", low, high)]
    if plain is not None:
        faults.append(join("NOT ({} >= {} AND {} <= {})", plain, bottom, plain, top))
        if space.whole(variable):
            faults.append(join("({} <> FLOOR({}))", plain, plain))
        if least is not None:
            faults.append(join("({} < {})", plain, least))
        if most is not None:
            faults.append(join("({} > {})", plain, most))
    faults.append(join("NOT ({} <= {} AND {} >= {})", low, top, high, bottom))
    unknown = Term(f"CAST(NULL AS {dialect.double})")
    inside = case((some, join("GREATEST({}, {})", low, bottom)), otherwise=unknown)
    return inside, case((some, join("LEAST({}, {})", high, top)), otherwise=unknown), [all_of([some, any_of(faults)])]


def _listed(parts: list[Term | None]) -> Term:
    terms = [part for part in parts if part is not None]
    return Term(", ".join(term.text for term in terms), frozenset().union(*(term.reads for term in terms)))
