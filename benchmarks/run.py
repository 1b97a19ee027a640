"""Measure what Islet promises and print one table: what, how much, against what, limit. Run it with `make bench`.

(a) the whole process of one plan against a Python that does nothing, and its memory;
(b) each further case in one process: reading, planning and writing all options with their proofs;
(c) what exactness adds to a plan, beside a solver asked the same; the smallest settling sets; the whole catalogue of proofs;
(d) deciding one case beside other rule engines, given rules that make their answers exact;
(e) fits of many organ curves, heat in tissue and voxel dose, beside SciPy, NumPy, the memory and the FFT of the same machine.

Exit 1 when a limit is passed. The engines of (d) come with `pip install -e '.[bench]'`; without them (d) says so.
"""

from __future__ import annotations

import datetime
import gc
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from islet import __version__
from islet.case.reader import read_case
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge, own_knowledge
from islet.plan.make import make_plan
from islet.plan.vignettes import read_vignettes
from islet.present.json_lines import plan_line

RUNS = 21
REPEATS = 7
LIMIT_PROCESS, LIMIT_MEMORY_MB, LIMIT_CASE_MS, LIMIT_ZEN = 10.0, 80.0, 3.0, 20.0


class Row(NamedTuple):
    """Hold one line of the table; `good` is None where there is no limit."""

    what: str
    measured: str
    against: str
    ratio: str
    limit: str
    good: bool | None


def bench_cases(folder: Path) -> list[bytes]:
    """Return the shipped whole patients as case files."""
    return [orjson.dumps(vignette.case) for vignette in read_vignettes(folder) if vignette.kind == "patient"]


def run_process(words: list[str]) -> tuple[float, float]:
    """Run one process to its end and return its seconds and its peak memory in megabytes."""
    start = time.perf_counter()
    child = os.posix_spawn(
        words[0], words, {**os.environ, "PYTHONHASHSEED": "0"}, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    )
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{' '.join(words)} failed")
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return seconds, usage.ru_maxrss / scale


def measure_process(case: bytes) -> list[Row]:
    """Compare the whole process of one plan with a Python that does nothing, in alternating runs."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "case.json"
        file.write_bytes(case)
        script = Path(sys.executable).with_name("islet")
        plan = [
            str(script) if script.exists() else sys.executable,
            *([] if script.exists() else ["-m", "islet"]),
            "plan",
            str(file),
            "--format",
            "json",
        ]
        bare = [sys.executable, "-I", "-c", "pass"]
        run_process(plan)  # compiles the rules once
        times: dict[str, list[float]] = {"plan": [], "bare": []}
        memory = []
        for _ in range(RUNS):
            seconds, used = run_process(plan)
            times["plan"].append(seconds)
            memory.append(used)
            times["bare"].append(run_process(bare)[0])
    ours, theirs = (statistics.median(times[name]) * 1000 for name in ("plan", "bare"))
    most = max(memory)
    return [
        Row(
            "one plan, whole process",
            f"{ours:.1f} ms",
            f"python -I -c pass: {theirs:.1f} ms",
            f"{ours / theirs:.1f} x",
            f"at most {LIMIT_PROCESS:g} x",
            ours / theirs <= LIMIT_PROCESS,
        ),
        Row("its peak memory", f"{most:.1f} MB", "", "", f"at most {LIMIT_MEMORY_MB:g} MB", most <= LIMIT_MEMORY_MB),
    ]


def median_of(work: Callable[[Any], Any], inputs: list[Any]) -> float:
    """Return the median over inputs of the median time of some repeats, in microseconds."""
    for item in inputs:
        work(item)
    found = []
    for item in inputs:
        own = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            work(item)
            own.append(time.perf_counter() - start)
        found.append(statistics.median(own))
    return statistics.median(found) * 1e6


def measure_case(cases: list[bytes], base: KnowledgeBase) -> list[Row]:
    """Measure reading, planning and writing each further case in one process."""

    gc.set_threshold(100_000, 20, 20)  # as the command does
    gc.freeze()

    def whole(data: bytes) -> bytes:
        return plan_line(make_plan(read_case(data, "case.json", base.space.dictionary), base), base)

    def reading(data: bytes) -> Any:
        return read_case(data, "case.json", base.space.dictionary)

    both, alone = median_of(whole, cases) / 1000, median_of(reading, cases) / 1000
    size = statistics.median(len(whole(data)) for data in cases) / 1000
    return [
        Row(
            "each further case: read, plan, JSON",
            f"{both:.2f} ms",
            f"of it reading {alone:.2f} ms; {size:.0f} kB of JSON",
            "",
            f"at most {LIMIT_CASE_MS:g} ms",
            both <= LIMIT_CASE_MS,
        ),
    ]


def measure_deciding(cases: list[bytes], base: KnowledgeBase) -> list[Row]:
    """Compare deciding one case with other engines that were given rules exact under missing facts."""
    import rivals

    states = [rivals.plain_state(data, base) for data in cases]
    engines = rivals.engines(base)
    for engine in engines:
        rivals.check_agreement(engine, states, base)
    ours = median_of(rivals.own_decisions(base), states)
    rows = [Row(f"deciding {len(base.options)} options, {len(base.criteria)} criteria", f"{ours:.0f} us", "", "", "", None)]
    for engine in engines:
        theirs = median_of(engine.decide, [engine.prepare(state) for state in states])
        limit = LIMIT_ZEN if isinstance(engine, rivals.ZenDecision) and not isinstance(engine, rivals.ZenExpression) else None
        rows.append(
            Row(
                f"  the same with {engine.name}",
                f"{theirs:.0f} us",
                f"answers equal on {len(states)} cases",
                f"{theirs / ours:.1f} x slower",
                f"at least {limit:g} x" if limit else "",
                theirs / ours >= limit if limit else None,
            )
        )
    return rows


def table(rows: list[Row]) -> str:
    """Return the rows as text."""
    head = Row("what", "median", "against", "ratio", "limit", None)
    words = [[*row[:5], "" if row.good is None else "yes" if row.good else "NO"] for row in (head, *rows)]
    words[0][5] = "kept"
    widths = [max(len(line[i]) for line in words) for i in range(6)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in words)


def main() -> int:
    """Print the table; return 1 when a limit is passed."""
    sys.path.insert(0, str(Path(__file__).parent))
    base = load_knowledge()
    cases = bench_cases(Path(own_knowledge()))
    typical = sorted(cases, key=len)[len(cases) // 2]
    print(
        f"Islet {__version__}, knowledge {base.version}, {datetime.date.today().isoformat()}; {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}"
    )
    print(f"Medians over {RUNS} alternating runs of a process, over {REPEATS} runs of each of {len(cases)} whole patients otherwise.\n")
    rows = measure_process(typical) + measure_case(cases, base)
    missing = ""
    import exact

    rows += [Row(*row) for row in exact.measure_exact(cases, base)] + [Row(*exact.measure_proofs())]
    try:
        rows += measure_deciding(cases, base)
    except ImportError as error:
        missing = f"\nNot compared with other engines: {error.name} is not installed (pip install -e '.[bench]')."
    import quantify_ablation
    import quantify_imaging
    import quantify_prrt

    for room in (quantify_prrt, quantify_ablation, quantify_imaging):
        rows += [Row(*row) for row in room.rows()]
    print(table(rows) + missing)
    if "--json" in sys.argv:
        print(json.dumps([row._asdict() for row in rows]))
    return 1 if any(row.good is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
