"""Generated requests to every route: no fault of the server, no answer that is not described (`make fuzz` sends 10,000)."""

from __future__ import annotations

import json

import pytest
import yaml
from fuzzing import routes_of, site_to_try, try_route

from islet_testing.places import ROOT

EACH = 30
ROUTES = 23


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """A site to try, a token, and the ids of what it keeps."""
    return site_to_try(tmp_path_factory.mktemp("fuzz"))


@pytest.fixture(scope="module")
def routes(tried):
    """Every route of the description, by its words."""
    return {f"{route.method.upper()} {route.path}": route for route in routes_of(tried[0])}


@pytest.mark.parametrize("number", range(ROUTES))
def test_every_route_answers_as_it_is_described(tried, routes, number):
    assert len(routes) == ROUTES
    _, token, ids = tried
    answers = try_route(list(routes.values())[number], token, ids, EACH, seed=0)
    assert sum(answers.values()) >= 1


def test_every_route_says_what_it_does_what_it_answers_and_how_it_fails(tried):
    described = tried[0].openapi()
    assert described["info"]["description"]
    for path, methods in described["paths"].items():
        assert path.startswith("/api/v1/")
        for method, route in methods.items():
            assert route["summary"] and route["description"], (method, path)
            good = [code for code in route["responses"] if code.startswith("2")]
            assert good, (method, path)
            for code in route["responses"]:
                if code.startswith("4"):
                    assert route["responses"][code]["content"]["application/json"]["schema"], (method, path, code)


def test_a_body_that_is_a_case_is_described_by_the_schema_of_the_dictionary(tried):
    described = tried[0].openapi()
    own = {key: value for key, value in json.loads((ROOT / "docs" / "case.schema.json").read_text()).items() if key != "$schema"}
    assert described["components"]["schemas"]["Case"] == own
    body = described["paths"]["/api/v1/plan"]["post"]["requestBody"]["content"]
    assert yaml.safe_load(body["application/yaml"]["example"])["id"] == body["application/json"]["example"]["id"]


def test_every_route_stands_in_the_docs(tried):
    page = (ROOT / "docs" / "api.md").read_text()
    for path, methods in tried[0].openapi()["paths"].items():
        for method in methods:
            assert f"`{method.upper()} {path.removeprefix('/api/v1')}" in page, (method, path)
