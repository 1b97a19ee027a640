"""Read the section `measurements`: scalars as facts are read, tables row by row."""

from __future__ import annotations

from typing import Any

from islet.case.dictionary import MEASUREMENTS, Fact, Measure
from islet.case.document import Mapping, Node, Scalar, Sequence, describe, is_null
from islet.case.model import Case
from islet.case.read_value import ValueReader
from islet.errors import nearest

MAX_ROWS = 5000


def read_measurements(reader: ValueReader, node: Node, case: Case) -> None:
    """Read what only estimates need into a case.

    A scalar becomes a `Given`, a table a list of rows: column -> number, word or text; `#line` is the row's line.
    """
    if is_null(node):
        return
    if not isinstance(node, Mapping):
        raise reader.fault(describe(node), node.line, MEASUREMENTS, "expected measurements as name: value")
    measures = reader.dictionary.measures
    for key, (line, value) in node.entries.items():
        measure = measures.get(key)
        if measure is None:
            fact = reader.dictionary.find(key)
            hint = f'the fact "{key}" belongs into the section "{fact.section}"' if fact else nearest(key, measures)
            raise reader.fault(f'found the unknown measurement "{key}"', line, f"{MEASUREMENTS}.{key}", hint)
        if is_null(value):
            continue
        if measure.fact.type == "table":
            case.measurements[key] = _table(reader, measure, value)
        else:
            case.measurements[key] = reader.value(measure.fact, value)
    case.measurements = dict(sorted(case.measurements.items()))


def _table(reader: ValueReader, measure: Measure, node: Node) -> list[dict[str, Any]]:
    name = measure.fact.name
    if not isinstance(node, Sequence):
        raise reader.fault(describe(node), node.line, name, "expected a list of rows, each {" + ", ".join(measure.columns) + "}")
    if len(node.items) > MAX_ROWS:
        raise reader.fault(f"found {len(node.items)} rows", node.line, name, f"at most {MAX_ROWS} are read")
    return [_row(reader, measure, item) for item in node.items]


def _row(reader: ValueReader, measure: Measure, node: Node) -> dict[str, Any]:
    name = measure.fact.name
    if not isinstance(node, Mapping):
        raise reader.fault(describe(node), node.line, name, "expected a row as {" + ", ".join(measure.columns) + "}")
    row: dict[str, Any] = {"#line": node.line}
    for key, (line, value) in node.entries.items():
        column = measure.columns.get(key)
        if column is None:
            raise reader.fault(f'found the unknown column "{key}"', line, name, nearest(key, measure.columns))
        if not is_null(value):
            row[key] = _cell(reader, column, value)
    for key in measure.required:
        if key not in row:
            raise reader.fault(f'the row has no "{key}"', node.line, name, f'expected "{key}" in every row')
    return row


def _cell(reader: ValueReader, column: Fact, node: Node) -> Any:
    if not isinstance(node, Scalar):
        raise reader.fault(describe(node), node.line, column.name, "expected one value")
    if column.type in ("text", "path"):
        return reader.word(node, column.name)
    given = reader.plain(column, node)
    if given.ranges is not None:
        return given.ranges[0].low
    assert given.choices is not None
    return given.choices[0] == "yes" if column.type == "boolean" else given.choices[0]
