"""Read the lists of a case: open and complete lists of members, and the treatments of the history."""

from __future__ import annotations

import math

from islet.case.dictionary import Fact
from islet.case.document import Mapping, Node, Scalar, Sequence, describe, is_null
from islet.case.history import Entry, lower_history
from islet.case.model import Case
from islet.case.read_value import ValueReader
from islet.case.values import ABSENCES, Given
from islet.errors import nearest

LIST_KEYS = ("present", "absent", "others", "on", "source")
RESPONSES = ("complete", "partial", "stable", "progression", "intolerance", "unknown")


class ListReader(ValueReader):
    """Read list facts and the history into a case."""

    def list_fact(self, fact: Fact, node: Node, case: Case) -> None:
        """Read the members of a list fact into a case."""
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
        known = {word: Given(choices=(word,), on=on, source=source) for word in ("yes", "no")}
        for member in fact.values:
            word = "yes" if member in present else "no" if member in absent or others == "none" else None
            if reason:
                case.given[f"{fact.name}.{member}"] = Given(absent=reason)
            elif word is not None:
                case.given[f"{fact.name}.{member}"] = known[word]

    def members(self, fact: Fact, node: Node) -> list[str]:
        """Return known members."""
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
        """Read the history into a case."""
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
        case.history = sorted(entries, key=Entry.rank)
        case.given.update(lower_history(entries, absent, others, self.dictionary))
        case.lists["history"] = {"others": others} | ({"absent": sorted(absent)} if absent else {})

    def entries(self, node: Node) -> list[Entry]:
        """Return the treatments."""
        if not isinstance(node, Sequence):
            raise self.fault(describe(node), node.line, "history", "expected a list")
        known = self.dictionary.by_bare["tried"].values
        read: list[Entry] = []
        for item in node.items:
            if isinstance(item, Scalar):
                item = Mapping({"option": (item.line, item)}, item.line)
            if not isinstance(item, Mapping):
                raise self.fault(describe(item), item.line, "history", "expected {option: ..., response: ...}")
            entry = Entry(option="")
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
                    setattr(entry, key, self.amount(value, where, 40 if key == "cycles" else 600))
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

    def amount(self, node: Node, field: str, most: int) -> float:
        """Return a number of cycles or months."""
        try:
            if not isinstance(node, Scalar) or node.quoted or "_" in node.text or not node.text.isascii():
                raise ValueError
            number = float(node.text)
        except ValueError:
            raise self.fault(describe(node), node.line, field, "expected a number without unit") from None
        if not math.isfinite(number) or not 0 <= number <= most:
            raise self.fault(describe(node), node.line, field, f"possible are 0 to {most}")
        if field == "history.cycles" and not number.is_integer():
            raise self.fault(describe(node), node.line, field, "expected a whole number")
        return number
