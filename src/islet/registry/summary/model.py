"""What a summary says, as plain frozen data in which every hidden count is None."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

Shown = int | None  # a count, or None where it is hidden


class About(NamedTuple):
    """Hold what the page is about: how many patients, which knowledge, what was rejected and left aside."""

    table: str
    patients: int
    synthetic: bool
    complete: bool
    smallest: int
    knowledge_version: str
    knowledge_date: str
    knowledge_sha256: str
    engine: str
    region: str | None
    rejected: tuple[tuple[str, Shown], ...]
    rejected_rows: int
    aside: tuple[str, ...]
    input: str


class FactRow(NamedTuple):
    """Hold one fact or member of a list: its words with their counts, known, known in part, missing, quartiles of numbers."""

    name: str
    fact: str
    kind: str
    unit: str
    words: tuple[tuple[str, Shown], ...]
    known: Shown
    partly: Shown
    missing: Shown
    quartiles: tuple[float, float, float] | None


class VerdictCell(NamedTuple):
    """Hold the patients with one verdict, and of them those with whom it is certain and those with whom it is open."""

    patients: Shown
    certain: Shown
    open: Shown


class OptionRow(NamedTuple):
    """Hold one option: its verdicts, and for how many patients it is certain whatever the verdict."""

    option: str
    verdicts: dict[str, VerdictCell]
    certain: Shown
    open: Shown


class ImputedRow(NamedTuple):
    """Hold the estimated number of patients with one verdict over the completions, with its interval."""

    option: str
    verdict: str
    estimate: float | None
    low: float | None
    high: float | None


class DisagreementRow(NamedTuple):
    """Hold one option: patients on whom guidelines disagree, on whom they might, all others, and who against whom."""

    option: str
    disagree: Shown
    might: Shown
    others: Shown
    pairs: tuple[tuple[str, str, Shown], ...]


class BlockingRow(NamedTuple):
    """Hold one fact that blocks decisions; what is not known of it is None."""

    fact: str
    patients: Shown
    blocks: Shown
    may_settle: Shown
    settles: Shown
    options: tuple[tuple[str, Shown], ...]


class Blocked(NamedTuple):
    """Hold the facts that block decisions and how many decisions are open; `asked`: every patient was asked what answers settle."""

    patients: int
    asked: bool
    open_decisions: Shown
    rows: tuple[BlockingRow, ...]


class TrialRow(NamedTuple):
    """Hold one trial: its name, who was in it, and how the patients stand to what is encoded of it."""

    id: str
    name: str
    who: str
    year: int | None
    fits: Shown
    fits_if: Shown
    fits_not: Shown
    not_known: Shown
    criteria: tuple[tuple[str, str, Shown, Shown, Shown], ...]


class Flow(NamedTuple):
    """Hold how many patients go from one verdict to another between two versions."""

    before: str
    after: str
    patients: Shown


class MovedOption(NamedTuple):
    """Hold one option under two versions: the verdicts before and after with their patients, and every flow between them."""

    option: str
    before: dict[str, Shown]
    after: dict[str, Shown]
    flows: tuple[Flow, ...]


class Compared(NamedTuple):
    """Hold two versions side by side; options on which nobody moves are only named."""

    old: str
    new: str
    patients: int
    movers: Shown
    moved: tuple[MovedOption, ...]
    unmoved: tuple[str, ...]


class SweptPoint(NamedTuple):
    """Hold what may be shown of one value of a threshold."""

    value: float
    moved: int
    counts: tuple[int, ...]


class Swept(NamedTuple):
    """Hold a curve: the criterion, its comparison, the present value, and for each group of verdicts the patients at each value."""

    criterion: str
    option: str
    fact: str
    unit: str
    words: str
    present: float
    patients: int
    groups: tuple[tuple[str, ...], ...]
    points: tuple[SweptPoint, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Hold the whole summary; parts that need the input table are empty without it."""

    about: About
    facts: tuple[FactRow, ...] = ()
    options: tuple[OptionRow, ...] = ()
    imputed: tuple[ImputedRow, ...] = ()
    completions: int = 0
    imputing: dict[str, object] = field(default_factory=dict)
    disagreements: tuple[DisagreementRow, ...] = ()
    blocked: Blocked | None = None
    conflicts: tuple[tuple[tuple[tuple[str, ...], ...], Shown], ...] | None = None
    conflicting: Shown = 0
    problems: tuple[tuple[str, Shown], ...] = ()
    trials: tuple[TrialRow, ...] = ()
    silent_trials: tuple[str, ...] = ()
    compared: tuple[Compared, ...] = ()
    swept: tuple[Swept, ...] = ()
