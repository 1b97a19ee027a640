"""What goes wrong is said in parts: what was found, where, what was expected, the nearest valid value."""

from __future__ import annotations

import pytest

YAML = {"Content-Type": "application/yaml"}


def test_an_unknown_fact_is_named_with_its_line_and_the_nearest_one(site):
    found = site.post("/api/v1/plan", content=b"id: x\ncells: {ki67_percnt: 3}", headers=YAML)
    assert found.status_code == 422
    told = found.json()
    assert told["where"] == {"line": 2, "field": "cells.ki67_percnt"}
    assert told["nearest"] == "ki67_percent" and "ki67_percnt" in told["found"]


@pytest.mark.parametrize(("path", "query", "words"), [
    ("why", {"option": "prrtt"}, 'did you mean "prrt"?'), ("quantify", {"option": "enucleaton"}, 'did you mean "enucleation"?'),
    ("jobs/quantify", {"option": "enucleaton"}, 'did you mean "enucleation"?'), ("whatif", {"change": "ki67=x"}, "ki67"),
    ("quantify", {"versus": "prrt"}, "option and versus together"), ("quantify", {"option": "prrt", "versus": "prrt"}, "two different"),
])
def test_a_wrong_question_is_answered_with_the_nearest_right_one(site, path, query, words):
    found = site.post(f"/api/v1/{path}", content=b"{}", headers=YAML, params=query)
    assert found.status_code == 422
    assert words in found.json()["error"]


@pytest.mark.parametrize("path", ["plan", "ask", "quantify", "jobs/quantify"])
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_that_a_form_of_another_site_could_send_is_refused(site, path, kind):
    assert site.post(f"/api/v1/{path}", content=b"{}", headers={"Content-Type": kind}).status_code == 415


def test_a_case_over_a_mebibyte_is_refused(site):
    assert site.post("/api/v1/plan", content=b"#" * (1 << 20) + b"\n{}", headers=YAML).status_code == 413


@pytest.mark.parametrize("path", ["quantify", "jobs/quantify"])
def test_files_of_the_machine_are_not_read_over_the_web(site, path):
    case = b"measurements: {scan_path: /etc, scan_shows: y90, scan_regions: [{region: tumour, path: /etc/passwd}]}"
    found = site.post(f"/api/v1/{path}", content=case, headers=YAML, params={"option": "tare"})
    assert found.status_code == 422
    assert "only islet quantify on the command line reads files" in found.json()["error"]


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"{", b"\xff\xfe", b"a: &x [*x]", b"{}{}", b"[" * 5000,
                                  b'{"id": "\\ud800"}', b'{"\\ud800": 1}', "id: x".encode("utf-16")])
def test_what_is_no_case_is_a_fault_of_the_sender(site, data):
    found = site.post("/api/v1/plan", content=data, headers=YAML)
    assert found.status_code == 422 and found.json()["error"].startswith("the case")


def test_nobody_reads_a_case_or_an_error_in_the_log(site, caplog):
    caplog.set_level(0)
    site.post("/api/v1/plan", content=b"id: CANARY-7\ncells: {ki67_percnt: CANARY-8}", headers=YAML)
    site.post("/api/v1/plan", content=b"id: CANARY-9", headers=YAML)
    assert "CANARY" not in caplog.text
