"""What a rule means on one patient, with the proof; the generated decider gives the same answers."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from islet.rules.evaluate import evaluate, prove, reasons
from islet.rules.form import variables_of
from islet.rules.generate import generate
from islet.rules.truth import Truth

VARIABLES, CELLS = 4, 3
FULL = [(1 << CELLS) - 1] * VARIABLES
masks = st.integers(1, FULL[0])


@st.composite
def tables(draw):
    """Draw a table of nodes, the last of which stands for everything."""
    nodes = [("atom", draw(st.integers(0, VARIABLES - 1)), draw(masks)) for _ in range(draw(st.integers(1, 5)))]
    for _ in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(["and", "or", "not"]))
        count = 1 if kind == "not" else draw(st.integers(1, 3))
        nodes.append((kind, *(draw(st.integers(0, len(nodes) - 1)) for _ in range(count))))
    return nodes


states = st.lists(masks, min_size=VARIABLES, max_size=VARIABLES)


@pytest.mark.parametrize(
    ("known", "answer"), [(0b001, Truth.YES), (0b011, Truth.YES), (0b100, Truth.NO), (0b101, Truth.UNKNOWN), (0b111, Truth.UNKNOWN)]
)
def test_a_comparison_is_yes_when_all_possible_cells_lie_inside_no_when_none_does(known, answer):
    assert evaluate([("atom", 0, 0b011)], 0, [known]) is answer


@given(tables(), states)
def test_the_generated_decider_gives_the_answer_of_the_evaluator(nodes, state):
    scope: dict = {}
    exec(generate(nodes, list(range(len(nodes))), FULL), scope)
    assert scope["decide"](state) == tuple(evaluate(nodes, root, state).value for root in range(len(nodes)))


@given(tables(), states)
def test_the_proof_gives_the_answer_of_the_evaluator_at_every_node(nodes, state):
    def check(proof):
        assert proof.truth is evaluate(nodes, proof.node, state)
        for part in proof.parts:
            check(part)

    check(prove(nodes, len(nodes) - 1, state))


def completions(state):
    """Yield every way of filling in."""
    return itertools.product(*([1 << bit for bit in range(CELLS) if mask >> bit & 1] for mask in state))


@given(tables(), states)
def test_a_certain_answer_holds_in_every_completion(nodes, state):
    answer = evaluate(nodes, len(nodes) - 1, state)
    if answer is not Truth.UNKNOWN:
        assert {evaluate(nodes, len(nodes) - 1, whole) for whole in completions(state)} == {answer}


@given(tables(), states)
def test_a_whole_patient_gets_a_certain_answer(nodes, state):
    assert all(evaluate(nodes, len(nodes) - 1, whole) is not Truth.UNKNOWN for whole in completions(state))


@given(tables(), states)
def test_the_reasons_of_an_answer_are_enough_for_it(nodes, state):
    for root in range(len(nodes)):
        answer, named = reasons(nodes, root, state)
        assert answer == evaluate(nodes, root, state).value
        assert set(named) <= set(variables_of(nodes, root)) and len(set(named)) == len(named)
        if answer != Truth.UNKNOWN.value:
            forgotten = [mask if i in named else FULL[i] for i, mask in enumerate(state)]
            assert evaluate(nodes, root, forgotten).value == answer


@given(tables(), states)
def test_the_reasons_of_an_unknown_are_open_facts(nodes, state):
    for root in range(len(nodes)):
        answer, named = reasons(nodes, root, state)
        if answer == Truth.UNKNOWN.value:
            assert named and all(state[i] & (state[i] - 1) for i in named)
