"""A decision stands as it was filed; a later one supersedes it."""

import json

import pytest
from sqlalchemy import text

from islet.record import RecordError


def offered(plan, *verdicts):
    return [option["id"] for option in json.loads(plan.content)["options"] if option["verdict"] in verdicts]


def test_a_decision_is_read_as_it_was_filed(record, plan, ada):
    chosen = offered(plan, "recommended", "possible")[:1]
    present = ["Ada", {"name": "Ben"}]
    filed = record.decisions.file(plan, ada, chosen, dissent="one of us", present=present, note="see again in May")
    read = record.decisions.read(filed.id, ada)
    assert read == filed
    assert (read.chosen, read.dissent, read.present) == (tuple(chosen), "one of us", tuple(present))
    assert read.note == "see again in May"
    assert (read.plan, read.by, read.number, read.supersedes) == (plan.id, ada.id, 1, None)


def test_a_later_decision_supersedes_and_the_earlier_one_stays(record, case, plan, ada):
    first = record.decisions.file(plan, ada, [], note="wait")
    second = record.decisions.file(plan.id, ada, [], note="go on")
    assert (second.number, second.supersedes) == (2, first.id)
    assert record.decisions.list(case.case, ada) == (first, second)


def test_departing_from_the_plan_needs_a_coded_reason(record, plan, ada):
    out = offered(plan, "not_indicated", "contraindicated", "need_data")[:1]
    assert out
    with pytest.raises(RecordError, match="give the coded reason"):
        record.decisions.file(plan, ada, out)
    filed = record.decisions.file(plan, ada, out, deviation_code="patient-wish", deviation_text="asked for it")
    assert (filed.deviation_code, filed.deviation_text) == ("patient-wish", "asked for it")


def test_an_option_that_is_none_is_named_with_the_nearest(record, plan, ada):
    with pytest.raises(RecordError, match='found the option "prtt"; did you mean "prrt"'):
        record.decisions.file(plan, ada, ["prtt"])


def test_a_decision_has_a_bound(record, plan, ada):
    with pytest.raises(RecordError, match="at most 20,000"):
        record.decisions.file(plan, ada, [], note="x" * 20_001)


@pytest.mark.parametrize("table", ["case_versions", "plans", "knowledge", "decisions", "audit", "record"])
@pytest.mark.parametrize("change", ["DELETE FROM {0}", "UPDATE {0} SET {1} = {1}"])
def test_the_database_itself_refuses_to_change_what_is_kept(record, plan, ada, table, change):
    record.decisions.file(plan, ada, [])
    column = {"case_versions": "label", "knowledge": "version", "audit": "who"}.get(table, "id")
    with pytest.raises(RecordError, match="never changed or deleted"), record.database.write() as connection:
        connection.execute(text(change.format(table, column)))
