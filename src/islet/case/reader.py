"""Read a case file into a Case: every value checked against the dictionary, every fault named with its line."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re

from islet.case.dictionary import SECTIONS, Dictionary, Fact
from islet.case.document import Mapping, Node, Scalar, Sequence, describe, is_null, read_document
from islet.case.history import Entry, lower_history
from islet.case.values import ABSENCES, Given, Range, given_json, plain_number
from islet.errors import InputError, nearest

NUMBER_KEYS = ("between", "below", "above", "at_least", "at_most", "one_of")
VALUE_KEYS = (*NUMBER_KEYS, "value", "values", "absent", "on", "source")
LIST_KEYS = ("present", "absent", "others", "on", "source")
RESPONSES = ("complete", "partial", "stable", "progression", "intolerance", "unknown")
_IN_LISTS = ("history.", "health.comorbidities.", "extent.extrahepatic.")  # told by `history` and `lists` below
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$", re.ASCII)


class Case:
    """Hold one patient as the file says, checked: variable name -> Given, plus what is not a variable."""

    __slots__ = ("as_of", "file", "given", "goal", "history", "id", "lists", "refuses", "sha256")

    def __init__(self, id: str, as_of: str | None, file: str = "") -> None:
        self.id, self.as_of, self.file = id, as_of, file
        self.given: dict[str, Given] = {}
        self.history: list[Entry] | None = None
        self.refuses: tuple[str, ...] = ()
        self.goal: str | None = None
        self.lists: dict[str, dict[str, object]] = {}
        self.sha256 = ""

    def copy(self) -> Case:
        """Return a case of its own with the same content."""
        other = Case(self.id, self.as_of, self.file)
        other.given, other.lists = dict(self.given), dict(self.lists)
        other.history, other.refuses, other.goal, other.sha256 = self.history, self.refuses, self.goal, self.sha256
        return other


def read_case(data: bytes, file: str, dictionary: Dictionary) -> Case:
    """Return the case in `data`, or raise InputError naming file, line, field, what was found and what was expected.

    >>> read_case(b"{}", "x.yaml", Dictionary([], {}, {})).id
    'x'
    """
    root = read_document(data, file)
    if is_null(root):
        raise InputError("there is no case in the document", file, 0, "", "an empty case is written {}")
    if not isinstance(root, Mapping):
        raise InputError(f"{describe(root)} at the top", file, root.line, "", "expected the sections " + ", ".join(SECTIONS))
    return _Reader(file, dictionary).read(root)


class _Reader:
    def __init__(self, file: str, dictionary: Dictionary) -> None:
        self.file, self.dictionary = file, dictionary

    def fault(self, found: str, line: int, field: str, expected: str = "") -> InputError:
        return InputError(found, self.file, line, field, expected)

    def read(self, root: Mapping) -> Case:
        stem = os.path.splitext(os.path.basename(self.file))[0] if self.file not in ("-", "<stdin>") else "stdin"
        case = Case(id=stem, as_of=None, file=self.file)
        for key, (line, node) in root.entries.items():
            if key == "id":
                if not is_null(node):
                    case.id = self.word(node, "id")
            elif key == "as_of":
                case.as_of = None if is_null(node) else self.date(node, "as_of")
            elif key == "history":
                self.history(node, case)
            elif key in SECTIONS:
                self.section(key, node, case)
            else:
                hint = nearest(key, ("id", "as_of", *SECTIONS))
                fact = self.dictionary.find(key)
                if fact is not None:
                    hint = f'the fact "{fact.bare}" belongs into the section "{fact.section}"'
                raise self.fault(f'found the unknown section "{key}"', line, key, hint)
        case.sha256 = fingerprint(case)
        return case

    def section(self, section: str, node: Node, case: Case) -> None:
        if is_null(node):
            return
        if not isinstance(node, Mapping):
            raise self.fault(describe(node), node.line, section, "expected facts as name: value")
        own = {fact.bare: fact for fact in self.dictionary.by_section[section]}
        for key, (line, value) in node.entries.items():
            fact = own.get(key)
            if fact is None:
                elsewhere = self.dictionary.find(key)
                hint = (
                    f'"{elsewhere.bare}" belongs into the section "{elsewhere.section}"'
                    if elsewhere is not None
                    else nearest(key, own)
                )
                raise self.fault(f'found the unknown fact "{key}"', line, f"{section}.{key}", hint)
            self.fact(fact, value, case)

    def fact(self, fact: Fact, node: Node, case: Case) -> None:
        if is_null(node):
            return
        if fact.bare == "weights":
            return
        if fact.type == "list":
            self.list_fact(fact, node, case)
            return
        given = self.value(fact, node)
        if fact.section == "preferences":
            if fact.bare == "goal" and given.choices:
                case.goal = given.choices[0]
            return
        case.given[fact.name] = given

    def value(self, fact: Fact, node: Node) -> Given:
        if isinstance(node, Scalar):
            return self.plain(fact, node)
        if not isinstance(node, Mapping):
            raise self.fault(describe(node), node.line, fact.name, "expected one value; several are written {values: [...]}")
        for key, (line, _) in node.entries.items():
            if key not in VALUE_KEYS:
                raise self.fault(f'found the unknown key "{key}"', line, fact.name, nearest(key, VALUE_KEYS))
        on, source = self.about(fact.name, node)
        entries = node.entries
        if "absent" in entries:
            word = self.word(entries["absent"][1], fact.name)
            if word not in ABSENCES:
                raise self.fault(f'found absent: "{word}"', entries["absent"][0], fact.name, nearest(word, ABSENCES))
            self.only(fact, node, "absent")
            return Given(absent=word, on=on, source=source, line=node.line)
        if "values" in entries:
            self.only(fact, node, "values")
            return self.several(fact, entries["values"][1], on, source)
        if "value" in entries:
            self.only(fact, node, "value")
            inner = entries["value"][1]
            if is_null(inner):
                return Given(on=on, source=source, line=node.line)
            given = self.value(fact, inner)
            return Given(given.ranges, given.choices, given.absent, on or given.on, source or given.source, node.line, given.several)
        return self.partial(fact, node, on, source)

    def only(self, fact: Fact, node: Mapping, key: str) -> None:
        for other, (line, _) in node.entries.items():
            if other not in (key, "on", "source"):
                raise self.fault(f'found "{other}" beside "{key}"', line, fact.name, "expected one of the two")

    def about(self, field: str, node: Mapping) -> tuple[str | None, str | None]:
        on = source = None
        if "on" in node.entries and not is_null(node.entries["on"][1]):
            on = self.date(node.entries["on"][1], f"{field}.on")
        if "source" in node.entries and not is_null(node.entries["source"][1]):
            source = self.word(node.entries["source"][1], f"{field}.source")
        return on, source

    def several(self, fact: Fact, node: Node, on: str | None, source: str | None) -> Given:
        if not isinstance(node, Sequence) or not node.items:
            raise self.fault(describe(node), node.line, fact.name, "expected a list of measurements")
        read = [self.value(fact, item) for item in node.items if not is_null(item)]
        known = [given for given in read if given.known()]
        known.sort(key=lambda given: (json.dumps(given_json(given, False)), given.on or "", given.source or ""))
        if not known:
            return Given(on=on, source=source, line=node.line)
        first = known[0]
        if all((g.ranges, g.choices) == (first.ranges, first.choices) for g in known):
            return Given(first.ranges, first.choices, None, on or first.on, source or first.source, node.line)
        return Given(on=on, source=source, line=node.line, several=tuple(known))

    def partial(self, fact: Fact, node: Mapping, on: str | None, source: str | None) -> Given:
        entries = {key: pair for key, pair in node.entries.items() if key in NUMBER_KEYS}
        if not entries:
            return Given(on=on, source=source, line=node.line)
        if "one_of" in entries:
            if len(entries) > 1:
                raise self.fault('found "one_of" beside another bound', node.line, fact.name, "expected one of the two")
            listed = entries["one_of"][1]
            if not isinstance(listed, Sequence) or not listed.items:
                raise self.fault(describe(listed), listed.line, fact.name, "expected a list of possible values")
            parts = [self.plain(fact, item) for item in listed.items]
            if fact.type == "number":
                ranges = tuple(sorted({r for part in parts for r in part.ranges or ()}, key=lambda r: r.low))
                return Given(ranges=ranges, on=on, source=source, line=node.line)
            words = {word for part in parts for word in part.choices or ()}
            order = list(fact.values) if fact.type == "category" else ["no", "yes"]
            return Given(choices=tuple(w for w in order if w in words), on=on, source=source, line=node.line)
        if fact.type != "number":
            key, (line, _) = next(iter(entries.items()))
            raise self.fault(f'found "{key}" for a fact that is not a number', line, fact.name, 'expected a value or {one_of: [...]}')
        low, high, low_open, high_open = -math.inf, math.inf, False, False
        if "between" in entries:
            pair = entries["between"][1]
            if not isinstance(pair, Sequence) or len(pair.items) != 2 or len(entries) > 1:
                raise self.fault(describe(pair), pair.line, fact.name, "expected {between: [low, high]} and no other bound")
            low, high = (self.number(fact, item) for item in pair.items)
        for key, (line, bound) in entries.items():
            if key in ("above", "at_least"):
                if low != -math.inf:
                    raise self.fault("found two lower bounds", line, fact.name, "expected one")
                low, low_open = self.number(fact, bound), key == "above"
            elif key in ("below", "at_most"):
                if high != math.inf:
                    raise self.fault("found two upper bounds", line, fact.name, "expected one")
                high, high_open = self.number(fact, bound), key == "below"
        found = Range(low, high, low_open, high_open)
        if found.empty():
            raise self.fault(
                f"found the reversed interval {plain_number(low)} to {plain_number(high)}", node.line, fact.name, "expected low, then high"
            )
        assert fact.possible is not None
        least, most = fact.possible
        if Range(max(low, least), min(high, most), low_open and low >= least, high_open and high <= most).empty():
            raise self.fault(f"found {found.text()}", node.line, fact.name, f"possible are {_span(fact)}")
        if fact.whole and not found.holds_whole_number():
            raise self.fault(f"found {found.text()}", node.line, fact.name, "no whole number lies in it")
        return Given(ranges=(found,), on=on, source=source, line=node.line)

    def plain(self, fact: Fact, node: Node) -> Given:
        if not isinstance(node, Scalar):
            raise self.fault(describe(node), node.line, fact.name, f"expected {_kind(fact)}")
        if fact.type == "number":
            number = self.number(fact, node)
            return Given(ranges=(Range(number, number),), line=node.line)
        if fact.type == "boolean":
            word = node.text.lower()
            if node.quoted or word not in ("true", "false", "yes", "no"):
                raise self.fault(describe(node), node.line, fact.name, "expected true or false; leave it out if it is not known")
            return Given(choices=("yes" if word in ("true", "yes") else "no",), line=node.line)
        if node.text not in fact.values:
            raise self.fault(describe(node), node.line, fact.name, nearest(node.text, fact.values))
        return Given(choices=(node.text,), line=node.line)

    def number(self, fact: Fact, node: Node) -> float:
        expected = f"expected a number in {fact.unit}, {_span(fact)}, without the unit"
        if not isinstance(node, Scalar) or node.quoted:
            raise self.fault(describe(node), node.line, fact.name, expected)
        try:
            number = float(node.text)
        except ValueError:
            raise self.fault(describe(node), node.line, fact.name, expected) from None
        if "_" in node.text or not node.text.isascii() or not math.isfinite(number):
            raise self.fault(describe(node), node.line, fact.name, expected)
        if fact.whole and not number.is_integer():
            raise self.fault(describe(node), node.line, fact.name, f"expected a whole number, {_span(fact)}")
        assert fact.possible is not None
        if not fact.possible[0] <= number <= fact.possible[1]:
            raise self.fault(describe(node), node.line, fact.name, f"possible are {_span(fact)} {fact.unit}")
        return number

    def list_fact(self, fact: Fact, node: Node, case: Case) -> None:
        present: list[str] = []
        absent: list[str] = []
        others = "unknown"
        reason: str | None = None
        on = source = None
        if isinstance(node, Sequence):
            present = self.members(fact, node)
            others = "none" if fact.plain_list == "complete" or not present else "unknown"
        elif isinstance(node, Mapping):
            for key, (line, _) in node.entries.items():
                if key not in LIST_KEYS:
                    raise self.fault(f'found the unknown key "{key}"', line, fact.name, nearest(key, LIST_KEYS))
            on, source = self.about(fact.name, node)
            for key, (line, value) in node.entries.items():
                if key == "present" and not is_null(value):
                    present = self.members(fact, value)
                elif key == "absent" and isinstance(value, Scalar) and not is_null(value):
                    if value.text not in ABSENCES:
                        raise self.fault(describe(value), line, fact.name, "expected a list, or one of " + ", ".join(ABSENCES))
                    reason = value.text
                elif key == "absent" and not is_null(value):
                    absent = self.members(fact, value)
                elif key == "others" and not is_null(value):
                    others = self.word(value, fact.name)
                    if others not in ("none", "unknown"):
                        raise self.fault(f'found others: "{others}"', line, fact.name, "expected none or unknown")
            both = sorted(set(present) & set(absent))
            if both:
                raise self.fault(f'"{both[0]}" is both present and absent', node.line, fact.name, "expected one of the two")
        else:
            raise self.fault(describe(node), node.line, fact.name, "expected a list; [] means looked for, none")
        if fact.section == "preferences":
            case.refuses = tuple(sorted(set(present)))
            return
        shown: dict[str, object] = {"present": sorted(set(present)), "absent": sorted(set(absent)), "others": others}
        if reason:
            shown = {"absent": reason}
        case.lists[fact.name] = shown | ({"on": on} if on else {}) | ({"source": source} if source else {})
        known = {word: Given(choices=(word,), line=node.line, on=on, source=source) for word in ("yes", "no")}
        for member in fact.values:
            word = "yes" if member in present else "no" if member in absent or others == "none" else None
            if reason:
                case.given[f"{fact.name}.{member}"] = Given(absent=reason, line=node.line)
            elif word is not None:
                case.given[f"{fact.name}.{member}"] = known[word]

    def members(self, fact: Fact, node: Node) -> list[str]:
        if not isinstance(node, Sequence):
            raise self.fault(describe(node), node.line, fact.name, "expected a list; [] means looked for, none")
        words = []
        for item in node.items:
            word = self.word(item, fact.name)
            if word not in fact.values:
                raise self.fault(f'found the unknown member "{word}"', item.line, fact.name, nearest(word, fact.values))
            words.append(word)
        return words

    def history(self, node: Node, case: Case) -> None:
        if is_null(node):
            return
        others = "none"
        if isinstance(node, Mapping):
            unknown = [(k, line) for k, (line, _) in node.entries.items() if k not in ("present", "absent", "others")]
            if unknown:
                key, line = unknown[0]
                raise self.fault(f'found the unknown key "{key}"', line, "history", nearest(key, ("present", "absent", "others")))
            others = "unknown"
            if "others" in node.entries:
                others = self.word(node.entries["others"][1], "history")
                if others not in ("none", "unknown"):
                    raise self.fault(f'found others: "{others}"', node.entries["others"][0], "history", "expected none or unknown")
        entries: list[Entry] = []
        absent: list[str] = []
        if isinstance(node, Mapping):
            if "present" in node.entries and not is_null(node.entries["present"][1]):
                entries = self.entries(node.entries["present"][1])
            if "absent" in node.entries and not is_null(node.entries["absent"][1]):
                listed = node.entries["absent"][1]
                if isinstance(listed, Scalar):
                    return
                absent = self.members(self.dictionary.by_bare["tried"], listed)
        elif isinstance(node, Sequence):
            entries = self.entries(node)
        else:
            raise self.fault(describe(node), node.line, "history", "expected a list; [] means no treatment so far")
        case.history = entries
        case.given.update(lower_history(entries, absent, others, self.dictionary, node.line))
        case.lists["history"] = {"others": others} | ({"absent": sorted(absent)} if absent else {})

    def entries(self, node: Node) -> list[Entry]:
        if not isinstance(node, Sequence):
            raise self.fault(describe(node), node.line, "history", "expected a list")
        known = self.dictionary.by_bare["tried"].values
        read: list[Entry] = []
        for item in node.items:
            if isinstance(item, Scalar):
                item = Mapping({"option": (item.line, item)}, item.line)
            if not isinstance(item, Mapping):
                raise self.fault(describe(item), item.line, "history", "expected {option: ..., response: ...}")
            entry = Entry(option="", line=item.line)
            for key, (line, value) in item.entries.items():
                where = f"history.{key}"
                if is_null(value):
                    continue
                if key == "option":
                    entry.option = self.word(value, where)
                    if entry.option not in known:
                        raise self.fault(f'found the unknown option "{entry.option}"', line, where, nearest(entry.option, known))
                elif key == "response":
                    entry.response = self.word(value, where)
                    if entry.response not in RESPONSES:
                        raise self.fault(f'found response: "{entry.response}"', line, where, nearest(entry.response, RESPONSES))
                elif key in ("cycles", "months", "months_since"):
                    setattr(entry, key, self.amount(value, where))
                elif key == "on":
                    entry.on = self.date(value, where)
                elif key in ("source", "note"):
                    setattr(entry, key, self.word(value, where))
                else:
                    valid = ("option", "response", "cycles", "months", "months_since", "on", "source", "note")
                    raise self.fault(f'found the unknown key "{key}"', line, where, nearest(key, valid))
            if not entry.option:
                raise self.fault("an entry names no option", item.line, "history", "expected {option: ...}")
            read.append(entry)
        return read

    def amount(self, node: Node, field: str) -> float:
        try:
            if not isinstance(node, Scalar) or node.quoted or "_" in node.text or not node.text.isascii():
                raise ValueError
            number = float(node.text)
        except ValueError:
            raise self.fault(describe(node), node.line, field, "expected a number without unit") from None
        if not math.isfinite(number) or not 0 <= number <= 600:
            raise self.fault(describe(node), node.line, field, "possible are 0 to 600")
        if field == "history.cycles" and not number.is_integer():
            raise self.fault(describe(node), node.line, field, "expected a whole number")
        return number

    def word(self, node: Node, field: str) -> str:
        if not isinstance(node, Scalar) or is_null(node):
            raise self.fault(describe(node), node.line, field, "expected one word or text")
        if len(node.text) > 500:
            raise self.fault(f"found a text of {len(node.text)} characters", node.line, field, "at most 500 are read")
        return node.text

    def date(self, node: Node, field: str) -> str:
        text = self.word(node, field)
        if not _DATE.match(text):
            raise self.fault(f'found "{text}"', node.line, field, "expected a date as 2026-03-02")
        year, month, day = (int(part) for part in text.split("-"))
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
        if not (year >= 1 and 1 <= month <= 12 and 1 <= day <= days[month - 1]):
            raise self.fault(f'found "{text}"', node.line, field, "no such day in the calendar")
        return text


def fingerprint(case: Case) -> str:
    """Return the SHA-256 of what the case says, whatever the order and the format of the file."""
    content = {
        "id": case.id,
        "as_of": case.as_of,
        "given": {
            name: [
                [given_json(one, False), one.absent, one.on, one.source] for one in (given.several or (given,))
            ]
            for name, given in case.given.items()
            if not name.startswith(_IN_LISTS) and (given.known() or given.absent or given.several)
        },
        "lists": case.lists,
        "history": None if case.history is None else sorted(json.dumps(e.as_json(), sort_keys=True) for e in case.history),
        "refuses": case.refuses,
        "goal": case.goal,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _span(fact: Fact) -> str:
    assert fact.possible is not None
    return f"{plain_number(fact.possible[0])} to {plain_number(fact.possible[1])}"


def _kind(fact: Fact) -> str:
    return {
        "number": f"a number in {fact.unit}",
        "boolean": "true or false",
        "category": "one of " + ", ".join(fact.values),
    }.get(fact.type, fact.type)
