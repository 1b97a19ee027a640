"""A case is open to those it was opened to, and nobody else can tell whether it exists."""

import secrets

import pytest

from islet.record import NotAllowed, RecordError
from islet.record.marks import new_id


def seen(call) -> tuple[type, str]:
    with pytest.raises(NotAllowed) as refused:
        call()
    return type(refused.value), str(refused.value)


def test_a_thousand_tries_at_the_cases_of_others_tell_nothing(record, ada, ben):
    theirs = [record.cases.create(b"{}", "theirs", ada).case for _ in range(25)]
    answers = set()
    for number in range(1000):
        tried = theirs[number % 25] if number % 2 else secrets.token_urlsafe(16)
        answers.add(seen(lambda tried=tried: record.cases.read(tried, ben)))
    assert len(answers) == 1
    assert record.audit.verify().ok


def test_every_step_on_the_case_of_another_is_refused_like_one_that_does_not_exist(record, case, plan, ada, ben):
    decided = record.decisions.file(plan, ada, [])
    released, _ = record.releases.release(plan, ada, {"ward": "100"}, 1)
    steps = {
        "read": (record.cases.read, case.case, ()), "read one": (record.cases.read, case.case, (1,)),
        "versions": (record.cases.versions, case.case, ()), "people": (record.cases.people, case.case, ()),
        "plans": (record.plans.list, case.case, ()), "decisions": (record.decisions.list, case.case, ()),
        "releases": (record.releases.list, case.case, ()), "plan": (record.plans.read, plan.id, ()),
        "replay": (record.plans.replay, plan.id, ()), "decision": (record.decisions.read, decided.id, ()),
        "withdraw": (record.releases.withdraw, released.id, ()),
    }
    answers = set()
    for call, theirs, more in steps.values():
        for tried in (theirs, new_id(), "", "x' OR '1'='1", "a\x00b", "ü" * 22):
            answers.add(seen(lambda call=call, tried=tried, more=more: call(tried, ben, *more)))
    for tried in (case.case, new_id()):
        answers.add(seen(lambda tried=tried: record.cases.save(tried, 1, b"{}", ben)))
        answers.add(seen(lambda tried=tried: record.cases.grant(tried, ben, ben)))
        answers.add(seen(lambda tried=tried: record.cases.revoke(tried, ada, ben)))
    for tried in (plan.id, new_id()):
        answers.add(seen(lambda tried=tried: record.decisions.file(tried, ben, [])))
        answers.add(seen(lambda tried=tried: record.releases.release(tried, ben, {"ward": "1"}, 1)))
    assert len(answers) == 1


WORDS = ("x'); DROP TABLE cases; --", "' OR '1'='1", '"; SELECT * FROM people', "a\\'b", "%_", "${1}", ":case", "\u2019")


@pytest.mark.parametrize("words", WORDS)
def test_words_of_sql_are_only_words(record, ada, words):
    """What is typed comes back as typed, wherever it can be typed, and the tables stay whole."""
    made = record.cases.create(b"{}", words, ada)
    assert record.cases.read(made.case, ada).label == words
    assert record.people.verify(words, words) is None
    assert record.people.find(words) is None
    assert record.sessions.find(words) is None
    assert record.releases.open(words) is None
    assert [case.label for case in record.cases.list(ada)].count(words) == 1
    assert record.audit.verify().ok


def test_a_version_that_does_not_exist_is_refused_in_the_same_words(record, case, ada):
    assert seen(lambda: record.cases.read(case.case, ada, number=7)) == seen(lambda: record.cases.read(new_id(), ada))


def test_a_refused_try_stands_in_the_trail_without_what_was_typed(record, case, ben):
    seen(lambda: record.cases.read(case.case, ben))
    seen(lambda: record.cases.read("Mrs Canary, 12 mm", ben))
    first, second = list(record.audit.entries())[-2:]
    assert (first.action, first.who, first.object) == ("case.read.refuse", ben.id, case.case)
    assert (second.action, second.object) == ("case.read.refuse", "")


def test_a_case_is_opened_and_closed_by_those_who_have_it(record, case, ada, ben):
    record.cases.grant(case.case, ben, ada)
    assert record.cases.read(case.case, ben).document == case.document
    assert set(record.cases.people(case.case, ada)) == {ada.id, ben.id}
    record.cases.revoke(case.case, ben, ada)
    seen(lambda: record.cases.read(case.case, ben))


def test_the_last_one_cannot_close_a_case_to_all(record, case, ada):
    with pytest.raises(RecordError, match="nobody would be left"):
        record.cases.revoke(case.case, ada, ada)
    assert record.cases.read(case.case, ada) == case


def test_an_admin_opens_a_case_to_another_but_does_not_read_it(record, case, ben, root):
    record.cases.grant(case.case, ben, root)
    assert record.cases.read(case.case, ben) == case
    seen(lambda: record.cases.read(case.case, root))
    with pytest.raises(RecordError, match="keeps no cases"):
        record.cases.grant(case.case, root, root)
    with pytest.raises(RecordError, match="keeps no cases"):
        record.cases.create(b"{}", "", root)
    seen(lambda: record.cases.grant(new_id(), ben, root))


def test_a_closed_account_reads_nothing_and_begins_nothing(record, case, ada, root):
    record.people.close(ada, root)
    seen(lambda: record.cases.read(case.case, ada))
    with pytest.raises(RecordError, match="closed"):
        record.cases.create(b"{}", "", ada)
