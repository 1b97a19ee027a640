"""Links and definitions become clauses with the same meaning."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from islet.rules.clauses import clauses_of_definition, clauses_of_implication
from islet.rules.evaluate import evaluate
from islet.rules.truth import Truth

FULL = [0b111, 0b111, 0b111, 0b011]
masks = st.integers(1, 0b110)


@st.composite
def tables(draw):
    nodes = [("atom", draw(st.integers(0, 2)), draw(masks)) for _ in range(draw(st.integers(1, 4)))]
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["and", "or", "not"]))
        nodes.append((kind, *(draw(st.integers(0, len(nodes) - 1)) for _ in range(1 if kind == "not" else 2))))
    return nodes


def everybody():
    """Yield every whole patient of the four variables."""
    return itertools.product(*([1 << bit for bit in range(3) if full >> bit & 1] for full in FULL))


def fulfilled(clauses, patient):
    return all(any(patient[variable] & mask for variable, mask in clause) for clause in clauses)


@given(tables(), st.data())
def test_the_clauses_of_an_implication_hold_for_the_patients_it_holds_for(nodes, data):
    one, other = (data.draw(st.integers(0, len(nodes) - 1)) for _ in range(2))
    clauses = clauses_of_implication(nodes, one, other, FULL)
    for patient in everybody():
        holds = evaluate(nodes, one, patient) is Truth.NO or evaluate(nodes, other, patient) is Truth.YES
        assert fulfilled(clauses, patient) is holds


@given(tables())
def test_the_clauses_of_a_definition_hold_when_the_fact_is_what_it_is_defined_to_be(nodes):
    root = len(nodes) - 1
    clauses = clauses_of_definition(nodes, 3, 0b10, root, FULL)
    for patient in everybody():
        assert fulfilled(clauses, patient) is ((patient[3] == 0b10) is (evaluate(nodes, root, patient) is Truth.YES))
