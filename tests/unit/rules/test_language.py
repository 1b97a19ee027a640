"""The rule language: small, closed, checked against the dictionary when it is read."""

import pytest

from islet.errors import InputError
from islet.rules.language import And, Atom, Not, Or, atoms_of, facts_of, parse_rule


@pytest.fixture
def parse(mini):
    return lambda text: parse_rule(text, mini.space.dictionary, "f.yaml", 7, "x.y")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("size_mm > 20", Atom("extent.size_mm", ">", 20.0)),
        ("20 < size_mm", Atom("extent.size_mm", ">", 20.0)),
        ("20 >= size_mm", Atom("extent.size_mm", "<=", 20.0)),
        ("extent.size_mm != 20", Atom("extent.size_mm", "!=", 20.0)),
        ("pregnant", Atom("health.pregnant", "in", ("yes",))),
        ("not pregnant", Not(Atom("health.pregnant", "in", ("yes",)))),
        ("m == M1", Atom("extent.m", "in", ("M1",))),
        ("m != M1", Atom("extent.m", "not in", ("M1",))),
        ("m == 'M1'", Atom("extent.m", "in", ("M1",))),
        ("who_grade in [G1, G2]", Atom("cells.who_grade", "in", ("G1", "G2"))),
        ("who_grade not in (G1, G2)", Atom("cells.who_grade", "not in", ("G1", "G2"))),
        ("who_grade >= G2", Atom("cells.who_grade", "in", ("G2", "G3", "NEC"))),
        ("who_grade < G2", Atom("cells.who_grade", "in", ("G1",))),
        ("who_grade > G2", Atom("cells.who_grade", "in", ("G3", "NEC"))),
        ("who_grade <= G2", Atom("cells.who_grade", "in", ("G1", "G2"))),
        ("diabetes in comorbidities", Atom("health.comorbidities.diabetes", "in", ("yes",))),
        ("diabetes not in comorbidities", Atom("health.comorbidities.diabetes", "not in", ("yes",))),
        ("prrt in progressed_on", Atom("history.progressed_on.prrt", "in", ("yes",))),
        ("3 <= ki67_percent <= 20", And((Atom("cells.ki67_percent", ">=", 3.0), Atom("cells.ki67_percent", "<=", 20.0)))),
        ("pregnant\n  and\n  m == M1", And((Atom("health.pregnant", "in", ("yes",)), Atom("extent.m", "in", ("M1",))))),
    ],
)
def test_a_rule_is_read(parse, text, expected):
    assert parse(text) == expected


def test_and_binds_closer_than_or_and_not_closer_than_and(parse):
    a, b, c = (Atom(name, "in", ("yes",)) for name in ("health.pregnant", "extent.liver_mets", "cells.functioning"))
    assert parse("pregnant or liver_mets and functioning") == Or((a, And((b, c))))
    assert parse("not pregnant and liver_mets") == And((Not(a), b))


def test_the_facts_and_comparisons_of_a_rule_are_listed_once_in_order(parse):
    rule = parse("size_mm > 20 and (pregnant or not size_mm > 40) and m == M1")
    assert facts_of(rule) == ["extent.size_mm", "health.pregnant", "extent.m"]
    assert [str(atom) for atom in atoms_of(rule)] == ["size_mm > 20", "pregnant", "size_mm > 40", "m == M1"]


@pytest.mark.parametrize(
    "text",
    [
        "size_mm > 20",
        "not pregnant",
        "who_grade in [G1, G2]",
        "pregnant or (liver_mets and size_mm <= 3.5)",
        "diabetes in comorbidities",
        "bone not in extrahepatic",
        "m == M1 and (pregnant or not (liver_mets or functioning))",
        "ki67_percent != 3",
        "m != M0",
    ],
)
def test_a_rule_written_out_and_read_again_is_the_same(parse, text):
    assert parse(str(parse(text))) == parse(text)


def test_a_message_names_file_line_field_and_the_nearest_fact(parse):
    with pytest.raises(InputError) as caught:
        parse("siz_mm > 3")
    error = caught.value
    assert (error.file, error.line, error.field) == ("f.yaml", 7, "x.y") and 'did you mean "size_mm"?' in str(error)


def test_the_list_of_node_types_python_can_parse_and_the_language_refuses_is_complete(parse):
    """M1: no two-way conditional, no exists, no catch-all, no negation by absence, nothing but what the grammar lists."""
    for text in (
        "a if b else c",
        "f(x)",
        "x[0]",
        "[pregnant]",
        "{pregnant}",
        "{1: 2}",
        "lambda: 1",
        "pregnant + 1",
        "-pregnant",
        "~pregnant",
        "1",
        "'x'",
        "None",
        "True",
        "...",
        "pregnant is m",
        "pregnant is not None",
        "(yield)",
        "await x",
        "[x for x in y]",
        "f'{pregnant}'",
        "(x := pregnant)",
        "pregnant, m",
        "*pregnant",
        "b'x'",
        "1j",
        "size_mm > 1j",
        "size_mm > True",
        "size_mm == None",
        "m == 1",
        "diabetes == comorbidities",
    ):
        with pytest.raises(InputError):
            parse(text)
