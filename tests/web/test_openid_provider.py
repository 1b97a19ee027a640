"""Sign-in through a certified sign-in service, oidc-provider, started here on a free port."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from islet.web.app import create_app
from islet.web.settings import OpenId, Settings
from islet_testing.issuer import CLIENT, SECRET
from islet_testing.places import TESTS
from islet_testing.visitors import Visitor

BACK = "http://testserver/sign-in/hospital/back"
PLACE = TESTS / "browser"


def installed() -> Path:
    if not shutil.which("node") or not (PLACE / "node_modules" / "oidc-provider" / "package.json").exists():
        pytest.fail(f"The tests of the sign-in need node and: npm ci --omit-lockfile-registry-resolved in {PLACE}")
    return PLACE / "oidc_server.mjs"


@pytest.fixture(scope="module", params=["in_the_token", "at_userinfo"])
def hospital(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[FastAPI]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    more = {"CLAIMS_IN_ID_TOKEN": "1"} if request.param == "in_the_token" else {}
    started = subprocess.Popen(
        ["node", str(installed()), str(port), BACK], cwd=PLACE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={"PATH": os.environ["PATH"], **more},
    )
    try:
        assert started.stdout is not None and started.stdout.readline() == "ready\n"
        openid = OpenId(f"http://127.0.0.1:{port}", CLIENT, SECRET)
        app = create_app(Settings(f"sqlite:///{tmp_path_factory.mktemp('hospital')}/islet.db", secret=b"s" * 32, openid=openid))
        yield app
        app.state.site.record.close()
    finally:
        started.terminate()
        started.wait(10)


def signed_in_there(browser: Visitor, name: str) -> httpx.Response:
    """Go to the service, type a name there, agree, and come back with its answer."""
    at = browser.get("/sign-in/hospital").headers["location"]
    with httpx.Client(follow_redirects=False, timeout=30) as there:
        page = there.get(at)
        for _ in range(12):
            if "location" in page.headers:
                at = str(httpx.URL(str(page.url)).join(page.headers["location"]))
                if at.startswith(BACK):
                    return browser.get(at)
                page = there.get(at)
                continue
            action = re.search(r'action="([^"]+)"', page.text)
            prompt = re.search(r'name="prompt" value="(\w+)"', page.text)
            assert action and prompt, page.text[:500]
            page = there.post(action[1], data={"prompt": prompt[1], "login": name, "password": "any"})
    raise AssertionError("the service never sent the browser back")


@pytest.mark.parametrize(("name", "role"), [("ada", "board"), ("ben", "clinician")])
def test_somebody_of_the_hospital_comes_in_with_their_role_and_goes_again(hospital, name, role):
    browser = Visitor(hospital)
    answer = signed_in_there(browser, name)
    assert (answer.status_code, answer.headers.get("location")) == (303, "/cases"), answer.text
    assert "islet-ask" not in browser.client.cookies
    assert browser.get("/cases").status_code == 200
    record = hospital.state.site.record
    assert record.people.by_subject(hospital.state.site.settings.openid.issuer, name).role == role
    assert browser.post("/sign-out").status_code == 303
    assert browser.get("/cases").status_code == 303


@pytest.mark.parametrize("name", ["eve", "tom"])
def test_somebody_without_a_role_in_islet_is_refused_in_words(hospital, name):
    browser = Visitor(hospital)
    answer = signed_in_there(browser, name)
    assert (answer.status_code, "no role in Islet" in answer.text) == (401, True)
    assert browser.get("/cases").status_code == 303


def test_a_code_is_worth_something_once(hospital):
    first = Visitor(hospital)
    assert signed_in_there(first, "ada").status_code == 303
    second = Visitor(hospital)
    sent = second.get("/sign-in/hospital").headers["location"]
    state = httpx.URL(sent).params["state"]
    issuer = hospital.state.site.settings.openid.issuer
    assert second.get(BACK, params={"code": "used-before", "state": state, "iss": issuer}).status_code == 401
