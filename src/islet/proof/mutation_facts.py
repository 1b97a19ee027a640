"""Judge the mutants of what facts mean: definitions, points and links. They change the space of patients, so it is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from islet.case.cells import mask_text
from islet.errors import KnowledgeErrors
from islet.knowledge.base import Option
from islet.knowledge.build_diagrams import link_diagram, scores_of, verdict_diagram
from islet.patient.completions import Completions
from islet.patient.links import make_network
from islet.patient.space import Space
from islet.patient.state import Patient, build_patient
from islet.plan.described import case_of
from islet.plan.vignettes import Report, run_vectors
from islet.proof.mutation import EQUIVALENT, KILLED, SURVIVED, UNSHOWN, Mutant, Outcome
from islet.proof.mutation_bench import Bench, Seen
from islet.proof.mutation_patient import Document, documents_of, read_document_of, shrunk
from islet.proof.mutation_search import agree, differences, only, without
from islet.proof.mutation_verdict import Exact, decision_of, fails, misses, verdict_in_plan
from islet.rules.clauses import Clause
from islet.rules.diagram import IN, Diagram, DiagramTooLarge
from islet.rules.evaluate import TRUTHS, answer
from islet.rules.form import variables_of
from islet.rules.generate import CONTRAINDICATED, NOT_INDICATED, POSSIBLE, RECOMMENDED
from islet.rules.language import Expression, facts_of

MOST_PATHS = 60
CLASH = "the facts cannot be true together"


class Sides(NamedTuple):
    """Hold both meanings over the same cells, as diagrams: what they share, and what each asks of a real patient beside."""

    diagram: Diagram
    common: int
    own: int
    theirs: int


class FactJudge:
    """Judge mutants of definitions, points and links against the knowledge as written.

    The bench must be cut by `more` too, so that both meanings are read over the same cells.
    """

    def __init__(self, bench: Bench, more: list[Expression]) -> None:
        self.bench, self.more = bench, [*more, *bench.read.parsed.every()]

    def judge(self, mutant: Mutant) -> Outcome:
        """Return what became of a mutant."""
        try:
            changed = Bench(self.bench.read, self.more, mutant)
        except KnowledgeErrors as errors:
            return Outcome(mutant.id, KILLED, f"check: {errors.errors[0].found}")
        if mutant.part == "formula":
            return self._judge_formula(mutant, changed)
        touched = self._touched(changed)
        noticed = self._in_vectors(changed) if mutant.part == "points" else ""
        noticed = noticed or self._in_examples(mutant, changed, touched) or self._in_vignettes(changed, touched)
        if noticed:
            return Outcome(mutant.id, KILLED, f"vignettes: {noticed}")
        if mutant.part != "link" and self.bench.space.place[mutant.owner] not in self._compared():
            return Outcome(mutant.id, UNSHOWN, "no criterion rests on the fact")
        try:
            return self._over_all_patients(mutant, changed)
        except DiagramTooLarge as error:
            return Outcome(mutant.id, SURVIVED, f"not proved: {error}", mutant.owner)

    def _judge_formula(self, mutant: Mutant, changed: Bench) -> Outcome:
        """Judge a formula by its published vectors alone; whoever reads its values rests on them."""
        try:
            noticed = self._in_vectors(changed)
        except (ArithmeticError, ValueError) as error:
            noticed = f"formula: {error}"
        if noticed:
            return Outcome(mutant.id, KILLED, f"vignettes: {noticed}")
        if self.bench.space.place[mutant.owner] not in self._compared():
            return Outcome(mutant.id, UNSHOWN, "no criterion rests on the fact")
        return Outcome(mutant.id, SURVIVED, "no vector shows it", mutant.owner)

    def _touched(self, changed: Bench) -> set[int]:
        """Return the variables of every clause, definition or score that the fault changes."""
        before, after = self.bench.space, changed.space
        clauses = set(before.network.clauses) ^ set(after.network.clauses)
        found = {variable for clause in clauses for variable, _ in clause}
        for one, other in zip(before.derivations, after.derivations, strict=True):
            if one.terms and _bands(one.terms, before) != _bands(other.terms, after):
                found |= {*one.reads, *other.reads, before.place[one.fact]}
        return found

    def _in_vectors(self, changed: Bench) -> str:
        report = Report()
        run_vectors(changed.base, changed.read.folder.path, report)
        return f"vector of {report.failures[0].field}" if report.failures else ""

    def _in_examples(self, mutant: Mutant, changed: Bench, touched: set[int]) -> str:
        noticed = self._in_examples_read(changed, changed.stepwise, touched)
        if noticed or (mutant.part == "link" and mutant.kind == "dropped"):  # without a link nothing more can clash
            return noticed
        return self._in_examples_read(changed, changed.space, touched)

    def _in_examples_read(self, changed: Bench, space: Space, touched: set[int]) -> str:
        full = self.bench.space.full
        by_nearness = sorted(self.bench.base.criteria, key=lambda c: not touched & set(c.reads))
        for criterion in by_nearness:
            for word, patient in self.bench.examples(criterion.id).items():
                if all(patient.state[index] == full[index] for index in touched):
                    continue
                other = build_patient(patient.case, space)
                node = changed.base.criteria[criterion.number].node
                if other.clashes or TRUTHS[answer(changed.space.nodes, node, other.state)].word != word:
                    return f"example {word} of {criterion.id}"
        return ""

    def _in_vignettes(self, changed: Bench, touched: set[int]) -> str:
        full = self.bench.space.full
        for seen in self.bench.vignettes:
            state = seen.patient.state
            if not touched & seen.patient.conflicting and all(state[index] == full[index] for index in touched):
                continue
            patient = build_patient(case_of(seen.vignette.case, changed.base, "vignette"), changed.space)
            if self._is_missed(seen, patient, changed):
                return seen.vignette.title
        return ""

    def _is_missed(self, seen: Seen, patient: Patient, changed: Bench) -> bool:
        vignette = seen.vignette
        if vignette.asks or patient.clashes or seen.patient.clashes:
            return fails(vignette, changed.base)
        values = changed.base.decide(patient.state)
        if any(TRUTHS[values[changed.number[name]]].word != wanted for name, wanted in vignette.holds.items()):
            return True
        for name in {*vignette.expect, *vignette.certain, *vignette.provided}:
            option = changed.base.options[name]
            decision = decision_of(option, changed.base, values, vignette.region, _exact(changed, patient, option))
            if misses(vignette, option, decision, values, changed.base):
                return True
        return False

    def _compared(self) -> set[int]:
        """Return the variables that some criterion or link rests on."""
        space, place = self.bench.space, self.bench.space.place
        found = {variable for criterion in self.bench.base.criteria for variable in criterion.reads}
        found |= {place[name] for link in self.bench.read.parsed.links for side in link[1:3] for name in facts_of(side)}
        while True:
            more = {v for variable, reads in _meanings(space) if variable in found for v in reads} | found
            if more == found:
                return found
            found = more

    def _sides(self, mutant: Mutant, changed: Bench) -> Sides:
        one, other = self.bench.space, changed.space
        order = one.diagrams.order
        diagram = Diagram([*order, *sorted(set(other.diagrams.order) - set(order))], one.full)
        shared = set(one.network.clauses) & set(other.network.clauses)
        kept = [how for how in scores_of(one) if how.fact != mutant.owner]
        common = link_diagram(diagram, _limited(one, shared), kept)
        own = link_diagram(diagram, _limited(one, set(one.network.clauses) - shared), [h for h in scores_of(one) if h not in kept])
        diagram.forget_rules()
        scores = [how for how in scores_of(other) if how.fact == mutant.owner]
        theirs = link_diagram(diagram, _limited(other, set(other.network.clauses) - shared), scores)
        diagram.forget_rules()
        return Sides(diagram, common, own, theirs)

    def _over_all_patients(self, mutant: Mutant, changed: Bench) -> Outcome:
        sides = self._sides(mutant, changed)
        diagram = sides.diagram
        if agree(diagram, sides.own, sides.theirs, sides.common):
            return Outcome(mutant.id, EQUIVALENT, "the same patients are real, with the same derived facts")
        gone = self._following(mutant)
        paths = list(islice(differences(diagram, sides.own, sides.theirs, sides.common), MOST_PATHS))
        for told in ([tuple(pair for pair in path if pair[0] not in gone) for path in paths], paths):
            for path in told:
                for document in documents_of(path, self.bench.space):
                    found = self._told_apart(document, changed)
                    if found is not None:
                        return Outcome(mutant.id, SURVIVED, "", *found)
        if mutant.part == "link" and gone:
            return self._by_verdict(mutant, changed, gone)
        if mutant.part != "link":
            for path in paths:
                for document in documents_of(tuple(pair for pair in path if pair[0] not in gone), self.bench.space):
                    before, after = (self._derived(document, bench, mutant.owner) for bench in (self.bench, changed))
                    if before != after:
                        return Outcome(mutant.id, SURVIVED, "", f"the fact {mutant.owner}", document, before, after)
        return Outcome(mutant.id, SURVIVED, "", mutant.owner)

    def _derived(self, document: Document, bench: Bench, owner: str) -> str:
        """Return in words what follows for a derived fact."""
        patient = build_patient(read_document_of(document, bench.space), bench.space)
        index = bench.space.place[owner]
        return str(patient.hulls.get(owner) or mask_text(bench.space.variables[index], patient.state[index]))

    def _told_apart(self, document: Document, changed: Bench) -> tuple[str, Document, str, str] | None:
        """Return for which option the two meanings differ on a case, the smaller case, and both answers; or None."""
        one, other = self._verdicts(document, self.bench), self._verdicts(document, changed)
        name = next((name for name in one if one[name] != other[name]), None)
        if name is None:
            return None
        option = self.bench.base.options[name]

        def differ(tried: Document) -> bool:
            return self._verdict(tried, self.bench, option, None) != self._verdict(tried, changed, option, None)

        small = shrunk(document, differ)
        answers = []
        for bench in (self.bench, changed):
            patient = build_patient(read_document_of(small, bench.space), bench.space)
            answers.append(CLASH if patient.clashes else verdict_in_plan(patient, name, bench.base, None))
        return (name, small, answers[0], answers[1]) if answers[0] != answers[1] else None

    def _verdicts(self, document: Document, bench: Bench) -> dict[str, str]:
        patient = build_patient(read_document_of(document, bench.space), bench.space)
        if patient.clashes:
            return dict.fromkeys(bench.base.options, CLASH)
        values = bench.base.decide(patient.state)
        return {
            name: decision_of(option, bench.base, values, None, _exact(bench, patient, option)).verdict
            for name, option in bench.base.options.items()
        }

    def _by_verdict(self, mutant: Mutant, changed: Bench, gone: set[int]) -> Outcome:
        """Compare the verdicts of all patients, told by what is found out and not by what follows from it."""
        sides = self._sides(mutant, changed)
        hidden = gone & set(sides.diagram.order)
        real = [sides.diagram.both(sides.common, one) for one in (sides.own, sides.theirs)]
        differs = without(sides.diagram, real[0], hidden) != without(sides.diagram, real[1], hidden)
        for name, regions in self.bench.space.diagrams.options.items():
            own = [c for c in self.bench.criteria if c["option"] == name and c["role"] != "caution"]
            if not any(hidden & set(c["reads"]) for c in own):
                continue
            sides = self._sides(mutant, changed)
            diagram = sides.diagram
            before, after = (diagram.both(sides.common, one) for one in (sides.own, sides.theirs))
            for region in regions:
                here = [c for c in own if not region or not c.get("region") or region in c["region"]]
                root = verdict_diagram(diagram, self.bench.space, here)
                for verdict in (RECOMMENDED, POSSIBLE, NOT_INDICATED, CONTRAINDICATED):
                    patients = only(diagram, root, verdict)
                    one, other = (without(diagram, diagram.both(patients, real), hidden) for real in (before, after))
                    if one == other:
                        continue
                    differs = True
                    where = None if region == "" else "ap" if region == "elsewhere" else region
                    found = self._patient(diagram, one, other, self.bench.base.options[name], where, changed)
                    if found:
                        return Outcome(mutant.id, SURVIVED, "", f"{name} in {where}" if where else name, *found)
        if differs:
            return Outcome(mutant.id, SURVIVED, "", mutant.owner)
        return Outcome(mutant.id, EQUIVALENT, "no patient has another verdict")

    def _patient(
        self, diagram: Diagram, one: int, other: int, option: Option, region: str | None, changed: Bench
    ) -> tuple[Document, str, str] | None:
        def differ(document: Document) -> bool:
            first, second = (self._verdict(document, bench, option, region) for bench in (self.bench, changed))
            return first != second

        for path in islice(differences(diagram, one, other, IN), MOST_PATHS):
            for document in documents_of(path, self.bench.space):
                if differ(document):
                    small = shrunk(document, differ)
                    verdicts = []
                    for bench in (self.bench, changed):
                        patient = build_patient(read_document_of(small, bench.space), bench.space)
                        verdicts.append(CLASH if patient.clashes else verdict_in_plan(patient, option.id, bench.base, region))
                    if verdicts[0] != verdicts[1]:
                        return small, verdicts[0], verdicts[1]
        return None

    def _verdict(self, document: Document, bench: Bench, option: Option, region: str | None) -> str:
        patient = build_patient(read_document_of(document, bench.space), bench.space)
        if patient.clashes:
            return CLASH
        values = bench.base.decide(patient.state)
        return decision_of(option, bench.base, values, region, _exact(bench, patient, option)).verdict

    def _following(self, mutant: Mutant) -> set[int]:
        """Return the variables that follow from the changed rule; of a link between parts of the history, these parts and theirs."""
        space = self.bench.space
        if mutant.part == "link":
            link = next(link for link in self.bench.read.parsed.links if link[0] == mutant.owner)
            names = [name for expression in link[1:3] for name in facts_of(expression)]
            found = {space.place[name] for name in names if name.startswith("history.")}
        else:
            found = {space.place[mutant.owner]}
        while True:
            more = {variable for variable, reads in _meanings(space) if reads & found} | found
            if more == found:
                return found
            found = more


def _limited(space: Space, clauses: set[Clause]) -> Space:
    kept = [clause for clause in space.network.clauses if clause in clauses]
    return space._replace(network=make_network(kept, [""] * len(kept)))


def _meanings(space: Space) -> Iterator[tuple[int, set[int]]]:
    for definition in space.definitions:
        yield definition.variable, {v for _, node in definition.cases for v in variables_of(space.nodes, node)}
    for how in space.derivations:
        yield space.place[how.fact], set(how.reads)


def _bands(terms: tuple[tuple[str, object], ...], space: Space) -> list[object]:
    found: list[object] = []
    for kind, content in terms:
        found.append([(_written(node, space), points) for node, points in content] if isinstance(content, tuple) else (kind, content))
    return found


def _written(node: int, space: Space) -> object:
    kind, *parts = space.nodes[node]
    return (kind, *parts) if kind == "atom" else (kind, *(_written(part, space) for part in parts))


def _exact(bench: Bench, patient: Patient, option: Option) -> Exact:
    completions: Completions = patient.completions
    return Exact(lambda region: bench.base.space.diagrams.root(option.id, region), completions.reach)
