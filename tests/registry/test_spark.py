"""The kernel inside Spark: two executors, one of them killed on the way, and the same table as on one machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from islet.cli.main import main
from islet.registry.spark_session import QUIET

ROWS, GROUP = 6_000, 500


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a table of several row groups, one row of it wrong, and what one machine makes of it."""
    folder = tmp_path_factory.mktemp("spark")
    assert main(["cohort", "synth", str(ROWS), "--seed", "5", "-o", str(folder / "made.parquet")]) == 0
    made = pq.read_table(folder / "made.parquet")
    ids = made.column("id").to_pylist()
    ids[4_321] = ids[4_320]
    made = made.set_column(made.column_names.index("id"), "id", pa.array(ids))
    pq.write_table(made, folder / "in.parquet", row_group_size=GROUP)
    assert main(["cohort", str(folder / "in.parquet"), "-o", str(folder / "one.parquet"), "--could-be"]) == 1
    return folder


def _spark(tables: Path, out: str, master: str, watch: bool = False) -> tuple[int, str, list[int]]:
    """Run the command in a process of its own; with `watch` kill the first executor that has started to work."""
    settings = tables / "settings"
    settings.mkdir(exist_ok=True)
    shutil.copy(QUIET / "log4j2.properties", settings)
    (settings / "spark-defaults.conf").write_text(
        "spark.sql.files.maxPartitionBytes 60k\nspark.sql.files.openCostInBytes 60k\nspark.ui.enabled false\nspark.executor.memory 600m\n"
    )
    words = [sys.executable, "-m", "islet", "cohort", str(tables / "in.parquet"), "-o", str(tables / out), "--engine", "spark",
             "--master", master, "--could-be"]
    environment = {**os.environ, "SPARK_CONF_DIR": str(settings), "SPARK_LOCAL_IP": "127.0.0.1"}
    process = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=tables)
    killed: list[int] = []
    watcher = threading.Thread(target=_kill_one, args=(process, tables / f"{out}.spark", killed))
    if watch:
        watcher.start()
    _, errors = process.communicate(timeout=500)
    if watch:
        watcher.join()
    return process.returncode, errors, killed


def _kill_one(process: subprocess.Popen[str], working: Path, killed: list[int]) -> None:
    while process.poll() is None and not killed:
        executors = _executors()
        if len(executors) >= 2 and (working / "_temporary").exists():  # the job has begun to write
            os.kill(executors[0], signal.SIGKILL)
            killed.append(executors[0])
        time.sleep(0.02)


def _executors() -> list[int]:
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                words = Path(f"/proc/{entry}/cmdline").read_bytes()
            except OSError:
                continue
            if b"CoarseGrainedExecutorBackend" in words:
                found.append(int(entry))
    return sorted(found)


def _same(tables: Path, out: str) -> None:
    one, other = pq.read_table(tables / "one.parquet"), pq.read_table(tables / out)
    assert other.schema.equals(one.schema)
    for name in one.column_names:
        assert other.column(name).to_pylist() == one.column(name).to_pylist(), name
    told = {key: value for key, value in other.schema.metadata.items() if key != b"islet.engine"}
    assert told == {key: value for key, value in one.schema.metadata.items() if key != b"islet.engine"}
    rejected = [sorted(json.loads(line).items()) for line in (tables / f"{out}.rejected").read_text().splitlines()]
    assert rejected == [sorted(json.loads(line).items()) for line in (tables / "one.parquet.rejected").read_text().splitlines()]


@pytest.mark.usefixtures("java")
def test_a_cluster_that_loses_an_executor_gives_the_table_of_one_machine(tables: Path) -> None:
    code, errors, killed = _spark(tables, "cluster.parquet", "local-cluster[2,1,1100]", watch=True)
    assert code == 1, errors
    assert killed, "no executor was seen at work"
    _same(tables, "cluster.parquet")
    assert not (tables / "cluster.parquet.spark").exists()
    assert "Traceback" not in errors and "2 rows set aside" in errors


@pytest.mark.usefixtures("java")
def test_a_cluster_that_is_not_there_is_said_in_words(tables: Path) -> None:
    code, errors, _ = _spark(tables, "none.parquet", "nonsense://nowhere")
    assert code == 2
    assert "--engine spark" in errors and "Traceback" not in errors
    assert not (tables / "none.parquet").exists()


def test_text_tables_are_sent_to_the_other_engine(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tables / "small.csv").write_text("id,cells.ki67_percent\n1,3\n")
    assert main(["cohort", str(tables / "small.csv"), "-o", str(tables / "x.parquet"), "--engine", "spark"]) == 2
    assert "expected a Parquet file" in capsys.readouterr().err


@pytest.fixture(scope="session")
def java() -> None:
    """Fail in one line where Java is missing: it is not skipped in silence."""
    try:
        subprocess.run(["java", "-version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.fail("Spark needs Java 17: apt-get install default-jre-headless")
