"""Write the table of every vector, published value, ours and the difference: `python tests/islet_testing/validation_table.py` renews it.

Formulas and published figures carry their vectors in `knowledge/estimates/`; the numeric rooms in `tests/quantify/vectors/`, each
computed by the function that the room's test names in `OURS`.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from islet.knowledge.store import load_knowledge
from islet.plan.estimate_vectors import compare_vectors

BEGIN, END = "<!-- vectors -->\n", "<!-- /vectors -->"
HEAD = "| vector | what | published | ours | difference | allowed | source |\n|---|---|---|---|---|---|---|\n"


def vector_table(root: Path) -> str:
    """Return the whole table as Markdown."""
    rows = [*_formulas(root), *_rooms(root)]
    return HEAD + "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def table_in(text: str) -> str:
    """Return the table that a document holds now."""
    return text.split(BEGIN)[1].split(END)[0]


def _formulas(root: Path) -> Iterator[list[str]]:
    for v in compare_vectors(root / "knowledge", load_knowledge()):
        yield [f"`{v.estimate}`", v.what, _amount(v.published), _amount(v.ours), _apart(v.published, v.ours, v.within), _amount(v.within),
               f"{v.mark}, {v.evidence}"]


def _rooms(root: Path) -> Iterator[list[str]]:
    for file in sorted((root / "tests" / "quantify" / "vectors").glob("*.yaml")):
        ours = _ours(root / "tests" / "quantify", file.stem)
        for vector in yaml.safe_load(file.read_text(encoding="utf-8")):
            if vector.get("not_reproduced"):
                yield [vector["id"], vector["what"], _amount(vector.get("published")), "not reproduced", vector["not_reproduced"], "",
                       vector["source"]]
                continue
            value = ours[vector["id"]]()
            yield [vector["id"], vector["what"], f"{_amount(vector['published'])} {vector.get('unit') or ''}".strip(), _amount(value),
                   _apart(vector["published"], value, vector["tolerance"]), _amount(vector["tolerance"]), vector["source"]]


def _ours(folder: Path, room: str) -> dict[str, Callable[[], Any]]:
    found: dict[str, Callable[[], Any]] = {}
    for file in sorted(folder.rglob("test_*.py")):
        if f"vectors/{room}.yaml" not in file.read_text(encoding="utf-8") and f'"{room}.yaml"' not in file.read_text(encoding="utf-8"):
            continue
        spec = importlib.util.spec_from_file_location(f"vectors_{room}_{file.stem}", file)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        found.update(getattr(module, "OURS", {}))
    return found


def _amount(value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.4g}"
    return str(value)


def _apart(published: Any, ours: Any, allowed: float) -> str:
    """Return the difference; what is below a hundredth of the allowed one is none, so that every machine writes the same."""
    if isinstance(published, (int, float)) and isinstance(ours, (int, float)):
        return "0" if abs(ours - published) <= max(allowed / 100, 1e-12 * abs(published)) else f"{ours - published:+.1g}"
    return "equal" if published == ours else "different"


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[2]
    sys.path.insert(0, str(here / "tests"))
    page = here / "docs" / "validation.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.split(BEGIN)[0] + BEGIN + vector_table(here) + END + text.split(END)[1], encoding="utf-8")
