"""Long calculations tell how far they are, stop when told, and are seen only by who began them."""

from __future__ import annotations

import os
import time

import pytest

from islet.web.api.jobs import MOST_RUNNING, Jobs, TooMuch, jobs
from islet_testing.command import run_islet
from islet_testing.places import ROOT

YAML = {"Content-Type": "application/yaml"}
LONG = (ROOT / "examples" / "eus-rfa-needle.yaml").read_bytes()
SHORT = b"extent: {size_mm: 12}"


def begin(site, data, headers=None, **query):
    found = site.post("/api/v1/jobs/quantify", content=data, headers={**YAML, **(headers or {})}, params=query)
    assert found.status_code == 202, found.text
    assert found.json()["state"] == "waiting"
    return found.json()["id"]


def test_a_job_ends_with_the_bytes_of_the_command_line_and_says_how_far_it_is(site):
    name = begin(site, LONG, option="eus_rfa")
    with site.stream("GET", f"/api/v1/jobs/{name}/events") as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in events.iter_lines() if line]
    assert lines[-2] == "event: done"
    assert lines.count("event: progress") >= 1
    assert site.get(f"/api/v1/jobs/{name}").content == run_islet("quantify", "-", "eus_rfa", "--format", "json", stdin=LONG).out


def test_a_job_that_is_cancelled_stops_at_once_and_is_gone(site):
    name = begin(site, LONG)
    process = jobs().begun[name]
    assert process.poll() is None
    assert site.get(f"/api/v1/jobs/{name}").status_code == 202
    assert site.delete(f"/api/v1/jobs/{name}").status_code == 204
    process.wait(timeout=5)
    assert process.returncode == -9
    assert site.get(f"/api/v1/jobs/{name}").status_code == 404
    assert not os.listdir(jobs().folder)


def test_a_job_of_somebody_else_is_not_there(site, people):
    name = begin(site, SHORT, people["Ada"])
    for who in ({}, people["Ben"]):
        for answer in (site.get(f"/api/v1/jobs/{name}", headers=who), site.get(f"/api/v1/jobs/{name}/events", headers=who),
                       site.delete(f"/api/v1/jobs/{name}", headers=who)):
            assert answer.status_code == 404
    assert site.get(f"/api/v1/jobs/{name}", headers=people["Ada"]).status_code in (200, 202)


@pytest.mark.parametrize("name", ["..", "%2e%2e", "a/b", "x" * 65, "", "nobody"])
def test_a_name_that_is_none_is_not_there(site, name):
    assert site.get(f"/api/v1/jobs/{name}").status_code in (404, 405, 422)


def test_no_more_run_than_this_machine_bears(site):
    for _ in range(MOST_RUNNING):
        begin(site, LONG)
    found = site.post("/api/v1/jobs/quantify", content=SHORT, headers=YAML)
    assert found.status_code == 429
    assert found.json()["error"] == "Too many tries"


def test_a_fault_that_only_the_calculation_finds_is_told(tmp_path):
    room = Jobs(tmp_path)
    order = {"case": "{}", "name": "<stdin>", "option": "nothing", "versus": None, "region": None, "knowledge": None}
    name = room.begin("me", order)
    until = time.monotonic() + 60
    while room.find(name, "me").state not in ("done", "failed") and time.monotonic() < until:
        time.sleep(0.1)
    assert room.find(name, "me").state == "failed"
    assert 'unknown option "nothing"' in str(room.fault(name))


def test_another_process_of_the_site_sees_and_stops_a_job(tmp_path):
    one, other = Jobs(tmp_path), Jobs(tmp_path)
    order = {"case": LONG.decode(), "name": "<stdin>", "option": None, "versus": None, "region": None, "knowledge": None}
    name = one.begin("me", order)
    assert other.find(name, "me").state in ("waiting", "running")
    other.cancel(name)
    assert one.find(name, "me").state == "cancelled"
    one.begun[name].wait(timeout=5) if name in one.begun else None


def test_old_jobs_are_forgotten(tmp_path, monkeypatch):
    room = Jobs(tmp_path)
    order = {"case": "{}", "name": "<stdin>", "option": "nothing", "versus": None, "region": None, "knowledge": None}
    name = room.begin("me", order)
    room.begun[name].wait(timeout=60)
    monkeypatch.setattr("islet.web.api.jobs.KEPT_SECONDS", 0)
    monkeypatch.setattr("islet.web.api.jobs.MOST_RUNNING", 0)
    with pytest.raises(TooMuch):
        room.begin("me", order)
    assert room.find(name, "me") is None
