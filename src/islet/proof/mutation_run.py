"""Run mutants: chosen, spread over processes, their outcomes kept so that a run can be stopped and taken up again."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import signal
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple, TextIO

import islet
from islet.errors import InputError, nearest
from islet.knowledge.compile import Read
from islet.knowledge.folder import vignette_files
from islet.proof.mutation import Mutant, Outcome, mutants_of
from islet.proof.mutation_bench import Bench
from islet.proof.mutation_criteria import OptionJudge
from islet.proof.mutation_facts import FactJudge
from islet.proof.mutation_properties import Property
from islet.rules.diagram import DiagramTooLarge

_ENGINE = ("case", "rules", "patient", "knowledge", "plan", "proof")
_AT_ONCE = 24  # mutants of one option judged on one diagram; also what is lost when a run is stopped


class Work(NamedTuple):
    """Hold the benches every process works on."""

    criteria: Bench
    facts: FactJudge | None
    properties: tuple[Property, ...]


_work: Work | None = None


def chosen(read: Read, files: Sequence[str] | None, sample: int | None) -> list[Mutant]:
    """Return the mutants to run: those of these files, a fixed sample of all, both together, or all.

    A mutant is in the sample by its id, so that faults added elsewhere change little of it.
    """
    every = mutants_of(read)
    if files is None and sample is None:
        return every
    known = dict.fromkeys(mutant.file for mutant in every)
    wanted = set()
    for file in files or ():
        name = next((one for one in known if file == one or file.endswith("/" + one)), None)
        if name is None and Path(file).name in {Path(one).name for one in read.folder.documents}:
            continue  # a file of the knowledge without rules
        if name is None:
            raise InputError(f'found "{file}"', "", 0, "--files", nearest(file, known) or "expected a file of facts/ or options/")
        wanted.add(name)
    ranked = sorted(every, key=lambda mutant: hashlib.sha256(mutant.id.encode()).digest())
    sampled = {mutant.id for mutant in ranked[: sample or 0]}
    return [mutant for mutant in every if mutant.file in wanted or mutant.id in sampled]


def run_mutants(
    read: Read, mutants: list[Mutant], kept: Path | None, jobs: int, progress: TextIO | None, properties: tuple[Property, ...] = ()
) -> list[Outcome]:
    """Return the outcome of every mutant, in order; outcomes kept in the file that still hold are not found out again."""
    marks = _Marks(read)
    outcomes = {} if kept is None else _kept_outcomes(kept, mutants, marks)
    waiting = [mutant for mutant in mutants if mutant.id not in outcomes]
    done = len(mutants) - len(waiting)
    stream = None
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        stream = kept.open("a", encoding="utf-8")
    try:
        for found in _judged(read, waiting, jobs, properties):
            for mutant, outcome in found:
                outcomes[mutant.id] = outcome
                if stream is not None:
                    stream.write(json.dumps({"mark": marks.of(mutant), **asdict(outcome)}, ensure_ascii=False) + "\n")
            done += len(found)
            if stream is not None:
                stream.flush()
            if progress is not None:
                survived = sum(outcome.state == "survived" for outcome in outcomes.values())
                print(f"mutants: {done} of {len(mutants)}, {survived} survived", file=progress, flush=True)
    finally:
        if stream is not None:
            stream.close()
    return [outcomes[mutant.id] for mutant in mutants]


def _judged(read: Read, waiting: list[Mutant], jobs: int, properties: tuple[Property, ...]) -> Iterator[list[tuple[Mutant, Outcome]]]:
    global _work
    if not waiting:
        return
    _work = _prepared(read, waiting, properties)
    tasks = list(_tasks(waiting))
    if jobs == 1 or len(tasks) == 1:
        yield from map(_judge, tasks)
        return
    with multiprocessing.get_context("fork").Pool(min(jobs, len(tasks)), _ignore_interrupt) as pool:
        yield from pool.imap_unordered(_judge, tasks)


def _prepared(read: Read, waiting: list[Mutant], properties: tuple[Property, ...]) -> Work:
    every = mutants_of(read)
    bench = Bench(read, [mutant.expression for mutant in every if mutant.part == "criterion"])
    assert bench.by_option is not None
    facts = None
    if any(mutant.part != "criterion" for mutant in waiting):
        more = [mutant.expression for mutant in every if mutant.part != "criterion"]
        other = Bench(read, [*more, *read.parsed.every()])
        assert other.vignettes is not None
        for criterion in other.base.criteria:
            other.examples(criterion.id)
        facts = FactJudge(other, more)
    return Work(bench, facts, properties)


def _tasks(waiting: list[Mutant]) -> Iterator[list[Mutant]]:
    """Yield the mutants of one option, or a few of the facts, at a time; the slow ones first."""
    groups: dict[str, list[Mutant]] = {}
    for mutant in sorted(waiting, key=lambda mutant: mutant.part == "criterion"):
        groups.setdefault(mutant.owner.split(".")[0] if mutant.part == "criterion" else "", []).append(mutant)
    for name, group in groups.items():
        size = _AT_ONCE if name else 4
        for start in range(0, len(group), size):
            yield group[start : start + size]


def _judge(task: list[Mutant]) -> list[tuple[Mutant, Outcome]]:
    assert _work is not None
    if task[0].part != "criterion":
        assert _work.facts is not None
        return [(mutant, _work.facts.judge(mutant)) for mutant in task]
    work = _work

    def new_judge() -> OptionJudge:
        return OptionJudge(work.criteria, task[0].owner.split(".")[0], work.properties)

    judge, found = new_judge(), []
    for mutant in task:
        try:
            outcome = judge.judge(mutant)
        except DiagramTooLarge:
            judge = new_judge()
            outcome = judge.judge(mutant)
        found.append((mutant, outcome))
    return found


def _ignore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class _Marks:
    """Say what the outcome of a mutant depends on, as a hash: its file, the facts, the vignettes, the engine."""

    def __init__(self, read: Read) -> None:
        path = read.folder.path
        self.path = path
        package = Path(islet.__file__).parent
        code = (file for room in _ENGINE for file in sorted((package / room).glob("*.py")))
        facts = (path / name for name in sorted(read.folder.documents) if not name.startswith("options/"))
        self.shared = _hash([*code, *facts, *vignette_files(path)])
        self.every = _hash(path / name for name in sorted(read.folder.documents))
        self._own: dict[str, str] = {}

    def of(self, mutant: Mutant) -> str:
        if mutant.part != "criterion":
            return self.shared[:8] + self.every[:8]
        if mutant.file not in self._own:
            self._own[mutant.file] = _hash([self.path / mutant.file])
        return self.shared[:8] + self._own[mutant.file][:8]


def _hash(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()


def _kept_outcomes(kept: Path, mutants: list[Mutant], marks: _Marks) -> dict[str, Outcome]:
    """Return the outcomes of a results file that still hold; a line cut short by a stop is passed over."""
    by_id = {mutant.id: mutant for mutant in mutants}
    found: dict[str, Outcome] = {}
    if not kept.exists():
        return found
    for line in kept.read_text(encoding="utf-8").splitlines():
        try:
            data = json.loads(line)
            mark, outcome = data.pop("mark"), Outcome(**data)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        mutant = by_id.get(outcome.id)
        if mutant is not None and marks.of(mutant) == mark:
            found[outcome.id] = outcome
    return found

