"""The summary of a registry as one self-contained page that prints: counts in words, tables and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from islet.case.values import plain_number
from islet.knowledge.base import KnowledgeBase
from islet.present.board import fact_label, short_name
from islet.present.chart import chart
from islet.present.html import TEMPLATES, css_string, environment
from islet.present.pictures import verdict_mark
from islet.present.registry_pictures import Bar, Dot, Segment, intervals, sankey, stacked_bars
from islet.present.text import FOOT
from islet.present.words import VERDICT_WORDS
from islet.registry.moves import STANDS
from islet.registry.summary.model import Compared, FactRow, MovedOption, OptionRow, Shown, Summary, Swept, VerdictCell

STAND_WORDS = {**VERDICT_WORDS, "no_plan": "emergency, no plan"}
HIDDEN = "hidden"
MOST_BARS = 12
_TRIAL_LEGEND = {"fits": "meets all that is encoded", "fits_if": "meets it if what is open turns out well", "not_known": "not known",
                 "fits_not": "does not meet it", "hidden": "hidden"}
_BLOCK_LEGEND = {"settles": "settled by every answer", "may_settle": "settled by some answers", "blocks": "narrowed"}


def registry_page(summary: Summary, base: KnowledgeBase) -> str:
    """Return the page; the same summary gives the same bytes."""
    about = summary.about
    line = f"{about.patients:,} patients · knowledge {about.knowledge_version} ({about.knowledge_sha256[:12]})"
    context: dict[str, Any] = {
        "s": summary, "about": about, "n": about.patients, "css": (TEMPLATES / "style.css").read_text(encoding="utf-8"),
        "more_css": (TEMPLATES / "registry.css").read_text(encoding="utf-8"), "foot": FOOT,
        "print_line": css_string(("SYNTHETIC · " if about.synthetic else "") + line), "print_use": css_string(FOOT),
        "review_due": base.review_due if about.knowledge_sha256 == base.sha256 else "",
        "count": lambda value: _count(value, about.patients), "plain": _plain, "label": lambda name: fact_label(name, base),
        "option_name": lambda name: base.options[name].name if name in base.options else name, "short": short_name, "mark": verdict_mark,
        "stand": STAND_WORDS, "stands": _stands(summary.options), "facts": _facts(summary, base), "members": _members(summary, base),
        "verdict_bars": _verdict_bars(summary, base), "imputed": _imputed(summary, base), "imputed_rows": _imputed_rows(summary),
        "block_bars": _block_bars(summary, base), "trial_bars": _trial_bars(summary),
        "sankeys": [_side_by_side(c) for c in summary.compared],
        "curves": [_curve(curve, number, base) for number, curve in enumerate(summary.swept)], "glance": _glance(summary, base),
        "most_bars": MOST_BARS, "method": summary.imputing, "percent": percent,
    }
    return environment().get_template("registry.html.j2").render(context)


def _plain(value: Shown) -> str:
    return HIDDEN if value is None else f"{value:,}"


def _count(value: Shown, of: int) -> str:
    """Write a count with its share."""
    return HIDDEN if value is None else f"{value:,} ({percent(value, of)})" if of else f"{value:,}"


def percent(part: int, of: int) -> str:
    """Write a share in whole percent, never 0 % of some nor 100 % of not all.

    >>> percent(1, 400), percent(399, 400), percent(1, 4), percent(0, 9)
    ('<1 %', '>99 %', '25 %', '0 %')
    """
    if 0 < part < of:
        share = 100 * part / of
        return "<1 %" if share < 1 else ">99 %" if share > 99 else f"{share:.0f} %"
    return "100 %" if part and part == of else "0 %"


def _stands(options: Iterable[OptionRow]) -> list[str]:
    return [stand for stand in STANDS if any(option.verdicts[stand].patients != 0 for option in options)]


def _glance(summary: Summary, base: KnowledgeBase) -> list[tuple[str, str, str]]:
    """Return the figures at the head of the page: a number, what it counts, and a word more."""
    about = summary.about
    found = [(f"{about.patients:,}", "patients", "synthetic, none of them exists" if about.synthetic else "")]
    if about.rejected_rows:
        found.append((f"{about.rejected_rows:,}", "rows set aside", "a value that cannot be read"))
    if summary.conflicts is not None or summary.conflicting:
        shown = f"below {about.smallest}" if summary.conflicting is None else _plain(summary.conflicting)
        found.append((shown, "conflicting records", "facts that no patient can have together"))
    told = [option.certain for option in summary.options if option.certain is not None]
    if told:
        share = percent(sum(told), about.patients * len(told))
        found.append((share, "of decisions are certain", "whatever the missing facts turn out to be"))
    if summary.blocked is not None and summary.blocked.rows:
        row = summary.blocked.rows[0]
        found.append((fact_label(row.fact, base), "blocks most decisions", _blocks_words(row.patients, summary.blocked.patients)))
    return found


def _blocks_words(patients: Shown, of: int) -> str:
    return "" if patients is None else f"for {percent(patients, of)} of the patients"


def _facts(summary: Summary, base: KnowledgeBase) -> list[dict[str, Any]]:
    """Return the plain facts of table one by section."""
    found: list[dict[str, Any]] = []
    for row in summary.facts:
        if row.name != row.fact:
            continue
        fact = base.space.dictionary.facts[row.fact]
        section = row.name.split(".", 1)[0]
        if not found or found[-1]["section"] != section:
            found.append({"section": section, "rows": []})
        words = [(fact.label(word), count) for word, count in row.words if fact.type == "category" or word == "yes"]
        found[-1]["rows"].append({
            "label": fact_label(row.name, base), "unit": "" if row.name.endswith(f"_{row.unit}") else _unit(row.unit), "row": row,
            "words": words, "quartiles": _quartiles(row), "of": row.known or 0,
        })
    return found


def _unit(unit: str) -> str:
    return "" if unit in ("score", "grade", "ratio", "points", "line", "lines", "stage") else unit


def _quartiles(row: FactRow) -> str:
    if row.quartiles is None:
        return ""
    low, middle, high = (plain_number(float(f"{value:.3g}")) for value in row.quartiles)
    return f"{middle} ({low} to {high})"


def _members(summary: Summary, base: KnowledgeBase) -> list[dict[str, Any]]:
    """Return the lists of table one: each member with yes, no and missing; members that nobody has are only counted."""
    found: dict[str, dict[str, Any]] = {}
    for row in summary.facts:
        if row.name == row.fact:
            continue
        fact = base.space.dictionary.facts[row.fact]
        part = found.setdefault(row.fact, {"label": fact_label(row.fact, base), "rows": [], "none": 0})
        words = dict(row.words)
        if words.get("yes") == 0:
            part["none"] += 1
            continue
        member = row.name[len(row.fact) + 1 :]
        label = fact.label(member)
        label = label if label != member else short_name(member) if member in base.options else member.replace("_", " ")
        part["rows"].append((label, words.get("yes"), words.get("no"), row.missing))
    for part in found.values():
        part["rows"].sort(key=lambda entry: (-(entry[1] or 0), entry[0]))
    return list(found.values())


def _pieces(cells: Sequence[tuple[str, VerdictCell]], total: int) -> tuple[Segment, ...]:
    """Return the pieces of a bar; the settled part of a verdict stands where both parts may be shown."""
    found = []
    for kind, cell in cells:
        if cell.patients:
            found.append(Segment(kind, cell.patients, cell.certain))
    rest = total - sum(int(segment.length) for segment in found)
    return (*found, Segment("hidden", rest, rest)) if rest > 0 else tuple(found)


def _verdict_bars(summary: Summary, base: KnowledgeBase) -> str:
    bars, group = [], ""
    for row in summary.options:
        own = base.options[row.option].group
        heading = str(base.groups[own]["name"]) if own != group else ""
        group = own
        bars.append(Bar(short_name(row.option), _pieces(list(row.verdicts.items()), summary.about.patients), heading))
    legend = {stand: STAND_WORDS[stand] for stand in _stands(summary.options)}
    if any(segment.kind == "hidden" for bar in bars for segment in bar.segments):
        legend["hidden"] = "hidden, too few"
    legend["open"] = "half height: could still change"
    if any(segment.settled is None for bar in bars for segment in bar.segments):
        legend["split"] = "outline: how many are certain is hidden"
    says = "; ".join(f"{short_name(row.option)}: " + ", ".join(f"{STAND_WORDS[k]} {_plain(c.patients)}" for k, c in row.verdicts.items()
                                                              if c.patients != 0) for row in summary.options)
    return stacked_bars(bars, summary.about.patients, legend, "verdicts", "Verdicts by option", says, "patients")


def _imputed(summary: Summary, base: KnowledgeBase) -> str:
    now = {row.option: row.verdicts["recommended"].patients for row in summary.options}
    dots = [
        Dot(short_name(row.option), now.get(row.option), row.estimate, row.low, row.high)
        for row in summary.imputed if row.verdict == "recommended" and row.estimate is not None
    ]
    if not dots:
        return ""
    says = "; ".join(f"{dot.label}: now {_plain(None if dot.now is None else int(dot.now))}, estimated {dot.estimate:.0f}" for dot in dots)
    return intervals(dots, "imputed", "Recommended, now and over the completions", says, "patients for whom it is recommended")


def _imputed_rows(summary: Summary) -> list[tuple[str, dict[str, str]]]:
    found: dict[str, dict[str, str]] = {}
    for row in summary.imputed:
        if row.estimate is None:
            words = HIDDEN
        else:
            words = f"{row.estimate:,.0f}" + ("" if row.low is None or row.high is None else f" ({row.low:,.0f} to {row.high:,.0f})")
        found.setdefault(row.option, {})[row.verdict] = words
    return list(found.items())


def _block_bars(summary: Summary, base: KnowledgeBase) -> str:
    rows = [row for row in (summary.blocked.rows if summary.blocked else ()) if row.blocks][:MOST_BARS]
    if not rows:
        return ""
    bars = []
    for row in rows:
        settles, may, blocks = row.settles or 0, row.may_settle or 0, row.blocks or 0
        pieces = [("settles", settles), ("may_settle", max(may - settles, 0)), ("blocks", blocks - max(may, settles))]
        bars.append(Bar(_shortened(fact_label(row.fact, base), 25), tuple(Segment(kind, size, size) for kind, size in pieces if size)))
    says = "; ".join(f"{fact_label(row.fact, base)}: {row.blocks} decisions" for row in rows)
    legend = _BLOCK_LEGEND if any(row.settles is not None for row in rows) else {"blocks": "blocked"}
    return stacked_bars(bars, max(row.blocks or 0 for row in rows) * 1.02, legend, "blocking", "What blocks decisions", says, "decisions")


def _shortened(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _trial_bars(summary: Summary) -> str:
    if not summary.trials:
        return ""
    bars, total = [], summary.about.patients
    for trial in summary.trials:
        pieces = [("fits", trial.fits), ("fits_if", trial.fits_if), ("not_known", trial.not_known), ("fits_not", trial.fits_not)]
        shown = [Segment(kind, count, count) for kind, count in pieces if count]
        rest = total - sum(int(segment.length) for segment in shown)
        if rest > 0:
            shown.insert(len(shown) - bool(trial.fits_not), Segment("hidden", rest, rest))
        bars.append(Bar(_shortened(trial.name.split(" (")[0], 25), tuple(shown)))
    says = "; ".join(f"{trial.name}: meets {_plain(trial.fits)}, if {_plain(trial.fits_if)}" for trial in summary.trials)
    return stacked_bars(bars, total, _TRIAL_LEGEND, "trials", "How the patients stand to the trials", says, "patients")


def _side_by_side(compared: Compared) -> dict[str, Any]:
    return {"compared": compared, "moved": [(option, _sankey(option, compared, n)) for n, option in enumerate(compared.moved)]}


def _sankey(option: MovedOption, compared: Compared, number: int) -> str:
    sides = []
    for counts in (option.before, option.after):
        sides.append([(k, f"{STAND_WORDS[k]} {v:,}", float(v)) for k, v in counts.items() if v])
    flows = [(f.before, f.after, float(f.patients)) for f in option.flows
             if f.patients and option.before[f.before] and option.after[f.after]]
    moved = [f for f in flows if f[0] != f[1]]
    if not moved:
        return ""
    says = "; ".join(f"{STAND_WORDS[one]} to {STAND_WORDS[other]}: {size:.0f}" for one, other, size in moved)
    name = f"moves-{number}-{option.option}"
    return sankey(sides[0], sides[1], flows, (compared.old, compared.new), name, f"Who moves: {short_name(option.option)}", says)


def _curve(curve: Swept, number: int, base: KnowledgeBase) -> dict[str, Any]:
    label = fact_label(curve.fact, base)
    xs = [point.value for point in curve.points]
    drawn = ""
    if len(xs) > 1:
        moved = [point.moved for point in curve.points]
        now = [point for point in curve.points if point.value == curve.present]
        points = [{"label": "values decided", "x": xs, "y": moved}]
        points += [{"label": "as it stands", "x": [p.value for p in now], "y": [p.moved for p in now]}] if now else []
        says = "; ".join(f"at {point.value:g}: {point.moved} move" for point in curve.points)
        drawn = chart({"x": {"label": f"{label}, {_unit(curve.unit)}".rstrip(", ")}, "y": {"label": "patients with another verdict"},
                       "lines": [{"label": "another verdict than now", "x": xs, "y": moved}], "points": points},
                      f"curve-{number}", f"{short_name(curve.option)} as the threshold moves", says)
    criterion = base.criterion(curve.criterion)
    rows = [(f"{point.value:g}", point.value == curve.present, point.moved, point.counts) for point in curve.points]
    return {"curve": curve, "label": label, "drawn": drawn, "text": f"{criterion.text.rstrip('.')}." if criterion else "", "rows": rows}
