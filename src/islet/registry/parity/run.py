"""Compare chunk after chunk of cases: two processes for the readings in cells, and one Spark beside them."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge
from islet.registry.model import Decided
from islet.registry.parity.kept import Kept, key_of
from islet.registry.parity.on_spark import compare_spark
from islet.registry.parity.readings import IN_CELLS, Found, Readings
from islet.registry.parity.shuffled import joined
from islet.registry.parity.table import write_table
from islet.registry.spark_session import spark_session

CHUNK = 25_000  # DuckDB plans the printed SQL for a quarter of a minute, whatever the number of rows
SPARK = "spark"
READINGS = (*IN_CELLS, SPARK)


class Task(NamedTuple):
    """Hold the seeds of a chunk, the readings in cells, and where its table for Spark goes (None: there is no Spark)."""

    seeds: range
    names: tuple[str, ...]
    table: Path | None


class Seen(NamedTuple):
    """Hold what a process found of a chunk, with what Spark has to be compared with: the seeds in the table and their decisions."""

    task: Task
    found: Found
    told: list[int]
    own: Decided | None


def run(
    first: int, cases: int, names: tuple[str, ...], kept: Path, processes: int = 2, master: str = "local[2]"
) -> tuple[list[Found], Iterator[Found]]:
    """Return what the chunks of seeds from `first` up to `cases` showed: those that were kept, and the rest one by one as they are done.

    The iterator raises InputError where Spark is asked for and cannot be started.
    """
    base = load_knowledge()
    results = Kept(kept, key_of(base, names))
    chunks = [range(start, min(start + CHUNK, cases)) for start in range(first, cases, CHUNK)]
    done = [results.done[chunk.start, chunk.stop] for chunk in chunks if (chunk.start, chunk.stop) in results.done]
    left = [chunk for chunk in chunks if (chunk.start, chunk.stop) not in results.done]
    return done, _keeping(results, _compared(left, names, base, processes, master)) if left else iter(())


def _keeping(results: Kept, compared: Iterator[tuple[range, Found]]) -> Iterator[Found]:
    for seeds, found in compared:
        results.add(seeds, found)
        yield found


def _compared(
    chunks: list[range], names: tuple[str, ...], base: KnowledgeBase, processes: int, master: str
) -> Iterator[tuple[range, Found]]:
    in_cells = tuple(name for name in names if name != SPARK)
    if SPARK not in names:
        for seen in _seen([Task(seeds, in_cells, None) for seeds in chunks], processes):
            yield seen.task.seeds, seen.found
        return
    with tempfile.TemporaryDirectory(prefix="islet-parity-") as folder, spark_session(master) as session:
        tasks = [Task(seeds, in_cells, Path(folder, f"{seeds.start}.parquet")) for seeds in chunks]
        for seen in _seen(tasks, processes):
            assert seen.task.table is not None and seen.own is not None
            more = compare_spark(seen.task.table, seen.own, seen.told, base, session)
            seen.task.table.unlink()
            yield seen.task.seeds, seen.found._replace(differences=(*seen.found.differences, *more))


def _seen(tasks: list[Task], processes: int) -> Iterator[Seen]:
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap_unordered(_compare, tasks)


_shared: dict[tuple[str, ...], Readings] = {}


def _compare(task: Task) -> Seen:
    if task.names not in _shared:
        _shared[task.names] = Readings(load_knowledge(), task.names)
    readings = _shared[task.names]
    found, own, cases = readings.compare(task.seeds)
    if task.table is None:
        return Seen(task, found, [], None)
    untold = set(write_table(cases, task.seeds, readings.base.space, task.table))
    told = [place for place, seed in enumerate(task.seeds) if seed not in untold]
    plain = joined([own._replace(criteria=None)], told)
    return Seen(task, found._replace(untold=len(untold)), [task.seeds[place] for place in told], plain)
