"""Check the calculators of `estimates/` and compile them: conditions to trees, formulas to code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from islet.case.arithmetic import check_formula, compile_formula
from islet.case.dictionary import Dictionary
from islet.errors import InputError, nearest
from islet.knowledge.build_options import Options, check_sources
from islet.knowledge.folder import Folder
from islet.knowledge.yaml_data import Checker, Map, Seq
from islet.rules.language import And, Atom, Expression, Not, parse_rule

KINDS = ("formula", "cases", "checklist", "table", "run")
ROOMS = ("prrt", "radioembolisation", "imaging", "ablation", "survival")
_REQUIRED = {"options": Seq, "name": str, "what": str, "use": str, "pitfalls": Seq, "text": str, "cannot_say": str, "sources": Seq}
_MORE = {
    "unit": str, "decimals": int, "when": str, "by": Map, "let": Map, "formula": object, "interval": Map, "valid": Map, "plain": str,
    "method": str, "assumptions": Seq, "vectors": Seq, "cases": Seq, "checklist": Seq, "table": Seq, "run": Map,
    "research": bool, "limits": Seq, "dose": bool, "population": Seq, "silent": Seq, "instead": Map,
}
_CASE = {"when": str, "interval": Seq, "interval_is": str, "text": str, "plain": str, "sources": Seq}
_ROW = {"when": str, "value": object, "formula": object, "unit": str, "decimals": int, "text": str, "sources": Seq, "valid": Map}
_SHAPES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "cases": ({"value": object}, _CASE), "checklist": ({"item": str, "when": str}, {"text": str, "sources": Seq}),
    "table": ({"what": str}, _ROW),
}
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")

Tree = tuple[Any, ...]


def build_estimates(
    folder: Folder, dictionary: Dictionary, constants: dict[str, dict[str, Any]], options: Options, check: Checker
) -> list[dict[str, Any]]:
    """Return every calculator as plain data that can be stored; faults are collected."""
    return _Builder(folder, dictionary, constants, options, check).build()


class _Builder:
    def __init__(
        self, folder: Folder, dictionary: Dictionary, constants: dict[str, dict[str, Any]], options: Options, check: Checker
    ) -> None:
        self.measures = dictionary.measures
        self.folder, self.constants, self.options, self.check = folder, constants, options, check
        scalars = [m.fact for m in dictionary.measures.values() if m.fact.type in ("number", "category", "boolean")]
        self.wide = Dictionary([*dictionary.facts.values(), *scalars], dictionary.options, dictionary.groups)
        self.numbers = {fact.bare: fact.name for fact in self.wide.facts.values() if fact.type == "number"}

    def build(self) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for name, data in self.folder.under("estimates").items():
            file = str(self.folder.path / name)
            entries = data.get("estimates") if isinstance(data, Map) else None
            if not isinstance(entries, Map):
                self.check.fault("found no estimates", file, 1, "estimates")
                continue
            for ident, entry in entries.items():
                if ident in found:
                    self.check.fault(f'the estimate "{ident}" is defined twice', file, entries.lines[ident], ident)
                elif self.check.shape(entry, file, ident, _REQUIRED, _MORE):
                    try:
                        found[ident] = self.entry(ident, entry, file)
                    except InputError as error:
                        self.check.errors.append(error)
        return list(found.values())

    def entry(self, ident: str, entry: Map, file: str) -> dict[str, Any]:
        kinds = [kind for kind in KINDS if entry.get(kind) is not None]
        if len(kinds) != 1:
            raise InputError(f"found {', '.join(kinds) or 'none'}", file, entry.line, ident, "expected exactly one of " + ", ".join(KINDS))
        for option in entry["options"]:
            if option not in self.options.options:
                raise InputError(f'unknown option "{option}"', file, entry.line, ident, nearest(str(option), self.options.options))
        check_sources(entry["sources"], file, entry.line, ident, self.options, self.check)
        by, names = self.by(ident, entry, file)
        interval = entry.get("interval") or {}
        data: dict[str, Any] = {
            "id": ident, "kind": kinds[0], "options": list(entry["options"]), "name": entry["name"], "unit": entry.get("unit") or "",
            "decimals": entry.get("decimals"), "when": self.tree(entry.get("when"), file, entry.line, ident), "by": by,
            "valid": self.valid(ident, entry.get("valid"), entry.get("let") or {}, file),
            "text": entry["text"], "plain": entry.get("plain") or "",
            "method": entry.get("method") or "", "assumptions": list(entry.get("assumptions") or ()),
            "cannot_say": entry.get("cannot_say") or "", "sources": [dict(s) for s in entry["sources"]],
            "research": bool(entry.get("research")), "dose": bool(entry.get("dose")),
            "limits": [self.limit(item, file, ident) for item in entry.get("limits") or ()],
            "population": [self.condition(item, {"plain": str}, file, ident) for item in entry.get("population") or ()],
            "silent": [self.condition(item, {}, file, ident) for item in entry.get("silent") or ()],
            "interval_is": interval.get("is") or "", "parts": [], "instead": self.instead(ident, entry, file),
        }
        let = {str(key): str(text) for key, text in (entry.get("let") or {}).items()}
        names |= set(let)
        data["let"] = [(key, self.formula(text, names, let, by, file, entry.line, ident)) for key, text in let.items()]
        data["written"] = " ; ".join([f"{key} = {text}" for key, text in let.items()] + [str(entry.get("formula") or "")]).strip(" ;")
        if kinds[0] == "formula":
            data["formula"] = self.formula(entry["formula"], names, let, by, file, entry.line, ident)
            data["low"] = self.formula(interval.get("low"), names | {"value"}, let, by, file, entry.line, ident)
            data["high"] = self.formula(interval.get("high"), names | {"value"}, let, by, file, entry.line, ident)
        elif kinds[0] == "run":
            data["parts"] = self.run(ident, entry["run"], file)
        else:
            data["parts"] = [self.part(kinds[0], part, names, let, by, file, ident) for part in entry[kinds[0]]]
        return data

    def part(self, kind: str, part: Any, names: set[str], let: dict[str, str], by: list[Any], file: str, ident: str) -> dict[str, Any]:
        if not self.check.shape(part, file, f"{ident}.{kind}", *_SHAPES[kind]):
            raise InputError(f"an entry of {kind} cannot be read", file, getattr(part, "line", 0), ident)
        if part.get("sources"):
            check_sources(part["sources"], file, part.line, ident, self.options, self.check)
        found = {key: part.get(key) for key in ("item", "what", "value", "interval_is", "text", "plain", "unit", "decimals")}
        found["interval"] = [float(end) for end in part["interval"]] if part.get("interval") else None
        found["sources"] = [dict(s) for s in part.get("sources") or ()]
        found["when"] = self.tree(part.get("when"), file, part.line, ident)
        found["valid"] = self.valid(ident, part.get("valid"), let, file)
        found["formula"] = self.formula(part.get("formula"), names, let, by, file, part.line, ident)
        return found

    def limit(self, item: Any, file: str, ident: str) -> dict[str, Any]:
        """Return one threshold the number is held against."""
        if self.check.shape(item, file, ident, {"value": float, "says": str, "sources": Seq}, {}):
            check_sources(item["sources"], file, item.line, ident, self.options, self.check)
        return {"value": item.get("value"), "says": item.get("says"), "sources": [dict(s) for s in item.get("sources") or ()]}

    def condition(self, item: Any, more: dict[str, Any], file: str, ident: str) -> dict[str, Any]:
        """Return one condition that the people behind the figures met, or one that leaves nothing to estimate."""
        needed = {"says": str, "when": str, "sources": Seq, **more}
        if not self.check.shape(item, file, ident, needed, {"essential": bool} if more else {}):
            raise InputError("a condition cannot be read", file, getattr(item, "line", 0), ident, f"expected {', '.join(needed)}")
        check_sources(item["sources"], file, item.line, ident, self.options, self.check)
        return {"says": item["says"], "plain": item.get("plain") or "", "when": self.tree(item["when"], file, item.line, ident),
                "essential": bool(item.get("essential")), "sources": [dict(s) for s in item["sources"]]}

    def run(self, ident: str, entry: Map, file: str) -> dict[str, Any]:
        """Return the room that computes the estimate and the measurements it cannot do without."""
        if self.check.shape(entry, file, ident, {"room": ROOMS, "inputs": Seq}, {}):
            for name in entry["inputs"]:
                if name not in self.measures:
                    self.check.fault(f'unknown measurement "{name}"', file, entry.line, ident, nearest(str(name), self.measures))
        return {"room": entry.get("room"), "inputs": list(entry.get("inputs") or ())}

    def by(self, ident: str, entry: Map, file: str) -> tuple[list[Any], set[str]]:
        found: list[Any] = []
        names: set[str] = set()
        for subject, cases in (entry.get("by") or {}).items():
            fact = self.wide.find(subject)
            if fact is None or fact.type not in ("category", "boolean"):
                raise InputError(f'by reads "{subject}"', file, entry.line, ident, "expected a category or a yes/no")
            words = {}
            for word, values in cases.items():
                if word not in (fact.values if fact.type == "category" else ("yes", "no")):
                    raise InputError(f'"{word}" is no value of "{subject}"', file, entry.line, ident, nearest(str(word), fact.values))
                words[str(word)] = {str(key): float(value) for key, value in values.items()}
                names |= set(words[str(word)])
            found.append((fact.name, words))
        return found, names

    def instead(self, ident: str, entry: Map, file: str) -> list[tuple[str, str]]:
        """Return the constants that a measurement of the patient replaces once it is known, each with that measurement."""
        found = []
        for constant, bare in (entry.get("instead") or {}).items():
            if constant not in self.constants:
                raise InputError(f'unknown constant "{constant}"', file, entry.line, ident, nearest(str(constant), self.constants))
            if bare not in self.numbers:
                raise InputError(f'unknown number "{bare}"', file, entry.line, ident, nearest(str(bare), self.numbers))
            found.append((str(constant), self.numbers[bare]))
        return found

    def formula(
        self, text: Any, names: set[str], let: dict[str, str], by: list[Any], file: str, line: int, ident: str
    ) -> tuple[Any, list[str], list[str], dict[str, float]] | None:
        """Return code, the number facts it reads, the subjects of `by` it needs and its constants; None without a text."""
        if text is None:
            return None
        known = names | set(self.numbers) | set(self.constants)
        check_formula(str(text), known, file, line, ident)
        words: set[str] = set()
        waiting = [str(text)]
        while waiting:
            for word in _WORD.findall(waiting.pop()):
                if word not in words:
                    words.add(word)
                    if word in let:
                        waiting.append(let[word])
        inputs = sorted(self.numbers[word] for word in words if word in self.numbers and word not in names)
        subjects = [subject for subject, cases in by if any(words & set(values) for values in cases.values())]
        constants = {word: float(self.constants[word]["value"]) for word in sorted(words) if word in self.constants and word not in names}
        return compile_formula(str(text)), inputs, subjects, constants

    def valid(self, ident: str, box: Any, let: Mapping[str, Any], file: str) -> list[tuple[str, float, float, str]]:
        """Return the ranges of the inputs with their unit, and of what `let` makes of them (let.<key>) with what is wrong outside."""
        found = []
        for bare, ends in (box or {}).items():
            says = ends[2] if isinstance(ends, Seq) and len(ends) == 3 and bare in let else ""
            readable = isinstance(ends, Seq) and len(ends) == 2 + bool(says) and ends[0] <= ends[1]
            if (bare not in self.numbers and bare not in let) or not readable:
                known = "expected a number fact or a let, and [low, high]; a let may add what is wrong outside"
                raise InputError(f'found the range of "{bare}"', file, box.lines[bare], ident, known)
            name = f"let.{bare}" if bare in let else self.numbers[bare]
            found.append((name, float(ends[0]), float(ends[1]), str(says) if bare in let else self.wide.facts[name].unit))
        return found

    def tree(self, text: Any, file: str, line: int, ident: str) -> Tree | None:
        return None if text is None else tree_of(parse_rule(str(text), self.wide, file, line, ident))


def tree_of(expression: Expression) -> Tree:
    """Return an expression as nested tuples that can be stored: ("atom", variable, operator, constant), ("and", parts) …"""
    if isinstance(expression, Atom):
        return ("atom", expression.variable, expression.operator, expression.constant)
    if isinstance(expression, Not):
        return ("not", tree_of(expression.part))
    return ("and" if isinstance(expression, And) else "or", tuple(tree_of(part) for part in expression.parts))
