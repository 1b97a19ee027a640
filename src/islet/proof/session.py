"""Ask a solver whether a patient can exist; bounded by steps, never by time, so that the same question has the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from islet.case.dictionary import Fact
from islet.proof.encoding import World, solver_module
from islet.proof.sources import Written

STEPS = {"z3": 20_000_000, "cvc5.pythonic": 2_000_000}
SAT, UNSAT, UNKNOWN = "sat", "unsat", "unknown"


class Session:
    """Hold one solver with one world or several in it.

    `can` answers sat, unsat or unknown; unknown proves nothing, and whoever asks must treat it so.
    """

    def __init__(self, name: str, written: Written) -> None:
        self.name, self.smt, self.written = name, solver_module(name), written
        self.solver = self.smt.Solver()
        if name == "z3":
            self.solver.set("rlimit", STEPS[name])
        else:
            self.solver.setOption("rlimit-per", STEPS[name])
        self.worlds: list[World] = []
        self.asked = 0
        self._conditions: dict[int, tuple[Any, Any]] = {}

    def world(
        self, suffix: str = "", own: tuple[str, ...] = (), links: bool = True, exclusive: bool = True, written: Written | None = None
    ) -> World:
        """Return a new patient in this solver, who obeys the links; with `written`, the same patient in another version."""
        world = World(self.smt, written or self.written, suffix, own, exclusive, self.written if written else None)
        if links:
            world.add_links()
        self.worlds.append(world)
        return world

    def demand(self, term: Any) -> None:
        """Demand something of every patient asked for from now on."""
        self.settle()
        self.solver.add(term)

    def condition(self, term: Any) -> Any:
        """Return a Boolean that stands for a term when it is demanded."""
        key = term.get_id() if hasattr(term, "get_id") else id(term)
        if key not in self._conditions:
            boolean = self.smt.Bool(f"asked {len(self._conditions)}")
            self.solver.add(self.smt.Or(self.smt.Not(boolean), term))
            self._conditions[key] = boolean, term
        return self._conditions[key][0]

    def can(self, *terms: Any) -> str:
        """Tell whether a patient with all of these can exist."""
        return self.ask([self.condition(term) for term in terms])

    def ask(self, literals: list[Any]) -> str:
        """Tell whether a patient with all of these Booleans (or their negations) can exist."""
        self.settle()
        self.asked += 1
        if self.name == "z3":  # its Python front looks at each literal anew, which costs more than the answer
            core, array = self.smt.z3core, (self.smt.Ast * len(literals))(*(literal.as_ast() for literal in literals))
            answer = core.Z3_solver_check_assumptions(self.solver.ctx.ref(), self.solver.solver, len(literals), array)
            return {1: SAT, -1: UNSAT}.get(answer, UNKNOWN)
        return str(self.solver.check(*literals))

    @contextmanager
    def under(self, literals: list[Any]) -> Iterator[None]:
        """Demand something for a while, so that many questions under the same demand are cheap; no new term may be made meanwhile."""
        self.settle()
        self.solver.push()
        self.solver.add(*literals)
        try:
            yield
        finally:
            self.solver.pop()

    def settle(self) -> None:
        """Hand everything the worlds demand to the solver."""
        for world in self.worlds:
            fresh = world.take()
            if fresh:
                assert self.solver.num_scopes() == 0, "a term made for a while would lose its definition"
                self.solver.add(*fresh)

    def values(self, world: World) -> dict[str, Any]:
        """Return the patient found: every fact the world has, as True/False, a word, or an exact number."""
        model = self.solver.model()
        found: dict[str, Any] = {}
        for name, fact in sorted(world.facts.items()):
            if isinstance(fact, dict):
                found[name] = next((word for word, boolean in fact.items() if self._holds(model, boolean)), None)
            elif self._kind(name).type == "number":
                found[name] = self._fraction(model, fact)
            else:
                found[name] = self._holds(model, fact)
        return found

    def _kind(self, name: str) -> Fact:
        facts = self.written.dictionary.facts
        return facts[name] if name in facts else facts[name.rsplit(".", 1)[0]]

    def _holds(self, model: Any, boolean: Any) -> bool:
        return bool(self.smt.is_true(model.eval(boolean, True)))

    def _fraction(self, model: Any, number: Any) -> Fraction:
        value = model.eval(number, True)
        return Fraction(value.as_long()) if self.smt.is_int_value(value) else Fraction(str(value.as_fraction()))
