"""Turn counts into what may be shown: small ones hidden, and with them what would give them away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from islet.registry.compare import Comparison
from islet.registry.moves import STANDS, Move
from islet.registry.summary.blocking import BlockingCounts, BlockingFact
from islet.registry.summary.model import (
    Blocked,
    BlockingRow,
    Compared,
    DisagreementRow,
    FactRow,
    Flow,
    ImputedRow,
    MovedOption,
    OptionRow,
    Shown,
    Swept,
    SweptPoint,
    TrialRow,
    VerdictCell,
)
from islet.registry.summary.positions import Disagreement
from islet.registry.summary.suppression import Cell, Key, grid, hidden_in, line
from islet.registry.summary.table_one import FactCounts
from islet.registry.summary.trials import TrialCounts
from islet.registry.sweep import Curve, shown_curve

FOR_QUARTILES = 4  # a quartile is shown when so many times the smallest group are known: each quarter is then a group of its own
_SIDES = ("open", "certain")


def conflict_rows(
    kinds: Sequence[tuple[tuple[tuple[str, ...], ...], int]], smallest: int
) -> tuple[Shown, tuple[tuple[tuple[tuple[str, ...], ...], Shown], ...]]:
    """Return how many records clash, and by what, as far as it may be shown."""
    total = sum(count for _, count in kinds)
    if 0 < total < smallest:
        return None, tuple((kind, None) for kind, _ in kinds)
    shown = partition(dict(kinds), total, smallest)
    return total, tuple((kind, shown[kind]) for kind, _ in kinds)


def alone(count: int, smallest: int) -> Shown:
    """Return a count that adds up with no others, or None where it is small.

    >>> alone(4, 5), alone(0, 5), alone(5, 5)
    (None, 0, 5)
    """
    return None if 0 < count < smallest else count


def partition(parts: Mapping[Key, int], total: int, smallest: int, already: Iterable[Key] = ()) -> dict[Key, Shown]:
    """Return counts that add up to a known total, the small ones and what shields them as None."""
    hidden = hidden_in(line("all", total, parts), smallest, already)
    return {key: None if key in hidden else count for key, count in parts.items()}


def fact_rows(facts: Sequence[FactCounts], patients: int, smallest: int) -> tuple[FactRow, ...]:
    """Return table one."""
    found = []
    for fact in facts:
        if not fact.known and not fact.partly:
            continue
        words = dict(fact.words) or {"known": fact.known}
        member = fact.name != fact.fact
        shown = _whole_or_nothing(fact, smallest) if member else _fact_cells(fact, words, patients, smallest)
        enough = fact.known >= FOR_QUARTILES * smallest and shown["known"] is not None
        found.append(FactRow(
            fact.name, fact.fact, fact.kind, fact.unit, tuple((word, shown["word", word]) for word in dict(fact.words)),
            shown["known"], shown["partly"], shown["missing"], fact.quartiles if enough else None,
        ))
    return tuple(found)


def _fact_cells(fact: FactCounts, words: Mapping[str, int], patients: int, smallest: int) -> dict[Key, Shown]:
    """Return the counts of a fact: known, in part and missing add up to all patients, the words to those known."""
    cells = [Cell("all", patients, "out", "in", True), Cell("known", fact.known, "in", "known to be"),
             Cell("partly", fact.partly, "in", "out"), Cell("missing", fact.missing, "in", "out")]
    cells += [Cell(("word", word), count, "known to be", "out") for word, count in words.items()]
    hidden = hidden_in(cells, smallest)
    return {cell.key: None if cell.key in hidden else cell.amount for cell in cells}


def _whole_or_nothing(fact: FactCounts, smallest: int) -> dict[Key, Shown]:
    """Return the counts of a member of a list, all hidden where one is small: what others of the list show may be the same."""
    shown: dict[Key, Shown] = {("word", word): count for word, count in fact.words}
    shown |= {"known": fact.known, "partly": fact.partly, "missing": fact.missing}
    return dict.fromkeys(shown) if any(count and count < smallest for count in shown.values()) else shown


def verdict_tables(counts: Mapping[str, NDArray[np.int64]], rows: int, smallest: int) -> dict[str, list[Cell]]:
    """Return for each option its verdicts by certainty, with both margins, as tables that small counts can be hidden in.

    The patients without a plan are the same for every option, so that they shield nothing.
    """
    found = {}
    for option, own in counts.items():
        cells: dict[tuple[Key, Key], int] = {
            (stand, side): int(own[i, j]) for i, stand in enumerate(STANDS) for j, side in enumerate(_SIDES)
        }
        found[option] = grid(
            ("verdicts", option), rows, cells, {stand: verdict_key(option, stand) for stand in STANDS},
            {side: ("certainty", option, side) for side in _SIDES}, _same_for_all(int(own[STANDS.index("no_plan")].sum()), smallest),
        )
    return found


def _same_for_all(no_plan: int, smallest: int) -> tuple[str, ...]:
    return () if 0 < no_plan < smallest else ("no_plan",)


def verdict_key(option: str, stand: str) -> Key:
    """Return the name under which the patients with a verdict are counted, in every table of the same knowledge."""
    return "verdict", option, stand


def option_rows(tables: Mapping[str, Sequence[Cell]], hidden: frozenset[Key]) -> tuple[OptionRow, ...]:
    """Return the verdicts by option."""
    found = []
    for option, cells in tables.items():
        shown: dict[Key, Shown] = {cell.key: None if cell.key in hidden else cell.amount for cell in cells}
        name = ("verdicts", option)
        verdicts = {
            stand: VerdictCell(shown[verdict_key(option, stand)], shown[name, stand, "certain"], shown[name, stand, "open"])
            for stand in STANDS
        }
        found.append(OptionRow(option, verdicts, shown["certainty", option, "certain"], shown["certainty", option, "open"]))
    return tuple(found)


def move_tables(moves: Sequence[Move], patients: int, old_is: str, new_is: str, smallest: int) -> dict[str, list[Cell]]:
    """Return for each option on which somebody moves the flows with both margins.

    `old_is` and `new_is` name the two versions; the one that is "" is the version whose verdicts the summary shows.
    """
    found = {}
    for option in dict.fromkeys(move.option for move in moves if move.before != move.after):
        own = {(move.before, move.after): move.patients for move in moves if move.option == option}
        cells: dict[tuple[Key, Key], int] = {(one, other): own.get((one, other), 0) for one in STANDS for other in STANDS}
        found[option] = grid(
            ("moves", option, old_is, new_is), patients, cells,
            {stand: side_key(option, stand, old_is) for stand in STANDS}, {stand: side_key(option, stand, new_is) for stand in STANDS},
            _same_for_all(own.get(("no_plan", "no_plan"), 0), smallest),
        )
    return found


def side_key(option: str, stand: str, version: str) -> Key:
    """Return the name of a margin: that of the summary's own verdicts where it is the same version."""
    return ("verdict of", version, option, stand) if version else verdict_key(option, stand)


def compared_shown(
    comparison: Comparison, tables: Mapping[str, Sequence[Cell]], hidden: frozenset[Key], old_is: str, new_is: str, names: tuple[str, str],
    smallest: int,
) -> Compared:
    """Return two versions side by side."""
    moved = []
    for option, cells in tables.items():
        shown: dict[Key, Shown] = {cell.key: None if cell.key in hidden else cell.amount for cell in cells}
        name = ("moves", option, old_is, new_is)
        flows = [Flow(one, other, shown[name, one, other]) for one in STANDS for other in STANDS]
        moved.append(MovedOption(
            option, {stand: shown[side_key(option, stand, old_is)] for stand in STANDS},
            {stand: shown[side_key(option, stand, new_is)] for stand in STANDS}, tuple(flow for flow in flows if flow.patients != 0),
        ))
    told = None not in (flow.patients for option in moved for flow in option.flows if flow.before != flow.after)
    unmoved = tuple(option for option in dict.fromkeys(move.option for move in comparison.moves) if option not in tables)
    movers = alone(comparison.movers, smallest) if told else None
    return Compared(names[0], names[1], comparison.patients, movers, tuple(moved), unmoved)


def imputed_rows(
    counts: Sequence[tuple[str, str, float, float | None, float | None]], rows: int, hidden: frozenset[Key], smallest: int
) -> tuple[ImputedRow, ...]:
    """Return the estimated counts; what is hidden of the verdicts themselves is hidden here."""
    found = []
    for option in dict.fromkeys(option for option, *_ in counts):
        own = [row for row in counts if row[0] == option]
        parts: dict[Key, int] = {verdict_key(option, row[1]): round(row[2]) for row in own}
        shown = partition(parts, rows, smallest, hidden)
        for _, verdict, estimate, low, high in own:
            told = shown[verdict_key(option, verdict)] is not None
            found.append(ImputedRow(option, verdict, estimate if told else None, low if told else None, high if told else None))
    return tuple(found)


def _least_shown(counts: Sequence[int], smallest: int) -> int:
    """Return from where on counts that overlap are shown: where one is small the next one is hidden too, so that hidden is not small.

    >>> _least_shown([3, 8, 20], 5), _least_shown([6, 8, 20], 5)
    (9, 5)
    """
    if not any(0 < count < smallest for count in counts):
        return smallest
    return min((count for count in counts if count >= smallest), default=smallest) + 1


def disagreement_rows(found: Sequence[Disagreement], rows: int, smallest: int) -> tuple[DisagreementRow, ...]:
    """Return the disagreements of guidelines."""
    shown = []
    for one in found:
        counts = partition({"disagree": one.disagree, "might": one.might, "others": one.others}, rows, smallest)
        least = _least_shown([count for _, _, count in one.pairs], smallest)
        told = counts["disagree"] is not None
        pairs = tuple((pro, contra, count if told and count >= least else None) for pro, contra, count in one.pairs)
        shown.append(DisagreementRow(one.option, counts["disagree"], counts["might"], counts["others"], pairs))
    return tuple(sorted(shown, key=lambda d: (-(d.disagree or 0), -(d.might or 0), d.option)))


def blocked_shown(counts: BlockingCounts, smallest: int) -> Blocked:
    """Return the facts that block decisions."""
    def row(fact: BlockingFact) -> BlockingRow:
        few = 0 < fact.patients < smallest
        blocks, may_settle, settles = (None if few else alone(n, smallest) for n in (fact.blocks, fact.may_settle, fact.settles))
        by_option = partition(dict(fact.options), fact.blocks, smallest)
        options = tuple((option, by_option[option]) for option, _ in fact.options)
        return BlockingRow(fact.fact, alone(fact.patients, smallest), blocks, may_settle, settles, options)

    rows = tuple(row(fact) for fact in counts.facts)
    return Blocked(counts.patients, True, alone(counts.open_decisions, smallest), rows)


def trial_rows(found: Sequence[TrialCounts], rows: int, smallest: int) -> tuple[TrialRow, ...]:
    """Return how the patients stand to each trial; a trial with one criterion shows the same counts there."""
    shown = []
    for one in found:
        parts: dict[Key, int] = {"fits": one.fits, "not_known": one.not_known, "not": one.fits_not, "if": one.fits_if}
        own = partition(parts, rows, smallest)
        single = len(one.answers) == 1
        criteria = []
        for says, when, yes, unknown, no in one.answers:
            answers = partition({"yes": yes, "unknown": unknown, "no": no}, rows, smallest)
            if single:
                answers = {"yes": own["fits"], "unknown": own["not_known"], "no": own["not"]}
            criteria.append((says, when, answers["yes"], answers["unknown"], answers["no"]))
        trial = one.trial
        shown.append(TrialRow(
            trial.id, trial.name, trial.who, trial.year, own["fits"], own["if"], own["not"], own["not_known"], tuple(criteria)
        ))
    return tuple(sorted(shown, key=lambda t: (-(t.fits or 0), -(t.fits_if or 0), t.name)))


def swept_shown(curve: Curve, smallest: int, hidden: Iterable[str] = ()) -> Swept:
    """Return a curve; verdicts hidden elsewhere are put together with others here."""
    shown = shown_curve(curve, smallest, hidden)
    threshold = curve.threshold
    return Swept(
        threshold.criterion, threshold.option, threshold.fact, threshold.unit, threshold.words, threshold.present, curve.rows,
        shown.groups, tuple(SweptPoint(*point) for point in shown.points), shown.left_out,
    )
