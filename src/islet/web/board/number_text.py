"""A number as people write it in a form: plain, as an interval, as a bound; and back."""

from __future__ import annotations

import re
from typing import Any

_N = r"([-+]?\d+(?:[.,]\d+)?)"
_BOUNDS = (
    ("at_least", rf"(?:≥|>=|at least|from)\s*{_N}", "at least"),
    ("at_most", rf"(?:≤|<=|at most|up to)\s*{_N}", "at most"),
    ("below", rf"(?:<|below|under|less than)\s*{_N}", "below"),
    ("above", rf"(?:>|above|over|more than)\s*{_N}", "above"),
)
_BETWEEN = re.compile(rf"(?:between\s+)?{_N}\s*(?:to|and|–|—|-|\.\.|…)\s*{_N}", re.IGNORECASE | re.ASCII)
_THOUSANDS = re.compile(r"\d,\d{3}(?!\d)")
HINT = "38 · 5 to 10 · below 3 · above 20 · at least 2 · at most 40"


def number_node(text: str) -> Any:
    """Return what a text says of a number as the case file writes it; a text that says none comes back as it is.

    >>> number_node("38"), number_node("5 to 10"), number_node("<3"), number_node("≥ 2,5"), number_node("about 7")
    (38, {'between': [5, 10]}, {'below': 3}, {'at_least': 2.5}, 'about 7')
    """
    text = text.strip()
    if _THOUSANDS.search(text):
        return text
    if re.fullmatch(_N, text, re.ASCII):
        return _number(text)
    found = _BETWEEN.fullmatch(text)
    if found:
        return {"between": [_number(found[1]), _number(found[2])]}
    for key, pattern, _ in _BOUNDS:
        found = re.fullmatch(pattern, text, re.IGNORECASE | re.ASCII)
        if found:
            return {key: _number(found[1])}
    parts = re.split(r"\s+or\s+", text)
    if len(parts) > 1 and all(re.fullmatch(_N, part, re.ASCII) for part in parts):
        return {"one_of": [_number(part) for part in parts]}
    return text


def number_text(node: Any) -> str | None:
    """Return the text of a number or its bound, or None when the form has no text for it.

    >>> number_text({"between": [5, 10]}), number_text({"below": 3}), number_text({"values": [1, 2]})
    ('5 to 10', 'below 3', None)
    """
    if isinstance(node, int | float) and not isinstance(node, bool):
        return _written(node)
    if isinstance(node, str):
        return node
    if not isinstance(node, dict):
        return None
    bounds = {key: value for key, value in node.items() if key not in ("on", "source")}
    if len(bounds) != 1:
        return None
    (key, value), = bounds.items()
    if key == "between" and isinstance(value, list) and len(value) == 2:
        return f"{_written(value[0])} to {_written(value[1])}"
    if key == "one_of" and isinstance(value, list):
        return " or ".join(_written(one) for one in value)
    words = {bound: word for bound, _, word in _BOUNDS}
    return f"{words[key]} {_written(value)}" if key in words and isinstance(value, int | float) else None


def _written(number: Any) -> str:
    return str(int(number)) if isinstance(number, float) and number.is_integer() else str(number)


def _number(text: str) -> int | float:
    value = float(text.replace(",", "."))
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
