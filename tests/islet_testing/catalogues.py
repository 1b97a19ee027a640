"""Renew the catalogues of the patient's pages: `python tests/islet_testing/catalogues.py` takes every sentence from where it stands.

One file for each source: `pages` from templates and code, the others from the knowledge. What was translated is kept while its English
is the same to the letter; a changed English sentence is a new one, and waits for its translation.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from islet.case.values import ABSENCES
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge
from islet.present.text import FOOT
from islet.present.words import _MARKS
from islet.wishes.model import NoStatedPreference

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "src/islet/locale"
TEMPLATES = (
    "present/templates/aid/body.html.j2", "present/templates/aid/parts.html.j2", "present/templates/aid/print.html.j2",
    "present/templates/page.html.j2", "present/templates/entries.html.j2", "present/templates/patient.html.j2",
    "web/templates/base.html.j2", "web/templates/aid/base.html.j2", "web/templates/aid/carers.html.j2", "web/templates/aid/closed.html.j2",
    "web/templates/aid/page.html.j2", "web/templates/aid/wishes.html.j2",
)
CODE = (
    "present/patient.py", "present/aid/carers.py", "present/aid/compared.py", "present/aid/counts.py", "present/aid/illness.py",
    "present/aid/page.py", "present/aid/paper.py", "present/aid/questions.py", "present/patient_text.py", "wishes/words.py",
    "web/aid/opened.py", "web/aid/wishes.py", "estimate/nearest_words.py", "estimate/population.py", "plan/ask.py",
)
ELSEWHERE = (  # single texts of rooms that say much else
    FOOT, NoStatedPreference().says, *(word.replace("_", " ") for word in ABSENCES), *_MARKS.values(),
    "This is an emergency. Get help now. Your wishes can wait.", "Your team must look at some points about you first.",
    "There are not two choices of which we know enough. So we cannot put them in an order.", "all of them are met",
    "not all of them are met", "it is not settled yet whether all of them are met", "yes", "no", "not known", "none", "others not known",
    "not {member}", "below {number}", "above {number}", "from {number}", "up to {number}", "at least {number}", "at most {number}",
    "“{name}”", "{one} or {other}", "{one} and {other}", "now", "months before", "years before", "1 month", "1 cycle",
    "other systemic", "other surgery",
)
FILES = ("pages", "options", "criteria", "facts", "terms", "wishes", "estimates")
_TAKEN = re.compile(r"[A-Za-z“].*[ .…:]|^[A-Z][a-z]+$")
_NOT_TAKEN = re.compile(r"[<>=#@/]|_|\\b|\\d|HR\|RR|^\W*$|^[a-z.]+\.[a-z0-9.]+$|^[A-Z]\d( [A-Z]\d)*$|^utf-8$|[{}]")


_CHANGING = re.compile(r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Tr[^:]*|Language-Team|Report-[^:]*):.*\n', re.MULTILINE)
_NOT_SAID = {"comparison of groups", "Radiation advice", "Together:", "{id}.yaml",
             "{rstrip}. Behind the figures stand people with {people}: not known of this patient.", "{question} In particular: {member}?"}
_NOT_SHOWN = ("trials_text", "several", "_amount", "plan_aid_pdf", "_found", "as_json", "refusal", "not_known_of")


class Sentence(NamedTuple):
    """Hold one text to translate: where it stands, its context, itself, and its plural where it has one."""

    place: str
    context: str
    text: str
    plural: str = ""


def sentences(base: KnowledgeBase) -> dict[str, list[Sentence]]:
    """Return every text of the patient's pages by the catalogue it belongs to."""
    return {
        "pages": [*_templates(), *_code()], "options": list(_options(base)), "criteria": list(_criteria(base)),
        "facts": list(_facts(base)), "terms": list(_terms(base)), "wishes": list(_wishes(base)), "estimates": list(_estimates(base)),
    }


def renew(language: str, base: KnowledgeBase) -> dict[str, tuple[int, int]]:
    """Write the catalogues of a language anew; return for each how many texts it holds and how many wait for a translation."""
    folder = LOCALE / language
    found, seen = {}, set()
    for name, texts in sentences(base).items():
        path = folder / f"{name}.po"
        old = read_po(path.open("rb"), locale=language) if path.exists() else Catalog(locale=language)
        told = {_key(message.id): message.string for message in old if message.id and message.string and not message.fuzzy}
        new = Catalog(locale=language, project="Islet", version="", header_comment=old.header_comment, fuzzy=False)
        new.header_comment = _header(language, name)
        grouped: dict[Any, list[Sentence]] = {}
        for one in texts:
            key = (one.text, one.plural) if one.plural else one.text
            if key not in seen:
                grouped.setdefault(key, []).append(one)
        for key, places in grouped.items():
            new.add(key, told.get(_key(key), ""), auto_comments=_places(places), context=places[0].context or None)
        seen |= set(grouped)
        _write(path, new)
        waiting = sum(not (all(m.string) if isinstance(m.string, tuple) else m.string) for m in new if m.id)
        found[name] = (len(grouped), waiting)
    return found


def _write(path: Path, catalog: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, sort_output=False, omit_header=False)
    text = path.read_text(encoding="utf-8")
    path.write_text(_CHANGING.sub("", text), encoding="utf-8")


def _header(language: str, name: str) -> str:
    return (f"# {name}: the patient's pages in the language {language}.\n"
            "# Translated by the makers of Islet. Not yet checked by a clinician who speaks this language.")


def _key(text: Any) -> Any:
    return tuple(text) if isinstance(text, (tuple, list)) else text


def _places(places: list[Sentence]) -> list[str]:
    return list(dict.fromkeys(one.place for one in places))[:6]


def _templates() -> Iterator[Sentence]:
    environment = Environment(trim_blocks=True, lstrip_blocks=True)
    for name in TEMPLATES:
        path = ROOT / "src/islet" / name
        if path.exists():
            tree = environment.parse(path.read_text(encoding="utf-8"))
            for _, function, message in extract_from_ast(tree, ("_", "_n", "_a")):
                told = message if isinstance(message, tuple) else (message,)
                texts = [text for text in told if text]
                if texts:
                    yield Sentence(name, "page", texts[0], texts[1] if function == "_n" else "")


def _code() -> Iterator[Sentence]:
    for name in CODE:
        tree = ast.parse((ROOT / "src/islet" / name).read_text(encoding="utf-8"))
        skipped = {id(part) for part in _skipped(tree)}
        for node in ast.walk(tree):
            if id(node) in skipped:
                continue
            text = _literal(node)
            bare = re.sub(r"\{\w+\}", "", text)
            if _TAKEN.search(text) and text not in _NOT_SAID and re.search("[A-Za-z]{2}", bare) and not _NOT_TAKEN.search(bare):
                yield Sentence(name, "page", text)
            called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args else ""
            if called in ("attribute", "many"):
                yield Sentence(name, "page", *map(_literal, node.args[: 1 + (called == "many")]))
    for text in ELSEWHERE:
        yield Sentence("islet", "page", text)


def _literal(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.strip()
    if isinstance(node, ast.JoinedStr):
        parts = (str(part.value) if isinstance(part, ast.Constant) else f"{{{_placeholder(part)}}}" for part in node.values)
        return "".join(parts).strip()
    return ""


def _placeholder(part: ast.expr) -> str:
    names = [one for one in re.findall(r"[A-Za-z]\w*", ast.unparse(part)) if one not in ("plain_number", "str", "len", "f")]
    return names[-1] if names else "value"


def _skipped(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield docstrings, parts of longer texts, keys, names of errors, what is compared or looked up, and forms for a count."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            yield body[0].value
        if isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Compare):
            yield from ast.walk(node)
        elif isinstance(node, ast.Subscript):
            yield from ast.walk(node.slice)
        elif isinstance(node, ast.Dict):
            yield from (key for key in node.keys if key is not None)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and "compile" in ast.unparse(node.value.func):
            yield from ast.walk(node.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "many":
            yield from node.args[:2]
        elif isinstance(node, ast.FunctionDef) and node.name in _NOT_SHOWN:
            yield from ast.walk(node)


def _options(base: KnowledgeBase) -> Iterator[Sentence]:
    for name, option in base.options.items():
        for key in ("plain_name", "what_it_is", "when_it_applies", "living_with_it", "how_sure"):
            yield Sentence(f"option {name}: {key}", name, str(option.data[key]))
        for row in ("benefits", "harms"):
            for entry in option.data.get(row) or ():
                yield Sentence(f"option {name}: {row}", name, entry["text"])
    for name, group in base.groups.items():
        yield Sentence(f"group {name}", f"group {name}", str(group["plain"]))
    for entry, _ in base.combinations:
        yield Sentence(f"combination {entry['id']}", entry["id"], entry["plain"])


def _criteria(base: KnowledgeBase) -> Iterator[Sentence]:
    for one in base.criteria:
        yield Sentence(f"criterion {one.id}", one.id, one.plain)


def _facts(base: KnowledgeBase) -> Iterator[Sentence]:
    for name, fact in base.space.dictionary.facts.items():
        yield Sentence(f"question {name}", name, fact.plain)
        if fact.unit not in ("", "score", "grade", "ratio", "line", "stage"):
            yield Sentence(f"unit of {name}", "unit", fact.unit)
        for word, label in {**fact.values, **fact.plain_values}.items():
            yield Sentence(f"answer {name}: {word}", name, label)


def _terms(base: KnowledgeBase) -> Iterator[Sentence]:
    for word, meaning in base.terms.items():
        yield Sentence(f"term {word}", f"term {word}", word)
        yield Sentence(f"meaning of {word}", f"term {word}", meaning)


def _wishes(base: KnowledgeBase) -> Iterator[Sentence]:
    for one in base.wishes["attributes"]:
        for key in ("name", "ask", "worst", "best"):
            yield Sentence(f"wish {one['id']}: {key}", one["id"], one[key])
        for level in one.get("levels") or ():
            yield Sentence(f"wish {one['id']}: level {level['id']}", one["id"], level["says"])
    for part in ("beside", "limits"):
        for entry in base.wishes[part]:
            ident = entry.get("id") or entry["option"]
            yield Sentence(f"wishes, {part}: {ident}", ident, entry["plain"])


def _estimates(base: KnowledgeBase) -> Iterator[Sentence]:
    for calculator in {c["id"]: c for held in base.estimates.values() for c in held}.values():
        ident = calculator["id"]
        held = [part for part in (*calculator["parts"], *calculator["population"]) if isinstance(part, dict)]
        texts = [calculator["plain"], *(part.get("plain") for part in held)]
        for text in texts:
            if text:
                yield Sentence(f"estimate {ident}", ident, text)
    for name, trial in base.trials.items():
        told = [m["plain"] or m["says"] for m in trial["matches"] if not m["essential"] or m["plain"]]
        told += [f["plain"] or f["of"] for f in trial["figures"] if f["unit"] != "months" and f["endpoint"] != "shrinkage"]
        if trial["indirect_population"]:
            told.append(trial.get("indirect_plain") or trial.get("indirect_because"))
        for text in told:
            if text:
                yield Sentence(f"trial {name}", name, text)
        for figure in trial["figures"]:
            if figure["endpoint"] == "severe_toxicity" and (figure["plain"] or figure["of"]):
                yield Sentence(f"trial {name}: picture", name, re.split("[;,.(]", figure["plain"] or figure["of"])[0].strip())


if __name__ == "__main__":
    for _language in sys.argv[1:] or ["de"]:
        for _name, (_all, _waiting) in renew(_language, load_knowledge()).items():
            print(f"{_language}/{_name}.po: {_all} texts, {_waiting} not translated")
