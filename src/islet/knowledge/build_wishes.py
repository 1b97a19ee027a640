"""Check the attributes a patient can wish for: scales and levels, and where in a plan each option's value is read from."""

from __future__ import annotations

from typing import Any

from islet.case.dictionary import Dictionary
from islet.errors import nearest
from islet.knowledge.build_options import Options, check_sources
from islet.knowledge.folder import Folder
from islet.knowledge.yaml_data import Checker, Map, Seq

FILE = "wishes.yaml"
MOST = 7
READINGS = ("interval", "rows", "exact")
_ATTRIBUTE = {"id": str, "name": str, "ask": str, "worst": str, "best": str, "reads": str, "cannot_say": str, "sources": Seq}
_MORE = {"scale": Map, "read": Seq, "levels": Seq, "axis": str, "options": Map, "criteria": Seq, "unless": Map}
_LEVELLED = ("axis", "options", "criteria")


def build_wishes(
    folder: Folder, dictionary: Dictionary, estimates: list[dict[str, Any]], options: Options, check: Checker
) -> dict[str, Any]:
    """Return attributes, options that stand beside, and limits as checked data; a folder without the file has none."""
    data = folder.documents.get(FILE)
    file = str(folder.path / FILE)
    if data is None or not check.shape(data, file, "wishes", {"attributes": Seq, "beside": Seq, "limits": Seq}, {}):
        return {"attributes": [], "beside": [], "limits": []}
    if len(data["attributes"]) > MOST:
        check.fault(f"found {len(data['attributes'])} attributes", file, data.lines["attributes"], "attributes", f"expected at most {MOST}")
    good = [entry for entry in data["attributes"] if check.shape(entry, file, "attributes", _ATTRIBUTE, _MORE)]
    names = {estimate["id"] for estimate in estimates}
    for entry in good:
        _attribute(entry, names, dictionary, file, options, check)
    for entry in data["beside"]:
        if check.shape(entry, file, "beside", {"option": str, "text": str, "plain": str, "sources": Seq}, {}):
            _one_of(entry["option"], options.options, file, entry, "beside", check)
            check_sources(entry["sources"], file, entry.line, "beside", options, check)
    for entry in data["limits"]:
        check.shape(entry, file, "limits", {"id": str, "text": str, "plain": str}, {})
    return {"attributes": list(good), "beside": list(data["beside"]), "limits": list(data["limits"])}


def _attribute(entry: Map, estimates: set[str], dictionary: Dictionary, file: str, options: Options, check: Checker) -> None:
    name = entry["id"]
    check_sources(entry["sources"], file, entry.line, name, options, check)
    for part in (entry, *(entry.get("read") or ())):
        if "unless" in part and check.shape(part["unless"], file, name, {"fact": str, "is": str}, {}):
            _one_of(part["unless"]["fact"], dictionary.facts, file, part["unless"], name, check)
    if ("scale" in entry) == ("levels" in entry):
        check.fault("found a scale and levels, or neither", file, entry.line, name, "expected scale with read, or levels")
    elif "scale" in entry:
        _scale(entry, estimates, file, options, check)
    else:
        _levels(entry, file, options, check)


def _scale(entry: Map, estimates: set[str], file: str, options: Options, check: Checker) -> None:
    name, scale = entry["id"], entry["scale"]
    if check.shape(scale, file, name, {"worst": float, "best": float, "unit": str}, {}) and scale["worst"] == scale["best"]:
        check.fault(f"worst and best are both {scale['best']:g}", file, scale.line, name, "expected two ends")
    if not entry.get("read"):
        check.fault('the key "read" is missing', file, entry.line, name, "expected read: [{estimate, from}]")
    for reading in entry.get("read") or ():
        if check.shape(reading, file, name, {"estimate": str, "from": READINGS}, {"only_overall": bool, "unless": Map}):
            found = reading["estimate"]
            if not found.startswith("{option}."):
                _one_of(found, estimates, file, reading, name, check)


def _levels(entry: Map, file: str, options: Options, check: Checker) -> None:
    name = entry["id"]
    levels = [level["id"] for level in entry["levels"] if check.shape(level, file, name, {"id": str, "says": str}, {})]
    if sum(key in entry for key in _LEVELLED) != 1:
        check.fault("it is not said where the level is read from", file, entry.line, name, "expected one of " + ", ".join(_LEVELLED))
    criteria = {rule.data["id"] for rule in options.rules}
    for told in entry.get("criteria") or ():
        if check.shape(told, file, name, {"criterion": str, "level": str}, {}):
            _one_of(told["criterion"], criteria, file, told, name, check)
            _one_of(told["level"], levels, file, told, name, check)
    for option, told in (entry.get("options") or {}).items():
        if check.shape(told, file, name, {"level": str, "says": str}, {}) and _one_of(option, options.options, file, told, name, check):
            _one_of(told["level"], levels, file, told, name, check)
            if told["says"] not in str(options.options[option].get("living_with_it")):
                check.fault(f'"{told["says"]}" does not stand in living_with_it of {option}', file, told.line, name,
                            "expected words of that text")


def _one_of(word: str, valid: Any, file: str, entry: Map, field: str, check: Checker) -> bool:
    if word not in valid:
        check.fault(f'found "{word}"', file, entry.line, field, nearest(word, valid))
    return word in valid
