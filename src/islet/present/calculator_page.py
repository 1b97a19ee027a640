"""One page a calculator, in the order in which clinicians read them, made from its entry in the knowledge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from islet.case.values import plain_number
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.folder import read_folder
from islet.plan.estimate_vectors import Compared, compare_vectors
from islet.present.words import mark_words

_CITING = ("population", "silent", "cases", "checklist", "table", "limits")
_MADE = "Made from `knowledge/{file}` by `islet knowledge calculators`; change it there."


def calculator_pages(folder: Path, base: KnowledgeBase) -> dict[str, str]:
    """Return file name -> Markdown page for every calculator of a knowledge folder."""
    vectors: dict[str, list[Compared]] = {}
    for compared in compare_vectors(folder, base):
        vectors.setdefault(compared.estimate, []).append(compared)
    pages = {}
    for name, data in read_folder(folder).under("estimates").items():
        for ident, entry in data["estimates"].items():
            if entry.get("run") is None:
                pages[f"{ident.replace('_', '-').replace('.', '-')}.md"] = _page(ident, entry, name, vectors.get(ident, []), base)
    return pages


def _page(ident: str, entry: Mapping[str, Any], file: str, vectors: list[Compared], base: KnowledgeBase) -> str:
    options = ", ".join(base.options[name].name for name in entry["options"])
    lines = [f"# {entry['name']}", "", f"`{ident}`, for {options}. {_MADE.format(file=file)}", ""]
    lines += ["## What it is", "", _text(entry["what"])]
    if entry.get("research"):
        lines += ["", "**For research only.**"]
    lines += ["", "## When to use it", "", _text(entry["use"])]
    if entry.get("when"):
        lines += ["", f"Only when `{_text(entry['when'])}`."]
    lines += ["", "## Pitfalls", "", *_items(entry["pitfalls"])]
    if entry.get("cannot_say"):
        lines += ["", f"It cannot say: {_text(entry['cannot_say'])}"]
    lines += ["", "## Formula", "", *_formula(entry)]
    lines += ["", "## Validation", "", *_validation(vectors)]
    lines += ["", "## Validity range", "", *_validity(entry)]
    lines += ["", "## Source", "", *_items(_cited(entry["sources"], base))]
    for part in (part for key in _CITING for part in entry.get(key) or ()):
        if part.get("sources"):
            what = part.get("what") or part.get("item") or part.get("says") or f"{part.get('value')}"
            lines += _items(f"{what}: {cited}" for cited in _cited(part["sources"], base))
    return "\n".join(lines) + "\n"


def _formula(entry: Mapping[str, Any]) -> list[str]:
    lines = []
    for subject, words in (entry.get("by") or {}).items():
        for word, constants in words.items():
            lines.append(f"- {subject} {word}: " + ", ".join(f"`{name} = {value}`" for name, value in constants.items()))
    lines += [f"- `{name} = {text}`" for name, text in (entry.get("let") or {}).items()]
    lines += [f"- `{name}` in the place of `{constant}` once it is known" for constant, name in (entry.get("instead") or {}).items()]
    if entry.get("formula") is not None:
        lines.append(f"- result ({entry.get('unit') or 'no unit'}): `{entry['formula']}`")
        if entry.get("interval"):
            lines.append(f"- interval: `{entry['interval']['low']}` to `{entry['interval']['high']}`, {entry['interval'].get('is', '')}")
    lines += [_case(case, entry) for case in entry.get("cases") or ()]
    lines += [f"- {item['item']}: `{_text(item['when'])}`" for item in entry.get("checklist") or ()]
    lines += [_row(row, entry) for row in entry.get("table") or ()]
    lines += [f"- held against {limit['value']} {entry.get('unit') or ''}: {limit['says']}" for limit in entry.get("limits") or ()]
    if entry.get("method"):
        lines += ["", f"Method: {_text(entry['method'])}."]
    lines += [f"- assumes: {_text(text)}" for text in entry.get("assumptions") or ()]
    return lines


def _case(case: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    words = f"- {case['value']} {entry.get('unit') or ''}".rstrip()
    words += f" ({case['interval'][0]} to {case['interval'][1]})" if case.get("interval") else ""
    return words + (f" when `{_text(case['when'])}`" if case.get("when") else " otherwise")


def _row(row: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    amount = f"`{row['formula']}`" if row.get("formula") is not None else row.get("value")
    words = f"- {row['what']}" + (f": {amount} {row.get('unit') or entry.get('unit') or ''}".rstrip() if amount is not None else "")
    return words + (f", when `{_text(row['when'])}`" if row.get("when") else "") + (f". {_text(row['text'])}" if row.get("text") else "")


def _validation(vectors: list[Compared]) -> list[str]:
    if not vectors:
        return ["No published worked example was found; the entries were read against their source."]
    lines = ["| inputs | published | ours | mark |", "|---|---|---|---|"]
    return lines + [f"| {v.what} | {_amount(v.published)} | {_amount(v.ours)} | {v.mark}, {v.evidence} |" for v in vectors]


def _amount(value: Any) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def _validity(entry: Mapping[str, Any]) -> list[str]:
    box = [
        f"- {name}: {plain_number(ends[0])} to {plain_number(ends[1])}" + (f" (outside: {_text(ends[2])})" if len(ends) > 2 else "")
        for name, ends in (entry.get("valid") or {}).items()
    ]
    box += [f"- people with {_text(item['says'])}: `{_text(item['when'])}`" for item in entry.get("population") or ()]
    box += [f"- not when {_text(item['says'])}: `{_text(item['when'])}`" for item in entry.get("silent") or ()]
    return [*box, "", "Outside it no number is given."] if box else ["No range of inputs is stated by the source beyond what is possible."]


def _cited(sources: Iterable[Mapping[str, Any]], base: KnowledgeBase) -> list[str]:
    return [
        f"{base.sources[s['source']]['title']}, {s['locator']} ({mark_words(s['verification'])})"
        + (f" {base.sources[s['source']]['url']}" if base.sources[s["source"]].get("url") else "")
        for s in sources
    ]


def _items(texts: Iterable[Any]) -> list[str]:
    return [f"- {_text(text)}" for text in texts]


def _text(text: Any) -> str:
    return " ".join(str(text).split())
