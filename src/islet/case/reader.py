"""Read a case file into a Case: every value checked against the dictionary, every fault named with its line."""

from __future__ import annotations

import os

from islet.case.dictionary import MEASUREMENTS, SECTIONS, Dictionary, Fact
from islet.case.document import MAX_BYTES, Mapping, Node, describe, is_null
from islet.case.json_text import NotPlainError, read_json
from islet.case.model import Case, fingerprint
from islet.case.read_list import ListReader
from islet.case.read_measurements import read_measurements
from islet.errors import InputError, nearest


def read_case(data: bytes, file: str, dictionary: Dictionary) -> Case:
    """Return the case in `data`, or raise InputError naming file, line, field, what was found and what was expected.

    >>> read_case(b"{}", "x.yaml", Dictionary([], {}, {})).id
    'x'
    """
    if data.lstrip()[:1] == b"{" and len(data) <= MAX_BYTES:
        try:
            return _Reader(file, dictionary).read_root(read_json(data.decode("utf-8")))
        except (NotPlainError, UnicodeDecodeError, InputError):
            pass  # the careful reader below names the fault with its line
    from islet.case.yaml_text import read_document

    return _Reader(file, dictionary).read_root(read_document(data, file))


class _Reader(ListReader):
    def read_root(self, root: Node) -> Case:
        """Return the case of a document's root."""
        if is_null(root):
            raise InputError("there is no case in the document", self.file, 0, "", "an empty case is written {}")
        if not isinstance(root, Mapping):
            expected = "expected the sections " + ", ".join(SECTIONS)
            raise InputError(f"{describe(root)} at the top", self.file, root.line, "", expected)
        return self.read(root)

    def read(self, root: Mapping) -> Case:
        """Return the case of a document."""
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
            elif key == MEASUREMENTS:
                read_measurements(self, node, case)
            elif key in SECTIONS:
                self.section(key, node, case)
            else:
                hint = nearest(key, ("id", "as_of", *SECTIONS, MEASUREMENTS))
                fact = self.dictionary.find(key)
                if fact is not None:
                    hint = f'the fact "{fact.bare}" belongs into the section "{fact.section}"'
                raise self.fault(f'found the unknown section "{key}"', line, key, hint)
        case.given = dict(sorted(case.given.items()))  # the order of the file has no meaning
        case.sha256 = fingerprint(case)
        return case

    def section(self, section: str, node: Node, case: Case) -> None:
        """Read one section into a case."""
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
        """Read one fact into a case."""
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
