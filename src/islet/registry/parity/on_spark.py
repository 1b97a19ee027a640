"""Let Spark decide cases from a plain table, by the way `islet cohort --engine spark` goes, and compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from islet.knowledge.base import KnowledgeBase
from islet.plan.explore import bits_of
from islet.registry.by_case import empty_decisions
from islet.registry.model import NO_VERDICT, VERDICTS, Decided
from islet.registry.parity.compare import PLAIN, differences
from islet.registry.question import Question
from islet.registry.result import Wanted
from islet.registry.spark import decide_on_spark

PART = 256 * 1024  # bytes of a table that one task takes: several tasks even for some thousand rows
CODES = {word: code for code, word in enumerate(VERDICTS)} | {None: NO_VERDICT}


def compare_spark(table: Path, own: Decided, seeds: Sequence[int], base: KnowledgeBase, session: Any) -> list[str]:
    """Return every difference of Spark to the single case on a table whose ids are the seeds, in whatever order."""
    session.conf.set("spark.sql.files.maxPartitionBytes", PART)
    session.conf.set("spark.sql.files.openCostInBytes", PART)
    out = table.with_suffix(".out.parquet")
    report = decide_on_spark(str(table), str(out), None, base, Question(Wanted(could_be=True)), session=session)
    if report.rejected:
        return [f"spark: {count} cases of {table.name} set aside: {reason}" for reason, count in report.reasons.items()]
    made = pq.read_table(out)
    made = made.take(np.argsort(made.column("id").cast("int64").to_numpy()))
    if made.column("id").to_pylist() != [str(seed) for seed in seeds]:
        return [f"spark: {made.num_rows} rows of {table.name} instead of {len(seeds)}, or others"]
    return [f"spark: {words}" for words in differences(own, decisions_of(made, base), base, seeds, PLAIN)]


def decisions_of(made: Any, base: KnowledgeBase) -> Decided:
    """Return the verdicts of a table that `islet cohort --could-be` wrote, in its order."""
    found = empty_decisions(made.num_rows, base, False)
    for place, name in enumerate(base.options):
        found.verdicts[place] = _codes(made.column(name), CODES.__getitem__)
        found.could[place] = _codes(made.column(f"{name}__could_be"), lambda word: bits_of(tuple(word.split("|"))) if word else 0)
        found.certain[place] = made.column(f"{name}__certain").to_numpy()
    return found


def _codes(column: Any, code: Callable[[Any], int]) -> NDArray[np.uint8]:
    """Return the code of each word of a column."""
    words = column.cast("string").combine_chunks().dictionary_encode(null_encoding="encode")
    codes: NDArray[np.uint8] = np.array([code(word) for word in words.dictionary.to_pylist()], np.uint8)
    found: NDArray[np.uint8] = codes[words.indices.to_numpy()]
    return found
