"""Who may see what: the right to a case at every address of it, the role at every function, a link for its page alone."""

from __future__ import annotations

import json
import secrets

from islet.case.reader import read_case
from islet.plan.make import make_plan
from islet.plan.model import plan_json
from islet_testing.addresses import SAFE, Address, addresses
from islet_testing.visitors import Visitor

TRIES = 1_000
ANYBODY, SIGNED_IN, TREATING, KEEPING, LINK = "anybody", "signed in", "treating", "keeping", "link"
REACH = (  # the first line that fits an address says for whom it is
    ("/static/", ANYBODY), ("/about", ANYBODY), ("/sign-in", ANYBODY), ("/sign-out", ANYBODY), ("/aid/", LINK),
    ("/cases", TREATING), ("/people", KEEPING), ("/account", SIGNED_IN),
    ("/api/v1/cases", SIGNED_IN), ("/api/v1/plans", SIGNED_IN), ("/api/v1/decisions", SIGNED_IN), ("/api/v1/audit", KEEPING),
    ("/api/v1", ANYBODY), ("/", SIGNED_IN),
)


def reach_of(address: Address) -> str:
    return next(who for start, who in REACH if address.pattern == start or address.pattern.startswith(start.rstrip("/") + "/"))


def of_cases(site) -> list[Address]:
    found = [address for address in addresses(site.app) if "case" in address.names]
    assert len(found) >= 12
    return found


def released(site, case: str) -> tuple[str, str]:
    """Return the ids of a kept plan and the token of its release."""
    base = site.app.state.site.base
    saved = site.record.cases.read(case, site.ada.person)
    plan = make_plan(read_case(saved.document, "the case", base.space.dictionary), base, None)
    content = json.dumps(plan_json(plan), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    kept = site.record.plans.keep(
        saved, content, plan.knowledge_version, plan.knowledge_sha256, plan.engine, plan.as_of, plan.region, site.ada.person,
    )
    contacts = {
        "who": "Ward 4", "phone": "1", "hours": "always", "urgent": "2", "about": "x", "lang": "en", "released_by": "Ada",
    }
    return kept.id, site.record.releases.release(kept, site.ada.person, contacts, 24)[1]


def test_every_address_of_a_case_asks_for_the_right_to_it(site):
    foreign = [site.ada.begin(label=f"of Ada {number}") for number in range(4)]
    walked = of_cases(site)
    tries, answers = 0, {}
    ids = [*foreign, *(secrets.token_urlsafe(16) for _ in range(-(-TRIES // len(walked)) - len(foreign)))]
    for address in walked:
        for case in ids:
            given = address.ask(site.ben, case, person=site.ada.person.id)
            told = (given.status_code, given.text.replace(case, "ID"), given.headers.get("location"), tuple(sorted(given.headers)))
            answers.setdefault(address, set()).add(told)
            tries += 1
    assert tries >= TRIES
    for address, told in answers.items():
        assert {one[0] for one in told} == {404}, address
        assert len(told) == 1, f"{address} answers differently for a case that is there"
    assert all(len(site.record.cases.versions(case, site.ada.person)) == 1 for case in foreign)
    assert not any("of Ada" in one[1] for told in answers.values() for one in told)


def test_a_version_and_an_account_of_others_tell_nothing_either(site):
    case = site.ada.begin()
    for number in range(1, 30):
        assert site.ben.get(f"/cases/{case}/what-if", params={"version": number}).status_code == 404
    own = site.ben.begin()
    assert site.ben.get(f"/cases/{own}/what-if", params={"version": 2}).status_code in (200, 404)
    sent = site.ben.post(f"/cases/{own}/people", {"person": site.root.person.id})
    assert (sent.status_code, len(site.record.cases.people(own, site.ben.person))) == (422, 1)


def test_a_case_opens_by_being_shared_and_closes_again(site):
    case = site.ada.begin()
    assert site.ada.post(f"/cases/{case}/people", {"person": site.ben.person.id}).status_code == 303
    assert site.ben.get(f"/cases/{case}").status_code == 200
    assert site.ben.post(f"/cases/{case}/people/{site.ada.person.id}/close").status_code == 303
    assert site.ada.get(f"/cases/{case}").status_code == 404
    left = site.ben.post(f"/cases/{case}/people/{site.ben.person.id}/close")
    assert (left.status_code, "nobody would be left" in left.text) == (422, True)
    assert site.ben.get(f"/cases/{case}").status_code == 200


def test_every_function_asks_for_its_role(site):
    people = {"stranger": site.stranger, "board": site.ada, "clinician": site.ben, "admin": site.root}
    may = {
        ANYBODY: set(people), LINK: set(people), SIGNED_IN: {"board", "clinician"}, TREATING: {"board", "clinician"},
        KEEPING: {"admin"},
    }
    for address in addresses(site.app):
        if address.pattern == "/sign-out":
            continue
        for role, browser in people.items():
            if reach_of(address) == SIGNED_IN and role == "admin":
                continue  # may ask, and gets what is open to an admin: nothing of a case
            answer = address.ask(browser)
            reached = role in may[reach_of(address)]
            if role == "stranger" and not reached:
                assert answer.status_code == 401 or answer.headers.get("location") == "/sign-in", address
            elif not reached:
                assert answer.status_code == 403, (address, role)
                assert address.method == "GET" or answer.text
            else:
                assert answer.status_code != 403, (address, role)
                assert answer.headers.get("location") != "/sign-in" or address.pattern.startswith("/sign-in"), (address, role)


def test_a_role_is_no_right_to_a_case_and_a_keeper_of_accounts_has_none(site):
    case = site.ada.begin()
    site.record.cases.grant(case, site.ben.person, site.root.person)
    for address in of_cases(site):
        assert address.ask(site.root, case, person=site.ada.person.id).status_code in (403, 404), address


def test_a_closed_account_is_out_at_once(site):
    assert site.root.post(f"/people/{site.ben.person.id}/close").status_code == 303
    assert site.ben.get("/cases").headers["location"] == "/sign-in"
    own = site.root.post(f"/people/{site.root.person.id}/close")
    assert (own.status_code, site.root.get("/people").status_code) == (422, 200)


def test_a_patient_link_opens_its_release_and_nothing_else(site):
    case, other = site.ada.begin(label="released-qzx"), site.ada.begin(label="other-qzx")
    kept, token = released(site, case)
    link = Visitor(site.app)
    assert link.get(f"/aid/{token}").status_code == 200
    for name in ("islet", "__Host-islet", "islet-visit"):
        link.hold(name, token)
    for address in addresses(site.app):
        if reach_of(address) in (ANYBODY, LINK):
            continue
        for at in (case, other, token):
            for headers in ({}, {"Authorization": f"Bearer {token}"}):
                answer = address.ask(link, at, seal="0" * 64, headers=headers, id=kept)
                assert answer.status_code in (401, 403, 404) or answer.headers.get("location") == "/sign-in", address
    for wrong in (token[:-1], token[::-1], token.swapcase(), case, kept, secrets.token_urlsafe(32)):
        assert link.get(f"/aid/{wrong}").status_code == 404
    pages = [address for address in addresses(site.app) if address.pattern.startswith("/aid/{token}") and address.method in SAFE]
    shown = [link.get(address.at(token=token)) for address in pages]
    assert shown
    for answer in shown:
        assert [words for words in (case, other, kept, "released-qzx", "other-qzx") if words in answer.text] == [], answer.url
    release = site.record.releases.list(case, site.ada.person)[0]
    site.record.releases.withdraw(release.id, site.ada.person)
    assert link.get(f"/aid/{token}").status_code == 410
