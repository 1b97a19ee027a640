"""Whole answers over all ways of filling in, on hand-made diagrams whose answers can be counted by hand."""

import itertools

import pytest

from islet.patient.cheapest import cheapest_path
from islet.patient.completions import Completions, Diagrams, Ways
from islet.patient.links import broken_links, make_network
from islet.rules.diagram import IN, LEAVES, OUT, Diagram, DiagramTooLarge, Disagreement

NO, YES = 1, 2
FULL = [3, 3, 3]


def made(links, verdict) -> Diagrams:
    """Diagrams over three yes/no facts: `links` says who can exist, `verdict` gives each of them a leaf."""
    diagram = Diagram([0, 1, 2], FULL)

    def table(answer):
        def below(level, values):
            if level == 3:
                return answer(*values)
            return diagram.node(level, [(NO, below(level + 1, (*values, 0))), (YES, below(level + 1, (*values, 1)))])

        return below(0, ())

    root_links, root = table(lambda *v: IN if links(*v) else OUT), table(verdict)
    edges = [tuple((mask, child) for mask, child in own if child) for own in diagram.edges]
    return Diagrams([0, 1, 2], diagram.levels, edges, diagram.asks, diagram.leads, root_links, [IN] * 3, {"x": {"": root}})


@pytest.mark.parametrize("state", list(itertools.product((1, 2, 3), repeat=3)))
def test_what_is_reached_is_what_counting_every_patient_gives(state):
    def links(a, b, c):
        return (a or b) and not (b and c)

    def verdict(a, b, c):
        return 1 if a and b else 2 if c else 4

    diagrams = made(links, verdict)
    wanted = 0
    for values in itertools.product((0, 1), repeat=3):
        if all(state[i] >> values[i] & 1 for i in range(3)) and links(*values):
            wanted |= verdict(*values)
    completions = Completions(diagrams, list(state), FULL)
    for most in range(1, 16):
        assert completions.reach(diagrams.root("x", None), most) == wanted & most
    assert completions.empty is (wanted == 0)


def test_measurements_that_cannot_be_together_do_not_count():
    """The first two facts are numbers of one formula: measured are only (no, no) and (yes, yes)."""
    diagrams = made(lambda *v: True, lambda a, b, c: 8 if a and not b else 2 if c else 4)
    completions = Completions(diagrams, FULL, FULL)
    root = diagrams.root("x", None)
    assert completions.reach(root, 15) == 14
    assert completions.reach_measured(root, 15, Ways([{0: NO, 1: NO}, {0: YES, 1: YES}])) == 6
    assert completions.reach_measured(root, 10, Ways([{0: NO, 1: NO}, {0: YES, 1: YES}])) == 2


def test_the_cheapest_way_to_another_answer_leaves_the_fewest_facts():
    """At no, no, no the answer is 4. Leaving c alone gives 2; 1 needs a and b, so both are left."""
    diagrams = made(lambda *v: True, lambda a, b, c: 1 if a and b else 2 if c else 4)
    completions = Completions(diagrams, FULL, FULL)
    known = [(NO, 1, 1)] * 3
    assert cheapest_path(completions, diagrams.root("x", None), 2, known)[0] == 1
    price, path = cheapest_path(completions, diagrams.root("x", None), 1, known)
    assert price == 2 and {level for level, mask in path.items() if not mask & NO} == {0, 1}
    assert cheapest_path(completions, diagrams.root("x", None), 8, known) is None


def test_facts_that_no_single_step_refutes_are_refuted_by_cases():
    """Each of the four clauses leaves two ways open, yet together they leave none; a fifth link has no part in it."""
    both = [((0, a), (1, b)) for a in (NO, YES) for b in (NO, YES)]
    network = make_network([*both, ((2, YES),)], ["first", "first", "second", "second", "third"])
    assert set(broken_links(network, FULL, {})) == {"first", "second"}
    assert broken_links(make_network(both[:3], ["first", "first", "second"]), FULL, {}) == ()


def test_leaving_a_variable_out_is_refused_where_its_cells_lead_apart():
    diagram = Diagram([0, 1], [3, 3])
    follows = diagram.node(0, [(NO, diagram.node(1, [(NO, 4), (YES, OUT)])), (YES, diagram.node(1, [(NO, OUT), (YES, 8)]))])
    assert diagram.without(follows, 0) == diagram.node(1, [(NO, 4), (YES, 8)])
    apart = diagram.node(0, [(NO, 4), (YES, 8)])
    with pytest.raises(Disagreement):
        diagram.without(apart, 0)


def test_a_diagram_that_grows_beyond_its_bound_says_so():
    diagram = Diagram(range(8), [3] * 8, LEAVES + 4)
    with pytest.raises(DiagramTooLarge, match="too interlinked"):
        for level in range(8):
            diagram.cells(level, YES)
