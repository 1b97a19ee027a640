"""What `islet cohort compare` and `sweep` print: counts as text, small ones hidden."""

from __future__ import annotations

from islet.case.values import plain_number
from islet.knowledge.base import KnowledgeBase
from islet.present.board import short_name
from islet.present.registry_page import HIDDEN, STAND_WORDS
from islet.registry.compare import Comparison
from islet.registry.moves import STANDS
from islet.registry.summary.model import Shown
from islet.registry.summary.shown import alone, move_tables
from islet.registry.summary.suppression import hidden_in
from islet.registry.sweep import Curve, shown_curve

SYNTHETIC = "Synthetic patients: no epidemiological finding.\n"


def compare_text(found: Comparison, old: KnowledgeBase, new: KnowledgeBase, smallest: int, synthetic: bool) -> str:
    """Return who moves where, option by option."""
    names = " and ".join(f"{base.version} of {base.date} ({base.sha256[:12]})" for base in (old, new))
    lines = [f"{found.patients:,} patients: {names}"]
    tables = move_tables(found.moves, found.patients, "old", "new", smallest)
    for option, cells in tables.items():
        hidden = hidden_in(cells, smallest)
        shown: dict[object, Shown] = {cell.key: None if cell.key in hidden else cell.amount for cell in cells}
        lines.append(new.options[option].name)
        for one in STANDS:
            for other in STANDS:
                count = shown[("moves", option, "old", "new"), one, other]
                if one != other and count != 0:
                    lines.append(f"  {STAND_WORDS[one]} → {STAND_WORDS[other]}: {_plain(count)}")
    same = len({move.option for move in found.moves}) - len(tables)
    lines.append(f"{_plain(alone(found.movers, smallest))} patients have at least one other verdict; nobody moves on {same} options")
    surer, less = sum(found.surer.values()), sum(found.less_sure.values())
    lines.append(f"{_plain(alone(surer, smallest))} decisions became certain, {_plain(alone(less, smallest))} no longer are")
    for count, which in ((found.only_old, "older"), (found.only_new, "newer")):
        if count:
            lines.append(f"{count:,} rows could be read with the {which} version alone and are in no count")
    for options, words in ((found.added, "new"), (found.removed, "gone")):
        if options:
            lines.append(f"options that are {words}: {', '.join(options)}")
    return (SYNTHETIC if synthetic else "") + "\n".join([*lines, ""])


def sweep_text(curve: Curve, smallest: int, synthetic: bool) -> str:
    """Return the curve as lines, one a value that may be shown."""
    moved, shown = curve.threshold, shown_curve(curve, smallest)
    lines = [f"{moved.criterion}: {moved.words}; {curve.rows:,} patients, verdicts of {short_name(moved.option)} against those now"]
    named = [" or ".join(STAND_WORDS[stand] for stand in group) for group in shown.groups]
    for point in shown.points:
        now = " (now)" if point.value == moved.present else ""
        told = "; ".join(f"{words} {count:,}" for words, count in zip(named, point.counts, strict=False))
        lines.append(f"  {plain_number(point.value):>8}{now:6}  {point.moved:>8,} move   {told}")
    if shown.left_out:
        lines.append(f"  {shown.left_out} values are not shown: they would tell of fewer than {smallest} patients")
    return (SYNTHETIC if synthetic else "") + "\n".join([*lines, ""])


def _plain(count: Shown) -> str:
    return HIDDEN if count is None else f"{count:,}"
