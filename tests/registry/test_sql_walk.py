"""A walk over bits reaches the answers that a plain search of the same joint diagram reaches."""

from __future__ import annotations

import random

import pytest

from islet.registry.sql.packed import BITS, Packed, pack
from islet.registry.sql.product import Product, link_product, option_product
from islet.rules.diagram import LEAVES
from islet_testing.bases import own_base


def searched(product: Product, cells: dict[int, int]) -> set[int]:
    """Return the answers that a search from node to node finds."""
    reached = {product.root}
    for level, edges in product.levels:
        reached |= {e.end for e in edges if e.start in reached and (e.cells is None or e.cells & cells[level])}
    return {node for node in reached if node < LEAVES}


def walked(packed: Packed, cells: dict[int, int]) -> set[int]:
    """Return the answers that the bits at the end name."""
    words = {packed.root[0]: 1 << packed.root[1]}
    for step in packed.steps:
        new = {word: bits & step.kept.get(word, -1) for word, bits in words.items()}
        for move in step.moves:
            if move.cells is None or move.cells & cells[step.level]:
                bits = words.get(move.source, 0) & move.bits
                new[move.target] = new.get(move.target, 0) | (bits << move.shift if move.shift >= 0 else bits >> -move.shift)
        words = new
        assert all(bits < 1 << BITS for bits in words.values())
        assert {word for word, bits in words.items() if bits} <= step.living
    return {answer for answer, (word, bit) in packed.answers.items() if words.get(word, 0) >> bit & 1}


@pytest.mark.parametrize("name", ["links", "captem", "enucleation", "hormone_control"])
def test_a_walk_over_bits_finds_what_a_search_finds(name: str) -> None:
    base = own_base()
    diagrams, full = base.space.diagrams, base.space.full
    product = link_product(diagrams) if name == "links" else option_product(diagrams, diagrams.root(name, None))
    packed, rng = pack(product), random.Random(5)
    found = set()
    for _ in range(200):
        share = rng.choice((0.0, 0.05, 0.2, 0.6))
        cells = {
            level: full[v] if rng.random() >= share else rng.randint(1, full[v]) & full[v] for level, v in enumerate(diagrams.order)
        }
        answers = searched(product, cells)
        assert walked(packed, cells) == answers
        found |= answers
    assert len(found) == (1 if name == "links" else len(packed.answers))
