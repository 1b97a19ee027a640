"""Read the case of a vignette, an example or a vector."""

from __future__ import annotations

import json
from typing import Any

from islet.case.dictionary import MEASUREMENTS
from islet.case.model import Case
from islet.case.reader import read_case
from islet.errors import InputError, nearest
from islet.knowledge.base import KnowledgeBase


def case_of(data: Any, base: KnowledgeBase, file: str, flat: bool = False) -> Case:
    """Return the case of vignette data; `flat` data names facts and measurements without their section."""
    dictionary = base.space.dictionary
    if flat:
        nested: dict[str, Any] = {}
        for key, value in data.items():
            if key == "history":
                nested["history"] = value
                continue
            fact = dictionary.find(key)
            if fact is None and key not in dictionary.measures:
                names = [*dictionary.names(), *dictionary.measures]
                raise InputError(f'unknown fact "{key}" in an example', file, 0, "", nearest(key, names))
            nested.setdefault(MEASUREMENTS if fact is None else fact.section, {})[key if fact is None else fact.bare] = value
        data = nested
    return read_case(json.dumps(data).encode(), file, dictionary)
