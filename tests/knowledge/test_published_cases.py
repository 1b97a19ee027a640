"""The page of published patients tells what Islet really answers."""

from pathlib import Path

import pytest
import yaml

from islet.case.reader import read_case
from islet.knowledge.store import load_knowledge
from islet.plan.make import make_plan

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = yaml.safe_load((ROOT / "examples" / "published.yaml").read_text())["published"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_page_of_published_patients_says_what_the_plan_says(name):
    base = load_knowledge()
    file = ROOT / "examples" / f"{name}.yaml"
    plan = make_plan(read_case(file.read_bytes(), str(file), base.space.dictionary), base)
    assert not plan.problems
    assert {option: plan.option(option).verdict for option in PUBLISHED[name]["says"]} == PUBLISHED[name]["says"]
    assert f"examples/{name}.yaml" in (ROOT / "docs" / "published-cases.md").read_text()
    told = {*PUBLISHED[name]["given"], *PUBLISHED[name]["rejected"]}
    assert told <= {*PUBLISHED[name]["says"]}, "every option the centre gave or rejected is told"
