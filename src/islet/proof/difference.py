"""What changed between two versions of the knowledge: by meaning, as patients who are treated otherwise."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from islet.knowledge.base import KnowledgeBase
from islet.knowledge.compile import compile_folder
from islet.knowledge.opening import open_base
from islet.proof.encoding import NAMES, VERDICTS, World
from islet.proof.session import SAT, UNSAT, Session
from islet.proof.sources import Written, WrittenCriterion, read_written
from islet.proof.witness import Document, Replayed, replay, search

OLD = " before"  # marks what only the older version says


@dataclass(frozen=True, slots=True)
class Change:
    """Hold one kind of change of an option, with a patient who shows it."""

    option: str
    before: str
    after: str
    document: Document


@dataclass(slots=True)
class Difference:
    """Hold what differs between two versions.

    `same` names the options for which it is proved that no patient changes, `rules` for each changed option the criteria, derived
    facts and links that differ, `clashing` patients who could exist before and clash now (and the other way round), `numbers` the
    estimates and constants that differ, which change no verdict.
    """

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    rules: dict[str, list[str]] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)
    clashing: list[tuple[str, Document]] = field(default_factory=list)
    wording: int = 0
    numbers: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)


class Versions:
    """Hold an older and a newer knowledge folder, as evaluated and as written."""

    def __init__(self, old: Path, new: Path) -> None:
        self.old_base, self.new_base = _base(old), _base(new)
        self.old, self.new = read_written(old), read_written(new)
        self.changed = _changed_facts(self.old, self.new)

    def worlds(self, session: Session, links: bool = True) -> tuple[World, World]:
        """Return one patient as both versions see him: given facts shared, what is derived otherwise apart."""
        new = session.world(links=links)
        old = session.world(OLD, tuple(self.changed), links=links, written=self.old)
        return old, new


def _numbers_apart(old: KnowledgeBase, new: KnowledgeBase) -> list[str]:
    """Return the estimates and constants that are new, gone or changed; they shape no verdict."""
    before, after = ({c["id"]: c for own in base.estimates.values() for c in own} for base in (old, new))
    found = [f"estimate {name} is new" for name in after if name not in before]
    found += [f"estimate {name} is gone" for name in before if name not in after]
    found += [f"estimate {name} changed" for name in after if name in before and before[name] != after[name]]
    for name in sorted({*old.constants, *new.constants}):
        one, other = old.constants.get(name), new.constants.get(name)
        if one != other:
            said = [f"{constant.value:g} {constant.unit}" if constant else "nothing" for constant in (one, other)]
            found.append(f"constant {name}: {said[0]} -> {said[1]}")
    return found


def _base(folder: Path) -> KnowledgeBase:
    data, _ = compile_folder(folder)
    return open_base(data)


def compare_versions(versions: Versions) -> Iterator[Difference]:
    """Yield the difference as it grows, once after each option; the last one is whole."""
    old, new, found = versions.old, versions.new, Difference()
    found.added = [name for name in new.options if name not in old.options]
    found.removed = [name for name in old.options if name not in new.options]
    found.facts = sorted(versions.changed) + _links_apart(old, new)
    found.wording = _wording(old, new)
    found.numbers = _numbers_apart(versions.old_base, versions.new_base)
    rooms = {name: Session(name, new) for name in NAMES}
    worlds = {name: versions.worlds(session) for name, session in rooms.items()}
    if _links_apart(old, new):
        _compare_links(versions, found)
    for option in (name for name in new.options if name in old.options):
        rules = _rules_apart(option, versions)
        if rules:
            found.rules[option] = rules
            _compare_option(option, versions, rooms, worlds, found)
        else:
            found.same.append(option)
        yield found


def _compare_option(
    option: str, versions: Versions, rooms: dict[str, Session], worlds: dict[str, tuple[World, World]], found: Difference
) -> None:
    session, (old, new) = rooms[NAMES[0]], worlds[NAMES[0]]
    none = True
    for before, after in itertools.permutations(VERDICTS, 2):
        terms = [old.verdict(option, before), new.verdict(option, after)]
        _share(old, new)
        answer = session.can(*terms)
        if answer == UNSAT:
            continue
        none = False
        if answer != SAT:
            found.open.append(f"{option}: {before} to {after}: {NAMES[0]} gave up")
            continue

        def shows(now: Replayed, before: str = before, after: str = after) -> bool:
            then = replay(now.document, versions.old_base)
            return then is not None and now.verdict(option) == after and then.verdict(option) == before

        witness = search(session, new, terms, shows, versions.new_base, f"{option}-{before}-{after}".replace("_", "-"))
        if witness.document is not None:
            found.changes.append(Change(option, before, after, witness.document))
        else:
            found.alarms.append(f"{option}: {before} to {after}: {witness.alarm}")
    if none:
        second, (old, new) = rooms[NAMES[1]], worlds[NAMES[1]]
        apart = second.smt.Or(*(second.smt.And(old.verdict(option, one), new.verdict(option, other))
                                for one, other in itertools.permutations(VERDICTS, 2)))
        answer = second.can(apart)
        if answer == UNSAT:
            found.same.append(option)
        elif answer == SAT:
            found.alarms.append(f"{option}: {NAMES[0]} says that no patient changes, {NAMES[1]} finds one")
        else:
            found.open.append(f"{option}: no patient changes: {NAMES[1]} gave up")


def _share(old: World, new: World) -> None:
    """Make every given fact of the older version a fact of the newer one, so that a patient can be written down."""
    known = new.written.dictionary.facts
    for name in list(old.facts):
        if old.is_shared(name) and (name in known or name.rsplit(".", 1)[0] in known):
            new.fact(name)


def _compare_links(versions: Versions, found: Difference) -> None:
    for words, broken, base in (
        ("could exist before and clashes now", "new", versions.old_base), ("clashed before and can exist now", "old", versions.new_base),
    ):
        session = Session(NAMES[0], versions.new)
        old, new = versions.worlds(session, links=False)
        kept, left = (old, new) if broken == "new" else (new, old)
        kept.add_links()
        smt = session.smt
        wanted = smt.Or(*(smt.Not(smt.Implies(left.term(link.condition), left.term(link.consequence))) for link in left.written.links))
        _share(old, new)
        if session.can(wanted) != SAT:
            continue
        other = versions.new_base if base is versions.old_base else versions.old_base

        def shows(now: Replayed, other: KnowledgeBase = other) -> bool:
            return bool(Replayed(now.document, other).patient.clashes)

        witness = search(session, new, [wanted], shows, base, f"link-{broken}")
        if witness.document is not None:
            found.clashing.append((words, witness.document))


def _changed_facts(old: Written, new: Written) -> set[str]:
    """Return the facts that both versions work out, each in its own way; what one of them is only told is the same for both."""
    def how(written: Written, name: str) -> tuple[Any, ...]:
        return written.definitions.get(name), written.formulas.get(name), written.points.get(name)

    worked_out = old.derived_from().keys() & new.derived_from().keys()
    return {name for name in worked_out if how(old, name) != how(new, name)}


def _links_apart(old: Written, new: Written) -> list[str]:
    def by_id(written: Written) -> dict[str, Any]:
        return {link.id: (link.condition, link.consequence) for link in written.links}

    one, other = by_id(old), by_id(new)
    return sorted(f"link {name}" for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _rules_apart(option: str, versions: Versions) -> list[str]:
    """Return what of an option's rules differs; when links or facts it may rest on differ, these too."""
    def ruling(written: Written) -> dict[str, WrittenCriterion]:
        return {c.id: c for c in written.criteria if c.option == option and c.role != "caution"}

    one, other = ruling(versions.old), ruling(versions.new)
    found = []
    for name in sorted(one.keys() | other.keys()):
        if name not in one:
            found.append(f"{name} is new")
        elif name not in other:
            found.append(f"{name} is gone")
        elif _meaning(one[name]) != _meaning(other[name]):
            found.append(f"{name}: {one[name].expression} became {other[name].expression}"
                         if one[name].expression != other[name].expression else f"{name} has another role or region")
    return found + sorted(versions.changed) + _links_apart(versions.old, versions.new)


def _meaning(criterion: WrittenCriterion) -> tuple[Any, ...]:
    return criterion.role, criterion.direction, criterion.region, criterion.expression


def _wording(old: Written, new: Written) -> int:
    """Return how many criteria say or cite something else while their rule is the same."""
    before = {criterion.id: criterion for criterion in old.criteria}
    return sum(
        1 for c in new.criteria
        if c.id in before and _meaning(c) == _meaning(before[c.id]) and (c.text, c.sources) != (before[c.id].text, before[c.id].sources)
    )
