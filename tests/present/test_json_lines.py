"""Many plans are written by another library than one: the bytes are the same."""

import json
from pathlib import Path

from islet.case.reader import read_case
from islet.estimate.form import Kept
from islet.knowledge.store import load_knowledge
from islet.plan.make import make_plan
from islet.plan.model import plan_json
from islet.present.json_lines import plan_line

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_one_plan_and_many_plans_are_written_in_the_same_bytes():
    base = load_knowledge()
    files = [file for file in sorted(EXAMPLES.glob("*.yaml")) if file.name != "published.yaml"]
    assert len(files) >= 8
    for file in files:
        plan = make_plan(read_case(file.read_bytes(), str(file), base.space.dictionary), base)
        alone = json.dumps(plan_json(plan), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        assert plan_line(plan, base) == alone, file.name


def test_only_estimates_that_are_kept_for_good_are_written_once():
    base = load_knowledge()
    file = EXAMPLES / "gas-64m-g1-multimodal.yaml"
    plan = make_plan(read_case(file.read_bytes(), str(file), base.space.dictionary), base)
    kept = {id(value) for value in base.kept.values()}
    shared = [estimate for option in plan.options for estimate in option.estimates if isinstance(estimate, Kept)]
    assert shared and all(id(estimate) in kept for estimate in shared)
