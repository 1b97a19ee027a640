"""Say on standard error what came of a table: patients, rows set aside and left out, columns missing and put aside, how to go on."""

from __future__ import annotations

import argparse
import shlex
import sys

from islet.errors import printable
from islet.registry.columns import Columns
from islet.registry.progress import time_words
from islet.registry.question import Report

STOPPED = 130


def print_report(report: Report, arguments: argparse.Namespace) -> int:
    """Print the report of a run and return its exit code: 0, 1 when rows were set aside, 130 when it was stopped."""
    for line in report_lines(report, arguments):
        print(printable(line), file=sys.stderr)
    return STOPPED if not report.complete else 1 if report.rejected else 0


def report_lines(report: Report, arguments: argparse.Namespace) -> list[str]:
    """Return the lines of a report."""
    synthetic = "synthetic " if report.synthetic else ""
    patients = "patient" if report.rows == 1 else "patients"
    took = f"{time_words(report.seconds)}, {report.rate:,.0f} a second, {report.engine}"
    lines = [f"{report.rows:,} {synthetic}{patients} in {report.name} ({took})"]
    lines += _left_out(report.counts)
    if report.rejected:
        most = sorted(report.reasons.items(), key=lambda pair: -pair[1])[:8]
        by_column = ", ".join(f"{name or 'the row itself'} {count:,}" for name, count in most)
        lines.append(f"{_rows(report.rejected)} set aside, each with its reason in {report.rejected_name} ({by_column})")
    if report.columns is not None:
        lines += _columns(report.columns)
    if not report.complete:
        words = sys.argv[1:] if sys.argv[1:2] == ["cohort"] else ["cohort", arguments.table, "-o", arguments.output]
        again = shlex.join(word for word in words if word != "--resume")
        lines.append(f"stopped: {report.name} is valid but not complete; go on with: islet {again} --resume")
    return lines


def _left_out(counts: dict[str, int]) -> list[str]:
    lines = []
    if counts.get("where_no") or counts.get("where_unknown"):
        lines.append(f"{_rows(counts['where_no'])} left out by the condition, {counts['where_unknown']:,} more because it is unknown there")
    if counts.get("left_alone") or counts.get("no_code"):
        found = f"{_rows(counts['left_alone'])} left alone: no neuroendocrine tumour of the pancreas"
        lines.append(f"{found}; {counts['no_code']:,} more without a code")
    return lines


def _columns(columns: Columns) -> list[str]:
    lines = []
    if columns.missing:
        shown = ", ".join(columns.missing[:12]) + (f" and {len(columns.missing) - 12} more" if len(columns.missing) > 12 else "")
        lines.append(f"{len(columns.missing)} facts have no column and are unknown for all: {shown}")
    plain = [name for name, hint in columns.aside.items() if not hint]
    if plain:
        shown = ", ".join(plain[:12]) + (f" and {len(plain) - 12} more" if len(plain) > 12 else "")
        lines.append(f"{len(plain)} columns are no facts and were put aside: {shown}")
    lines += [f'the column "{name}" is no fact: {hint}' for name, hint in columns.aside.items() if hint]
    return lines


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
