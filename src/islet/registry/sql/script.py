"""The whole script: from a table of patients to the verdict of every option, in statements that build on each other."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from islet.knowledge.base import KnowledgeBase
from islet.patient.space import Space
from islet.registry.model import ANSWERS, VERDICTS
from islet.registry.sql.carry import carry
from islet.registry.sql.columns import CLASH, EMERGENCY, MARKS, REJECTED, UNSETTLED, high_name, low_name, mask, mask_name
from islet.registry.sql.derived import derive, read_numbers
from islet.registry.sql.dialect import Dialect
from islet.registry.sql.given import ID, every_column, given, told
from islet.registry.sql.layers import Layer, Statement, statements
from islet.registry.sql.product import link_product, option_product
from islet.registry.sql.terms import Term, all_of, any_of, case, column, join
from islet.registry.sql.verdicts import (
    BIT,
    CERTAIN,
    could_name,
    criterion_name,
    decide,
    ruling,
    settled,
    step_name,
)
from islet.registry.sql.walk import walk
from islet.rules.diagram import IN, LEAVES

GIVEN, STATE, LINKS, STEPS, EXACT, CODES = "islet_given", "islet_state", "islet_links", "islet_steps", "islet_exact", "islet_codes"
_WITH_LINKS = f"(SELECT s.*, l.links FROM {STATE} AS s LEFT JOIN {LINKS} AS l ON l.{ID} = s.{ID}) AS j"
GOOD = f"{CLASH} = 0 AND {UNSETTLED} = 0 AND {REJECTED} = 0"


class Asked(NamedTuple):
    """Hold what a script is written for.

    `table` names the patients, `columns` what it has beside `id` (None: everything), `coded` that its columns hold cells,
    `region` the region of the labels, `criteria` that every criterion is answered too, `output` the table that is made.
    """

    table: str = "patients"
    columns: Collection[str] | None = None
    coded: bool = False
    region: str | None = None
    criteria: bool = False
    output: str = "islet_verdicts"


class Script(NamedTuple):
    """Hold the working tables in order, and the two tables in words made from them at the end."""

    working: list[Statement]
    words: list[Statement]


def make_script(base: KnowledgeBase, dialect: Dialect, asked: Asked) -> Script:
    """Return the statements that decide every patient of a table.

    The working table `islet_codes` holds verdicts as places in VERDICTS and criteria as places in ANSWERS. Rows whose facts
    clash, whose carrying did not come to rest or which are rejected have no verdict there.
    """
    space = base.space
    columns = every_column(space) if asked.columns is None else asked.columns
    masks = [mask_name(variable.number) for variable in space.variables]
    working = _state(space, asked.table, columns, asked.coded, dialect)
    numbers = [criterion.number for criterion in base.criteria] if asked.criteria else ruling(base)
    places = range(len(base.options))
    asked_for = [criterion_name(number) for number in numbers] if asked.criteria else []
    steps = [name for place in places for name in (step_name(place), could_name(place))]
    layers = [_clashing(space), *decide(base, numbers, asked.region)]
    working += statements(STEPS, _WITH_LINKS, layers, [ID, *MARKS, *masks, *steps, *asked_for], dialect)
    joined = []
    for place, option in enumerate(base.options):
        product = option_product(space.diagrams, space.diagrams.root(option, asked.region))
        if product.root >= LEAVES:
            where = f"{GOOD} AND {could_name(place)} NOT IN ({CERTAIN})"
            name = f"{EXACT}_{option}"
            working += statements(name, STEPS, walk(product, "bits", space, dialect), [ID, "bits"], dialect, where)
            joined.append((place, name))
    working.append(Statement(CODES, _codes(len(base.options), joined, [*MARKS, *asked_for])))
    return Script(working, _words(base, asked, dialect))


def _state(space: Space, table: str, columns: Collection[str], coded: bool, dialect: Dialect) -> list[Statement]:
    """Return the statements from what is given to the cells that are left, and whether the links leave a way through them."""
    known = told(space, columns, coded)
    masks = [mask_name(variable.number) for variable in space.variables]
    ends = [name(number) for number in read_numbers(space) for name in (low_name, high_name)]
    first = [*given(space, columns, coded, dialect), *carry(space, range(len(space.variables)))]
    made = statements(GIVEN, table, first, [ID, *MARKS, *masks, *ends], dialect)
    made += statements(STATE, GIVEN, derive(space, known, dialect), [ID, *MARKS, *masks], dialect)
    links = walk(link_product(space.diagrams), "links", space, dialect)
    return made + statements(LINKS, STATE, links, [ID, "links"], dialect, f"{REJECTED} = 0")


def _clashing(space: Space) -> Layer:
    """Return the step that marks rows of which no patient can be: without a cell, or without a way through the links."""
    empty = any_of(join("{} = 0", mask(variable.number)) for variable in space.variables)
    clash = any_of([join("{} <> 0", column(CLASH)), empty, join("({} & {}) = 0", column("links"), IN)])
    return {CLASH: case((clash, 1), otherwise=0)}


def _codes(options: int, joined: list[tuple[int, str]], kept: list[str]) -> str:
    """Return the query that brings what was found exactly beside what the criteria left."""
    tables = dict(joined)
    columns = [f"s.{ID}", *(f"s.{name}" for name in kept)]
    for place in range(options):
        step = column(f"s.{step_name(place)}")
        could = column(f"s.{could_name(place)}")
        exact = join("COALESCE({}, {})", column(f"e{place}.bits"), could) if place in tables else could
        good = all_of([Term(f"s.{CLASH} = 0"), Term(f"s.{UNSETTLED} = 0"), Term(f"s.{REJECTED} = 0"), Term(f"s.{EMERGENCY} = 0")])
        columns.append(f"{case((good, settled(step, exact)), otherwise=Term('NULL')).text} AS verdict{place}")
        columns.append(f"{case((good, exact), otherwise=Term('NULL')).text} AS could{place}")
    joins = "".join(f"\nLEFT JOIN {name} AS e{place} ON e{place}.{ID} = s.{ID}" for place, name in joined)
    return f"SELECT {', '.join(columns)}\nFROM {STEPS} AS s{joins}"


def _words(base: KnowledgeBase, asked: Asked, dialect: Dialect) -> list[Statement]:
    columns = [ID]
    for name, mark, holds in (("conflict", CLASH, 1), ("settled", UNSETTLED, 0), ("rejected", REJECTED, 1), ("emergency", EMERGENCY, 1)):
        columns.append(f"{mark} = {holds} AS {dialect.named(name)}")
    for place, option in enumerate(base.options):
        verdict, could = column(f"verdict{place}"), column(f"could{place}")
        words = case(*((join("{} = {}", verdict, code), Term(f"'{word}'")) for code, word in enumerate(VERDICTS)), otherwise=Term("NULL"))
        left = " || ".join(f"CASE WHEN ({could.text} & {bit}) <> 0 THEN '{'|' + word}' ELSE '' END" for word, bit in BIT.items())
        columns += [
            f"{words.text} AS {dialect.named(option)}",
            f"{could.text} IN ({CERTAIN}) AS {dialect.named(option + '__certain')}",
            f"SUBSTR({left}, 2) AS {dialect.named(option + '__could_be')}",
        ]
    made = [Statement(asked.output, f"SELECT {', '.join(columns)}\nFROM {CODES}")]
    if asked.criteria:
        answers = []
        for criterion in base.criteria:
            value = criterion_name(criterion.number)
            told_as = " ".join(f"WHEN {value} = {code} THEN '{word}'" for code, word in enumerate(ANSWERS))
            answers.append(f"CASE WHEN NOT ({GOOD}) THEN NULL {told_as} END AS {dialect.named('criterion:' + criterion.id)}")
        made.append(Statement(f"{asked.output}_criteria", f"SELECT {', '.join([ID, *answers])}\nFROM {CODES}"))
    return made
