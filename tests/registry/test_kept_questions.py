"""What compare and sweep keep comes back as it was; a file that is something else is named."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from islet.errors import InputError
from islet.registry.compare import Comparison, Mover
from islet.registry.kept_questions import (
    EDGE,
    MOVERS,
    POINTS,
    KeptComparison,
    KeptCurve,
    Version,
    comparison_told,
    curve_rows,
    curve_told,
    edge_name,
    read_kept,
    rows_file,
)
from islet.registry.moves import Move
from islet.registry.sweep import Curve, Moved, Point

MOVES = (Move("prrt", "possible", "possible", 7), Move("prrt", "possible", "contraindicated", 2))
FOUND = Comparison(9, 2, MOVES, {"prrt": 1}, {"prrt": 0}, 1, 0, ("a",), ())
OLD, NEW = Version("KB-1", "2026-01-01", "a" * 64), Version("KB-2", "2026-02-01", "b" * 64)
CURVE = Curve(
    Moved("prrt.renal-stop", "prrt", "health.egfr", "mL/min", "egfr < 40", 40.0), "c" * 64, 9,
    (Point(30.0, (Move("prrt", "possible", "possible", 9),)), Point(40.0, (Move("prrt", "possible", "possible", 9),))),
)


def test_a_comparison_comes_back(tmp_path: Path) -> None:
    name = str(tmp_path / "moves.parquet")
    with rows_file(name, MOVERS) as file:
        file.write([Mover("p1", "prrt", "possible", "contraindicated"), Mover("p2", "prrt", "possible", "contraindicated")])
        file.finish(comparison_told(FOUND, OLD, NEW, True))
    assert read_kept(name) == KeptComparison(OLD, NEW, FOUND, True)
    assert pq.read_table(name).column("id").to_pylist() == ["p1", "p2"]
    assert not list(tmp_path.glob("*.part"))


def test_a_curve_comes_back(tmp_path: Path) -> None:
    name = str(tmp_path / "curve.parquet")
    with rows_file(name, POINTS) as points, rows_file(edge_name(name), EDGE) as edge:
        points.write(curve_rows(CURVE))
        edge.finish(curve_told(CURVE, False))
        points.finish(curve_told(CURVE, False))
    assert read_kept(name) == KeptCurve(CURVE, False)
    assert pq.read_table(edge_name(name)).num_rows == 0


def test_a_file_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), rows_file(str(tmp_path / "moves.parquet"), MOVERS) as file:
        file.write([Mover("p1", "prrt", "possible", "contraindicated")])
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


def test_another_file_is_named(tmp_path: Path) -> None:
    name = str(tmp_path / "other.parquet")
    pq.write_table(pa.table({"a": [1]}), name)
    with pytest.raises(InputError, match="this is neither a comparison nor a curve"):
        read_kept(name)
    with pytest.raises(InputError, match="the file cannot be read"):
        read_kept(str(tmp_path / "none.parquet"))


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the file cannot be written"), rows_file(str(tmp_path / "no" / "moves.parquet"), MOVERS):
        pass
