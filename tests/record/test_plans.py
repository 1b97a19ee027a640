"""A plan is kept with all it was made from, and made again to the same bytes."""

import json
import shutil
import subprocess
import sys

import pytest
from sqlalchemy import text

from islet.knowledge.store import load_knowledge
from islet.record import RecordError, open_record
from islet.record.knowledge_versions import folder_sha256, pack, unpack
from islet.record.plans import ENGINE, plan_bytes
from islet_testing.places import MINI, ROOT
from islet_testing.tamper import tamper


def changed_knowledge(place):
    shutil.copytree(MINI, place)
    file = place / "options" / "captem.yaml"
    moved = file.read_text().replace("when: ki67_percent > 10 or", "when: ki67_percent > 11 or")
    file.write_text(moved.replace("ki67_percent: 11}", "ki67_percent: 12}"))
    return str(place)


def test_a_plan_is_the_bytes_that_the_command_line_prints(tmp_path, mini):
    file = tmp_path / "named-by-its-file.yaml"
    file.write_bytes(b"extent: {size_mm: 12}\n")
    words = [sys.executable, "-m", "islet", "plan", str(file), "--format", "json", "--region", "eu", "--knowledge", str(MINI)]
    printed = subprocess.run(words, capture_output=True, check=True).stdout
    assert plan_bytes(file.read_bytes(), mini, "eu", "named-by-its-file") == printed


def test_a_kept_plan_is_read_and_replayed_to_the_same_bytes(record, case, ada, keep):
    plan = keep(case, ada, region="eu")
    assert record.plans.read(plan.id, ada) == plan
    assert record.plans.list(case.case, ada) == (plan,)
    replay = record.plans.replay(plan.id, ada)
    assert replay.same, replay.reason
    assert f"{len(plan.content):,} bytes, all the same" in replay.reason


def test_a_plan_replays_after_the_knowledge_has_gone_on(record, open_here, plan, ada, tmp_path):
    later = open_here(knowledge=changed_knowledge(tmp_path / "later"))
    replay = later.plans.replay(plan.id, ada)
    assert replay.same, replay.reason


def test_a_plan_replays_from_the_record_alone_when_no_folder_of_knowledge_is_left(plan, open_here, ada, tmp_path):
    assert open_here(knowledge=str(tmp_path / "gone")).plans.replay(plan.id, ada).same


def test_a_copy_of_the_knowledge_that_was_touched_is_noticed(record, open_here, plan, ada, mini, tmp_path):
    later = open_here(knowledge=changed_knowledge(tmp_path / "later"))
    tamper(record, "UPDATE knowledge SET content = :c", c=pack(str(tmp_path / "later")))
    with pytest.raises(RecordError, match="not what its hash says"):
        later.plans.replay(plan.id, ada)
    assert not record.audit.verify().ok


def test_a_plan_whose_knowledge_is_nowhere_is_never_called_the_same(record, open_here, plan, ada, tmp_path):
    tamper(record, "DELETE FROM knowledge")
    replay = open_here(knowledge=str(tmp_path / "gone")).plans.replay(plan.id, ada)
    assert (replay.same, "is not at hand" in replay.reason) == (False, True)


def test_a_plan_replays_from_a_folder_of_older_versions(record, plan, open_here, ada, tmp_path):
    tamper(record, "DELETE FROM knowledge")
    shutil.copytree(MINI, tmp_path / "older" / "v1")
    replay = open_here(knowledge=changed_knowledge(tmp_path / "now"), older=[str(tmp_path / "older")]).plans.replay(plan.id, ada)
    assert replay.same, replay.reason


def test_a_plan_of_another_engine_is_not_called_the_same(record, plan, ada):
    other = plan.content.replace(f'"engine":"{ENGINE}"'.encode(), b'"engine":"islet 0.0.9"')
    assert other != plan.content
    tamper(record, "UPDATE plans SET content = :c, engine = 'islet 0.0.9'", c=other)
    replay = record.plans.replay(plan.id, ada)
    assert (replay.same, replay.reason) == (False, f"the plan was made by islet 0.0.9, this is {ENGINE}: everything else is the same")


def test_a_plan_that_was_touched_says_where_it_differs_and_nothing_clinical(record, plan, ada):
    content = json.loads(plan.content)
    content["options"][0]["verdict"] = "recommended" if content["options"][0]["verdict"] != "recommended" else "possible"
    tamper(record, "UPDATE plans SET content = :c", c=json.dumps(content).encode())
    replay = record.plans.replay(plan.id, ada)
    assert not replay.same
    assert replay.reason.endswith("the plan differs in options")


def test_a_plan_of_another_patient_is_not_kept(record, case, ada, mini):
    content = plan_bytes(b"id: mini\nextent: {size_mm: 40}", mini, None, "mini")
    with pytest.raises(RecordError, match="does not belong to version 1 of the case"):
        record.plans.keep(case, content, mini.version, mini.sha256, ENGINE, None, None, ada)
    assert record.plans.list(case.case, ada) == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"knowledge_version": "KB-1999.1"}, "knowledge version"), ({"knowledge_sha256": "f" * 64}, "knowledge sha256"),
        ({"engine": "islet 9"}, "engine"), ({"as_of": "2026-01-01"}, "as_of"), ({"region": "us"}, "region"),
        ({"content": b"{}"}, "not a plan"), ({"content": b"\xff"}, "not a plan"),
    ],
)
def test_a_plan_that_says_something_else_than_is_said_of_it_is_not_kept(record, case, ada, mini, wrong, said):
    given = {"knowledge_version": mini.version, "knowledge_sha256": mini.sha256, "engine": ENGINE, "as_of": None, "region": None}
    given["content"] = plan_bytes(case.document, mini, None, "mini")
    with pytest.raises(RecordError, match=said):
        record.plans.keep(case, **(given | wrong), by=ada)


def test_a_plan_made_with_knowledge_that_is_gone_from_its_folder_is_not_kept(open_here, record, case, ada, mini, tmp_path):
    later = open_here(knowledge=changed_knowledge(tmp_path / "later"), base=mini)
    content = plan_bytes(case.document, mini, None, "mini")
    with pytest.raises(RecordError, match="no longer in its folder"):
        later.plans.keep(case, content, mini.version, mini.sha256, ENGINE, None, None, ada)


def test_the_knowledge_is_kept_once_for_many_plans(record, case, ada, keep):
    keep(case, ada)
    keep(case, ada, region="us")
    with record.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM knowledge")).scalar() == 1


def test_packed_knowledge_comes_out_with_the_same_hash(tmp_path):
    unpack(pack(str(MINI)), tmp_path)
    assert folder_sha256(str(tmp_path)) == folder_sha256(str(MINI)) == load_knowledge(str(MINI)).sha256


def test_a_plan_with_the_shipped_knowledge_replays_from_the_record_alone(tmp_path, base):
    url, document = f"sqlite:///{tmp_path}/islet.db", (ROOT / "examples" / "vip-80f-refuses-surgery.yaml").read_bytes()
    record = open_record(url, base=base)
    ada = record.people.add("Ada", "board")
    case = record.cases.create(document, "", ada)
    content = plan_bytes(document, base, "eu", "vip-80f-refuses-surgery")
    said = json.loads(content)
    plan = record.plans.keep(case, content, base.version, base.sha256, ENGINE, said["case"]["as_of"], "eu", ada)
    record.close()
    replay = open_record(url, knowledge=str(tmp_path / "gone")).plans.replay(plan.id, ada)
    assert replay.same, replay.reason
