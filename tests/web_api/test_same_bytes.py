"""What the API answers are the very bytes of the command line."""

from __future__ import annotations

import pytest

from islet_testing.command import run_islet
from islet_testing.places import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*-*[0-9][mf]-*.yaml"))
YAML = {"Content-Type": "application/yaml"}


def command(*words, data):
    done = run_islet(*words, "--format", "json", stdin=data)
    assert done.code == 0, done.err
    return done.out


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_same_bytes_for_every_example(site, example):
    data = example.read_bytes()

    def api(path, **query):
        found = site.post(f"/api/v1/{path}", content=data, headers=YAML, params=query)
        assert found.status_code == 200, found.text
        assert found.headers["content-type"] == "application/json"
        return found.content

    assert api("plan") == command("plan", "-", data=data)
    assert api("why", option="prrt") == command("why", "-", "prrt", data=data)
    assert api("ask") == command("ask", "-", data=data)
    assert api("whatif", change=["cells.ki67_percent=12", "health.ecog=3"]) == command(
        "whatif", "-", "cells.ki67_percent=12", "health.ecog=3", data=data)
    assert api("quantify", option="ssa") == command("quantify", "-", "ssa", data=data)


def test_a_region_is_picked_as_on_the_command_line(site):
    data = EXAMPLES[0].read_bytes()
    found = site.post("/api/v1/plan", content=data, headers=YAML, params={"region": "us"}).content
    assert found == command("plan", "-", "--region", "us", data=data) != command("plan", "-", data=data)


def test_two_options_side_by_side_are_as_on_the_command_line(site):
    data = EXAMPLES[0].read_bytes()
    found = site.post("/api/v1/quantify", content=data, headers=YAML, params={"option": "everolimus", "versus": "sunitinib"}).content
    assert found == command("quantify", "-", "everolimus", "--versus", "sunitinib", data=data)


@pytest.mark.parametrize("words", [("plan",), ("why", "prrt"), ("quantify",)])
def test_an_emergency_says_so_and_gives_no_option(site, words):
    data = b"health: {emergency: [hormone_crisis]}"
    query = {"option": words[1]} if len(words) > 1 else {}
    found = site.post(f"/api/v1/{words[0]}", content=data, headers=YAML, params=query)
    assert found.json()["options"] == [] and found.json()["problems"][0]["kind"] == "emergency"
    assert found.content == command(words[0], "-", *words[1:], data=data)


def test_json_and_yaml_of_one_case_give_one_plan(site):
    one = site.post("/api/v1/plan", content=b"{id: x, extent: {size_mm: 12}}", headers=YAML)
    other = site.post("/api/v1/plan", json={"extent": {"size_mm": 12}, "id": "x"})
    assert one.content == other.content
