"""Read a decided table batch by batch and count: verdicts, certainty, problems, deciding facts, shares of imputed completions."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from islet.errors import InputError, nearest
from islet.registry.model import ANSWERS, VERDICTS
from islet.registry.moves import STANDS
from islet.registry.summary.positions import Disagreements

BATCH = 65_536
_SHARE = "__share:"


class Table(NamedTuple):
    """Hold a table that can be read in batches of some of its columns, with the metadata of its schema."""

    path: str
    columns: tuple[str, ...]
    metadata: dict[str, str]
    batches: Callable[[list[str]], Iterator[Any]]


@dataclass(slots=True)
class DecidedCounts:
    """Hold what a decided table says, counted; `counts` has for each option the shape (places in STANDS, open or certain)."""

    rows: int = 0
    counts: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    problems: Counter[str] = field(default_factory=Counter)
    blocked: Counter[str] = field(default_factory=Counter)
    blocked_patients: Counter[str] = field(default_factory=Counter)
    shares: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    synthetic: bool = False
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def deciding_known(self) -> bool:
        """Tell whether the table names deciding facts."""
        return bool(self.blocked)


def open_table(path: str) -> Table:
    """Return a table of the kind its name says (Parquet, CSV, NDJSON); raise InputError where it cannot be read."""
    if not os.path.isfile(path):
        raise InputError("there is no such file", path, 0, "cohort summary", "expected a decided table")
    kind = os.path.splitext(path)[1].lower()
    if kind in (".parquet", ".pq"):
        try:
            file = pq.ParquetFile(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise InputError(f"this is no whole Parquet file: {error}", path, 0, "", "write it again") from None
        told = {key.decode(): value.decode("utf-8", "replace") for key, value in (file.metadata.metadata or {}).items()}
        return Table(path, tuple(file.schema_arrow.names), told, lambda names: file.iter_batches(BATCH, columns=names))
    reader = {".csv": "read_csv", ".ndjson": "read_json", ".jsonl": "read_json"}.get(kind)
    if reader is None:
        raise InputError(f'a table named "{kind}" is not read', path, 0, "", "expected .parquet, .csv or .ndjson")
    return _through_duckdb(path, reader)


def _through_duckdb(path: str, reader: str) -> Table:
    import duckdb

    place = path.replace("'", "''")
    source = f"{reader}('{place}'{', all_varchar=true' if reader == 'read_csv' else ''})"
    try:
        described = duckdb.execute(f"select * from {source} limit 0").description or []
    except duckdb.Error as error:
        raise InputError(f"the table cannot be read: {str(error).splitlines()[0]}", path) from None

    columns = tuple(str(column[0]) for column in described)

    def batches(names: list[str]) -> Iterator[Any]:
        wanted = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
        relation: Any = duckdb.sql(f"select {wanted} from {source}")
        yield from relation.to_arrow_reader(BATCH)

    return Table(path, columns, {}, batches)


def count_decided(table: Table, options: list[str], disagreements: Disagreements | None, ids: list[str]) -> DecidedCounts:
    """Return the counts of a decided table; where it holds the answers of all positions, guidelines are compared as well.

    `options` and `ids` name the options and criteria of the knowledge. Raises InputError where the table holds no verdicts.
    """
    present = [option for option in options if option in table.columns]
    if not present:
        raise InputError("no column is named after an option", table.path, 0, "", "expected the output of islet cohort IN -o OUT")
    found = DecidedCounts(metadata=dict(table.metadata), synthetic=table.metadata.get("islet.synthetic", "") not in ("", "no", "false"))
    found.counts = {option: np.zeros((len(STANDS), 2), np.int64) for option in present}
    wanted = [name for option in present for name in (option, f"{option}__certain") if name in table.columns]
    deciding = [f"{option}__deciding" for option in present if f"{option}__deciding" in table.columns]
    shares = [name for name in table.columns if _SHARE in name]
    answers = {f"criterion:{name}": place for place, name in enumerate(ids)}
    read = {} if disagreements is None else {ids[n]: n for n in disagreements.criteria}
    compare = disagreements if read and all(f"criterion:{name}" in table.columns for name in read) else None
    extra = [name for name in ("problems", "synthetic") if name in table.columns]
    positions = [f"criterion:{name}" for name in read] if compare else []
    for batch in table.batches([*wanted, *deciding, *shares, *positions, *extra]):
        found.rows += batch.num_rows
        verdicts = {option: _places(batch.column(option), VERDICTS, option, table.path) for option in present}
        for option, stands in verdicts.items():
            certain = _booleans(batch, f"{option}__certain")
            found.counts[option] += np.bincount(stands * 2 + certain, minlength=2 * len(STANDS)).reshape(-1, 2)
        for name in shares:
            sums = found.shares.setdefault(name, np.zeros(1))
            sums += float(pc.sum(batch.column(name).cast(pa.float64())).as_py() or 0)
        _count_lists(batch, deciding, found)
        if "problems" in extra:
            found.problems.update(item for items in _lists(batch.column("problems")) for item in set(items))
        if "synthetic" in extra and bool(_booleans(batch, "synthetic").any()):
            found.synthetic = True
        if compare is not None:
            values = np.ones((len(ids), batch.num_rows), np.uint8)
            for name in positions:
                values[answers[name]] = _places(batch.column(name), ANSWERS, name, table.path)
            compare.add(values, {option: np.where(v == len(VERDICTS), 255, v).astype(np.uint8) for option, v in verdicts.items()})
    return found


def imputed_counts(path: str, counts: DecidedCounts) -> list[tuple[str, str, float, float | None, float | None]]:
    """Return option, verdict, estimated patients, and the interval's ends where the counts over completions stand beside the table."""
    beside = f"{path}.counts.parquet"
    other = f"{os.path.splitext(path)[0]}.counts.parquet"
    file = next((name for name in (beside, other) if os.path.isfile(name)), None)
    if file is not None and counts.shares:
        rows = pq.read_table(file).to_pylist()
        return [(row["option"], row["verdict"], float(row["estimate"]), row["low"], row["high"]) for row in rows]
    split = (name.split(_SHARE) for name in counts.shares)
    return [(option, verdict, float(counts.shares[f"{option}{_SHARE}{verdict}"][0]), None, None) for option, verdict in split]


def imputing_of(path: str) -> dict[str, Any]:
    """Return the diagnostics that imputing left beside a table, or nothing."""
    for name in (f"{path}.diagnostics.json", f"{os.path.splitext(path)[0]}.diagnostics.json"):
        if os.path.isfile(name):
            with open(name, encoding="utf-8") as stream:
                found: dict[str, Any] = json.load(stream)
                return found
    return {}


def rejected_of(path: str) -> Counter[str]:
    """Return how many rows were set aside for a fault in each column."""
    found: Counter[str] = Counter()
    name = f"{path}.rejected"
    if not os.path.isfile(name):
        return found
    with open(name, encoding="utf-8") as stream:
        for line in stream:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict) and "column" in entry:
                found[str(entry["column"] or "the row")] += 1
    return found


def _places(column: Any, words: tuple[str, ...], name: str, path: str) -> NDArray[np.int64]:
    """Return the places of words, one past the last where nothing stands."""
    texts = column.cast(pa.string()) if not pa.types.is_string(column.type) else column
    texts = pc.if_else(pc.equal(texts, ""), None, texts)
    places = pc.index_in(texts, value_set=pa.array(words))
    strange = pc.filter(texts, pc.and_(pc.is_null(places), pc.is_valid(texts)))
    if len(strange):
        raise InputError(f'found "{strange[0].as_py()}"', path, 0, name, nearest(str(strange[0].as_py()), words))
    return np.asarray(pc.fill_null(places, len(words)).to_numpy(zero_copy_only=False), np.int64)


def _booleans(batch: Any, name: str) -> NDArray[np.int64]:
    if name not in batch.schema.names:
        return np.zeros(batch.num_rows, np.int64)
    column = batch.column(name)
    if pa.types.is_string(column.type):
        column = pc.is_in(pc.utf8_lower(column), value_set=pa.array(["true", "yes", "1"]))
    return np.asarray(pc.fill_null(column, False).to_numpy(zero_copy_only=False), np.int64)


def _lists(column: Any) -> list[list[str]]:
    return [item.strip("[]").replace("'", "").replace(", ", "|").split("|") if isinstance(item, str) and item else item or []
            for item in column.to_pylist()]


def _count_lists(batch: Any, names: list[str], found: DecidedCounts) -> None:
    if not names:
        return
    by_row: list[set[str]] = [set() for _ in range(batch.num_rows)]
    for name in names:
        for row, facts in enumerate(_lists(batch.column(name))):
            found.blocked.update(facts)
            by_row[row].update(facts)
    for named in by_row:
        found.blocked_patients.update(named)
