"""JSON is read by its own way in; the case is the same as by the careful way, and no fault slips through."""

import json
from pathlib import Path

import pytest

from islet.case.document import MAX_DEPTH, Scalar
from islet.case.json_text import NotPlainError, read_json
from islet.case.reader import read_case
from islet.case.yaml_text import read_document
from islet.errors import InputError
from islet.knowledge.store import load_knowledge, own_knowledge
from islet.plan.vignettes import read_vignettes

DICTIONARY = load_knowledge().space.dictionary


def test_every_shipped_patient_is_read_the_same_both_ways():
    patients = [vignette for vignette in read_vignettes(Path(own_knowledge())) if vignette.kind == "patient"]
    assert len(patients) >= 40
    for patient in patients:
        text = json.dumps(patient.case)
        as_json = read_case(text.encode(), "x.json", DICTIONARY)
        as_yaml = read_case(b"# the careful way\n" + text.encode(), "x.json", DICTIONARY)
        assert as_json.given == as_yaml.given, patient.title
        assert as_json.sha256 == as_yaml.sha256


def test_the_escapes_of_json_are_understood():
    node = read_json('{"id": "caf\\u00e9 \\ud83d\\ude00"}').entries["id"][1]
    assert node.text == "café 😀"
    case = read_case(b'{"id": "caf\\u00e9 \\ud83d\\ude00"}', "x.json", DICTIONARY)
    assert case.id == "café 😀"


def test_numbers_keep_the_text_they_were_written_in():
    items = read_json('{"a": [0.1, 1e400, 123456789012345678901234567890, "2"]}').entries["a"][1].items
    assert [(item.text, item.quoted) for item in items] == [
        ("0.1", False), ("1e400", False), ("123456789012345678901234567890", False), ("2", True)
    ]
    assert isinstance(items[0], Scalar)


@pytest.mark.parametrize(
    "text",
    ['{"a": 1, "a": 2}', '{"a": }', '{"a": 1', "{" + '"a":{' * (MAX_DEPTH + 1) + "}" * (MAX_DEPTH + 2), '{"a": "\t"}',
     '{"a": "\\ud800"}', '{"\\udc00": 1}'],
    ids=["twice", "no value", "cut off", "too deep", "tab in text", "half a character", "half a character as key"],
)
def test_what_is_not_plain_goes_the_careful_way(text):
    with pytest.raises(NotPlainError):
        read_json(text)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_a_number_that_is_none_is_refused_with_its_line(word):
    with pytest.raises(InputError, match="size_mm") as found:
        read_case(b'{"extent":\n {"size_mm": ' + word.encode() + b"}}", "x.json", DICTIONARY)
    assert found.value.line == 2


def test_a_key_that_stands_twice_is_refused_with_its_line():
    with pytest.raises(InputError, match="twice") as found:
        read_case(b'{"cells": {"ki67_percent": 3,\n "ki67_percent": 30}}', "x.json", DICTIONARY)
    assert found.value.line == 2


def test_json_and_yaml_documents_are_the_same_tree():
    text = '{"a": [1, "b", null, true], "c": {"d": false}}'
    assert _plain(read_json(text)) == _plain(read_document(text.encode(), "x.yaml"))


def _plain(node):
    if hasattr(node, "entries"):
        return {key: _plain(value) for key, (_, value) in node.entries.items()}
    if hasattr(node, "items"):
        return [_plain(item) for item in node.items]
    return node.text, node.quoted
