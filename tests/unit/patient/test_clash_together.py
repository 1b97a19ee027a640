"""Facts that no single step along a link refutes, and that no patient can have together all the same."""

import shutil

import pytest

from islet.case.reader import read_case
from islet.knowledge.store import load_knowledge
from islet.plan.make import make_plan
from islet_testing.places import MINI

# With ECOG 4 each of the four leaves two ways open, and together they leave none.
LINKS = """
links:
  - {id: one, if: ecog == 4, then: pregnant or vhl_link, says: "the first"}
  - {id: two, if: ecog == 4, then: pregnant or not vhl_link, says: "the second"}
  - {id: three, if: ecog == 4, then: not pregnant or vhl_link, says: "the third"}
  - {id: four, if: ecog == 4, then: not pregnant or not vhl_link, says: "the fourth"}
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clash") / "knowledge"
    shutil.copytree(MINI, folder)
    (folder / "facts" / "more_links.yaml").write_text(LINKS.replace("vhl_link", "liver_mets"))
    return load_knowledge(str(folder))


def plan(base, text):
    return make_plan(read_case(text.encode(), "x", base.space.dictionary), base)


def test_the_clash_is_named_with_its_facts_and_every_link_that_has_a_part_in_it(base):
    found = plan(base, "health: {ecog: 4, sex: female}\nextent: {primary_site: tail}")
    (problem,) = found.problems
    assert problem["kind"] == "conflict" and problem["facts"] == ["health.ecog"]
    assert all(words in problem["text"] for words in ("the first", "the second", "the third", "the fourth"))
    assert found.facts["health.ecog"]["absent"] == "conflicting"


def test_nothing_that_rests_on_the_clash_is_called_certain_or_exact(base):
    found = plan(base, "health: {ecog: 4}\nextent: {m: M1, liver_mets: true}")
    reading = {c.option for c in base.criteria if base.space.place["health.ecog"] in c.reads}
    assert reading
    for option in found.options:
        if option.id in reading:
            assert not option.certain and not option.exact


def test_without_that_fact_there_is_no_clash(base):
    assert not plan(base, "health: {ecog: 3, sex: female}").problems
