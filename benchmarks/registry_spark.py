"""Measure the same job on one machine and inside Spark, with one executor and with two (local-cluster mode, one core each).

Start-up of the process and of Spark is in every figure. Run it with `python benchmarks/registry_spark.py [ROWS]`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from islet.knowledge.store import load_knowledge
from islet.registry.code.keep import coded_rows
from islet.registry.question import Question
from islet.registry.read.open_table import open_table
from islet.registry.run import code_table
from islet.registry.spark_session import QUIET

sys.path.insert(0, str(Path(__file__).parent))
from registry import BLOCK, plain_columns, repeat, synthetic

SETTINGS = """spark.ui.enabled false
spark.executor.memory 900m
spark.sql.files.maxPartitionBytes 8m
"""


def seconds(table: Path, out: Path, *words: str, settings: Path | None = None) -> float:
    """Return the seconds of one whole command."""
    command = [sys.executable, "-m", "islet", "cohort", str(table), "-o", str(out), *words]
    environment = dict(os.environ) if settings is None else {**os.environ, "SPARK_CONF_DIR": str(settings), "SPARK_LOCAL_IP": "127.0.0.1"}
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


def values(path: Path) -> pa.Table:
    """Return a table with words in the place of dictionaries, whose order says nothing."""
    table = pq.read_table(path)
    plain = [f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in table.schema]
    return table.cast(pa.schema(plain)).combine_chunks()


def main() -> None:
    """Print the seconds of each, what Spark costs over one machine, and what the second executor gains."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = load_knowledge()
        code_table(str(synthetic(folder, BLOCK)), str(folder / "block.parquet"), base, Question(), quiet=True)
        coded = next(iter(coded_rows(open_table(str(folder / "block.parquet")), base, (), 0, BLOCK))).coded
        table, settings = folder / "in.parquet", folder / "settings"
        repeat(plain_columns(coded, base), table, rows)
        settings.mkdir()
        (settings / "spark-defaults.conf").write_text(SETTINGS)
        (settings / "log4j2.properties").write_text((QUIET / "log4j2.properties").read_text())
        alone = seconds(table, folder / "one.parquet")
        print(f"one machine, {rows:,} rows: {alone:.0f} s")
        taken = {}
        for executors in (1, 2):
            master = f"local-cluster[{executors},1,1400]"
            taken[executors] = seconds(table, folder / f"{executors}.parquet", "--engine", "spark", "--master", master, settings=settings)
            same = values(folder / f"{executors}.parquet").equals(values(folder / "one.parquet"))
            print(f"Spark, {executors} executor{'s' if executors > 1 else ''}: {taken[executors]:.0f} s, the same table: {same}")
        print(f"Spark over one machine: {taken[2] / alone:.1f} x; from one executor to two: {taken[1] / taken[2]:.2f} x faster")


if __name__ == "__main__":
    main()
