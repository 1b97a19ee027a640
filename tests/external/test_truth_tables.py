"""The public truth tables: every test of the suites is run, or stands in differences.yaml with its reason."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

from islet.errors import InputError
from islet_testing.places import SUITES
from islet_testing.suites import READERS, Example
from islet_testing.translation import NotTranslated, answer, refused, translate

DIFFERENCES = yaml.safe_load((Path(__file__).parent / "differences.yaml").read_text())["differences"]
KINDS = ("by_definition", "as_a_number", "refused", "no_such_thing", "other_answer")
SIZES = {  # counted in the suites themselves
    "cql/CqlLogicalOperatorsTest/": 39,
    "cql/CqlNullologicalOperatorsTest/": 22,
    "fhirpath/testBooleanLogicAnd/": 9,
    "fhirpath/testBooleanLogicOr/": 9,
    "fhirpath/testBooleanLogicXOr/": 9,
    "fhirpath/testBooleanImplies/": 9,
    "dmn/0064-feel-conjunction/": 19,
    "dmn/0065-feel-disjunction/": 19,
}


def _examples() -> list:
    found = []
    for suite, reader in READERS.items():
        if (SUITES / suite).is_dir():
            found += [pytest.param(example, id=example.name) for example in reader(SUITES)]
        else:
            missing = pytest.mark.skip(reason=f"the suite {suite} is missing: there is no folder {SUITES / suite} (set ISLET_SUITES)")
            found.append(pytest.param(None, id=f"{suite}/missing", marks=missing))
    return found


EXAMPLES = _examples()
RUN = [parameter.values[0] for parameter in EXAMPLES if parameter.values[0] is not None]


def _declared(name: str) -> dict | None:
    return next((entry for entry in DIFFERENCES if any(fnmatchcase(name, pattern) for pattern in entry["tests"])), None)


def _outcome(example: Example) -> tuple[str, str]:
    """Return how a test went: its kind ("agrees" or one of KINDS) and the answer."""
    if example.expected in ("invalid", "other"):
        return "no_such_thing", ""
    try:
        question = translate(example.expression)
    except NotTranslated:
        return "no_such_thing", ""
    try:
        given = answer(question)
    except InputError:
        return "refused", ""
    if given != example.expected:
        return "other_answer", given
    return {"direct": "agrees", "by definition": "by_definition", "as a number": "as_a_number"}[question.way], given


@pytest.mark.parametrize("example", EXAMPLES)
def test_islet_answers_as_the_suite_says_or_the_difference_is_declared_with_its_reason(example):
    kind, given = _outcome(example)
    entry = _declared(example.name)
    if entry is None:
        assert kind == "agrees", f"{example.expression}: expected {example.expected}, {kind} {given}, and no difference is declared"
        return
    assert kind != "agrees", f"stale: {example.name} agrees as it stands ({entry['reason']})"
    assert kind == entry["kind"], f"{example.expression}: declared as {entry['kind']}, found {kind} {given}"
    if kind == "other_answer":
        assert given == entry["answer"]
    if kind == "no_such_thing":
        assert refused(example.expression), f"stale: the language now reads {example.expression}"


@pytest.mark.parametrize("entry", DIFFERENCES, ids=[entry["reason"] for entry in DIFFERENCES])
def test_every_declared_difference_has_a_kind_and_a_reason_and_names_tests_that_exist(entry):
    assert entry["kind"] in KINDS and len(entry["reason"]) > 20
    assert (entry["kind"] == "other_answer") == ("answer" in entry)
    for pattern in entry["tests"]:
        if (SUITES / pattern.split("/")[0]).is_dir():
            assert any(fnmatchcase(example.name, pattern) for example in RUN), f"stale: no test is called {pattern}"
    assert len(set(entry["tests"])) == len(entry["tests"])


def test_no_test_is_declared_twice():
    for example in RUN:
        hits = [pattern for entry in DIFFERENCES for pattern in entry["tests"] if fnmatchcase(example.name, pattern)]
        assert len(hits) <= 1, f"{example.name}: {hits}"


@pytest.mark.parametrize("prefix", SIZES)
def test_no_test_of_the_logic_suites_is_lost_on_the_way(prefix):
    if not (SUITES / prefix.split("/")[0]).is_dir():
        pytest.skip(f"the suite {prefix} is missing: there is no folder {SUITES / prefix.split('/')[0]} (set ISLET_SUITES)")
    assert sum(example.name.startswith(prefix) for example in RUN) == SIZES[prefix]


@pytest.mark.parametrize(
    "rule",
    [
        "left xor right",
        "left implies right",
        "left if right else left",
        "IsNull(left)",
        "IsTrue(left)",
        "coalesce(left, right)",
        "left == true",
        "left == None",
        "number == None",
        "number is None",
        "left.exists()",
        "left and 123",
        "left or 'true'",
        "0 and 0",
        "not 1",
        "number == other_number",
        "text == other_text",
        "number + 1 > 2",
        "all([left, right])",
        "left ^ right",
        "left & right",
        "left | right",
        "~left",
        "lambda: left",
        "[left]",
        "left if left",
        "",
        "left and",
        "number > '1'",
        "text > 1",
    ],
)
def test_an_operator_the_language_does_not_have_is_refused_when_the_knowledge_is_loaded(rule):
    assert refused(rule)
