"""Show what changed between two versions: as text, as JSON, and as the clinical section of a changelog."""

from __future__ import annotations

import json
from typing import Any

from islet.knowledge.base import KnowledgeBase
from islet.proof.difference import Difference
from islet.proof.report import inline
from islet.proof.witness import yaml_text

SCHEMA = "islet.difference/1"


def _title(base: KnowledgeBase) -> str:
    return f"{base.version} ({base.sha256[:12]})"


def difference_text(found: Difference, old: KnowledgeBase, new: KnowledgeBase) -> str:
    """Return the difference for a terminal."""
    lines = [f"From {_title(old)} to {_title(new)}"]
    lines += [f"  {name} is new" for name in found.added] + [f"  {name} is gone" for name in found.removed]
    for option in dict.fromkeys(change.option for change in found.changes):
        lines += ["", option, *(f"  because {rule}" for rule in found.rules[option])]
        for change in found.changes:
            if change.option == option:
                lines.append(f"  {change.before} -> {change.after}, for instance")
                lines += ["      " + line for line in yaml_text(change.document).splitlines()]
    for words, document in found.clashing:
        lines += ["", f"A patient who {words}:", *("    " + line for line in yaml_text(document).splitlines())]
    lines += ["", *(f"ALARM: {text}" for text in found.alarms), *(f"not settled: {text}" for text in found.open)]
    lines.append(_unchanged(found))
    if found.wording:
        lines.append(f"{found.wording} criteria changed their words or sources only.")
    lines += found.numbers
    return "\n".join(lines) + "\n"


def _unchanged(found: Difference) -> str:
    if not (found.changes or found.open or found.alarms or found.added or found.removed or found.clashing):
        return f"No patient changes: proved for all {len(found.same)} options."
    return f"No patient changes for {len(found.same)} options (proved): {', '.join(found.same) or 'none'}."


def difference_json(found: Difference, old: KnowledgeBase, new: KnowledgeBase) -> str:
    """Return the difference as JSON."""
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "old": {"version": old.version, "sha256": old.sha256}, "new": {"version": new.version, "sha256": new.sha256},
        "added": found.added, "removed": found.removed, "same": found.same, "facts": found.facts, "rules": found.rules,
        "changes": [{"option": c.option, "before": c.before, "after": c.after, "patient": c.document} for c in found.changes],
        "clashing": [{"says": words, "patient": document} for words, document in found.clashing],
        "wording": found.wording, "numbers": found.numbers, "alarms": found.alarms, "not_settled": found.open,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def difference_page(found: Difference, old: KnowledgeBase, new: KnowledgeBase) -> str:
    """Return the clinical section of a changelog."""
    lines = [f"### Which patients change, from {_title(old)} to {_title(new)}", ""]
    lines += [f"- `{name}` is a new option." for name in found.added] + [f"- `{name}` is no longer an option." for name in found.removed]
    for change in found.changes:
        before, after = change.before.replace("_", " "), change.after.replace("_", " ")
        lines.append(f"- `{change.option}`: {before} became {after}, for instance for `{inline(change.document)}`.")
    lines += [f"- A patient who {words}: `{inline(document)}`." for words, document in found.clashing]
    lines += [f"- Not settled: {text}." for text in (*found.open, *found.alarms)]
    lines.append(f"- {_unchanged(found)}")
    if found.facts:
        lines.append(f"- Derived facts and links that differ: {', '.join(found.facts)}.")
    lines += [f"- {words}." for words in found.numbers]
    return "\n".join(lines) + "\n"
