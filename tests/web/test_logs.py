"""Words that occur nowhere else go in as names, ids, free text and values; none comes out in a log, a fault page or an address."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

import pytest

import islet.web.board.pages as board
from islet.record import RecordError
from islet.record.cases import Cases
from islet.web.faults import ROLE, WORDS
from islet.web.security.events import EVENTS, note
from islet_testing.addresses import SAFE, addresses

CANARIES = [f"canary{number:02d}qzx" for number in range(50)]
TITLES = [title for title, _ in (*WORDS.values(), ROLE)]  # a form that comes back with what was typed is no fault page


@pytest.fixture
def heard(caplog, capfd):
    """Collect everything that is logged or printed, with the words of exceptions, at the level of a running site."""
    caplog.set_level(logging.INFO)

    def everything() -> str:
        printed = capfd.readouterr()
        own = [record for record in caplog.records if record.name != "httpx"]  # httpx is the browser of the tests
        traces = [logging.Formatter().format(record) for record in own]
        return "\n".join([*traces, printed.out, printed.err])

    return everything


def documents(words: list[str]) -> list[bytes]:
    """Return cases that hold every word, right ones of each and wrong ones of some."""
    made = []
    for number, word in enumerate(words):
        right = {
            "id": word, "extent": {"size_mm": {"value": 12, "source": word}},
            "history": [{"option": "ssa", "response": "stable", "note": word}],
        }
        made.append(right)
        if number % 10 == 0:
            made += [{**right, "extent": {"size_mm": word}}, {**right, word: 1}, {"id": {"deep": word}}]
    return [json.dumps(document).encode() for document in made] + [f"id: [{word}".encode() for word in words[:5]]


def test_no_canary_of_a_case_reaches_a_log_an_error_page_or_an_address(site, heard, monkeypatch):
    fault_pages, where = [], []

    def keep(answer):
        where.append(answer.headers.get("location", ""))
        if not answer.headers.get("content-type", "").startswith("text/html") or any(f"<title>{title} " in answer.text for title in TITLES):
            fault_pages.append("" if answer.status_code == 422 else answer.text)  # 422 says to whoever typed what was typed
        return answer

    cases = []
    for document in documents(CANARIES):
        word = re.findall("canary[0-9]+qzx", document.decode())[0]
        sent = keep(site.ada.post("/cases/import", {"label": word}, files={"file": (f"{word}.yaml", document)}))
        if sent.status_code == 303:
            cases.append(sent.headers["location"].rsplit("/", 1)[1])
    assert len(cases) == 50
    case = cases[0]
    for number, word in enumerate(CANARIES):
        form = {
            "case": case, "expected": "1", "label": word, "extent.size_mm": word, "extent.size_mm~source": word, "history.0.note": word,
            word: word,
        }
        headers = {"user-agent": word, "referer": f"http://testserver/{word}", "x-forwarded-for": word, "accept-language": word}
        if number % 10 == 0:
            for address in addresses(site.app):
                if address.method not in SAFE:
                    keep(site.ada.post(address.at(case=case), form, headers=headers))
                    if address.pattern == "/sign-out":
                        site.ada.sign_in(site.ada.person)
        site.stranger.post("/sign-in", {"name": word, "password": word * 3})
        keep(site.ada.get(f"/{word}", headers=headers, params={"q": word}))
        keep(site.ada.get(f"/cases/{word}", params={"version": word}))
        keep(site.ada.post(f"/cases/{case}", {**form, "case": word}))

    def broken(*_, **__):
        raise ValueError(f"it broke over {CANARIES[1]}")

    def full(*_, **__):
        raise RecordError("the disk is full", CANARIES[2])

    with monkeypatch.context() as patched:
        patched.setattr(board, "plan_context", broken)
        assert keep(site.ada.get(f"/cases/{case}")).status_code == 500
    with monkeypatch.context() as patched:
        patched.setattr(Cases, "read", full)
        assert keep(site.ada.get(f"/cases/{case}")).status_code == 503
    trail = "\n".join(str(tuple(entry)) for entry in site.record.audit.entries())
    said = heard()
    assert '"event": "fault"' in said and "board/pages.py" in said
    for place, text in (("log", said), ("fault page", "\n".join(fault_pages)), ("address", "\n".join(where)), ("trail", trail)):
        assert not re.findall("canary[0-9]+qzx", text), place
    assert len(fault_pages) > 100


def test_every_event_is_one_line_in_utc_and_of_the_list(site, caplog):
    caplog.set_level(logging.INFO, "islet.events")
    site.stranger.post("/sign-in", {"name": "Ada", "password": "wrong, quite wrong"})
    site.ada.client.post("/cases", data={"label": "x"})
    site.ben.get("/cases/" + "A" * 22)
    site.root.get("/cases")
    site.ada.get("/cases", headers={"host": "elsewhere.example.org"})
    site.ada.client.post("/cases", content=b"x" * 3_000_000)
    site.ada.post("/sign-out")
    told = [json.loads(record.getMessage()) for record in caplog.records if record.name == "islet.events"]
    assert [one["event"] for one in told] == [
        "sign-in-refused", "form-refused", "case-refused", "role-refused", "host-refused", "too-large", "sign-out",
    ]
    for one in told:
        assert one["event"] in EVENTS
        at = datetime.fromisoformat(one["at"])
        assert at.utcoffset() == UTC.utcoffset(None) and abs((datetime.now(UTC) - at).total_seconds()) < 60
    assert told[2] == {"at": told[2]["at"], "event": "case-refused", "who": site.ben.person.id, "route": "GET /cases/{case}"}


def test_a_line_break_never_begins_a_line_of_its_own(caplog):
    caplog.set_level(logging.INFO)
    note("sign-in", who='x"}\n{"event": "forged', why="\u2028\x1b[31m\x00")
    assert [record.getMessage().isascii() and record.getMessage().isprintable() for record in caplog.records] == [True]
    assert json.loads(caplog.records[0].getMessage())["who"] == 'x"}\n{"event": "forged'
