"""A row of a table says exactly what a case file with the same facts says."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest

from islet.case.cells import mask_of_given
from islet.case.reader import read_case
from islet.knowledge.base import KnowledgeBase
from islet.patient.space import Space
from islet.patient.state import Patient, build_patient
from islet.plan.facts import problems_of
from islet.registry.by_case import case_of
from islet.registry.code.batch import CodedRows
from islet.registry.code.cell_reader import read_by_formulas
from islet.registry.code.keep import coded_rows
from islet.registry.problems import KINDS, flag_alone
from islet.registry.question import Question
from islet.registry.read.memory import MemoryTable
from islet.registry.read.ndjson import NdjsonTable
from islet.registry.run import code_table
from islet.registry.stream import open_source
from islet_testing.tables import case_read, documents, flat, text_table, typed_table

PATIENTS = range(100)


def coded(table: object, base: KnowledgeBase, size: int = 65_536) -> list[CodedRows]:
    return list(open_source(table, base, Question(), set()).batches(base, 0, size))


def same(rows: CodedRows, found: list[dict], base: KnowledgeBase, start: int = 0) -> None:
    """Compare a batch with the single-case reader: cells, ends, state, clashes, ends of what is derived, problems."""
    space = base.space
    assert rows.rejected == []
    for row in range(rows.coded.rows):
        document = found[start + row]
        case = case_read(document, base)
        patient = build_patient(case, space)
        again = build_patient(case_of(rows.coded, row, space), space)
        assert again.state == patient.state, document
        assert measured(again, space) == measured(patient, space), document
        assert again.clashes == patient.clashes, document
        assert again.as_given == patient.as_given, document
        if row not in rows.coded.cases and not patient.clashes:
            told = {index: mask for index, mask in patient.masks.items() if mask != space.full[index]}
            assert {n: int(m[row]) for n, m in rows.coded.masks.items() if int(m[row]) != space.full[n]} == told, document
            ends = {name: (low[row], high[row]) for name, (low, high) in rows.coded.numbers.items() if not np.isnan(low[row])}
            given = {name for name, known in case.given.items() if known.ranges is not None}
            assert ends == {name: hull for name, hull in patient.hulls.items() if name in given}, document
            assert int(rows.flags[row]) == _bits(patient, space), document
        else:
            flags = rows.flags.copy()
            flag_alone(flags, [row], rows.coded, space)
            assert int(flags[row]) == _bits(patient, space), document
        if rows.declined is not None:
            wanted = [o.id for o in base.options.values() if o.id in case.refuses or o.group in case.refuses]
            assert rows.declined[row].as_py() == wanted


def measured(patient: Patient, space: Space) -> dict[str, tuple[float, float]]:
    """Return the ends that formulas read or give."""
    return {name: hull for name, hull in patient.hulls.items() if name in read_by_formulas(space)}


def _bits(patient: Patient, space: Space) -> int:
    kinds = {problem["kind"] for problem in problems_of(patient, space)}
    return sum(1 << place for place, kind in enumerate(KINDS) if kind in kinds)


def test_lines_of_json_say_what_a_case_file_says(base, tmp_path):
    found = documents(PATIENTS)
    path = tmp_path / "r.ndjson"
    path.write_text("\n".join(json.dumps(document) for document in found))
    for rows in coded(NdjsonTable(str(path)), base):
        same(rows, found, base)


def test_text_in_the_cells_says_what_a_case_file_says(base):
    found = documents(PATIENTS)
    for rows in coded(MemoryTable(text_table([flat(document) for document in found])), base):
        same(rows, found, base)


def test_typed_columns_say_what_a_case_file_says(base):
    found = documents(PATIENTS)
    for rows in coded(MemoryTable(typed_table([flat(document) for document in found])), base):
        same(rows, found, base)


def test_the_size_of_batches_and_dictionaries_make_no_difference(base):
    found = documents(range(80))
    table = text_table([flat(document) for document in found])
    encoded = pa.table({name: table.column(name).dictionary_encode() for name in table.column_names})
    start = 0
    for rows in coded(MemoryTable(encoded), base, size=17):
        same(rows, found, base, start)
        start += rows.coded.rows
    assert start == 80


def test_a_history_in_structures_says_what_a_case_file_says(base):
    found = [document for document in documents(range(100), 0.0) if isinstance(document.get("history"), list)]
    table = typed_table([{key: value for key, value in flat(document).items() if key != "history"} for document in found])
    table = table.append_column("history", pa.array([document["history"] for document in found]))
    assert pa.types.is_struct(table.column("history").type.value_type)
    for rows in coded(MemoryTable(table), base):
        same(rows, found, base)


def test_lowered_facts_of_the_history_say_what_the_history_says(base):
    told = {"option": "prrt", "response": "progression", "cycles": 4, "months": 20, "months_since": 3}
    case = read_case(json.dumps({"history": [told]}).encode(), "x.json", base.space.dictionary)
    table = {}
    for name, given in case.given.items():
        table[name] = pa.array([given.ranges[0].low if given.ranges else given.choices == ("yes",)])
    (rows,) = coded(MemoryTable(pa.table(table)), base)
    again, patient = build_patient(case_of(rows.coded, 0, base.space), base.space), build_patient(case, base.space)
    assert again.state == patient.state and again.hulls == patient.hulls


@pytest.mark.parametrize("how", ("text", "typed"))
def test_coded_columns_that_were_kept_are_the_same(base, tmp_path, how):
    import pyarrow.parquet as pq

    found = documents(range(80))
    rows = [flat(document) for document in found]
    pq.write_table(text_table(rows) if how == "text" else typed_table(rows), tmp_path / "r.parquet")
    code_table(str(tmp_path / "r.parquet"), str(tmp_path / "c.parquet"), base, Question(), quiet=True)
    from islet.registry.read.parquet import ParquetTable

    for batch in coded_rows(ParquetTable(str(tmp_path / "c.parquet")), base, (), 0, 65_536):
        same(batch, found, base)


def test_intervals_from_two_columns_are_those_of_a_case_file(base):
    """Every pair of ends on, beside and between the thresholds of every number fact."""
    space = base.space
    for variable in space.variables:
        fact = space.dictionary.facts[variable.fact]
        if variable.kind != "number" or fact.section == "history" or fact.derivation is not None:
            continue
        low, high = fact.possible
        edges = sorted({low, high, *variable.cuts, *(cut + step for cut in variable.cuts for step in (-1, -0.5, 0.5, 1))})
        values = [value for value in edges if low <= value <= high and (not fact.whole or float(value).is_integer())]
        pairs = [(one, other) for one in [None, *values] for other in [None, *values]
                 if (one is not None or other is not None) and (one is None or other is None or one <= other)]
        table = pa.table({f"{fact.name}__low": pa.array([p[0] for p in pairs], pa.float64()),
                          f"{fact.name}__high": pa.array([p[1] for p in pairs], pa.float64())})
        (rows,) = coded(MemoryTable(table), base)
        for row, (one, other) in enumerate(pairs):
            told = {**({"at_least": one} if one is not None else {}), **({"at_most": other} if other is not None else {})}
            given = case_read({fact.section: {fact.bare: told}}, base).given[fact.name]
            assert int(rows.coded.masks[variable.number][row]) == mask_of_given(given, variable, fact.whole), (fact.name, told)
            ends = rows.coded.numbers[fact.name]
            assert (ends[0][row], ends[1][row]) == (max(given.ranges[0].low, low), min(given.ranges[0].high, high)), (fact.name, told)
