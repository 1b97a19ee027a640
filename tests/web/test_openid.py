"""Sign-in through the hospital: what is right lets in, what is forged, expired or replayed does not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI

from islet.web.app import create_app
from islet.web.security.openid_provider import Provider
from islet.web.settings import OpenId, Settings
from islet_testing.issuer import CLIENT, SECRET, Issuer, by_hand, by_secret, encoded, issuer_running
from islet_testing.visitors import Visitor

BACK = "/sign-in/hospital/back"
CODES = count(1)


class House(NamedTuple):
    app: FastAPI
    issuer: Issuer

    @property
    def people(self):
        return self.app.state.site.record.people.list()


class Asking(NamedTuple):
    """Hold a browser that was sent to the service, and what it brought there."""

    browser: Visitor
    asked: dict[str, str]
    code: str

    def back(self, **other: str | list[str] | None):
        given = {"code": self.code, "state": self.asked["state"], "iss": self.asked["issuer"], **other}
        return self.browser.get(BACK, params={name: value for name, value in given.items() if value is not None})


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with issuer_running() as issuer:
        openid = OpenId(issuer.url, CLIENT, SECRET)
        app = create_app(Settings(f"sqlite:///{tmp_path_factory.mktemp('house')}/islet.db", secret=b"s" * 32, openid=openid))
        yield House(app, issuer)
        app.state.site.record.close()


def ask(house: House) -> Asking:
    browser = Visitor(house.app)
    sent = browser.get("/sign-in/hospital")
    assert sent.status_code == 303
    asked = {name: one[0] for name, one in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    code = f"code-{next(CODES)}"
    house.issuer.challenges[code] = asked["code_challenge"]
    return Asking(browser, {**asked, "issuer": house.issuer.url}, code)


def test_the_browser_is_sent_with_everything_that_binds_the_answer(house):
    asked = ask(house).asked
    assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256")
    assert asked["redirect_uri"] == f"http://testserver{BACK}"
    assert "openid" in asked["scope"].split()
    again = ask(house).asked
    assert all(len(asked[name]) >= 43 and asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize(("algorithm", "kid"), [("RS256", "rsa"), ("PS256", "rsa"), ("ES256", "ec")])
def test_a_right_answer_begins_a_session_with_the_role_of_the_claim(house, algorithm, kid):
    asking = ask(house)
    claims = house.issuer.claims(asking.asked["nonce"], sub=f"right-{algorithm}", name="Ann Right", islet_role="clinician")
    house.issuer.token = house.issuer.signed(claims, {"rsa": house.issuer.rsa, "ec": house.issuer.ec}[kid], alg=algorithm, kid=kid)
    answer = asking.back()
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases")
    assert asking.browser.get("/cases").status_code == 200
    found = house.app.state.site.record.people.by_subject(house.issuer.url, f"right-{algorithm}")
    assert (found.role, found.name.startswith("Ann Right")) == ("clinician", True)


def test_the_session_before_ends_and_the_same_person_comes_back(house):
    asking = ask(house)
    house.issuer.token = house.issuer.signed(house.issuer.claims(asking.asked["nonce"], sub="twice", name="Twice"))
    asking.back()
    before = asking.browser.client.cookies["islet"]
    sent = asking.browser.get("/sign-in/hospital")
    asked = {name: one[0] for name, one in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    second = Asking(asking.browser, {**asked, "issuer": house.issuer.url}, f"code-{next(CODES)}")
    house.issuer.challenges[second.code] = asked["code_challenge"]
    house.issuer.token = house.issuer.signed(house.issuer.claims(asked["nonce"], sub="twice", name="Twice"))
    assert second.back().status_code == 303
    assert asking.browser.client.cookies["islet"] != before
    assert house.app.state.site.record.sessions.find(before) is None
    assert sum(one.name == "Twice" for one in house.people) == 1


def public_pem(issuer: Issuer) -> bytes:
    return issuer.rsa.as_pem(private=False)


Forge = Callable[[Issuer, str], str]
NOW = time.time
FORGED: dict[str, Forge] = {
    "algorithm_none": lambda i, n: by_hand({"alg": "none"}, i.claims(n)),
    "algorithm_none_with_kid": lambda i, n: by_hand({"alg": "none", "kid": "rsa"}, i.claims(n)),
    "algorithm_nOnE": lambda i, n: by_hand({"alg": "nOnE"}, i.claims(n)),
    "no_algorithm": lambda i, n: by_hand({"kid": "rsa"}, i.claims(n), b"x" * 256),
    "algorithm_as_a_list": lambda i, n: by_hand({"alg": ["RS256"], "kid": "rsa"}, i.claims(n), b"x" * 256),
    "hs256_with_the_public_key": lambda i, n: by_secret("rsa", i.claims(n), public_pem(i)),
    "hs256_with_the_client_secret": lambda i, n: by_secret("rsa", i.claims(n), SECRET.encode()),
    "hs256_with_the_shared_key_in_the_key_set": lambda i, n: by_secret("oct", i.claims(n), b"k" * 32),
    "rs512": lambda i, n: i.signed(i.claims(n), alg="RS512"),
    "ps384": lambda i, n: i.signed(i.claims(n), alg="PS384"),
    "said_es256_of_an_rsa_key": lambda i, n: by_hand({"alg": "ES256", "kid": "rsa"}, i.claims(n), b"x" * 64),
    "zero_ecdsa_signature": lambda i, n: by_hand({"alg": "ES256", "kid": "ec"}, i.claims(n), bytes(64)),
    "a_key_too_short": lambda i, n: i.signed(i.claims(n), i.weak, kid="weak"),
    "the_key_for_encryption": lambda i, n: i.signed(i.claims(n), i.foreign, kid="enc"),
    "foreign_key_under_our_kid": lambda i, n: i.signed(i.claims(n), i.foreign),
    "unknown_kid": lambda i, n: i.signed(i.claims(n), i.foreign, kid="unheard-of"),
    "kid_as_a_path": lambda i, n: i.signed(i.claims(n), i.foreign, kid="../../../../dev/null"),
    "kid_left_out_of_several": lambda i, n: i.signed(i.claims(n), i.foreign, kid=None),
    "jku_to_this_machine": lambda i, n: i.signed(i.claims(n), i.foreign, jku=f"{i.url}/forged-jwks"),
    "x5u_to_this_machine": lambda i, n: i.signed(i.claims(n), i.foreign, x5u=f"{i.url}/forged-cert"),
    "its_own_key_in_its_head": lambda i, n: i.signed(i.claims(n), i.foreign, jwk=i.foreign.as_dict(private=False)),
    "unknown_critical_header": lambda i, n: i.signed(i.claims(n), crit=["exp"], exp=1),
    "words_changed_after_signing": lambda i, n: _swapped(i.signed(i.claims(n)), i.claims(n, sub="root")),
    "signature_cut_off": lambda i, n: i.signed(i.claims(n)).rpartition(".")[0] + ".",
    "signature_shortened": lambda i, n: i.signed(i.claims(n))[:-8],
    "two_parts": lambda i, n: i.signed(i.claims(n)).rpartition(".")[0],
    "five_parts": lambda i, n: i.signed(i.claims(n)) + ".x.y",
    "no_token_at_all": lambda i, n: "let me in",
    "claims_as_a_list": lambda i, n: i.signed([i.claims(n)]),
    "other_issuer": lambda i, n: i.signed(i.claims(n, iss="https://other.example.org")),
    "issuer_with_a_slash_more": lambda i, n: i.signed(i.claims(n, iss=i.url + "/")),
    "no_issuer": lambda i, n: i.signed(i.claims(n, iss=None)),
    "other_audience": lambda i, n: i.signed(i.claims(n, aud="another-program")),
    "no_audience": lambda i, n: i.signed(i.claims(n, aud=None)),
    "several_audiences_and_nobody_asked": lambda i, n: i.signed(i.claims(n, aud=[CLIENT, "another-program"])),
    "asked_for_by_another_program": lambda i, n: i.signed(i.claims(n, azp="another-program")),
    "expired": lambda i, n: i.signed(i.claims(n, exp=int(NOW()) - 120)),
    "no_expiry": lambda i, n: i.signed(i.claims(n, exp=None)),
    "expiry_as_text": lambda i, n: i.signed(i.claims(n, exp=str(int(NOW()) + 300))),
    "expiry_true": lambda i, n: i.signed(i.claims(n, exp=True)),
    "expiry_not_a_number": lambda i, n: i.signed(i.claims(n, exp=float("nan"))),
    "not_yet_valid": lambda i, n: i.signed(i.claims(n, nbf=int(NOW()) + 600)),
    "made_in_the_future": lambda i, n: i.signed(i.claims(n, iat=int(NOW()) + 600)),
    "made_an_hour_ago": lambda i, n: i.signed(i.claims(n, iat=int(NOW()) - 3600)),
    "no_time": lambda i, n: i.signed(i.claims(n, iat=None)),
    "no_nonce": lambda i, n: i.signed(i.claims(None)),
    "empty_nonce": lambda i, n: i.signed(i.claims("")),
    "nonce_of_another_question": lambda i, n: i.signed(i.claims("0" * 64)),
    "nobody": lambda i, n: i.signed(i.claims(n, sub=None)),
    "somebody_empty": lambda i, n: i.signed(i.claims(n, sub="")),
    "somebody_a_number": lambda i, n: i.signed(i.claims(n, sub=7)),
    "somebody_of_two_lines": lambda i, n: i.signed(i.claims(n, sub="ada\nroot")),
    "huge": lambda i, n: i.signed(i.claims(n, note="x" * 20_000)),
    "deep": lambda i, n: f"{encoded(b'[' * 9_000)}.e30.x",
    "no_role": lambda i, n: i.signed(i.claims(n, islet_role=None)),
    "the_role_of_an_admin": lambda i, n: i.signed(i.claims(n, islet_role="admin")),
    "several_roles": lambda i, n: i.signed(i.claims(n, islet_role=["board"])),
}


def _swapped(token: str, claims: Any) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{by_hand({}, claims).split('.')[1]}.{signature}"


def _other_state(asking: Asking):
    return asking.back(state="0" * 64)


def _replayed(asking: Asking):
    kept = asking.browser.client.cookies["islet-ask"]
    assert asking.back().status_code == 303
    asking.browser.client.cookies.clear()
    asking.browser.hold("islet-ask", kept)
    return asking.back()




def _other_browser(asking: Asking):
    asking.browser.client.cookies.clear()
    return asking.back()


def _old(asking: Asking):
    mark = asking.browser.client.cookies["islet-ask"]
    asking.browser.hold("islet-ask", f"{int(time.time()) - 3600}.{mark.partition('.')[2]}")
    return asking.back()


REPLAYED: dict[str, Callable[[Asking], Any]] = {
    "other_state": _other_state,
    "no_state": lambda a: a.back(state=None),
    "state_twice": lambda a: a.back(state=[a.asked["state"], a.asked["state"]]),
    "state_not_ascii": lambda a: a.back(state="\u00e9" * 64),
    "code_twice": lambda a: a.back(code=[a.code, a.code]),
    "no_code": lambda a: a.back(code=None),
    "code_unknown_to_the_service": lambda a: a.back(code="guessed"),
    "the_service_says_no": lambda a: a.back(code=None, error="access_denied"),
    "answer_of_another_service": lambda a: a.back(iss="https://other.example.org"),
    "answer_of_no_service": lambda a: a.back(iss=None),
    "whole_answer_replayed": _replayed,
    "another_browser": _other_browser,
    "begun_an_hour_ago": _old,
}


def refused(house: House, browser: Visitor, answer) -> None:
    assert answer.status_code == 401, answer.status_code
    assert not any(name in browser.client.cookies for name in ("islet", "__Host-islet"))
    assert browser.get("/cases").status_code == 303
    assert "Please begin again" in answer.text
    assert not any("forged" in path for path in house.issuer.asked)


@pytest.mark.parametrize("name", [*FORGED, *REPLAYED])
def test_a_forged_expired_or_replayed_answer_is_refused(house, name):
    asking = ask(house)
    nonce = asking.asked["nonce"]
    if name in FORGED:
        before = house.people
        house.issuer.token = FORGED[name](house.issuer, nonce)
        answer = asking.back()
        assert house.people == before
    else:
        house.issuer.token = house.issuer.signed(house.issuer.claims(nonce, sub="replayed", name="Replayed"))
        answer = REPLAYED[name](asking)
    refused(house, asking.browser, answer)


def test_a_code_that_was_stolen_is_worth_nothing_without_the_verifier(house):
    mine, stolen = ask(house), ask(house)
    house.issuer.token = house.issuer.signed(house.issuer.claims(mine.asked["nonce"]))
    refused(house, mine.browser, mine.back(code=stolen.code))


def test_what_is_said_of_somebody_else_at_userinfo_is_refused(house, monkeypatch):
    monkeypatch.setattr(house.issuer, "about", {**house.issuer.about, "userinfo_endpoint": f"{house.issuer.url}/userinfo"})
    monkeypatch.setattr(house.app.state.hospital, "provider", Provider(house.app.state.site.settings.openid))
    for said, words in (({"sub": "another", "islet_role": "board"}, "somebody else"), ({"sub": "one", "islet_role": "admin"}, "no role")):
        house.issuer.userinfo = said
        asking = ask(house)
        house.issuer.token = house.issuer.signed(house.issuer.claims(asking.asked["nonce"], sub="one", islet_role=None))
        answer = asking.back()
        assert words in answer.text
        refused(house, asking.browser, answer)


def test_a_closed_account_and_another_role_stay_out(house):
    record, issuer = house.app.state.site.record, house.issuer
    root = record.people.add("Root", "admin")
    closed = record.people.add("Closed", "board", subject="closed", issuer=issuer.url)
    record.people.close(closed, root)
    record.people.add("Small", "clinician", subject="small", issuer=issuer.url)
    for subject in ("closed", "small"):
        asking = ask(house)
        issuer.token = issuer.signed(issuer.claims(asking.asked["nonce"], sub=subject))
        refused(house, asking.browser, asking.back())


def test_a_service_that_is_not_the_one_set_up_is_not_asked(house, monkeypatch):
    provider = Provider(house.app.state.site.settings.openid)
    monkeypatch.setattr(house.app.state.hospital, "provider", provider)
    for wrong in ({"issuer": "https://other.example.org"}, {"jwks_uri": "http://other.example.org/jwks"}, {"token_endpoint": None}):
        monkeypatch.setattr(house.issuer, "about", {**house.issuer.about, **wrong})
        answer = Visitor(house.app).get("/sign-in/hospital")
        assert (answer.status_code, "does not answer" in answer.text) == (503, True)


def test_without_a_hospital_there_is_no_such_page(site):
    assert site.stranger.get("/sign-in/hospital").status_code == 404
    assert site.stranger.get(BACK, params={"code": "x", "state": "y"}).status_code == 404
