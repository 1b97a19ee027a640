"""Rules of telling a risk, each as a function that names what breaks it (IPDAS 2021 on probabilities; Making Numbers Meaningful 2025)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from islet.present.patient import ROWS, Line

MAY_DO, MAY_GO_WRONG, NUMBERS, HOW_SURE = (ROWS[index] for index in (3, 4, 5, 7))
COUNTED = (MAY_DO, MAY_GO_WRONG, NUMBERS)
SMALL_STUDY = 130  # up to here the people of one study may be told as they were counted: "3 of 9 people"
_PEOPLE = re.compile(r"\b(\d+)(?: (?:to|or|and) (\d+))? out of (100|1000) people\b")
_OTHERS = re.compile(r"Where it is (\d+)(?: to (\d+))? out of (\d+) people, for the other (\d+)(?: to (\d+))? it was not so\.")
_RELATIVE = re.compile(
    r"\b(times (as|more|less)|twice|half as|hal(f|ve)s? the (risk|chance)|percent|(reduc|doubl)\w+ (the|your) (risk|chance)|hazard|odds|"
    r"relative|risk ratio|HR|RR)\b|%", re.I)
_SHARE = re.compile(
    r"\b(\d+(?:\.\d+)?)(?: (?:to|or|and) (\d+(?:\.\d+)?))? (out of|of|in) (\d[\d ]*\d|\d)\b"
    r"(?! (?:points|mm|cm|months|years|weeks))")
_CHANCE = re.compile(
    r"\b(rare(ly)?|uncommon|common(ly)?|unlikely|likely|probabl[ey]|improbable|frequent(ly)?|"
    r"(high|higher|low|lower|small|good|great|slight) (risk|chance))\b", re.I)
_COUNT = re.compile(r"\d|\b(no|a) number\b|not know", re.I)
_AGAINST = re.compile(
    r"\b(against|[Ww]ith (a|the|an|everolimus|sunitinib|temozolomide)\b[^.]* it (is|was)|[Ww]ithout [^.]* it (is|was))")
_SPAN = re.compile(
    r"\b(months?|years?|weeks?|days?|within|during|while on|over the|long term|in hospital|in (a|one|the|one more|another) "
    r"(\w+ )?(trial|study)|after (removal|the operation|cutting)|(study|trial) (looked|held|had))\b", re.I)
_INTERVAL = re.compile(r"±|\bCI\b|confidence|\binterval\b|\b9[05] ?%|\(\d+(\.\d+)? to \d|p ?[<=] ?0")
_DECIMAL = re.compile(r"\d\.\d+(?: (?:to|or|and) [\d.]+)? (?:out of \d+ people|people)")
_HOLE = re.compile(r"\b(None(?! (?:of|had))|nan|n/a|N/A|TBD|null|undefined)\b|\{|\}|\[\]|^\W*$|_")
_MEDIAN = re.compile(r"\b(median|mean survival|average survival|progression-free|PFS|OS)\b", re.I)
_HALF = re.compile(r"\b[Hh]alf of (the people|them|those)\b(?:(?!within)[^.]|\.\d)*\b(months|years)\b")
_UNSURE = ("other people", "other tumours", "Only some of the people")
_CERTAINTY = re.compile(r": (none|very low|low|moderate|high)\. ")


class Row(NamedTuple):
    """Hold one row of one option as it is shown, with the axes of evidence of the option."""

    option: str
    title: str
    lines: tuple[Line, ...]
    axes: dict[str, Any]

    @property
    def text(self) -> str:
        """Return the row as one text."""
        return " ".join(line.text for line in self.lines)


Rule = Callable[[Row], Iterator[str]]


def absolute_only(row: Row) -> Iterator[str]:
    """R1: no relative effect and no per cent stands before a patient."""
    yield from (line.text for line in row.lines if _RELATIVE.search(line.text))


def out_of_100(row: Row) -> Iterator[str]:
    """R2: shares are "X out of 100"; 1000 only below 1 out of 100; a small study may be told as counted."""
    for line in row.lines:
        for share in _SHARE.finditer(line.text):
            whole = int(share[4].replace(" ", ""))
            top = float(share[2] or share[1])
            told = share[3] == "out of" and (whole == 100 or (whole == 1000 and top < 10))
            counted = share[3] == "of" and whole <= SMALL_STUDY and whole not in (100, 1000)
            if not told and not counted:
                yield line.text


def no_bare_chance(row: Row) -> Iterator[str]:
    """R3: never "1 in X", and no word of chance without its number or the words that nobody has one."""
    if row.title == HOW_SURE:
        return
    for line in row.lines:
        if re.search(r"\b\d+ in \d+\b(?! (?:months|years|weeks))", line.text):
            yield line.text
        if _CHANCE.search(line.text) and not _COUNT.search(line.text):
            yield line.text


def span_named(row: Row) -> Iterator[str]:
    """R4: where two groups are held against each other, the sentences name the time or the study they were seen in."""
    if row.title in COUNTED:
        for line in row.lines:
            if _PEOPLE.search(line.text) and _AGAINST.search(line.text) and not _SPAN.search(line.text):
                yield line.text


def whose_number(row: Row) -> Iterator[str]:
    """R5: a number of people says whose it is: its source stands beside it."""
    if row.title in COUNTED:
        yield from (line.text for line in row.lines if _PEOPLE.search(line.text) and not line.sources and not _OTHERS.search(line.text))


def both_frames(row: Row) -> Iterator[str]:
    """R6: a row with a number of people also says for how many it was not so, and the two add up."""
    if row.title not in COUNTED:
        return
    first = next((found for line in row.lines if not _OTHERS.search(line.text) for found in [_PEOPLE.search(line.text)] if found), None)
    other = next((found for line in row.lines for found in [_OTHERS.search(line.text)] if found), None)
    if first is None:
        return
    if other is None:
        yield row.text
        return
    low, high, whole, rest, most = (int(part) if part else None for part in other.groups())
    if low != int(first[1]) or whole != int(first[3]) or low + (most or rest) != whole or (high or low) + rest != whole:
        yield other[0]


def plain_range(row: Row) -> Iterator[str]:
    """R8: how sure a number is stands in plain words, without ±, interval or p; how sure all is has one of five words."""
    yield from (line.text for line in row.lines if _INTERVAL.search(line.text))
    if row.title == HOW_SURE and row.axes and not _CERTAINTY.search(row.text):
        yield row.text


def whole_people(row: Row) -> Iterator[str]:
    """R9: people are whole."""
    yield from (line.text for line in row.lines if _DECIMAL.search(line.text))


def no_hole(row: Row) -> Iterator[str]:
    """R10: where nothing is known it says so; no row is empty and no machine's word is shown."""
    if not row.lines:
        yield f"{row.option} {row.title}: empty"
    yield from (line.text or "empty" for line in row.lines if _HOLE.search(line.text))


def indirect_flagged(row: Row) -> Iterator[str]:
    """R11: evidence from other tumours is flagged."""
    if row.title == HOW_SURE and row.axes.get("applicability") in ("indirect", "mixed") and not any(w in row.text for w in _UNSURE):
        yield row.text


def other_half(row: Row) -> Iterator[str]:
    """R12: a median is told as half of the people, with a word on the other half."""
    yield from (line.text for line in row.lines if _MEDIAN.search(line.text))
    if row.title in COUNTED and _HALF.search(row.text) and "for the other half the time was shorter" not in row.text:
        yield row.text


def pictures_told(page: str) -> Iterator[str]:
    """R7: every picture has a title or is hidden from readers of the screen, and none carries its meaning by colour alone."""
    for picture in re.findall(r"<svg.*?</svg>", page, re.S):
        hidden = 'aria-hidden="true"' in picture
        if not hidden and not ("<title" in picture and ("<desc" in picture or 'role="img"' in picture)):
            yield picture[:200]


RULES: dict[str, Rule] = {
    "R1": absolute_only, "R2": out_of_100, "R3": no_bare_chance, "R4": span_named, "R5": whose_number, "R6": both_frames,
    "R8": plain_range, "R9": whole_people, "R10": no_hole, "R11": indirect_flagged, "R12": other_half,
}


def findings(rows: Sequence[Row]) -> list[str]:
    """Return what breaks a rule: the rule, the option, the row and the text."""
    return [f"{name} {row.option}, {row.title}: {text}" for row in rows for name, rule in RULES.items() for text in rule(row)]
