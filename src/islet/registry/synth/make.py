"""Make a synthetic registry, block after block."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

from islet import __version__
from islet.registry.synth.block import Block
from islet.registry.synth.body import draw_body
from islet.registry.synth.columns import columns
from islet.registry.synth.data import Profile, load_profile
from islet.registry.synth.draws import BLOCK, GENERATOR, Draws
from islet.registry.synth.history import draw_history
from islet.registry.synth.joint import build_joint
from islet.registry.synth.lookalikes import add_other_cancers
from islet.registry.synth.missing import missing_chances, old_share
from islet.registry.synth.recording import contradict, keep_truth, put_on_boundaries, take_away
from islet.registry.synth.spread import draw_spread, site_patterns
from islet.registry.synth.table import as_batch, schema_of
from islet.registry.synth.tumour import draw_tumour


class Recipe(NamedTuple):
    """Hold what makes the table: the same recipe makes the same rows, whatever their number."""

    profile: str = "enets"
    seed: int = 1
    missing_ki67: float | None = None
    contradictory: float = 0.02
    boundaries: bool = False
    all_cancers: bool = False
    truth: bool = False


def schema(recipe: Recipe) -> pa.Schema:
    """Return the schema of the table, its metadata saying that it is synthetic, and from what it was made."""
    profile = load_profile(recipe.profile)
    return schema_of(columns(recipe.truth, recipe.all_cancers), {
        "islet.synthetic": "yes",
        "islet.synthetic.finding": "no epidemiological finding",
        "islet.synthetic.seed": str(recipe.seed),
        "islet.synthetic.generator": str(GENERATOR),
        "islet.synthetic.engine": __version__,
        "islet.synthetic.profile": recipe.profile,
        "islet.synthetic.recipe": json.dumps(recipe._asdict(), sort_keys=True),
        "islet.synthetic.sources": json.dumps(profile.sources, ensure_ascii=False),
    })


def make_batches(rows: int, recipe: Recipe) -> Iterator[pa.RecordBatch]:
    """Return record batches of synthetic patients, `rows` in all.

    Every block of rows has a random stream of its own, so that row k is the same in a table of any size.

    >>> batch = next(make_batches(3, Recipe(seed=5)))
    >>> batch.num_rows, batch.column("synthetic").to_pylist()
    (3, [True, True, True])
    """
    maker = _Maker(recipe)
    table = columns(recipe.truth, recipe.all_cancers)
    kept = schema(recipe)
    for number, first in enumerate(range(0, rows, BLOCK)):
        block = maker.block(number)
        yield as_batch(block, first, min(BLOCK, rows - first), f"synthetic-{recipe.seed}-", table, kept)


class _Maker:
    """Hold what all blocks share."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.profile: Profile = load_profile(recipe.profile)
        self.joint = build_joint(self.profile, recipe.missing_ki67)
        small = self.joint.part("size", "to_10", "to_20")
        self.chances = missing_chances(self.profile, small, old_share(), recipe.missing_ki67)
        self.patterns = site_patterns(self.profile.margins["distant_sites"].shares)

    def block(self, number: int) -> Block:
        """Draw one block; the order of the steps is the order in the random stream."""
        block = Block(Draws(self.recipe.seed, number))
        draw_tumour(block, self.joint)
        draw_spread(block, self.patterns)
        draw_body(block, self.profile)
        draw_history(block)
        put_on_boundaries(block, self.recipe.boundaries)
        keep_truth(block)
        take_away(block, self.chances)
        contradict(block, self.recipe.contradictory)
        add_other_cancers(block, self.recipe.all_cancers)
        return block
