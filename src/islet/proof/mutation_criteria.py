"""Judge the mutants of one option's criteria: vignettes first, then properties, then every patient at once."""

from __future__ import annotations

from collections.abc import Sequence

from islet.knowledge.base import Criterion
from islet.knowledge.build_diagrams import verdict_diagram
from islet.patient.completions import Completions, Diagrams
from islet.patient.space import Space
from islet.patient.state import Patient, build_patient
from islet.plan.verdict import Decision
from islet.proof.mutation import EQUIVALENT, KILLED, SURVIVED, UNSHOWN, Mutant, Outcome
from islet.proof.mutation_bench import Bench, Seen
from islet.proof.mutation_patient import Document, documents_of, read_document_of, shrunk
from islet.proof.mutation_properties import Changed, DiagramProperties, Property
from islet.proof.mutation_search import Path, differences
from islet.proof.mutation_verdict import Exact, changed_base, decision_of, fails, misses, verdict_in_plan
from islet.rules.diagram import IN, LEAVES, OUT, Diagram
from islet.rules.evaluate import TRUTHS, answer
from islet.rules.form import variables_of

MOST_PATHS = 200  # descriptions tried until one is a patient who can be written as a case file


class OptionJudge:
    """Judge mutants of the criteria of one option on a bench."""

    def __init__(self, bench: Bench, option: str, properties: Sequence[Property] = ()) -> None:
        self.bench, self.option = bench, bench.base.options[option]
        self.properties = properties
        packed = bench.space.diagrams
        others = [v.number for v in bench.space.variables if v.number not in set(packed.order)]
        self.diagram = Diagram([*packed.order, *others], bench.space.full)
        self.diagrams = _unpacked(packed, self.diagram)
        self.base = bench.base._replace(space=bench.space._replace(diagrams=self.diagrams))
        self.roots = self.diagrams.options[option]
        self.checks = DiagramProperties(self.diagram, self.diagrams.links, self.base, self.roots[""])
        self.patients = self.diagram.both(self.diagrams.links, _recorded(self.diagram, bench.space, set(packed.order)))
        self._completions: dict[int, Completions] = {}

    def judge(self, mutant: Mutant) -> Outcome:
        """Return what became of a mutant."""
        criterion = self.base.criteria[self.bench.number[mutant.owner]]
        node = self.bench.form.add(mutant.expression)
        if node == criterion.node:
            return Outcome(mutant.id, EQUIVALENT, "the same cells")
        noticed = self._in_check(mutant, criterion) or self._in_examples(mutant, criterion, node)
        noticed = noticed or self._in_named_answers(mutant, criterion, node)
        if noticed:
            return Outcome(mutant.id, KILLED, noticed)
        if criterion.role == "caution" or criterion.direction == "allows":
            return self._told_differently(mutant, criterion, node)
        roots = self._changed_roots(criterion, node)
        noticed = self._in_vignettes(criterion, node, roots) or self._in_properties(mutant, criterion, node, roots)
        if noticed:
            return Outcome(mutant.id, KILLED, noticed)
        return self._over_all_patients(mutant, criterion, node, roots)

    def _in_check(self, mutant: Mutant, criterion: Criterion) -> str:
        if mutant.kind == "dropped":
            if criterion.id in self.base.signoff:
                return "check: the sign-off list names it"
            if criterion.role == "indication" and len(self.option.by_role["indication"]) == 1:
                return "check: an option needs an indication"
        return ""

    def _in_examples(self, mutant: Mutant, criterion: Criterion, node: int) -> str:
        if mutant.kind == "dropped":  # its examples go with it
            return ""
        for word, patient in self.bench.examples(criterion.id).items():
            if TRUTHS[answer(self.bench.space.nodes, node, patient.state)].word != word:
                return f"vignettes: example {word} of {criterion.id}"
        return ""

    def _in_named_answers(self, mutant: Mutant, criterion: Criterion, node: int) -> str:
        for seen in self.bench.by_option[self.option.id]:
            wanted = seen.vignette.holds.get(criterion.id)
            if wanted is None:
                continue
            truth = TRUTHS[answer(self.bench.space.nodes, node, seen.patient.state)].word
            if mutant.kind == "dropped" or (truth != wanted and TRUTHS[seen.values[criterion.number]].word == wanted):
                return f"vignettes: {seen.vignette.title}"
        return ""

    def _in_vignettes(self, criterion: Criterion, node: int, roots: dict[str, int]) -> str:
        nodes, number = self.bench.space.nodes, criterion.number
        in_full: list[Seen] = []
        for seen in self.bench.by_option[self.option.id]:
            value = answer(nodes, node, seen.patient.state)
            if value == seen.values[number] and not seen.patient.clashes:
                continue
            vignette = seen.vignette
            if vignette.asks or seen.patient.clashes:
                in_full.append(seen)
                continue
            values = [*seen.values[:number], value, *seen.values[number + 1 :]]
            if misses(vignette, self.option, self._decision(seen, values, roots), values, self.base) and not misses(
                vignette, self.option, self._decision(seen, seen.values, self.roots), seen.values, self.base
            ):
                return f"vignettes: {vignette.title}"
        if in_full:
            changed = changed_base(self.base, number, node, variables_of(nodes, node), roots)
            for seen in in_full:
                if fails(seen.vignette, changed) and not fails(seen.vignette, self.base):
                    return f"vignettes: {seen.vignette.title}"
        return ""

    def _decision(self, seen: Seen, values: Sequence[int], roots: dict[str, int]) -> Decision:
        completions = self._completions.get(id(seen))
        if completions is None:
            completions = self._completions[id(seen)] = Completions(self.diagrams, seen.patient.state, self.bench.space.full)
        return decision_of(self.option, self.base, values, seen.vignette.region, self._exact(completions, roots))

    def _exact(self, completions: Completions, roots: dict[str, int]) -> Exact:
        own = self.diagrams._replace(options={self.option.id: roots})
        return Exact(lambda region: own.root(self.option.id, region), completions.reach)

    def _in_properties(self, mutant: Mutant, criterion: Criterion, node: int, roots: dict[str, int]) -> str:
        if mutant.kind == "dropped":
            return ""
        broken = self.checks.broken_by(criterion.number, node, roots[""])
        if broken is None and self.properties:
            changed = changed_base(self.base, criterion.number, node, variables_of(self.bench.space.nodes, node), roots)
            for holds in self.properties:
                broken = holds(Changed(mutant, changed.criteria[criterion.number], changed))
                if broken:
                    break
        return f"property: {broken}" if broken else ""

    def _changed_roots(self, criterion: Criterion, node: int) -> dict[str, int]:
        own = [c for c in self.bench.criteria if c["option"] == self.option.id and c["role"] != "caution"]
        changed = [{**c, "node": node} if c["id"] == criterion.id else c for c in own]
        found = {}
        for region in self.roots:
            here = [c for c in changed if not region or not c.get("region") or region in c["region"]]
            found[region] = verdict_diagram(self.diagram, self.base.space, here)
        return found

    def _over_all_patients(self, mutant: Mutant, criterion: Criterion, node: int, roots: dict[str, int]) -> Outcome:
        changed = changed_base(self.base, criterion.number, node, variables_of(self.bench.space.nodes, node), roots)
        differs = False
        for region, root in roots.items():
            where = None if region == "" else "ap" if region == "elsewhere" else region
            for place, path in enumerate(differences(self.diagram, self.roots[region], root, self.patients)):
                differs = True
                found = self._patient(path, where, criterion, node, roots)
                if found is not None:
                    patient = build_patient(read_document_of(found, self.base.space), self.base.space)
                    before = verdict_in_plan(patient, self.option.id, self.base, where)
                    after = verdict_in_plan(patient, self.option.id, changed, where)
                    if before != after:
                        label = f"{self.option.id} in {where}" if where else self.option.id
                        return Outcome(mutant.id, SURVIVED, "", label, found, before, after)
                if place >= MOST_PATHS:
                    break
        if differs:
            return Outcome(mutant.id, SURVIVED, "", self.option.id)
        return Outcome(mutant.id, EQUIVALENT, "no patient has another verdict")

    def _patient(self, path: Path, region: str | None, criterion: Criterion, node: int, roots: dict[str, int]) -> Document | None:
        def differ(document: Document) -> bool:
            patient = build_patient(read_document_of(document, self.base.space), self.base.space)
            return not patient.clashes and self._verdict(patient, None, region, self.roots) != self._verdict(
                patient, (criterion.number, node), region, roots
            )

        for document in documents_of(path, self.base.space):
            if differ(document):
                return shrunk(document, differ)
        return None

    def _verdict(self, patient: Patient, change: tuple[int, int] | None, region: str | None, roots: dict[str, int]) -> str:
        values = list(self.base.decide(patient.state))
        if change is not None:
            values[change[0]] = answer(self.bench.space.nodes, change[1], patient.state)
        return decision_of(self.option, self.base, values, region, self._exact(patient.completions, roots)).verdict

    def _told_differently(self, mutant: Mutant, criterion: Criterion, node: int) -> Outcome:
        """Judge a criterion that changes no verdict by what is told: it must hold for the same patients."""
        if mutant.kind == "dropped":
            return Outcome(mutant.id, UNSHOWN, f"a {criterion.role} changes no verdict")
        nodes, space = self.bench.space.nodes, self.base.space
        one, other = self.diagram.rule(nodes, criterion.node), self.diagram.rule(nodes, node)
        differs = False
        for place, path in enumerate(differences(self.diagram, one, other, self.patients)):
            differs = True
            for document in documents_of(path, space):

                def differ(tried: Document) -> bool:
                    patient = build_patient(read_document_of(tried, space), space)
                    return not patient.clashes and answer(nodes, criterion.node, patient.state) != answer(nodes, node, patient.state)

                if differ(document):
                    document = shrunk(document, differ)
                    state = build_patient(read_document_of(document, space), space).state
                    words = [TRUTHS[answer(nodes, root, state)].word for root in (criterion.node, node)]
                    return Outcome(mutant.id, SURVIVED, "", criterion.id, document, *words)
            if place >= MOST_PATHS:
                break
        if differs:
            return Outcome(mutant.id, SURVIVED, "", criterion.id)
        return Outcome(mutant.id, EQUIVALENT, "it holds for the same patients")


def _recorded(diagram: Diagram, space: Space, ruling: set[int]) -> int:
    """Return the patients whose history can be written: what was tried has an outcome."""
    found = IN
    for option in space.dictionary.facts["history.tried"].values:
        whats = ("tried", "progressed_on", "not_tolerated", "controlled_by")
        tried, *outcomes = (space.place[f"history.{what}.{option}"] for what in whats)
        if {tried, *outcomes} <= ruling:
            found = diagram.both(diagram.any_of([diagram.cells(tried, 1), *(diagram.cells(one, 2) for one in outcomes)]), found)
    return found


def _unpacked(packed: Diagrams, diagram: Diagram) -> Diagrams:
    """Return packed diagrams as nodes of a diagram that can grow."""
    new = {leaf: leaf for leaf in range(LEAVES)}
    for number in range(len(packed.edges) - 1, LEAVES - 1, -1):
        edges = [(mask, new[child]) for mask, child in packed.edges[number]]
        nobody = diagram.full[packed.order[packed.reads[number]]] & ~sum(mask for mask, _ in edges)
        new[number] = diagram.node(packed.reads[number], [*edges, (nobody, OUT)] if nobody else edges)
    gates = [new[gate] for gate in packed.gates] + [IN] * (len(diagram.order) - len(packed.order))
    options = {name: {region: new[root] for region, root in roots.items()} for name, roots in packed.options.items()}
    return Diagrams(diagram.order, diagram.levels, diagram.edges, diagram.asks, diagram.leads, new[packed.links], gates, options)
