"""What `islet cohort compare` and `sweep` print: counts as text, small ones hidden."""

from __future__ import annotations

from islet.case.values import plain_number
from islet.knowledge.base import KnowledgeBase
from islet.present.board import short_name
from islet.present.registry_page import HIDDEN, STAND_WORDS
from islet.registry.compare import Comparison
from islet.registry.summary.model import Shown
from islet.registry.summary.shown import alone, compared_shown, move_tables
from islet.registry.summary.suppression import hidden_together
from islet.registry.sweep import Curve, shown_curve

SYNTHETIC = "Synthetic patients: no epidemiological finding.\n"


def compare_text(found: Comparison, old: KnowledgeBase, new: KnowledgeBase, smallest: int, synthetic: bool) -> str:
    """Return who moves where, option by option."""
    names = " and ".join(f"{base.version} of {base.date} ({base.sha256[:12]})" for base in (old, new))
    lines = [f"{found.patients:,} patients: {names}"]
    tables = move_tables(found.moves, found.patients, "old", "new", smallest)
    hidden = hidden_together(tables.values(), smallest)
    compared = compared_shown(found, tables, hidden, "old", "new", (old.version, new.version), smallest)
    for option in compared.moved:
        lines.append(new.options[option.option].name)
        for flow in option.flows:
            if flow.before != flow.after:
                lines.append(f"  {STAND_WORDS[flow.before]} → {STAND_WORDS[flow.after]}: {_plain(flow.patients)}")
    lines.append(f"patients with at least one other verdict: {_plain(compared.movers)}; nobody moves on {len(compared.unmoved)} options")
    surer, less = sum(found.surer.values()), sum(found.less_sure.values())
    lines.append(f"decisions that became certain: {_plain(alone(surer, smallest))}; that no longer are: {_plain(alone(less, smallest))}")
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
