"""What is kept over the API: cases with versions, plans that are made again, decisions; to each only their own."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from islet.web.app import create_app

YAML = {"Content-Type": "application/yaml"}
CASE = b"id: tail\ncells: {differentiation: well, ki67_percent: 8, sstr_krenning: 4}\nextent: {primary_site: tail, liver_mets: true}\n"


@pytest.fixture
def stored(site, people):
    found = site.post("/api/v1/cases", content=CASE, headers={**YAML, **people["Ada"]}, params={"label": "tail, liver"})
    assert found.status_code == 201 and found.headers["etag"] == '"1"'
    return found.json()["case"]


def test_a_token_is_had_with_name_and_password(site, people):
    found = site.post("/api/v1/tokens", json={"name": "Ada", "password": "four quiet green hills"})
    assert found.status_code == 201
    token = {"Authorization": f"Bearer {found.json()['token']}"}
    assert site.get("/api/v1/cases", headers=token).json() == {"cases": []}
    assert site.post("/api/v1/tokens", json={"name": "Ada", "password": "wrong"}).status_code == 401


def test_too_many_wrong_passwords_are_told_to_wait(site, people):
    codes = [site.post("/api/v1/tokens", json={"name": "Ben", "password": "wrong"}).status_code for _ in range(7)]
    assert codes[0] == 401 and codes[-1] == 429


def test_a_case_is_given_back_as_it_was_given_and_saved_over_only_by_who_saw_it(site, people, stored):
    ada = {**YAML, **people["Ada"]}
    assert site.get(f"/api/v1/cases/{stored}", headers=ada).json()["document"].encode() == CASE
    second = site.put(f"/api/v1/cases/{stored}", content=CASE + b"health: {ecog: 1}\n", headers={**ada, "If-Match": '"1"'})
    assert second.status_code == 200 and second.headers["etag"] == '"2"'
    third = site.put(f"/api/v1/cases/{stored}", content=CASE, headers={**ada, "If-Match": '"1"'})
    assert third.status_code == 409
    assert site.get(f"/api/v1/cases/{stored}", headers=ada).json()["version"] == 2
    assert site.get(f"/api/v1/cases/{stored}", headers=ada, params={"version": 1}).json()["document"].encode() == CASE


def test_a_plan_is_kept_and_made_again_to_the_same_bytes(site, people, stored):
    kept = site.post(f"/api/v1/cases/{stored}/plans", headers=people["Ada"])
    assert kept.status_code == 201
    assert kept.json()["content"].encode() == site.post("/api/v1/plan", content=CASE, headers=YAML).content
    again = site.post(f"/api/v1/plans/{kept.json()['id']}/replay", headers=people["Ada"]).json()
    assert again["same"] is True, again["reason"]


def test_what_belongs_to_others_and_what_is_not_there_are_answered_alike(site, people, stored):
    plan = site.post(f"/api/v1/cases/{stored}/plans", headers=people["Ada"]).json()["id"]
    ben = {**YAML, **people["Ben"]}
    for real, invented in ((stored, "A" * 22),):
        answers = []
        for case in (real, invented):
            answers.append([
                site.get(f"/api/v1/cases/{case}", headers=ben), site.get(f"/api/v1/cases/{case}/decisions", headers=ben),
                site.put(f"/api/v1/cases/{case}", content=CASE, headers={**ben, "If-Match": "1"}),
                site.post(f"/api/v1/cases/{case}/plans", headers=ben),
            ])
        for mine, none in zip(*answers, strict=True):
            assert (mine.status_code, mine.content) == (none.status_code, none.content) == (404, none.content)
    for path in (f"plans/{plan}", f"plans/{'B' * 22}"):
        assert site.get(f"/api/v1/{path}", headers=ben).status_code == 404


def test_nobody_signed_in_sees_nothing_that_is_stored(site, stored):
    for answer in (site.get("/api/v1/cases"), site.get(f"/api/v1/cases/{stored}"), site.get("/api/v1/audit/verify"),
                   site.post(f"/api/v1/cases/{stored}/plans"), site.get("/api/v1/cases", headers={"Authorization": "Bearer nonsense"}),
                   site.get("/api/v1/cases", headers={"Authorization": "Basic QWRhOng="})):
        assert answer.status_code == 401


def test_a_cookie_changes_something_only_with_the_seal(site, people):
    record = site.app.state.site.record
    ada = next(person for person in record.people.list() if person.name == "Ada")
    site.cookies.set("islet", record.sessions.begin(ada, 1))
    assert site.get("/api/v1/cases").status_code == 200
    assert site.post("/api/v1/cases", content=CASE, headers=YAML, params={"label": "x"}).status_code == 403
    seal = re.search(r'name="seal" value="([^"]+)"', site.get("/cases").text).group(1)
    sealed = {**YAML, "x-islet-seal": seal}
    assert site.post("/api/v1/cases", content=CASE, headers=sealed, params={"label": "x"}).status_code == 201
    other = {**sealed, "sec-fetch-site": "cross-site"}
    assert site.post("/api/v1/cases", content=CASE, headers=other, params={"label": "x"}).status_code == 403


def test_a_decision_is_filed_on_a_kept_plan_and_a_later_one_supersedes_it(site, people, stored):
    ada = people["Ada"]
    plan = site.post(f"/api/v1/cases/{stored}/plans", headers=ada).json()
    body = {"plan": plan["id"], "chosen": ["surveillance"], "dissent": "one would wait", "decided_on": "2026-03-12"}
    refused = site.post(f"/api/v1/cases/{stored}/decisions", json=body, headers=ada)
    assert refused.status_code == 422 and refused.json()["where"]["field"] == "deviation_code"
    first = site.post(f"/api/v1/cases/{stored}/decisions", json={**body, "deviation_code": "patient-refuses"}, headers=ada)
    assert first.status_code == 201
    record = first.json()
    assert record["schema"] == "islet.record/1" and record["supersedes"] is None
    verdicts = {option["id"]: option["verdict"] for option in json.loads(plan["content"])["options"]}
    assert record["chosen"][0]["verdict"] == verdicts["surveillance"] not in ("recommended", "possible")
    assert record["deviation"]["code"] == "patient-refuses" and record["deviation"]["words"] == "The patient declines"
    assert record["plan"]["knowledge"] == plan["knowledge"] and record["filed"]["by"] == "Ada"
    second = site.post(f"/api/v1/cases/{stored}/decisions", json={**body, "deviation_code": "risk-benefit-ratio"}, headers=ada).json()
    assert second["supersedes"] == record["id"]
    listed = site.get(f"/api/v1/cases/{stored}/decisions", headers=ada).json()["decisions"]
    assert listed == [record, second]


def test_whoever_keeps_accounts_keeps_no_cases_but_checks_the_trail(site, people, stored):
    cleo = {**YAML, **people["Cleo"]}
    assert site.post("/api/v1/cases", content=CASE, headers=cleo, params={"label": "x"}).status_code == 403
    assert site.get("/api/v1/audit/verify", headers=people["Ada"]).status_code == 403
    found = site.get("/api/v1/audit/verify", headers=cleo).json()
    assert found["ok"] is True and found["entries"] > 3


def test_a_site_that_others_can_reach_answers_nobody_who_has_not_signed_in(tmp_path, settings):
    far = replace(settings, database=f"sqlite:///{tmp_path}/far.db", host="0.0.0.0", https=True, hosts=("testserver",))
    with TestClient(create_app(far)) as client:
        for path in ("plan", "ask", "why?option=prrt", "whatif?change=a=1", "quantify", "jobs/quantify"):
            assert client.post(f"/api/v1/{path}", content=b"{}", headers=YAML).status_code == 401, path
