"""Wishes never bring back an option that is ruled out, and never hide one that is offered: over generated patients and rankings."""

from hypothesis import given, settings
from hypothesis import strategies as st

from islet.plan.make import make_plan
from islet.wishes.answer import answer
from islet.wishes.attributes import attributes_of
from islet.wishes.model import NoStatedPreference, NotComputable
from islet_testing import cases
from islet_testing.bases import own_base
from islet_testing.effort import examples

OUT = ("not_indicated", "contraindicated")


@st.composite
def patients(draw):
    """Draw a shipped patient with some facts taken away, and perhaps an option or a group refused."""
    pieces = dict(draw(st.sampled_from(cases.shipped())))
    for name in draw(st.lists(st.sampled_from(sorted(pieces)), max_size=2, unique=True)) if pieces else ():
        del pieces[name]
    refused = draw(st.lists(st.sampled_from(["surgery", "prrt", "everolimus", "ssa", "liver"]), max_size=2, unique=True))
    return {**pieces, "preferences.refuses": refused} if refused else pieces


@st.composite
def rankings(draw, names):
    """Draw a ranking of some of the attributes, with tiers."""
    left = draw(st.permutations(names))[: draw(st.integers(0, len(names)))]
    tiers = []
    while left:
        size = draw(st.integers(1, len(left)))
        tiers.append(tuple(left[:size]))
        left = left[size:]
    return tuple(tiers)


@settings(max_examples=examples(60))
@given(pieces=patients(), data=st.data(), wide=st.booleans())
def test_whatever_the_wishes_are_the_options_that_take_part_are_those_the_plan_leaves(pieces, data, wide):
    base = own_base()
    plan = make_plan(cases.read(pieces, base), base)
    before = [(option.id, option.verdict, option.could_be) for option in plan.options]
    ranking = data.draw(rankings([attribute.id for attribute in attributes_of(plan, base)]))
    found = answer(plan, base, ranking, include_open=wide, draws=200)
    assert [(option.id, option.verdict, option.could_be) for option in plan.options] == before
    if isinstance(found, (NoStatedPreference, NotComputable)):
        assert isinstance(found, NotComputable) or not ranking
        return
    shown = {one.option for one in found.options} | {entry["option"] for entry in found.beside}
    verdicts = {option.id: option.verdict for option in plan.options}
    assert not [option for option in shown if verdicts[option] in OUT]
    assert {option.id for option in plan.options if option.offered} <= shown
    assert wide or all(verdicts[option] != "need_data" for option in shown)
    for one in found.options:
        declined = next(option for option in plan.options if option.id == one.option).declined_by_patient
        assert ("declined" in one.marks) == declined
        assert ("need_data" in one.marks) == (verdicts[one.option] == "need_data")


@settings(max_examples=examples(30))
@given(pieces=patients(), data=st.data())
def test_what_is_not_known_is_named_for_each_option(pieces, data):
    base = own_base()
    plan = make_plan(cases.read(pieces, base), base)
    names = [attribute.id for attribute in attributes_of(plan, base)]
    found = answer(plan, base, data.draw(rankings(names).filter(bool)), draws=200)
    if isinstance(found, NotComputable):
        return
    for one in found.options:
        assert set(one.performances) == set(names)
        assert set(one.unknown) == {name for name in names if not one.performances[name].known}
        assert one.between[0].value <= one.first.value + 1e-9
        assert one.first.value <= one.between[1].value + 1e-9
