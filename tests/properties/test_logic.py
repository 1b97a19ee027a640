"""The laws of three-valued logic over random expressions, written in the rule language and read by the product."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from islet.rules.evaluate import evaluate
from islet.rules.language import parse_rule
from islet.rules.lower import Form, whole_facts
from islet.rules.truth import Truth
from islet_testing.bases import mini_base
from islet_testing.effort import examples

ATOMS = (
    "pregnant",
    "liver_mets",
    "m == M1",
    "size_mm > 40",
    "30 <= size_mm",
    "size_mm < 20",
    "who_grade in [G1, G2]",
    "who_grade >= G3",
    "ki67_percent >= 10",
    "diabetes in comorbidities",
    "bone not in extrahepatic",
    "hormone != none",
    "progression > stable",
    "ecog >= 4",
)


@st.composite
def expressions(draw, depth: int = 3) -> str:
    if depth == 0 or draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from(ATOMS))
    kind = draw(st.sampled_from(["and", "or", "not"]))
    if kind == "not":
        return f"not ({draw(expressions(depth=depth - 1))})"
    parts = [draw(expressions(depth=depth - 1)) for _ in range(draw(st.integers(2, 3)))]
    return "(" + f") {kind} (".join(parts) + ")"


@st.composite
def states(draw) -> list[int]:
    return [_some(draw, full) for full in mini_base().space.full]


def _some(draw, full: int) -> int:
    bits = [1 << i for i in range(full.bit_length()) if full >> i & 1]
    how = draw(st.integers(0, 2))
    return full if how == 0 else draw(st.sampled_from(bits)) if how == 1 else sum(draw(st.sets(st.sampled_from(bits), min_size=1)))


def answer(text: str, state: list[int]) -> Truth:
    space = mini_base().space
    form = Form(space.variables, whole_facts(space.dictionary))
    root = form.add(parse_rule(text, space.dictionary, "x", 1, "x"))
    return evaluate(form.nodes, root, state)


def same(one: str, other: str, state: list[int]) -> None:
    assert answer(one, state) is answer(other, state), f"{one}  and  {other}"


e = expressions(depth=2)


@settings(max_examples=examples(150))
@given(e, e, e, states())
def test_the_laws_of_kleene_hold(a, b, c, state):
    same(f"not (({a}) and ({b}))", f"not ({a}) or not ({b})", state)  # De Morgan
    same(f"not (({a}) or ({b}))", f"not ({a}) and not ({b})", state)
    same(f"not (not ({a}))", a, state)  # double negation
    same(f"({a}) and ({b})", f"({b}) and ({a})", state)  # commutativity
    same(f"({a}) or ({b})", f"({b}) or ({a})", state)
    same(f"(({a}) and ({b})) and ({c})", f"({a}) and (({b}) and ({c}))", state)  # associativity
    same(f"(({a}) or ({b})) or ({c})", f"({a}) or (({b}) or ({c}))", state)
    same(f"({a}) and (({a}) or ({b}))", a, state)  # absorption
    same(f"({a}) or (({a}) and ({b}))", a, state)
    same(f"({a}) and (({b}) or ({c}))", f"(({a}) and ({b})) or (({a}) and ({c}))", state)  # distribution
    same(f"({a}) and ({a})", a, state)


@settings(max_examples=examples(150))
@given(expressions(), states())
def test_excluded_middle_is_yes_or_unknown_and_never_no(a, state):
    middle, contradiction = answer(f"({a}) or not ({a})", state), answer(f"({a}) and not ({a})", state)
    assert middle is not Truth.NO and contradiction is not Truth.YES
    assert (middle is Truth.UNKNOWN) is (answer(a, state) is Truth.UNKNOWN)


@settings(max_examples=examples(150))
@given(expressions(), states(), states())
def test_knowing_more_never_flips_an_answer(a, state, other):
    more = [mask & further or mask for mask, further in zip(state, other, strict=True)]
    before, after = answer(a, state), answer(a, more)
    assert before is Truth.UNKNOWN or before is after


@settings(max_examples=examples(100))
@given(states())
def test_a_comparison_and_its_opposite_are_answered_opposite(state):
    for one, other in (
        ("size_mm < 20", "size_mm >= 20"),
        ("size_mm <= 20", "size_mm > 20"),
        ("size_mm == 20", "size_mm != 20"),
        ("ecog >= 4", "ecog < 4"),
        ("who_grade >= G3", "who_grade < G3"),
        ("m == M1", "m != M1"),
        ("m == M1", "m == M0"),
        ("bone in extrahepatic", "bone not in extrahepatic"),
        ("hormone in [insulin]", "hormone not in [insulin]"),
    ):
        assert answer(one, state) is answer(f"not ({other})", state), one
