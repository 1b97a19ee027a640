"""Measure the registry beside what one would otherwise use: the same rules as SQL in DuckDB, and rule engines asked case by case.

All patients are synthetic, without contradictory records (those go through the single case, a millisecond or two each). DuckDB runs
the SQL that Islet prints, on the same table, on a sample, and is scaled by rows; its planning (a quarter of a minute, whatever the
rows) is left out of the ratios in DuckDB's favour, and the optimizers that only cost it time are off. Memory is that of a process of
its own. Run it with `python benchmarks/registry.py [ROWS…]`; exit 1 when a limit is passed.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from islet.cli.main import main as islet
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge, own_knowledge
from islet.registry.code.keep import coded_rows
from islet.registry.engine import decider
from islet.registry.machine.layout import open_planes
from islet.registry.machine.machine import Machine
from islet.registry.model import Coded
from islet.registry.question import Question
from islet.registry.read.open_table import open_table
from islet.registry.result import ResultMaker, Wanted, result_schema
from islet.registry.run import code_table, decide_table
from islet.registry.sql.dialect import DIALECTS
from islet.registry.sql.run_duckdb import coded_table
from islet.registry.sql.script import Asked, make_script
from islet.registry.stream import open_source
from islet.registry.write.open_output import open_output

sys.path.insert(0, str(Path(__file__).parent))
import rivals
from run import Row, bench_cases, median_of

RUNS, IN_MEMORY, BLOCK, FEW, SAMPLE, SMALL = 5, 1 << 17, 1 << 17, 1_000, 40_000, 2_000_000
LIMIT_SQL, LIMIT_CASE, LIMIT_CODED, LIMIT_PLAIN, LIMIT_FLAT, LIMIT_MIB = 40.0, 1500.0, 15.0, 5.0, 1.15, 1536.0


def seconds(work: Callable[[], Any], runs: int = RUNS) -> float:
    """Return the median time of some runs after one that does not count."""
    work()
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def synthetic(folder: Path, rows: int) -> Path:
    """Return a synthetic registry as a file."""
    path = folder / f"synth-{rows}.parquet"
    if islet(["cohort", "synth", str(rows), "--seed", "11", "--contradictory", "0", "-o", str(path)]):
        raise RuntimeError("the synthetic registry was not made")
    return path


def repeat(block: pa.Table, path: Path, rows: int) -> None:
    """Write the rows of a table again and again, each time under new ids, until there are so many."""
    schema = block.schema
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for first in range(0, rows, block.num_rows):
            part = block.slice(0, min(block.num_rows, rows - first))
            ids = pa.array(np.char.add("p", np.char.zfill(np.arange(first, first + part.num_rows).astype(str), 9)))
            writer.write_table(part.set_column(schema.names.index("id"), "id", ids.cast(schema.field("id").type)), row_group_size=1 << 17)


def plain_columns(coded: Coded, base: KnowledgeBase) -> pa.Table:
    """Return what is known of patients as plain columns, one a variable, as both Islet and the printed SQL read them."""
    columns: dict[str, Any] = {"id": pa.array([str(row) for row in range(coded.rows)])}
    for number, masks in coded.masks.items():
        variable = base.space.variables[number]
        if variable.kind == "number":
            if variable.name in coded.numbers:
                low, high = coded.numbers[variable.name]
                exact = low == high
                columns[variable.name] = pa.array(low, mask=~exact)
                if (~exact & ~np.isnan(low)).any():
                    columns[f"{variable.name}__low"] = pa.array(low, mask=exact | np.isnan(low))
                    columns[f"{variable.name}__high"] = pa.array(high, mask=exact | np.isnan(high))
        elif variable.kind == "boolean":
            columns[variable.name] = pa.array(masks == 2, mask=masks == 3)
        else:
            single = np.array([1 << place for place in range(len(variable.words))])
            places = np.searchsorted(single, masks)
            known = np.isin(masks, single)
            words = pa.DictionaryArray.from_arrays(pa.array(np.where(known, places, 0), mask=~known), pa.array(variable.words))
            columns[variable.name] = words.cast(pa.string())
    return pa.table(columns)


def duckdb_seconds(base: KnowledgeBase, source: str, columns: list[str], coded: bool, folder: Path, rows: int) -> tuple[float, float]:
    """Return the seconds of DuckDB from a file to verdicts on disk for so many rows, and of its planning: those of a thousand rows."""
    found = []
    for number in (rows, FEW):
        script = make_script(base, DIALECTS["duckdb"], Asked("patients", columns, coded))
        connection = duckdb.connect()
        connection.execute("SET disabled_optimizers = 'common_subexpressions,expression_rewriter,statistics_propagation'")  # helps it
        start = time.perf_counter()
        connection.execute(f"CREATE VIEW patients AS SELECT * FROM read_parquet('{source}') LIMIT {number}")
        for statement in (*script.working, script.words[0]):
            connection.execute(f"{DIALECTS['duckdb'].create.format(statement.table)}\n{statement.query}")
        connection.execute(f"COPY islet_verdicts TO '{folder / 'sql.parquet'}' (FORMAT parquet, COMPRESSION zstd)")
        found.append(time.perf_counter() - start)
        connection.close()
    return found[0], found[1]


def in_memory(base: KnowledgeBase, coded: Coded, sql: tuple[float, float]) -> list[Row]:
    """Measure the kernel on columns in memory beside the SQL, and on planes beside engines asked case by case and the memory."""
    machine = Machine(base, "numba", threads=2)
    ours = coded.rows / seconds(lambda: machine.decide(coded))
    theirs = (SAMPLE - FEW) / (sql[0] - sql[1])
    in_numpy = Machine(base, "numpy")
    slower = coded.rows / seconds(lambda: in_numpy.decide(coded), 1)
    rows = [
        Row("kernel, coded columns in memory, with holes", f"{ours:,.0f} rows/s", f"printed SQL in DuckDB: {theirs:,.0f} rows/s",
            f"{ours / theirs:.0f} x", f"at least {LIMIT_SQL:g} x", ours / theirs >= LIMIT_SQL),
        Row("  the same in NumPy, one core", f"{slower:,.0f} rows/s", "", f"{slower / theirs:.0f} x", "", None),
    ]
    cases = bench_cases(Path(own_knowledge()))
    states = [rivals.plain_state(data, base) for data in cases]
    planes = open_planes(machine.layout, base.space, IN_MEMORY // 1024, 16)
    for variable in range(len(base.space.variables)):
        column = np.resize(np.array([state[variable] for state in states], np.uint32), IN_MEMORY)
        first = machine.layout.first[variable]
        machine.engine.put(column, base.space.full[variable], planes[:, first : first + machine.layout.cells[variable]])
    slots = machine.slots(value for option in machine.lowered.options for value in (*option.verdicts, *option.could))
    single = machine.steps._replace(segments=machine.steps.segments[[0, -1]], asked=np.empty(0, np.int64))
    steps_a_second = IN_MEMORY / seconds(lambda: machine.answers(planes, single, slots))
    exact_a_second = IN_MEMORY / seconds(lambda: machine.answers(planes, machine.steps, slots))
    best = None
    for engine in rivals.engines(base):
        rivals.check_agreement(engine, states, base)
        taken = median_of(engine.decide, [engine.prepare(state) for state in states])
        best = min(best or (taken, engine.name), (taken, engine.name))
    assert best is not None
    ratio = steps_a_second * best[0] / 1e6
    rows.append(
        Row("kernel on planes, single steps, one core", f"{steps_a_second:,.0f} rows/s",
            f"{best[1]}, looped: {1e6 / best[0]:,.0f} rows/s", f"{ratio:,.0f} x", f"at least {LIMIT_CASE:g} x", ratio >= LIMIT_CASE)
    )
    again = exact_a_second * best[0] / 1e6
    rows.append(Row("  with the exact walks, which that engine lacks", f"{exact_a_second:,.0f} rows/s", "", f"{again:,.0f} x", "", None))
    big = np.ones(1 << 25, np.uint64)
    bandwidth = 2 * big.nbytes / seconds(big.copy)
    moved = (planes.shape[1] + len(slots)) / 8
    rows.append(
        Row("  the share of the memory bound (single steps)", f"{steps_a_second * moved / bandwidth:.1%}",
            f"{bandwidth / 1e9:.0f} GB/s, {moved:.0f} bytes a row", "", "", None)
    )
    return rows


def stages(path: Path, base: KnowledgeBase, out: Path) -> dict[str, float]:
    """Return the seconds of each stage from plain Parquet to verdicts, taken one after the other."""
    found = dict.fromkeys(("read", "code", "decide", "write"), 0.0)
    table = open_table(str(path))
    source = open_source(table, base, Question(), set())
    assert source.coder is not None and source.columns is not None and source.selection is not None
    who = decider(base)
    schema = result_schema(base, Wanted(), source.kept)
    maker, output = ResultMaker(base, Wanted(), None, schema, who.machine), open_output(str(out), schema, {})
    last = time.perf_counter()

    def lap(stage: str) -> None:
        nonlocal last
        now = time.perf_counter()
        found[stage] += now - last
        last = now

    for rows in source.selection.batches(source.columns.read()):
        lap("read")
        coded = source.coder.code(rows)
        lap("code")
        decided = who.decide(coded.coded, False)
        lap("decide")
        output.write(maker.make(coded, decided))
        lap("write")
    output.finish({}, True)
    lap("write")
    return found


def decided_in(few: str, source: str, out: str, rows: int) -> tuple[float, float, float]:
    """Decide a table; return the seconds, those of a thousand rows (the start: compiled code, lowered rules), the peak memory in MiB.

    The start, and a table so small that the start is much of it, are medians of some runs.
    """
    base = load_knowledge()

    def took(table: str, number: int) -> float:
        start = time.perf_counter()
        report = decide_table(table, out, base, Question(), quiet=True)
        if report.rows != number or report.rejected:
            raise RuntimeError(f"{report.rows} of {number} rows were decided")
        return time.perf_counter() - start

    took(few, FEW)
    start = statistics.median(took(few, FEW) for _ in range(RUNS))
    taken = statistics.median(took(source, rows) for _ in range(RUNS if rows <= SMALL else 1))
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))  # of this process alone
    return taken, start, int(peak.split()[1]) / 1024


def alone(work: Callable[..., Any], *words: Any) -> Any:
    """Return what a function returns in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *words).result()


def to_disk(base: KnowledgeBase, folder: Path, sizes: list[int]) -> Iterator[Row]:
    """Measure from coded columns and from plain Parquet to verdicts on disk, at several sizes, beside the SQL."""
    rates: dict[str, list[float]] = {"coded": [], "plain": []}
    beside: dict[str, tuple[float, float]] = {}
    block = folder / "block.parquet"
    code_table(str(synthetic(folder, BLOCK)), str(block), base, Question(), quiet=True)
    coded = next(iter(coded_rows(open_table(str(block)), base, (), 0, BLOCK))).coded
    masks, small = folder / "masks.parquet", folder / "small.parquet"
    pq.write_table(coded_table(coded, base), masks)
    pq.write_table(plain_columns(coded, base), small)
    for kind, source in (("coded", masks), ("plain", small)):
        beside[kind] = duckdb_seconds(base, str(source), pq.read_schema(source).names[1:], kind == "coded", folder, SAMPLE)
    yield from in_memory(base, coded, beside["coded"])
    for kind, (taken, planning) in beside.items():
        yield Row(f"printed SQL in DuckDB, {kind}, {SAMPLE:,} rows", f"{taken:.0f} s", f"of it planning {planning:.0f} s", "", "", None)
    repeat(pq.read_table(block), folder / "few-coded.parquet", FEW)
    repeat(pq.read_table(small), folder / "few-plain.parquet", FEW)
    for size in sizes:
        files = {"coded": folder / f"coded-{size}.parquet", "plain": folder / f"plain-{size}.parquet"}
        repeat(pq.read_table(block), files["coded"], size)
        repeat(pq.read_table(small), files["plain"], size)
        most = 0.0
        for kind, limit in (("coded", LIMIT_CODED), ("plain", LIMIT_PLAIN)):
            few, out = str(folder / f"few-{kind}.parquet"), str(folder / "out.parquet")
            taken, start, mebibytes = alone(decided_in, few, str(files[kind]), out, size)
            most = max(most, mebibytes)
            rate = size / taken
            rates[kind].append((size - FEW) / (taken - start))
            theirs = (SAMPLE - FEW) / (beside[kind][0] - beside[kind][1])
            what = "coded columns" if kind == "coded" else "plain Parquet"
            yield Row(f"{what} to verdicts on disk, {size:,} rows", f"{taken:.0f} s, {rate:,.0f} rows/s", f"SQL: {theirs:,.0f} rows/s",
                      f"{rate / theirs:.0f} x", f"at least {limit:g} x", rate / theirs >= limit)
        told = ", ".join(f"{name} {taken:.1f} s" for name, taken in stages(files["plain"], base, folder / "out.parquet").items())
        yield Row(f"  the stages of plain Parquet, {size:,} rows", told, "one after the other", "", "", None)
        yield Row(f"  peak memory, {size:,} rows", f"{most:,.0f} MiB", "", "", f"at most {LIMIT_MIB:g} MiB", most <= LIMIT_MIB)
        for path in files.values():
            path.unlink()
    for kind, found in rates.items():
        if len(found) > 1:
            spread = max(found) / min(found)
            what = f"rows a second over sizes, {kind}, without the start"
            yield Row(what, f"{spread:.2f} x apart", "", "", f"at most {LIMIT_FLAT:g} x", spread <= LIMIT_FLAT)


def rows(sizes: list[int] | None = None) -> Iterator[Row]:
    """Yield every row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        yield from to_disk(load_knowledge(), Path(folder), sizes or [1_000_000])


def main() -> int:
    """Print each row as it is measured; return 1 when a limit is passed."""
    good = True
    for row in rows([int(word) for word in sys.argv[1:]]):
        kept = "" if row.good is None else "yes" if row.good else "NO"
        print("  ".join(part for part in (*row[:5], kept) if part), flush=True)
        good = good and row.good is not False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
