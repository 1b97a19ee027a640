"""Run every shipped vignette: the examples of each criterion, situations, whole patients, and the vectors of formulas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from islet.case.model import Case
from islet.case.yaml_text import read_document
from islet.errors import InputError, nearest
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.build_options import Options
from islet.knowledge.folder import vignette_files
from islet.knowledge.yaml_data import Map, Seq, plain
from islet.patient.state import build_patient
from islet.plan.described import case_of
from islet.plan.estimate_vectors import compare_vectors
from islet.plan.make import make_plan
from islet.rules.evaluate import evaluate

_KEYS = ("title", "kind", "written", "case", "sources", "expect", "because", "certain", "asks", "provided", "holds", "impossible",
         "region", "adjudicated", "note")
VERDICTS = ("recommended", "possible", "need_data", "not_indicated", "contraindicated")


@dataclass(frozen=True, slots=True)
class Vignette:
    """Hold one described patient or situation and what is expected of it."""

    title: str
    kind: str
    case: Map
    expect: dict[str, str]
    provided: dict[str, list[str]]
    asks: list[str]
    certain: list[str]
    file: str
    line: int
    region: str | None = None
    holds: dict[str, str] = field(default_factory=dict)
    impossible: bool = False

    @property
    def plans(self) -> bool:
        """Tell whether it expects anything of the plan; one that only names answers of criteria, or a clash, needs none."""
        return bool(self.expect or self.provided or self.asks or self.certain or not (self.holds or self.impossible))


@dataclass(slots=True)
class Report:
    """Hold how many checks ran and which failed."""

    failures: list[InputError] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str) -> None:
        """Count one check."""
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def summary(self) -> str:
        """Return one line with the counts."""
        ran = ", ".join(f"{count} {kind}" for kind, count in self.counts.items())
        return f"{ran}: {len(self.failures)} failed" if self.failures else f"{ran}: all hold"


def run_vignettes(base: KnowledgeBase, options: Options, folder: Path) -> Report:
    """Check every example, vector and vignette of a knowledge folder."""
    report = Report(counts={"criteria": len(base.criteria)})
    _run_examples(base, options, report)
    run_vectors(base, folder, report)
    try:
        for compared in compare_vectors(folder, base):
            report.add("estimate vectors")
            if not compared.agrees:
                expected = f"expected {compared.published} within {compared.within}"
                where = (compared.file, compared.line, compared.estimate)
                report.failures.append(InputError(f"{compared.what}: found {compared.ours}", *where, expected))
        for vignette in read_vignettes(folder):
            run_vignette(vignette, base, report)
    except InputError as error:
        report.failures.append(error)
    return report


def _run_examples(base: KnowledgeBase, options: Options, report: Report) -> None:
    for name, (examples, file, line) in options.examples.items():
        criterion = base.criterion(name)
        if criterion is None:
            continue
        for wanted, facts in examples.items():
            report.add("examples")
            try:
                patient = build_patient(case_of(facts or {}, base, "example", flat=True), base.space)
            except InputError as error:
                words = f'the example "{wanted}" cannot be read: {error.found}'
                report.failures.append(InputError(words, file, line, name, error.expected))
                continue
            truth = evaluate(base.space.nodes, criterion.node, patient.state).word
            if patient.clashes:
                report.failures.append(InputError(f'the example "{wanted}" is a patient who cannot exist', file, line, name))
            elif truth != wanted:
                report.failures.append(InputError(f'the example "{wanted}" makes the rule {truth}', file, line, name, criterion.when))


def run_vectors(base: KnowledgeBase, folder: Path, report: Report) -> None:
    """Check the published vectors of every derived number."""
    for file in sorted((folder / "facts").glob("*.yaml")):
        data = plain(read_document(file.read_bytes(), str(file), limit=None))
        for bare, entry in (data.get("derived") or {}).items():
            for vector in entry.get("vectors") or ():
                report.add("vectors")
                patient = build_patient(case_of(vector["given"], base, "vector", flat=True), base.space)
                hull = patient.hulls.get(f"{entry['section']}.{bare}")
                wanted = float(vector["result"])
                decimals = vector.get("decimals", entry.get("decimals") or 0)
                if hull is None or hull[0] != hull[1] or round(abs(hull[0] - wanted), 9) > 0.5 * 10**-decimals:
                    report.failures.append(
                        InputError(f"the published vector gives {hull}, expected {wanted}", str(file), vector.line, bare)
                    )


def read_vignettes(folder: Path) -> Iterator[Vignette]:
    """Yield every vignette of a folder: one a file (a patient), or a list under `vignettes`."""
    for file in vignette_files(folder):
        data = plain(read_document(file.read_bytes(), str(file), limit=None))
        if not isinstance(data, Map):
            raise InputError("found no mapping", str(file), 1, "", "expected one patient, or a list under vignettes:")
        if isinstance(data.get("vignettes"), Seq):
            for entry in data["vignettes"]:
                yield _vignette(entry, "situation", str(file))
        else:
            yield _vignette(data, str(data.get("kind") or "patient"), str(file))


def _vignette(data: Any, kind: str, file: str) -> Vignette:
    if not isinstance(data, Map) or not isinstance(data.get("case"), Map) or not isinstance(data.get("title"), str):
        raise InputError("a vignette needs a title, a case and what is expected", file, getattr(data, "line", 0))
    for key in data:
        if key not in _KEYS:
            raise InputError(f'found the unknown key "{key}"', file, data.lines[key], data["title"], nearest(key, _KEYS))
    if not data.get("sources"):
        expected = "expected sources: [{source, locator, verification}]"
        raise InputError("the expected verdicts have no source", file, data.line, data["title"], expected)
    expect = data.get("expect") or {}
    return Vignette(
        data["title"], kind, data["case"], {str(k): str(v) for k, v in expect.items()},
        {str(k): list(v) for k, v in (data.get("provided") or {}).items()}, list(data.get("asks") or ()),
        list(data.get("certain") or ()), file, data.line, data.get("region"),
        {str(k): str(v) for k, v in (data.get("holds") or {}).items()}, data.get("impossible") is True,
    )


def run_vignette(vignette: Vignette, base: KnowledgeBase, report: Report) -> None:
    """Compare one vignette with the answers of the criteria it names, and with the plan of its case."""
    report.add(f"{vignette.kind} vignettes")
    where = (vignette.file, vignette.line, vignette.title)
    try:
        case = case_of(vignette.case, base, "vignette")
    except InputError as error:
        report.failures.append(InputError(f"the case cannot be read: {error}", *where))
        return
    if vignette.impossible and not build_patient(case, base.space).clashes:
        report.failures.append(InputError("the facts can be true together, expected that they cannot", *where))
    if vignette.holds:
        _compare_answers(vignette, case, base, report)
    if vignette.plans:
        _compare_plan(vignette, case, base, report)


def _compare_answers(vignette: Vignette, case: Case, base: KnowledgeBase, report: Report) -> None:
    where = (vignette.file, vignette.line, vignette.title)
    patient = build_patient(case, base.space)
    if patient.clashes:
        report.failures.append(InputError("the vignette is a patient who cannot exist", *where))
    for name, wanted in vignette.holds.items():
        criterion = base.criterion(name)
        if criterion is None:
            report.failures.append(InputError(f'unknown criterion "{name}"', *where, nearest(name, (c.id for c in base.criteria))))
            continue
        truth = evaluate(base.space.nodes, criterion.node, patient.state).word
        if truth != wanted:
            report.failures.append(InputError(f"{name} is {truth}, expected {wanted}", *where, criterion.when))


def _compare_plan(vignette: Vignette, case: Case, base: KnowledgeBase, report: Report) -> None:
    where = (vignette.file, vignette.line, vignette.title)
    plan = make_plan(case, base, vignette.region)
    by_id = {option.id: option for option in plan.options}
    for name, wanted in vignette.expect.items():
        if name not in by_id or wanted not in VERDICTS:
            report.failures.append(InputError(f'found the expectation "{name}: {wanted}"', *where))
        elif by_id[name].verdict != wanted:
            report.failures.append(InputError(f"{name} is {by_id[name].verdict}, expected {wanted}", *where))
    for name, criteria in vignette.provided.items():
        open_ids = [entry.criterion for entry in by_id[name].provided] if name in by_id else []
        for criterion in criteria:
            if criterion not in open_ids:
                report.failures.append(InputError(f"{criterion} does not stand in provided of {name}", *where))
    for name in vignette.certain:
        if name not in by_id:
            report.failures.append(InputError(f'unknown option "{name}" in certain', *where, nearest(name, by_id)))
        elif not by_id[name].certain:
            report.failures.append(InputError(f"{name} is not certain, could be {', '.join(by_id[name].could_be)}", *where))
    asked = {fact for entry in plan.ask for fact in entry["facts"]}
    for fact in vignette.asks:
        if fact not in asked and not any(name.startswith(fact + ".") for name in asked):
            report.failures.append(InputError(f"{fact} is not asked for", *where))
    for option in plan.options:
        both = {g["guideline"] for g in option.guidelines if g["holds"] == "yes" and g["direction"] == "recommends"} & {
            g["guideline"] for g in option.guidelines if g["holds"] == "yes" and g["direction"] == "against"
        }
        if both:
            report.failures.append(InputError(f"{', '.join(sorted(both))} recommends {option.id} and advises against it", *where))

