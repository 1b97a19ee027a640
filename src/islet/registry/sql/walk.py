"""The walk down a joint diagram, as steps over a few whole numbers whose bits are its nodes."""

from __future__ import annotations

from collections.abc import Sequence

from islet.patient.space import Space
from islet.registry.sql.dialect import Dialect
from islet.registry.sql.layers import Layer
from islet.registry.sql.packed import Move, Packed, Step, pack
from islet.registry.sql.product import Product
from islet.registry.sql.rules import touches
from islet.registry.sql.terms import HOLDS, NOTHING, Term, case, chained, column, join
from islet.rules.diagram import LEAVES


def walk(product: Product, name: str, space: Space, dialect: Dialect) -> list[Layer]:
    """Return the steps that leave in the column `name` the answers of a joint diagram that some patient of a row reaches, as bits."""
    if product.root < LEAVES:
        return [{name: Term(str(product.root))}]
    packed = pack(product)
    word, bit = packed.root
    layers: list[Layer] = [{_word(word): Term(f"CAST({1 << bit} AS {dialect.wide})")}]
    living = {word}
    for step in packed.steps:
        layers.append(_step(step, living, space, dialect))
        living = set(step.living)
    return [*layers, {name: _answers(packed)}]


def _word(number: int) -> str:
    return f"w{number}"


def _step(step: Step, living: set[int], space: Space, dialect: Dialect) -> Layer:
    variable = space.diagrams.order[step.level]
    layer: Layer = {}
    for target in sorted(step.living):
        parts: list[Term] = []
        stays = step.kept.get(target) if target in living else 0
        if stays is None:
            parts.append(column(_word(target)))
        elif stays:
            parts.append(join("({} & {})", column(_word(target)), stays))
        moves = [move for move in step.moves if move.target == target]
        for cells in dict.fromkeys(move.cells for move in moves):
            moved = chained("|", [_moved(move, dialect) for move in moves if move.cells == cells])
            opened = HOLDS if cells is None else touches(variable, cells, space)
            parts.append(moved if opened == HOLDS else case((opened, moved), otherwise=0))
        found = chained("|", parts) if parts else NOTHING
        if found != column(_word(target)):
            layer[_word(target)] = found
    return layer


def _moved(move: Move, dialect: Dialect) -> Term:
    bits = join("({} & {})", column(_word(move.source)), move.bits)
    if not move.shift:
        return bits
    return join(dialect.left if move.shift > 0 else dialect.right, bits, abs(move.shift))


def _answers(packed: Packed) -> Term:
    parts: Sequence[Term] = [
        case((join("({} & {}) <> 0", column(_word(word)), 1 << bit), leaf), otherwise=0)
        for leaf, (word, bit) in sorted(packed.answers.items())
    ]
    return chained("+", parts)
