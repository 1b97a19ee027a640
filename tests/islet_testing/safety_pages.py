"""Make the generated pages of the safety file: `PYTHONPATH=tests python tests/islet_testing/safety_pages.py` renews them."""

from __future__ import annotations

import yaml

from islet import __version__
from islet.about.hazards import hazards_page, read_hazards
from islet.about.model_facts import Versions, model_facts_page
from islet.about.threats import read_threats, threats_page
from islet_testing.places import KNOWLEDGE, ROOT
from islet_testing.trace import trace_table


def versions() -> Versions:
    """Return the versions of the knowledge and the engine as they stand."""
    known = yaml.safe_load((KNOWLEDGE / "version.yaml").read_text(encoding="utf-8"))
    return Versions(known["version"], str(known["date"]), str(known["review_due"]), f"islet {__version__}")


def safety_pages() -> dict[str, str]:
    """Return every generated page by its path in the repository."""
    return {
        "docs/safety/hazards.md": hazards_page(*read_hazards()),
        "docs/safety/threats.md": threats_page(*read_threats()),
        "docs/MODEL_FACTS.md": model_facts_page(versions()),
        "safety/trace.csv": trace_table(),
    }


if __name__ == "__main__":
    for path, page in safety_pages().items():
        (ROOT / path).write_text(page, encoding="utf-8")
