"""Text becomes a tree that remembers its lines, within bounds."""

import pytest

from islet.case.document import MAX_DEPTH, Mapping, Scalar, Sequence, describe, is_null
from islet.case.yaml_text import read_document
from islet.errors import InputError


def test_every_value_knows_its_line():
    root = read_document(b"a:\n  b: 1\n  c:\n    - x\n    - y\n", "f")
    assert isinstance(root, Mapping)
    line, inner = root.entries["a"]
    assert line == 1 and isinstance(inner, Mapping)
    assert inner.entries["b"][0] == 2
    listed = inner.entries["c"][1]
    assert isinstance(listed, Sequence) and [item.line for item in listed.items] == [4, 5]


def test_scalars_stay_as_written_so_that_on_and_no_are_words():
    root = read_document(b'{on: no, y: 0123, t: "38", d: 2026-03-02}', "f")
    assert {key: value.text for key, (_, value) in root.entries.items()} == {"on": "no", "y": "0123", "t": "38", "d": "2026-03-02"}
    assert root.entries["t"][1].quoted and not root.entries["y"][1].quoted


def test_json_with_tabs_and_a_byte_order_mark_is_read():
    root = read_document(b'\xef\xbb\xbf{\n\t"cells": {\n\t\t"ki67_percent": 3}}', "f")
    assert root.entries["cells"][1].entries["ki67_percent"][1].text == "3"


def test_yaml_and_json_of_the_same_case_are_the_same_tree():
    yaml_tree = read_document(b"cells:\n  ki67_percent: 3\n", "f")
    json_tree = read_document(b'{"cells": {"ki67_percent": 3}}', "f")
    assert yaml_tree.entries["cells"][1].entries["ki67_percent"][1].text == json_tree.entries["cells"][1].entries["ki67_percent"][1].text


def test_a_tab_inside_a_json_string_is_kept_as_a_blank_and_not_refused():
    assert read_document(b'{"id": "a\\tb"}', "f").entries["id"][1].text == "a\tb"


def test_the_deepest_nesting_allowed_is_read_and_one_more_is_refused():
    assert read_document(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, "f")
    with pytest.raises(InputError, match="nested deeper"):
        read_document(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "f")


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null_is_written_in_five_ways(text):
    assert is_null(Scalar(text, False, 1)) and not is_null(Scalar(text, True, 1))


def test_what_was_found_is_named_in_few_words():
    assert describe(Scalar("38", True, 1)) == 'found the text "38"'
    assert len(describe(Scalar("x" * 10_000, False, 1))) < 100
    assert describe(Mapping({}, 1)) == "found a mapping" and describe(Sequence([], 1)) == "found a list"
