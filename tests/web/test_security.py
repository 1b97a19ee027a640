"""What a browser is told, what is asked of every form, and what is served."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import lxml.html
import pytest

import islet.web.board.pages as board
from islet.web.static import FOLDER
from islet_testing.addresses import SAFE, Address, addresses
from islet_testing.visitors import PASSWORD, Visitor

STRICT = {
    "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
POLICY = {
    "default-src": "'self'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'", "connect-src": "'self'",
    "font-src": "'none'", "object-src": "'none'", "base-uri": "'none'", "form-action": "'self'", "frame-ancestors": "'none'",
}
ASKS = ("src", "srcset", "poster", "data", "action", "formaction", "background", "data-hx-get", "data-hx-post",
        "data-hx-put", "data-hx-delete", "hx-get", "hx-post", "ping")


def told(address: Address, case: str) -> str:
    return address.at(case=case)


def seen_by(site, address: Address) -> Visitor:
    return site.root if address.pattern.startswith("/people") else site.stranger if address.pattern.startswith("/sign-in") else site.ada


def pages(site, case: str):
    """Return every page, as whoever may see it sees it, as parsed HTML with its address."""
    for address in addresses(site.app):
        if address.method == "GET":
            answer = address.ask(seen_by(site, address), case)
            if answer.headers.get("content-type", "").startswith("text/html"):
                yield address, lxml.html.fromstring(answer.text)
    for name in ("intended-use", "model", "limits", "hazards", "threats", "accessibility", "security"):
        yield Address("GET", f"/about/{name}"), lxml.html.fromstring(site.stranger.get(f"/about/{name}").text)


def test_a_post_without_its_token_is_refused(site):
    case, foreign = site.ada.begin(), site.ben.seal
    own = "/api/v1/tokens"  # asks for a password in JSON, and gives nothing for a cookie
    walked = [address for address in addresses(site.app) if address.method not in SAFE and address.pattern != own]
    assert len(walked) >= 12
    before = site.record.audit.head()
    for address in walked:
        browser = site.root if address.pattern.startswith("/people") else site.ada
        right, typed = browser.seal, "0" * 64 if address.pattern.startswith("/api/") else "é" * 64
        for seal, headers in (("", {}), ("0" * 64, {}), (foreign, {}), (right[:-1], {}), (typed, {}),
                              (right, {"sec-fetch-site": "cross-site"}), (right, {"sec-fetch-site": "same-site"})):
            answer = address.ask(browser, case, seal=seal, headers=headers, person=site.ben.person.id)
            assert answer.status_code == 403, (address, seal, headers)
    after = {entry.action for entry in site.record.audit.entries() if entry.number > before.number}
    assert after <= {"case.read", "case.list"}, after
    assert len(site.record.cases.versions(case, site.ada.person)) == 1
    assert len(site.record.people.list()) == 3


def test_the_seal_of_before_signing_in_is_worth_nothing_after(site):
    seal = site.stranger.seal
    assert site.stranger.post("/sign-in", {"name": "Ada", "password": PASSWORD}).status_code == 303
    assert site.stranger.client.post("/cases", data={"label": "x", "seal": seal}).status_code == 403


def check_headers(answer, where) -> None:
    for name, value in STRICT.items():
        assert answer.headers.get(name) == value, (where, name)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy == POLICY, where
    if not (answer.status_code == 200 and "/static/" in str(answer.url)):
        assert answer.headers["cache-control"] == "no-store", where
    assert "server" not in answer.headers and "x-powered-by" not in answer.headers, where
    if answer.content:
        kind = answer.headers["content-type"]
        assert "charset=utf-8" in kind or kind.partition(";")[0] in ("application/json", "application/pdf", "image/svg+xml"), (where, kind)


def test_every_answer_carries_the_strict_headers(site, monkeypatch):
    case = site.ada.begin()
    for address in addresses(site.app):
        if address.pattern != "/sign-out":
            check_headers(address.ask(seen_by(site, address), case), address)
        check_headers(address.ask(site.stranger, case, seal="0"), address)
    odd = {
        "nothing there": site.ada.get("/.git/config"), "no such method": site.ada.client.request("TRACE", "/cases"),
        "put": site.ada.client.put("/cases"), "foreign host": site.ada.get("/cases", headers={"host": "elsewhere.example.org"}),
        "too large": site.ada.client.post("/cases", content=b"x" * 3_000_000),
        "not a form": site.ada.client.post("/sign-in", content=b"\xff"),
    }
    monkeypatch.setattr(board, "plan_context", lambda *_: 1 / 0)
    odd["a fault"] = site.ada.get(f"/cases/{case}")
    assert [answer.status_code for answer in odd.values()] == [404, 405, 405, 400, 413, 400, 500]
    for where, answer in odd.items():
        check_headers(answer, where)
        assert "strict-transport-security" not in answer.headers


def test_behind_tls_the_cookies_are_bound_to_the_host_and_tls_is_kept(make_app):
    app = make_app(https=True, host="0.0.0.0", hosts=("islet.example.org",))
    record = app.state.site.record
    record.people.add("Ada", "board", password=PASSWORD)
    browser = Visitor(app, address="https://islet.example.org")
    cookies = [browser.get("/sign-in").headers["set-cookie"]]
    answer = browser.post("/sign-in", {"name": "Ada", "password": PASSWORD})
    assert answer.status_code == 303
    cookies += answer.headers.get_list("set-cookie")
    for cookie in cookies:
        name, *parts = [part.strip().lower() for part in cookie.split(";")]
        assert name.startswith("__host-islet") and {"httponly", "secure", "path=/", "samesite=lax"} <= set(parts)
        assert not any(part.startswith("domain") for part in parts)
    for one in (answer, browser.get("/cases"), browser.get("/nothing"), browser.get("/sign-in", headers={"host": "x.example.org"})):
        seconds = re.match(r"max-age=(\d+)", one.headers["strict-transport-security"])
        assert seconds and int(seconds[1]) >= 31_536_000
    plain = Visitor(app, address="https://islet.example.org")
    plain.hold("islet", browser.client.cookies["__Host-islet"])
    assert plain.get("/cases").status_code == 303


@pytest.mark.parametrize("host", [
    "elsewhere.example.org", "", "testserver.example.org", "127.0.0.1.example.org", "testserver@example.org", "testserver:port", "[::1",
    "a b",
])
def test_a_foreign_name_of_the_site_is_refused(site, host):
    assert site.ada.get("/sign-in", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:80", "[::1]:8000"])
def test_an_own_name_of_the_site_is_answered(site, host):
    assert site.stranger.get("/sign-in", headers={"host": host}).status_code == 200


def sri(data: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


def test_every_script_is_served_from_here_with_its_hash(site):
    case, seen = site.ada.begin(), set()
    for address, page in pages(site, case):
        for tag in [*page.iter("script"), *(one for one in page.iter("link") if one.get("rel") == "stylesheet")]:
            at = tag.get("src") or tag.get("href")
            assert at and not (tag.text or "").strip(), f"{address} holds a script of its own"
            served = site.stranger.get(at)
            if at.startswith("/static/"):
                assert tag.get("integrity") == sri(served.content), (address, at)
                seen.add(at.partition("?")[0])
            assert served.status_code == 200 and served.headers["content-type"].split(";")[0] in ("text/css", "text/javascript"), at
        for tag in page.iter():
            assert tag.get("style") is None and not any(name.startswith("on") for name in tag.attrib), (address, tag.tag)
            assert tag.tag != "style", address
    assert {"/static/htmx.js", "/static/board.js", "/static/nhsuk.css", "/static/site.css"} <= seen
    vendored = json.loads((FOLDER / "VENDORED.json").read_text(encoding="utf-8"))
    assert vendored and all(sri((FOLDER / one["file"]).read_bytes()) == one["integrity"] for one in vendored)


def test_no_page_asks_another_host(site):
    case = site.ada.begin()
    for address, page in pages(site, case):
        for tag in page.iter():
            for name in ASKS:
                asked = tag.get(name)
                assert asked is None or re.match(r"/(?!/)|#|$", asked), (address, tag.tag, name, asked)
            if tag.tag in ("link", "image", "use"):
                for name in ("href", "{http://www.w3.org/1999/xlink}href"):
                    assert re.match(r"/(?!/)|#|$", tag.get(name) or ""), (address, tag.tag, tag.get(name))
            assert tag.tag not in ("iframe", "object", "embed", "base") and tag.get("http-equiv") is None, (address, tag.tag)
    for file in FOLDER.iterdir():
        if file.suffix == ".css":
            text = file.read_text(encoding="utf-8")
            assert "@import" not in text and not re.search(r"url\(\s*['\"]?(https?:)?//", text), file.name
        if file.suffix == ".js" and file.name not in ("htmx.js",):
            assert "//" not in re.sub(r"^\s*//.*$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE), file.name


def test_pages_are_not_stored_and_cleared_at_sign_out(site):
    case = site.ada.begin()
    for address in addresses(site.app):
        if address.method == "GET" and not address.pattern.startswith("/static/"):
            assert address.ask(site.ada, case).headers["cache-control"] == "no-store", address
    assert site.ada.get("/static/nothing.css").headers["cache-control"] == "no-store"
    kept = site.ada.client.cookies["islet"]
    answer = site.ada.post("/sign-out")
    assert {part.strip() for part in answer.headers["clear-site-data"].split(",")} == {'"cache"', '"cookies"', '"storage"'}
    assert "islet" not in site.ada.client.cookies
    site.ada.hold("islet", kept)
    assert site.ada.get(f"/cases/{case}").headers["location"] == "/sign-in"


def test_nothing_is_kept_in_the_storage_of_a_browser():
    kept = re.compile("localStorage|sessionStorage|indexedDB|document\\.cookie|serviceWorker")
    for file in FOLDER.iterdir():
        if file.suffix == ".js" and file.name != "htmx.js":
            assert not kept.search(file.read_text(encoding="utf-8")), file.name
    base = (FOLDER.parent / "templates" / "base.html.j2").read_text(encoding="utf-8")
    assert '"historyCacheSize":0' in base


@pytest.mark.parametrize("path", [
    "/.git/config", "/.env", "/static/../settings.py", "/static/..%2fsettings.py", "/static/VENDORED.json", "/static/__init__.py",
    "/static/%2e%2e/app.py", "/docs", "/redoc", "/metrics", "/debug", "/server-status",
])
def test_nothing_else_is_served(site, path):
    assert site.ada.get(path).status_code == 404
