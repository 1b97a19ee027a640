"""Write sources with title, year and address beside locator and verification mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from islet.knowledge.base import KnowledgeBase


def sources_json(sources: Sequence[dict[str, Any]], base: KnowledgeBase) -> list[dict[str, Any]]:
    """Return sources with title, year and address beside locator and verification mark."""
    found = []
    for source in sources:
        about = base.sources[source["source"]]
        found.append({
            "id": source["source"], "title": about.get("title"), "year": about.get("year"), "url": about.get("url"),
            "locator": source["locator"], "verification": source["verification"],
        })
    return found
