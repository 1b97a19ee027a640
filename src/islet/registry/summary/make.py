"""Make the summary of a decided table: count everything, then hide what is small."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.registry.kept_questions import KeptComparison, KeptCurve
from islet.registry.model import Coded, Decided
from islet.registry.moves import STANDS
from islet.registry.summary.blocking import Blocking
from islet.registry.summary.conflicts import Conflicts
from islet.registry.summary.decided import DecidedCounts, Table, count_decided, imputed_counts, imputing_of, rejected_of
from islet.registry.summary.model import About, Blocked, BlockingRow, Summary
from islet.registry.summary.positions import Disagreements
from islet.registry.summary.questions import Questions
from islet.registry.summary.shown import (
    alone,
    blocked_shown,
    compared_shown,
    conflict_rows,
    disagreement_rows,
    fact_rows,
    imputed_rows,
    move_tables,
    option_rows,
    swept_shown,
    trial_rows,
    verdict_key,
    verdict_tables,
)
from islet.registry.summary.suppression import Cell, hidden_together
from islet.registry.summary.table_one import TableOne
from islet.registry.summary.trials import Trials

Decide = Callable[[Coded, bool], Decided]


class Input(NamedTuple):
    """Hold the table that was decided: its name, its rows in cells, the columns left aside, whether it says that it is synthetic."""

    name: str
    batches: Callable[[KnowledgeBase], Iterator[tuple[Sequence[str], Coded]]]
    aside: tuple[str, ...]
    synthetic: bool


class Wanted(NamedTuple):
    """Hold what to summarise and how: groups below `smallest` are hidden."""

    table: Table
    base: KnowledgeBase
    region: str | None = None
    smallest: int = 5
    kept: tuple[KeptComparison | KeptCurve, ...] = ()


class _Read(NamedTuple):
    table_one: TableOne
    disagreements: Disagreements
    trials: Trials
    conflicts: Conflicts
    blocking: Blocking
    questions: Questions


def make_summary(
    wanted: Wanted, source: Input | None, questions: Callable[[], Questions], decider: Callable[[KnowledgeBase], Decide],
    step: Callable[[int], None],
) -> Summary:
    """Return the summary; what needs the input is empty without it.

    `questions` compiles the knowledge with the trials' criteria, `decider` gives the machine over a knowledge, `step` is told rows done.
    Raises InputError for a cohort smaller than the smallest group that may be shown.
    """
    base, smallest = wanted.base, wanted.smallest
    from_table = Disagreements(base, wanted.region)
    counts = count_decided(wanted.table, list(base.options), from_table, [criterion.id for criterion in base.criteria])
    rows = counts.rows
    if rows < max(smallest, 1):
        raise InputError(f"the table has {rows} patients", wanted.table.path, 0, "--smallest", f"groups below {smallest} are not shown")
    own = counts.metadata.get("islet.knowledge_sha256", "")
    if source is not None and own not in ("", base.sha256):
        found = f"the table was decided with the knowledge {counts.metadata.get('islet.knowledge_version', '')} ({own[:12]})"
        expected = f"this is {base.version} ({base.sha256[:12]}): give the folder of that one"
        raise InputError(found, wanted.table.path, 0, "--knowledge", expected)
    read = None if source is None else _read(source, wanted, questions(), decider, step)
    verdicts = verdict_tables(counts.counts, rows, smallest)
    moves = [_moved(one, own, smallest) for one in wanted.kept if isinstance(one, KeptComparison)]
    hidden = hidden_together([*verdicts.values(), *(table for move in moves for table in move.tables.values())], smallest)
    compared = tuple(compared_shown(m.one.comparison, m.tables, hidden, m.old, m.new, m.names, smallest) for m in moves)
    swept = tuple(
        swept_shown(one.curve, smallest, _hidden_stands(one, own, hidden)) for one in wanted.kept if isinstance(one, KeptCurve)
    )
    summary = Summary(
        about=_about(wanted, counts, source), options=option_rows(verdicts, hidden),
        imputed=imputed_rows(imputed_counts(wanted.table.path, counts), rows, hidden, smallest) if counts.shares else (),
        completions=int(counts.metadata.get("islet.imputed") or 0),
        imputing=imputing_of(wanted.table.path) if counts.shares else {},
        problems=tuple((kind, alone(count, smallest)) for kind, count in sorted(counts.problems.items())),
        conflicting=alone(counts.problems.get("conflict", 0), smallest), blocked=_blocked(counts, read, smallest),
        disagreements=disagreement_rows((read.disagreements if read else from_table).found(), rows, smallest)
        if read or from_table.rows else (),
        compared=compared, swept=swept,
    )
    return summary if read is None else _with_input(summary, read, rows, smallest)


def _read(
    source: Input, wanted: Wanted, questions: Questions, decider: Callable[[KnowledgeBase], Decide], step: Callable[[int], None]
) -> _Read:
    base = questions.base
    read = _Read(
        TableOne(base.space), Disagreements(base, wanted.region), Trials(questions.trials), Conflicts(base.space),
        Blocking(base, wanted.region), questions,
    )
    decide = decider(base)
    for _, coded in source.batches(base):
        decided = decide(coded, True)
        assert decided.criteria is not None
        read.table_one.add(coded)
        read.trials.add(decided.criteria)
        read.disagreements.add(decided.criteria, dict(zip(base.options, decided.verdicts, strict=True)))
        read.conflicts.add(coded, decided.conflicting)
        read.blocking.add(coded, decided.conflicting)
        step(coded.rows)
    return read


def _with_input(summary: Summary, read: _Read, rows: int, smallest: int) -> Summary:
    if read.table_one.rows != rows:
        found = f"the input has {read.table_one.rows} patients that can be read, the decided table {rows}"
        raise InputError(found, summary.about.input, 0, "--input", "expected the table that it was decided from")
    conflicting, kinds = conflict_rows(read.conflicts.found(), smallest)
    return replace(
        summary, facts=fact_rows(read.table_one.found(), rows, smallest), trials=trial_rows(read.trials.found(), rows, smallest),
        silent_trials=read.questions.silent, conflicts=kinds, conflicting=conflicting,
    )


class _Moves(NamedTuple):
    one: KeptComparison
    tables: dict[str, list[Cell]]
    old: str
    new: str
    names: tuple[str, str]


def _moved(one: KeptComparison, own: str, smallest: int) -> _Moves:
    old, new = ("" if version.sha256 == own else version.sha256 for version in (one.old, one.new))
    names = [f"{version.version} of {version.date}" for version in (one.old, one.new)]
    if names[0] == names[1]:
        names = [f"{name} ({version.sha256[:12]})" for name, version in zip(names, (one.old, one.new), strict=True)]
    return _Moves(one, move_tables(one.comparison.moves, one.comparison.patients, old, new, smallest), old, new, (names[0], names[1]))


def _hidden_stands(one: KeptCurve, own: str, hidden: frozenset[object]) -> list[str]:
    if one.curve.knowledge != own:
        return []
    return [stand for stand in STANDS if verdict_key(one.curve.threshold.option, stand) in hidden]


def _blocked(counts: DecidedCounts, read: _Read | None, smallest: int) -> Blocked | None:
    if read is not None:
        return blocked_shown(read.blocking.found(), smallest)
    if not counts.deciding_known:
        return None
    rows = [
        BlockingRow(fact, alone(counts.blocked_patients[fact], smallest), alone(n, smallest), None, None, ())
        for fact, n in counts.blocked.most_common()
    ]
    return Blocked(counts.rows, False, None, tuple(rows))


def _about(wanted: Wanted, counts: DecidedCounts, source: Input | None) -> About:
    told, base = counts.metadata, wanted.base
    rejected = rejected_of(wanted.table.path)
    same = told.get("islet.knowledge_sha256") in (None, base.sha256)
    return About(
        table=wanted.table.path, patients=counts.rows, synthetic=counts.synthetic or bool(source and source.synthetic),
        complete=told.get("islet.complete", "yes") == "yes" or "islet.imputed" in told, smallest=wanted.smallest,
        knowledge_version=told.get("islet.knowledge_version") or base.version, knowledge_date=base.date if same else "",
        knowledge_sha256=told.get("islet.knowledge_sha256") or base.sha256, engine=told.get("islet.engine", ""),
        region=wanted.region or told.get("islet.region") or None,
        rejected=tuple((column, alone(count, wanted.smallest)) for column, count in rejected.most_common()),
        rejected_rows=int(told.get("islet.rejected") or sum(rejected.values())), aside=source.aside if source else (),
        input=source.name if source else "",
    )
