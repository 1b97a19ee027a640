"""Cases keep the bytes they were given, version by version."""

import hashlib

import pytest

from islet.errors import InputError
from islet.record import RecordError, StaleCase

ODD = b"# a note\r\nid: x\ncells: {ki67_percent: 2}   \n\n"


def test_a_document_comes_back_byte_for_byte_with_its_hash(record, ada):
    made = record.cases.create(ODD, "odd", ada)
    read = record.cases.read(made.case, ada)
    assert read == made
    assert read.document == ODD
    assert read.document_sha256 == hashlib.sha256(ODD).hexdigest()


def test_the_hash_of_the_content_is_the_same_for_yaml_and_json_and_another_for_another_value(record, ada):
    yaml = record.cases.create(b"extent: {m: M0}\ncells: {ki67_percent: 2}", "", ada)
    json = record.cases.create(b'{"cells": {"ki67_percent": 2}, "extent": {"m": M0}}', "", ada)
    other = record.cases.create(b"extent: {m: M0}\ncells: {ki67_percent: 3}", "", ada)
    assert yaml.content_sha256 == json.content_sha256
    assert yaml.content_sha256 != other.content_sha256


def test_every_version_stays_and_the_newest_is_read(record, case, ada):
    second = record.cases.save(case.case, 1, b"extent: {size_mm: 14}", ada)
    assert (second.number, second.label) == (2, "small one")
    assert record.cases.read(case.case, ada) == second
    assert record.cases.read(case.case, ada, number=1) == case
    assert [one.number for one in record.cases.versions(case.case, ada)] == [1, 2]


def test_a_change_that_rests_on_an_older_version_is_refused(record, case, ada):
    record.cases.save(case.case, 1, b"extent: {size_mm: 14}", ada)
    with pytest.raises(StaleCase, match="version 2 stands, your change rests on version 1") as stale:
        record.cases.save(case.case, 1, b"extent: {size_mm: 99}", ada)
    assert (stale.value.known, stale.value.newest) == (1, 2)
    assert record.cases.read(case.case, ada).document == b"extent: {size_mm: 14}"


def test_a_document_that_cannot_be_read_is_not_kept(record, case, ada):
    with pytest.raises(InputError, match=r"the case:\d+: not valid YAML or JSON"):
        record.cases.save(case.case, 1, b"extent: {size_mm: [", ada)
    with pytest.raises(InputError):
        record.cases.create(b"x" * 1_048_577, "big", ada)
    assert record.cases.read(case.case, ada).number == 1


def test_a_label_is_short_and_printable(record, ada):
    for label in ("x" * 201, "a\x00b", "a\x1b[31m"):
        with pytest.raises(RecordError, match="label"):
            record.cases.create(b"{}", label, ada)


def test_the_list_shows_the_newest_version_of_ones_own_cases(record, case, ada, ben):
    record.cases.create(b"{}", "of ben", ben)
    record.cases.save(case.case, 1, b"{}", ada, label="renamed")
    assert [(one.case, one.number, one.label) for one in record.cases.list(ada)] == [(case.case, 2, "renamed")]
    record.cases.grant(case.case, ben, ada)
    assert {one.label for one in record.cases.list(ben)} == {"of ben", "renamed"}
