"""Check the options, criteria, trials, guidelines and combinations, and lower their rules to nodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from islet.case.dictionary import Dictionary
from islet.errors import InputError, nearest
from islet.knowledge.folder import Folder
from islet.knowledge.opening import ROLES
from islet.knowledge.yaml_data import Checker, Map, Seq
from islet.rules.language import Expression, parse_rule

DIRECTIONS = ("recommends", "allows", "against")
VERIFICATIONS = ("two_sources", "one_source", "secondary", "derived", "recall")
LABEL_STATES = ("on_label", "off_label", "not_approved")
CERTAINTIES = ("high", "moderate", "low", "very low", "none")
APPLICABILITIES = ("direct", "indirect", "mixed")

_OPTION = {"id": str, "group": str, "name": str, "plain_name": str, "what_it_is": str, "when_it_applies": str,
           "living_with_it": str, "how_sure": str, "criteria": Seq}
_OPTION_MORE = {"regimen": Seq, "monitoring": Seq, "benefits": Seq, "harms": Seq, "evidence_axes": Map, "trials": Seq, "labels": Seq}
_CRITERION = {"id": str, "role": ROLES, "when": str, "text": str, "plain": str, "sources": Seq}
_CRITERION_MORE = {"guideline": str, "direction": DIRECTIONS, "strength": str, "region": Seq, "examples": Map, "note": str}


@dataclass(slots=True)
class Rule:
    """Hold a checked criterion before its cells are known."""

    data: dict[str, Any]
    expression: Expression
    option: str


@dataclass(slots=True)
class Options:
    """Hold everything an option file says, checked."""

    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    labels: list[tuple[str, dict[str, Any], Expression]] = field(default_factory=list)
    combinations: list[tuple[dict[str, Any], Expression]] = field(default_factory=list)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    guidelines: dict[str, dict[str, Any]] = field(default_factory=dict)
    trials: dict[str, dict[str, Any]] = field(default_factory=dict)
    signoff: dict[str, str] = field(default_factory=dict)
    signed: list[tuple[str, str, int]] = field(default_factory=list)
    examples: dict[str, tuple[Map, str, int]] = field(default_factory=dict)

    def expressions(self) -> list[Expression]:
        """Return every rule of the options, labels and combinations."""
        return [rule.expression for rule in self.rules] + [e for _, _, e in self.labels] + [e for _, e in self.combinations]


def build_options(folder: Folder, dictionary: Dictionary, check: Checker) -> Options:
    """Return the checked options; faults are collected in `check`."""
    found = Options()
    _records(folder, found, check)
    _signoff(folder, found, check)
    for name, data in folder.under("options").items():
        _option(name, data, folder, dictionary, found, check)
    for option in dictionary.options:
        if option not in found.options:
            check.fault(f'the option "{option}" has no file', str(folder.path / "options"), 0, option)
    _combinations(folder, dictionary, found, check)
    known = {rule.data["id"] for rule in found.rules}
    for criterion, file, line in found.signed:
        if criterion not in known:
            check.fault(f'the sign-off list names "{criterion}"', file, line, "signoff", nearest(criterion, known))
    return found


def _records(folder: Folder, found: Options, check: Checker) -> None:
    for part, key, target in (("sources", "sources", found.sources), ("guidelines", "guidelines", found.guidelines)):
        for name, data in folder.under(part).items():
            entries = data.get(key) if isinstance(data, Map) else None
            file = str(folder.path / name)
            if not isinstance(entries, Map):
                check.fault(f"found no {key}", file, 1, key)
                continue
            for record, content in entries.items():
                if record in target:
                    check.fault(f'"{record}" is defined twice', file, entries.lines[record], key)
                elif isinstance(content, Map):
                    target[record] = dict(content)
                else:
                    check.fault("found no mapping", file, entries.lines[record], record)
    for source_id, content in found.sources.items():
        if not {"title", "year", "url"} <= set(content):
            check.fault(f'the source "{source_id}" needs title, year and url', str(folder.path / "sources"), 0, source_id)
    for name, data in folder.under("trials").items():
        file = str(folder.path / name)
        required = {"id": str, "name": str, "design": str, "who": str, "indirect_population": bool, "arms": Seq, "results": Seq}
        optional = {"year": int, "indirect_because": str, "indirect_plain": str, "harms": Seq, "limits": Seq, "note": str,
                    "population": Map, "matches": Seq, "figures": Seq}
        if check.shape(data, file, name, required, optional):
            found.trials[data["id"]] = dict(data)
            for part in (*data["results"], *(data.get("harms") or ())):
                if isinstance(part, Map):
                    check_sources(part.get("sources"), file, part.line, data["id"], found, check)


def _signoff(folder: Folder, found: Options, check: Checker) -> None:
    for name, data in folder.documents.items():
        if name.startswith("signoff") and isinstance(data, Map):
            for entry in data.get("signoff") or ():
                if check.shape(entry, str(folder.path / name), "signoff", {"criterion": str, "because": str}, {}):
                    found.signoff[entry["criterion"]] = entry["because"]
                    found.signed.append((entry["criterion"], str(folder.path / name), entry.line))


def check_sources(sources: Any, file: str, line: int, where: str, found: Options, check: Checker) -> None:
    """Note a fault for each source that is unknown, has no locator or no verification mark."""
    if not isinstance(sources, Seq) or not sources:
        check.fault("there is no source", file, line, where, "expected sources: [{source, locator, verification}]")
        return
    for source in sources:
        shape = {"source": str, "locator": str, "verification": VERIFICATIONS}
        if not check.shape(source, file, where, shape, {"evidence": Seq, "note": str}):
            continue
        if not source["locator"].strip():
            check.fault("the locator is empty", file, source.line, where, "expected where in the source it stands")
        if source["source"] not in found.sources:
            check.fault(f'unknown source "{source["source"]}"', file, source.line, where, nearest(source["source"], found.sources))


def _option(name: str, data: Any, folder: Folder, dictionary: Dictionary, found: Options, check: Checker) -> None:
    file = str(folder.path / name)
    if not check.shape(data, file, name, _OPTION, _OPTION_MORE):
        return
    option = data["id"]
    if option not in dictionary.options:
        check.fault(f'unknown option "{option}"', file, data.lines["id"], "id", nearest(option, dictionary.options))
        return
    if option in found.options:
        check.fault(f'the option "{option}" has two files', file, data.lines["id"], "id")
        return
    if dictionary.options[option] != data["group"]:
        check.fault(f'found the group "{data["group"]}"', file, data.lines["group"], "group", f'expected "{dictionary.options[option]}"')
    for key in ("regimen", "monitoring", "benefits", "harms"):
        for entry in data.get(key) or ():
            if check.shape(entry, file, key, {"text": str, "sources": Seq}, {"when": str}):
                check_sources(entry["sources"], file, entry.line, f"{option}.{key}", found, check)
    axes = data.get("evidence_axes")
    if axes is not None:
        check.shape(axes, file, "evidence_axes", {
            "certainty": CERTAINTIES, "certainty_because": str, "size_of_benefit": str, "applicability": APPLICABILITIES,
            "applicability_because": str, "sources": Seq}, {})
        check_sources(axes.get("sources"), file, axes.line, f"{option}.evidence_axes", found, check)
    for trial in data.get("trials") or ():
        if trial not in found.trials:
            check.fault(f'unknown trial "{trial}"', file, data.lines["trials"], "trials", nearest(str(trial), found.trials))
    for label in data.get("labels") or ():
        if check.shape(label, file, "labels", {"region": str, "on": LABEL_STATES, "text": str, "sources": Seq}, {"when": str}):
            check_sources(label["sources"], file, label.line, f"{option}.labels", found, check)
            expression = _rule(label.get("when"), dictionary, file, label.line, f"{option}.labels", check)
            if expression is not None:
                found.labels.append((option, dict(label), expression))
    for criterion in data["criteria"]:
        _criterion(criterion, option, file, dictionary, found, check)
    if not any(rule.option == option and rule.data["role"] == "indication" for rule in found.rules):
        check.fault(f'the option "{option}" has no indication', file, data.lines["criteria"], "criteria")
    found.options[option] = {key: value for key, value in data.items() if key not in ("criteria", "labels")}


def _rule(text: Any, dictionary: Dictionary, file: str, line: int, where: str, check: Checker) -> Expression | None:
    try:
        return parse_rule(str(text), dictionary, file, line, where)
    except InputError as error:
        check.errors.append(error)
        return None


def _criterion(data: Any, option: str, file: str, dictionary: Dictionary, found: Options, check: Checker) -> None:
    if not check.shape(data, file, option, _CRITERION, _CRITERION_MORE):
        return
    name = data["id"]
    if not name.startswith(option + "."):
        check.fault(f'the id "{name}" does not begin with "{option}."', file, data.lines["id"], name)
    if any(rule.data["id"] == name for rule in found.rules):
        check.fault(f'the criterion "{name}" stands twice', file, data.lines["id"], name)
    check_sources(data["sources"], file, data.lines["sources"], name, found, check)
    if data["role"] == "position":
        for key in ("guideline", "direction", "strength"):
            if not data.get(key):
                check.fault(f'a position needs its "{key}"', file, data.line, name)
        guideline = data.get("guideline")
        if guideline and guideline not in found.guidelines:
            check.fault(f'unknown guideline "{guideline}"', file, data.line, name, nearest(guideline, found.guidelines))
    elif data.get("guideline") or data.get("direction"):
        check.fault("only a position names a guideline and a direction", file, data.line, name)
    marks = [source.get("verification") for source in data["sources"] if isinstance(source, Map)]
    recall_only = bool(marks) and all(mark == "recall" for mark in marks)
    if data["role"] == "contraindication" and recall_only and name not in found.signoff:
        check.fault(
            "recall alone makes no contraindication", file, data.line, name, "give a verified source, or list it for sign-off"
        )
    expression = _rule(data["when"], dictionary, file, data.lines["when"], name, check)
    if expression is None:
        return
    kept = {key: value for key, value in data.items() if key not in ("examples",)}
    kept["recall_only"] = recall_only
    kept["file"], kept["line"] = file, data.line
    found.rules.append(Rule(kept, expression, option))
    if isinstance(data.get("examples"), Map):
        found.examples[name] = (data["examples"], file, data.lines["examples"])
        for key in data["examples"]:
            if key not in ("yes", "no", "unknown"):
                check.fault(f'found the example "{key}"', file, data.lines["examples"], name, "expected yes, no and unknown")
    for key in ("yes", "no", "unknown"):
        if key not in (data.get("examples") or {}):
            check.fault(f'there is no example that makes it "{key}"', file, data.line, name)


def _combinations(folder: Folder, dictionary: Dictionary, found: Options, check: Checker) -> None:
    data = folder.documents.get("combinations.yaml")
    if data is None:
        return
    file = str(folder.path / "combinations.yaml")
    for entry in data.get("combinations") or ():
        shape = {"id": str, "options": Seq, "kind": ("together", "sequence"), "when": str, "text": str, "plain": str, "sources": Seq}
        if not check.shape(entry, file, "combinations", shape, {}):
            continue
        for option in entry["options"]:
            if option not in dictionary.options:
                check.fault(f'unknown option "{option}"', file, entry.line, entry["id"], nearest(option, dictionary.options))
        check_sources(entry["sources"], file, entry.line, entry["id"], found, check)
        expression = _rule(entry["when"], dictionary, file, entry.lines["when"], entry["id"], check)
        if expression is not None:
            found.combinations.append((dict(entry), expression))
