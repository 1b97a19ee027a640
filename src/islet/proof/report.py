"""Show what was proved: as text, as JSON, and as the page docs/properties.md."""

from __future__ import annotations

import json
from typing import Any

from islet.proof.properties import CATALOGUE, Outcome
from islet.proof.prover import Finding
from islet.proof.witness import Document, yaml_text

SCHEMA = "islet.proof/1"


def word(outcome: Outcome) -> str:
    """Return proved, listed, failed or not settled."""
    listing = next(p.listing for p in CATALOGUE if p.number == outcome.number)
    status = outcome.result.status
    return "listed" if listing and status == "proved" else status


def proof_text(outcomes: list[Outcome]) -> str:
    """Return the outcomes as text, with a patient for everything that failed."""
    lines = []
    for outcome in outcomes:
        item = next(p for p in CATALOGUE if p.number == outcome.number)
        lines.append(f"{item.number:>2}  {word(outcome):<11}  {item.sentence}")
        result = outcome.result
        lines.append(f"                 {outcome.seconds:.1f} s, {outcome.queries} questions" + (f"; {result.note}" if result.note else ""))
        lines += [f"      not settled: {text}" for text in result.open]
        lines += [f"      ALARM: {text}" for text in result.alarms]
        for finding in result.failures:
            lines.append(f"      {finding.title}")
            for document in finding.documents:
                lines += ["", *("          " + line for line in yaml_text(document).splitlines()), ""]
        lines += [f"      accepted: {text}" for text in result.excepted]
        if item.listing and result.rows:
            lines.append(f"      {len(result.rows)} entries; see --format json or markdown")
    return "\n".join(lines) + "\n"


def proof_json(outcomes: list[Outcome], sha256: str) -> str:
    """Return the outcomes as JSON."""
    properties = []
    for outcome in outcomes:
        item, result = next(p for p in CATALOGUE if p.number == outcome.number), outcome.result
        properties.append({
            "number": item.number, "theme": item.theme, "sentence": item.sentence, "result": word(outcome),
            "seconds": round(outcome.seconds, 2), "queries": outcome.queries, "note": result.note,
            "failures": [_finding(f) for f in result.failures], "not_settled": result.open, "alarms": result.alarms,
            "accepted": result.excepted, "list": [_finding(f) for f in result.rows],
        })
    return json.dumps({"schema": SCHEMA, "knowledge": {"sha256": sha256}, "properties": properties}, ensure_ascii=False, indent=1) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {"title": finding.title, "patients": list(finding.documents)}


def proof_page(outcomes: list[Outcome]) -> str:
    """Return the page docs/properties.md."""
    lines = [
        "# What is proved",
        "",
        "Each promise holds for every patient the case model allows, not for examples. Two solvers (z3 and cvc5) must agree; whatever one",
        "of them cannot settle counts as failed. A patient who breaks a promise is shown as a case file that `islet plan` reads.",
        "This page is made by `islet knowledge prove --format markdown`.",
        "",
        "| no. | promise | result | time |",
        "|---|---|---|---|",
    ]
    for outcome in outcomes:
        item = next(p for p in CATALOGUE if p.number == outcome.number)
        lines.append(f"| {item.number} | {item.sentence} | {word(outcome)} | {_time(outcome.seconds)} |")
    for outcome in outcomes:
        item, result = next(p for p in CATALOGUE if p.number == outcome.number), outcome.result
        if not (result.failures or result.excepted or result.rows or result.note or result.open or result.alarms):
            continue
        lines += ["", f"## {item.number}. {item.sentence}", ""]
        lines += [f"{result.note[0].upper()}{result.note[1:]}.", ""] if result.note else []
        lines += [f"- **not settled**: {text}" for text in (*result.open, *result.alarms)]
        lines += [f"- **broken**: {_line(finding)}" for finding in result.failures]
        lines += [f"- accepted: {text}" for text in result.excepted]
        lines += [f"- {_line(finding)}" for finding in result.rows]
    return "\n".join(lines).rstrip() + "\n"


def _line(finding: Finding) -> str:
    patients = " → ".join(f"`{inline(document)}`" for document in finding.documents)
    return f"{finding.title}" + (f"; for instance {patients}" if patients else "")


def inline(document: Document) -> str:
    """Return a patient in one line of YAML, which is a case file as it stands."""
    return json.dumps({key: value for key, value in document.items() if key != "id"}, ensure_ascii=False).replace('"', "")


def _time(seconds: float) -> str:
    return next(f"under {limit} s" for limit in (1, 5, 15, 60, 10**6) if seconds < limit)
