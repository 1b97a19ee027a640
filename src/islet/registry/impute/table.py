"""Impute the table of a file: read and code it, draw and decide, write what came of it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge
from islet.registry.engine import decider
from islet.registry.impute.cohort import gather
from islet.registry.impute.complete import Decide
from islet.registry.impute.make import Imputed, impute
from islet.registry.impute.run import Settings
from islet.registry.impute.write import names_of, write_imputed
from islet.registry.model import Coded
from islet.registry.question import Question
from islet.registry.read.open_table import open_table
from islet.registry.read.rows import BATCH
from islet.registry.run import refuse_same
from islet.registry.stream import open_source
from islet.registry.write.rejected import RejectedOutput


class ImputedTable(NamedTuple):
    """Hold what came of imputing a file: the answers, and how many rows were set aside, and where."""

    imputed: Imputed
    rejected: int
    rejected_name: str | None
    synthetic: bool


def impute_table(
    source: str, out: str, folder: str | None, question: Question, settings: Settings, least: int, progress: Callable[[int, int], None]
) -> ImputedTable:
    """Impute the table in `source` and write `out` with its companions; rows with faults go to `OUT.rejected`.

    Raises InputError when the table is wrong or the output cannot be written, KeyboardInterrupt when it was stopped before the
    first completion; then nothing is left at `out`.
    """
    refuse_same(source, out)
    names_of(out)
    base = load_knowledge(folder)
    table = open_table(source)
    stream = open_source(table, base, question, set())
    synthetic = table.metadata.get("islet.synthetic") == "yes"
    aside = RejectedOutput(out)

    def batches() -> Iterator[tuple[list[Any], Coded]]:
        nonlocal synthetic
        for rows in stream.batches(base, 0, question.batch or BATCH):
            aside.write(rows.rejected)
            synthetic = synthetic or rows.synthetic
            yield rows.ids.to_pylist(), rows.coded

    try:
        ids, coded = gather(batches())
        make_decide = functools.partial(decide_with, folder, question.region, question.engine)
        imputed = impute(coded, base, make_decide, settings, progress, least)
        about = {"islet.region": question.region or "", "islet.input": source} | ({"islet.synthetic": "yes"} if synthetic else {})
        write_imputed(imputed, ids, base, out, about)
    except BaseException:
        aside.abandon()
        raise
    return ImputedTable(imputed, aside.rows, aside.finish(), synthetic)


def decide_with(folder: str | None, region: str | None, engine: str) -> Decide:
    """Return the function that decides a batch; each process makes its own."""
    base: KnowledgeBase = load_knowledge(folder)
    who = decider(base, region, engine)
    return lambda coded: who.decide(coded, False)
