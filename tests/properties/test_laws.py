"""The laws of the contract, on generated cases, with the knowledge as shipped."""

from __future__ import annotations

import json
import random
import shutil
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from islet.case.yaml_text import read_document
from islet.knowledge.store import load_knowledge
from islet.knowledge.yaml_data import plain
from islet.patient.state import build_patient
from islet.plan.explore import verdicts_of
from islet.plan.make import make_plan
from islet.plan.model import Plan, plan_json
from islet.plan.verdict import decide_option
from islet.rules.evaluate import evaluate
from islet.rules.form import variables_of
from islet.rules.generate import VERDICT_CODES
from islet_testing import cases
from islet_testing.bases import own_base
from islet_testing.effort import examples
from islet_testing.places import KNOWLEDGE

NO, UNKNOWN, YES = 0, 1, 2


def plan_of(pieces: cases.Pieces, base: Any = None) -> Plan:
    base = base or own_base()
    return make_plan(cases.read(pieces, base), base)


def answers_of(pieces: cases.Pieces) -> tuple[int, ...]:
    base = own_base()
    patient = build_patient(cases.read(pieces, base), base.space)
    return base.decide(patient.state)[: len(base.criteria)]


# Law 1: unknown is never false


def test_law_1_of_a_patient_of_whom_nothing_is_known_every_criterion_is_unknown(base):
    values = answers_of({})
    known = [criterion.id for criterion, value in zip(base.criteria, values, strict=True) if value != UNKNOWN]
    assert not known, f"these answer without a fact: {known}"


def test_law_1_of_a_patient_of_whom_nothing_is_known_every_option_needs_data_and_stays_open(base):
    plan = plan_of({})
    assert len(plan.options) == 30
    assert {option.id: option.verdict for option in plan.options} == {option.id: "need_data" for option in plan.options}
    assert not any(option.certain or option.certainly_not_offered for option in plan.options)


def test_law_1_yes_no_and_unknown_add_up_to_every_patient_for_every_criterion(base):
    everybody = cases.shipped()
    counts = [[0, 0, 0] for _ in base.criteria]
    for pieces in everybody:
        for count, value in zip(counts, answers_of(pieces), strict=True):
            count[value] += 1
    assert all(sum(count) == len(everybody) for count in counts)
    reached = sum(all(count) for count in counts)
    assert reached > len(counts) / 3, "the shipped patients reach yes, no and unknown of many criteria"


@settings(max_examples=examples(60))
@given(st.data())
def test_law_1_a_criterion_none_of_whose_facts_is_known_is_unknown(data):
    base = own_base()
    pieces = data.draw(cases.patients())
    state = build_patient(cases.read(pieces, base), base.space).state
    for criterion, value in zip(base.criteria, base.decide(state), strict=False):
        if all(state[v] == base.space.full[v] for v in criterion.reads):
            assert value == UNKNOWN, criterion.id


# One rule, one meaning: the generated decider and the evaluator


@settings(max_examples=examples(60))
@given(st.randoms(use_true_random=False))
def test_the_generated_decider_is_the_evaluator_on_every_criterion(rng):
    base = own_base()
    state = []
    for full in base.space.full:
        bits = [1 << i for i in range(full.bit_length()) if full >> i & 1]
        how = rng.random()
        chosen = bits if how < 0.4 else [rng.choice(bits)] if how < 0.8 else rng.sample(bits, rng.randint(1, len(bits)))
        state.append(sum(chosen))
    values = base.decide(state)
    for criterion in base.criteria:
        assert values[criterion.number] == evaluate(base.space.nodes, criterion.node, state).value, criterion.id


@settings(max_examples=examples(100))
@given(st.randoms(use_true_random=False))
def test_the_generated_function_of_an_option_gives_the_verdict_and_the_could_be_of_the_table(rng):
    base = own_base()
    likely = rng.choice((0.2, 0.5, 0.9))
    state = []
    for full in base.space.full:
        bits = [1 << i for i in range(full.bit_length()) if full >> i & 1]
        state.append(rng.choice(bits) if rng.random() < likely else full)
    values = base.decide(state)
    for option in base.options.values():
        decision = decide_option(option, base, values, None)
        answer = base.decide_one[option.id](state)
        assert (VERDICT_CODES[answer >> 4], set(verdicts_of(answer & 15))) == (decision.verdict, set(decision.could_be)), option.id


# Law 2: more facts never flip a certain verdict


@settings(max_examples=examples(150))
@given(cases.nested())
def test_law_2_more_facts_never_flip_what_was_certain(drawn):
    less, more = drawn
    before, after = plan_of(less), plan_of(more)
    assert not before.problems or {p["kind"] for p in before.problems} <= {"implausible", "outside_intended_use", "date", "emergency"}
    assume(not before.emergency and not after.emergency)
    for one, other in zip(before.options, after.options, strict=True):
        assert set(other.could_be) <= set(one.could_be), (one.id, one.could_be, other.could_be)
        if one.certain:
            assert other.certain and other.verdict == one.verdict, one.id
        if one.certainly_not_offered:
            assert other.certainly_not_offered, one.id
    for criterion, one, other in zip(own_base().criteria, answers_of(less), answers_of(more), strict=True):
        assert one in (UNKNOWN, other), criterion.id


@settings(max_examples=examples(60))
@given(cases.patients(), st.randoms(use_true_random=False))
def test_law_2_whatever_an_open_fact_turns_out_to_be_the_verdict_is_one_that_could_be(pieces, rng):
    """Fill in fact after fact, in any order, with any value the patient can have; every plan on the way agrees with the first."""
    base = own_base()
    first = {option.id: option for option in plan_of(pieces).options}
    assume(first)
    filled = dict(pieces)
    for name in rng.sample(sorted(cases.offers()), 12):
        if name not in filled:
            tried = {**filled, name: rng.choice(cases.offers()[name])}
            if not cases.clashes(tried, base):
                filled = tried
    for option in plan_of(filled).options:
        start = first[option.id]
        assert set(option.could_be) <= set(start.could_be), option.id
        assert option.verdict in start.could_be or option.verdict == "need_data", option.id
        if start.certain:
            assert option.verdict == start.verdict, option.id


@settings(max_examples=examples(80))
@given(cases.patients())
def test_law_2_a_verdict_is_one_of_those_that_could_be_and_a_certain_one_the_only_one(pieces):
    for option in plan_of(pieces).options:
        assert option.could_be and "need_data" not in option.could_be
        assert option.verdict in option.could_be or option.verdict == "need_data"
        assert option.certain == (len(option.could_be) == 1)
        assert option.exact or not option.certain
        assert option.certainly_not_offered == (not set(option.could_be) & {"recommended", "possible"})


# Law 3: a known contraindication beats everything; preferences change no verdict


@settings(max_examples=examples(80))
@given(cases.loose_pieces())
def test_law_3_a_contraindication_that_is_yes_beats_everything(pieces):
    base, plan, values = own_base(), plan_of(pieces), answers_of(pieces)
    assume(not plan.emergency)
    for option in plan.options:
        if any(values[i] == YES for i in base.options[option.id].by_role["contraindication"]):
            assert option.verdict == "contraindicated" and option.could_be == ("contraindicated",), option.id


@settings(max_examples=examples(60))
@given(cases.loose_pieces(), st.data())
def test_law_3_preferences_set_the_mark_of_the_declined_and_nothing_else(pieces, data):
    base = own_base()
    words = list(base.space.dictionary.by_bare["refuses"].values)
    refused = data.draw(st.lists(st.sampled_from(words), max_size=5, unique=True))
    goal = data.draw(st.sampled_from(list(base.space.dictionary.by_bare["goal"].values)))
    wish = data.draw(st.booleans())
    told = {
        **pieces,
        "preferences.refuses": refused,
        "preferences.goal": goal,
        "preferences.wishes_pregnancy": wish,
        "preferences.accepts_isolation": wish,
    }
    before, after = plan_json(plan_of({k: v for k, v in pieces.items() if not k.startswith("preferences.")})), plan_json(plan_of(told))
    for one, other in zip(before["options"], after["options"], strict=True):
        assert other.pop("declined_by_patient") is (other["id"] in refused or other["group"] in refused)
        one.pop("declined_by_patient")
        assert one == other
    assert before["ask"] == after["ask"] and before["disagreements"] == after["disagreements"]


def test_law_3_no_criterion_reads_preferences(base):
    for criterion in base.criteria:
        assert not any(base.space.variables[v].fact.startswith("preferences.") for v in criterion.reads), criterion.id


# Law 4: order does not matter


def shuffled(value: Any, rng: random.Random) -> Any:
    """Return the same case written in another order."""
    if isinstance(value, dict):
        items = [(k, [*v] if k in ("between",) else shuffled(v, rng)) for k, v in value.items()]
        rng.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        items = [shuffled(item, rng) for item in value]
        rng.shuffle(items)
        return items
    return value


def _read_document(document: dict[str, Any], base: Any) -> Plan:
    from islet.case.reader import read_case

    return make_plan(read_case(json.dumps(document).encode(), "x", base.space.dictionary), base)


@settings(max_examples=examples(120))
@given(cases.loose_pieces(), st.randoms(use_true_random=False))
def test_law_4_the_order_of_facts_lists_and_history_in_the_file_changes_not_a_byte(pieces, rng):
    base = own_base()
    one = _read_document(cases.document(pieces), base)
    other = _read_document(shuffled(cases.document(pieces), rng), base)
    assert one.case_sha256 == other.case_sha256
    assert _bytes(one) == _bytes(other)


def _bytes(plan: Plan) -> str:
    return json.dumps(plan_json(plan))


def _meaning(plan: Plan) -> dict[str, Any]:
    """Return what a plan says, without the order in which it says it."""
    return {
        "options": {
            option.id: (
                option.verdict,
                option.certain,
                frozenset(option.could_be),
                option.rests_on_recall,
                option.declined_by_patient,
                *(
                    frozenset((e.criterion, e.holds, json.dumps(e.facts, sort_keys=True)) for e in part)
                    for part in (option.provided, option.in_favour, option.against, option.cautions)
                ),
            )
            for option in plan.options
        },
        "ask": {tuple(e["facts"]): (frozenset(e["settles"]), frozenset(e["decides"]), frozenset(e["narrows"])) for e in plan.ask},
        # which of several sufficient reasons is told for a derived fact may follow the order of the links; its value may not
        "facts": {name: json.dumps({**fact, "because": None}, sort_keys=True) for name, fact in plan.facts.items()},
        "problems": {(p["kind"], frozenset(p["facts"])) for p in plan.problems},
        "disagreements": {d["option"]: (frozenset(d["recommends"]), frozenset(d["against"])) for d in plan.disagreements},
    }


@pytest.fixture(scope="module")
def turned_round(tmp_path_factory) -> Any:
    """The knowledge as shipped with its files renamed so that they are read in the opposite order, and everything in them turned round."""
    folder = tmp_path_factory.mktemp("turned") / "knowledge"
    shutil.copytree(KNOWLEDGE, folder, ignore=shutil.ignore_patterns("vignettes", "evidence"))
    for part in ("facts", "options", "sources", "guidelines", "trials"):
        files = sorted((folder / part).rglob("*.yaml"))
        for number, file in enumerate(files):
            data = plain(read_document(file.read_bytes(), str(file), limit=None))
            file.unlink()
            (folder / part / f"{len(files) - number:03}.yaml").write_text(json.dumps(_turned(data)))
    return load_knowledge(str(folder))


def _turned(data: Any) -> Any:
    """Return the data of a file with its entries in the opposite order, where order has no meaning."""
    found = {}
    for key, value in reversed(list(data.items())):
        if key in ("facts", "derived", "sources", "guidelines") and isinstance(value, dict):
            found[key] = dict(reversed(list(value.items())))
        elif key in ("criteria", "links", "labels"):
            found[key] = list(reversed(value))
        else:
            found[key] = value
    return found


def test_law_4_the_order_of_files_facts_and_criteria_changes_nothing(base, turned_round):
    assert {c.id for c in base.criteria} == {c.id for c in turned_round.criteria}
    assert [c.id for c in base.criteria] != [c.id for c in turned_round.criteria]
    for pieces in cases.shipped():
        assert _meaning(plan_of(pieces)) == _meaning(plan_of(pieces, turned_round))


@settings(max_examples=examples(80))
@given(cases.loose_pieces())
def test_law_4_the_order_of_files_facts_and_criteria_changes_nothing_for_facts_that_clash(turned_round, pieces):
    assert _meaning(plan_of(pieces)) == _meaning(plan_of(pieces, turned_round))


# Facts that reach no rule of an option


@settings(max_examples=examples(80))
@given(cases.patients(), st.data())
def test_a_fact_that_reaches_no_rule_of_an_option_changes_no_word_about_it(pieces, data):
    base = own_base()
    name = data.draw(st.sampled_from(sorted(cases.offers())))
    assume(name not in pieces)
    told = {**pieces, name: data.draw(st.sampled_from(cases.offers()[name]))}
    assume(not cases.clashes(told, base))
    before, after = plan_of(pieces), plan_of(told)
    assume(not before.emergency and not after.emergency)
    reached = _reached(
        {v.number for v in base.space.variables if v.fact == name}, build_patient(cases.read(pieces, base), base.space).state
    )
    for one, other in zip(plan_json(before)["options"], plan_json(after)["options"], strict=True):
        option = base.options[one["id"]]
        reads = {v for i in option.criteria for v in base.criteria[i].reads} | {
            v for _, node in option.labels for v in variables_of(base.space.nodes, node)
        }
        if not reads & reached:
            for part in ("compatible_with", "decided_by"):  # say something of other options, and of what is still open
                one.pop(part), other.pop(part)
            assert one == other, (name, one["id"])


def _reached(start: set[int], state: list[int]) -> set[int]:
    """Return the variables that these could tell something about: by a link still open in this state, or by a formula."""
    base = own_base()
    groups = [{v for v, _ in clause} for clause in base.space.network.clauses if all(state[v] & ~mask for v, mask in clause)]
    groups += [{*how.reads, base.space.place[how.fact]} for how in base.space.derivations]
    found, before = set(start), set()
    while found != before:
        before = set(found)
        for group in groups:
            if group & found:
                found |= group
    return found


@settings(max_examples=examples(60))
@given(cases.patients(), st.data())
def test_a_fact_said_twice_the_same_is_the_fact_said_once(pieces, data):
    plain = [
        name for name, value in pieces.items() if isinstance(value, (int, float, str)) and not isinstance(value, bool) and name != "history"
    ]
    assume(plain)
    name = data.draw(st.sampled_from(plain))
    twice = {**pieces, name: {"values": [pieces[name], pieces[name]]}}
    assert plan_json(plan_of(pieces)) == plan_json(plan_of(twice))


# M12: what is missing never makes an option look safer than the known bad value


def _stops() -> list[tuple[str, cases.Pieces]]:
    """Return each contraindication and exclusion with the facts of its own example that makes it yes."""
    base = own_base()
    found = []
    for file in sorted((KNOWLEDGE / "options").glob("*.yaml")):
        for criterion in yaml.safe_load(file.read_text())["criteria"]:
            if criterion["role"] in ("contraindication", "exclusion"):
                flat = criterion["examples"].get("yes", criterion["examples"].get(True))
                pieces = {("history" if k == "history" else base.space.dictionary.find(k).name): v for k, v in flat.items()}
                found.append((criterion["id"], pieces))
    return found


def test_m12_a_missing_fact_never_makes_an_option_look_safer_than_the_bad_value_it_may_have(base):
    stops = _stops()
    assert len(stops) > 100
    for name, pieces in stops:
        criterion = base.criterion(name)
        role = criterion.role
        assert answers_of(pieces)[criterion.number] == YES, name
        for forgotten in pieces:
            less = {k: v for k, v in pieces.items() if k != forgotten}
            assert answers_of(less)[criterion.number] != NO, f"{name} is no when {forgotten} is missing"
            option = plan_of(less).option(criterion.option)
            wanted = "contraindicated" if role == "contraindication" else "not_indicated"
            assert wanted in option.could_be or option.verdict == "contraindicated", f"{name} without {forgotten}"
            if option.offered:
                assert name in {entry.criterion for entry in option.provided}, f"{name} is open and not said beside {option.verdict}"


@settings(max_examples=examples(80))
@given(cases.patients())
def test_m12_an_offered_option_with_an_open_stop_says_so(pieces):
    base, plan, values = own_base(), plan_of(pieces), answers_of(pieces)
    for option in plan.options:
        if option.offered:
            roles = base.options[option.id].by_role
            for index in (*roles["contraindication"], *roles["exclusion"]):
                assert values[index] != YES
                if values[index] == UNKNOWN:
                    assert base.criteria[index].id in {entry.criterion for entry in option.provided}


# Conflicts


@settings(max_examples=examples(80))
@given(cases.loose_pieces())
def test_a_clash_is_said_and_nothing_that_rests_on_it_is_certain(pieces):
    base, plan = own_base(), plan_of(pieces)
    assume(not plan.emergency)
    clashing = {name for problem in plan.problems if problem["kind"] == "conflict" for name in problem["facts"]}
    for option in plan.options:
        reads = {base.space.variables[v].name for i in base.options[option.id].criteria for v in base.criteria[i].reads}
        if reads & clashing:
            assert not option.certain and not option.certainly_not_offered, option.id


@settings(max_examples=examples(60))
@given(cases.loose_pieces())
def test_the_facts_of_a_clash_clash_by_themselves_and_without_one_of_them_do_not(pieces):
    base = own_base()
    patient = build_patient(cases.read(pieces, base), base.space)
    for clash in patient.clashes:
        if clash.links == ("several",):
            continue
        names = {base.space.variables[v].fact for v in clash.variables if not base.space.variables[v].fact.startswith("history.")}
        if any(base.space.variables[v].member or base.space.variables[v].fact.startswith("history.") for v in clash.variables):
            continue
        only = {name: pieces[name] for name in names}
        assert cases.clashes(only, base), f"{names} do not clash"
        for name in names:
            assert not cases.clashes({k: v for k, v in only.items() if k != name}, base), f"{name} can be left out of {names}"


@settings(max_examples=examples(60))
@given(cases.loose_pieces())
def test_no_case_brings_a_state_in_which_a_fact_has_no_value_left(pieces):
    patient = build_patient(cases.read(pieces, own_base()), own_base().space)
    assert all(patient.state) and all(all(state) for state in patient.as_given)
