"""The trail tells who did what and when, nothing clinical, and shows every way of changing it."""

import hashlib
import json

import pytest
from sqlalchemy import text

from islet.record import RecordError, open_record
from islet_testing.tamper import tamper

FIELDS = ("number", "at", "who", "action", "object", "version", "knowledge", "seal")


@pytest.fixture
def told(record, case, plan, ada):
    """Leave a trail of some ten entries: 1 begin, then people, case, knowledge, plan, decision, reads."""
    record.decisions.file(plan, ada, [], note="wait")
    for _ in range(3):
        record.cases.read(case.case, ada)
    return list(record.audit.entries())


def by_hand(entries):
    """Return the entries chained anew, by a hash written down here a second time."""
    previous, done = "0" * 64, []
    for entry in entries:
        content = json.dumps([previous, *(getattr(entry, field) for field in FIELDS)], separators=(",", ":"))
        mark = hashlib.sha256(content.encode()).hexdigest()
        done.append(entry._replace(previous=previous, hash=mark))
        previous = mark
    return done


def write_anew(record, entries):
    tamper(record, "DELETE FROM audit")
    insert = "INSERT INTO audit VALUES (:number, :at, :who, :action, :object, :version, :knowledge, :seal, :previous, :hash)"
    for entry in entries:
        tamper(record, insert, **entry._asdict())


def test_the_chain_is_what_its_description_says(record, told):
    assert by_hand(told) == told
    found = record.audit.verify()
    assert (found.ok, found.entries, found.first_bad) == (True, len(told), None)


def test_the_trail_tells_who_did_what_to_which_version_with_which_knowledge(record, case, plan, ada, told, mini):
    by_action = {entry.action: entry for entry in told}
    assert list(by_action) == ["record.begin", "person.add", "case.create", "knowledge.keep", "plan.keep", "decision.file", "case.read"]
    kept = by_action["plan.keep"]
    assert (kept.who, kept.object, kept.version, kept.knowledge) == (ada.id, plan.id, 1, f"{mini.version} {mini.sha256}")
    assert (by_action["case.read"].object, by_action["case.read"].version) == (case.case, 1)
    assert all(entry.at.endswith("Z") for entry in told)


@pytest.mark.parametrize("field", [*FIELDS[1:], "previous", "hash"])
def test_an_entry_that_was_edited_is_named(record, told, field):
    value = 99 if field == "version" else "0" * 64
    tamper(record, f"UPDATE audit SET {field} = :value WHERE number = 4", value=value[:22] if field in ("at", "who", "action") else value)
    found = record.audit.verify()
    assert (found.ok, found.first_bad) == (False, 4)


TAMPERING = {
    "an entry of bytes": (["UPDATE audit SET who = CAST('ab' AS {bytes}) WHERE number = 4"], 4, "entry 4 was changed"),
    "a middle entry deleted": (["DELETE FROM audit WHERE number = 4"], 4, "entry 4 is missing"),
    "the first deleted": (["DELETE FROM audit WHERE number = 1"], 1, "entry 1 is missing"),
    "all deleted": (["DELETE FROM audit"], None, "the trail is empty"),
    "two swapped": (
        ["UPDATE audit SET number = -1 WHERE number = 4", "UPDATE audit SET number = 4 WHERE number = 5",
         "UPDATE audit SET number = 5 WHERE number = -1"],
        4, "does not follow",
    ),
    "the last doubled": (
        ["INSERT INTO audit SELECT number + 1, at, who, action, object, version, knowledge, seal, previous, hash "
         "FROM audit WHERE number = (SELECT max(number) FROM audit)"],
        10, "does not follow",
    ),
    "a version of the case edited": (["UPDATE case_versions SET document = '0'"], 3, "case that entry 3 tells of is not what was kept"),
    "the knowledge edited": (["UPDATE knowledge SET content = '0'"], 4, "copy of the knowledge"),
    "a plan edited": (["UPDATE plans SET content = '0'"], 5, "plan that entry 5 tells of is not what was kept"),
    "a decision edited": (["UPDATE decisions SET content = '0'"], 6, "decision that entry 6 tells of is not what was kept"),
    "a decision deleted": (["DELETE FROM decisions"], 6, "decision that entry 6 tells of is gone"),
    "a decision slipped in": (
        ["INSERT INTO decisions SELECT 'AAAAAAAAAAAAAAAAAAAAAA', \"case\", plan, 2, content, id, made_at, \"by\" FROM decisions"],
        None, "a decision of which no entry tells",
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found(record, told, what):
    assert len(told) == 9
    statements, first_bad, said = TAMPERING[what]
    tamper(record, *(one.format(bytes="BLOB" if record.database.sqlite else "TEXT") for one in statements))
    found = record.audit.verify()
    assert (found.ok, found.first_bad) == (False, first_bad)
    assert said in found.reason


def test_a_clock_set_back_is_found_although_every_hash_is_right(record, told):
    write_anew(record, by_hand([*told[:-1], told[-1]._replace(at="2020-01-01T00:00:00.000000Z")]))
    found = record.audit.verify()
    assert (found.ok, found.first_bad) == (False, len(told))
    assert "the clock was set back" in found.reason


def test_a_tail_cut_off_is_found_only_with_a_head_kept_elsewhere(record, told):
    head = record.audit.head()
    tamper(record, "DELETE FROM audit WHERE number > 7")
    assert record.audit.verify().ok
    found = record.audit.verify(head)
    assert not found.ok
    assert "the tail was cut off: the head was taken at entry 9, the trail ends at 7" in found.reason


def test_a_trail_written_anew_with_right_hashes_is_found_with_a_head(record, told):
    head = record.audit.head()
    write_anew(record, by_hand([*told[:6], told[6]._replace(who="somebody else"), *told[7:]]))
    assert record.audit.verify().ok
    assert "written anew" in record.audit.verify(head).reason


def test_a_head_holds_while_the_trail_goes_on_and_fits_no_other_record(record, told, case, ada, tmp_path):
    head = record.audit.head()
    record.cases.read(case.case, ada)
    assert record.audit.verify(head).ok
    other = open_record(f"sqlite:///{tmp_path}/other.db")
    assert other.audit.verify(head).reason == "the head is of another record"
    other.close()


def test_the_trail_of_one_record_in_another_is_found(record, told, tmp_path):
    other = open_record(f"sqlite:///{tmp_path}/other.db")
    write_anew(other, told)
    assert "that of another" in other.audit.verify().reason
    other.close()


def test_a_clock_a_little_back_keeps_the_order_and_one_far_back_stops_the_record(record, case, ada, root, clock):
    record.cases.read(case.case, ada)
    clock.move(seconds=-30)
    record.cases.read(case.case, ada)
    before, after = list(record.audit.entries())[-2:]
    assert before.at == after.at
    clock.move(hours=-2)
    with pytest.raises(RecordError, match="set the clock right"):
        record.cases.save(case.case, 1, b"{}", ada)
    with pytest.raises(RecordError, match="only an admin"):
        record.audit.accept_clock(ada)
    record.audit.accept_clock(root)
    assert record.cases.save(case.case, 1, b"{}", ada).number == 2
    found = record.audit.verify()
    assert found.ok
    assert "1 times an admin accepted" in found.reason


def test_nothing_clinical_and_no_name_is_in_the_trail_or_in_a_message(record, keep, clock, caplog, capsys):
    canary = [f"canary{number}" for number in range(12)]
    ada = record.people.add(canary[0], "board", password=f"{canary[1]} four quiet green hills", subject=canary[2], issuer=canary[3])
    case = record.cases.create(f"id: mini\n# {canary[4]}\nextent: {{size_mm: 12.345}}".encode(), canary[5], ada)
    plan = keep(case, ada)
    texts = {"dissent": canary[6], "deviation_code": canary[7], "deviation_text": canary[8], "present": [canary[9]], "note": canary[10]}
    record.decisions.file(plan, ada, [], **texts)
    release, token = record.releases.release(plan, ada, {"ward": canary[11]}, 1)
    record.wishes.save(release, {"wish": canary[11]})
    session = record.sessions.begin(ada, 1)
    record.people.verify(canary[0], canary[1])
    assert record.people.verify(canary[0], f"{canary[1]} four quiet green hills")
    for call in (record.cases.read, record.plans.read, record.decisions.read):
        with pytest.raises(RecordError) as refused:
            call(canary[5], ada)
        assert "canary" not in str(refused.value)
    with record.database.read() as connection:
        trail = str(connection.execute(text("SELECT * FROM audit")).all())
    said = capsys.readouterr()
    for text_ in (trail, caplog.text, said.out, said.err):
        for secret in (*canary, token, session, "12.345", "canary"):
            assert secret not in text_
