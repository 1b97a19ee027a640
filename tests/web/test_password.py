"""A new password: one's own after the old one, another's by whoever keeps the accounts."""

from __future__ import annotations

import pytest

from islet_testing.visitors import PASSWORD, Visitor

NEW = "two loud red valleys"


def signs_in(site, name: str, password: str) -> bool:
    return Visitor(site.app).post("/sign-in", {"name": name, "password": password}).status_code == 303


def test_ones_own_is_changed_after_the_old_one_and_other_sessions_end(site):
    other = Visitor(site.app, site.ada.person)
    assert "The password you have" in site.ada.get("/account").text
    sent = site.ada.post("/account", {"current": PASSWORD, "password": NEW})
    assert (sent.status_code, sent.headers["location"]) == (303, "/cases")
    assert site.ada.get("/cases").status_code == 200
    assert other.get("/cases").headers.get("location") == "/sign-in"
    assert (signs_in(site, "Ada", PASSWORD), signs_in(site, "Ada", NEW)) == (False, True)


@pytest.mark.parametrize(
    ("form", "words"),
    [({"current": "not this one, no", "password": NEW}, "not the password of this account"), ({"password": NEW}, "not the password"),
     ({"current": PASSWORD, "password": "short"}, "at least 12 characters"),
     ({"current": PASSWORD, "password": "iloveyou1234"}, "easy to guess")],
)
def test_what_does_not_fit_changes_nothing_and_stands_at_its_field(site, form, words):
    sent = site.ada.post("/account", form)
    assert sent.status_code == 422 and words in sent.text
    assert (signs_in(site, "Ada", PASSWORD), signs_in(site, "Ada", NEW)) == (True, False)


def test_a_wrong_one_counts_as_a_try_to_sign_in(site):
    answers = [site.ada.post("/account", {"current": "wrong, quite wrong", "password": NEW}).status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2
    assert not signs_in(site, "Ada", PASSWORD)


def test_who_keeps_the_accounts_gives_another_a_first_password(site):
    page = site.root.get("/people").text
    address = f"/people/{site.ben.person.id}/password"
    assert address in page and f"/people/{site.root.person.id}/password" not in page
    assert "A new password for Ben" in site.root.get(address).text
    assert "at least 12 characters" in site.root.post(address, {"password": "short"}).text
    assert "easy to guess" in site.root.post(address, {"password": "123456789012"}).text
    assert site.root.post(address, {"password": NEW}).headers["location"] == "/people"
    assert site.ben.get("/cases").headers.get("location") == "/sign-in"
    assert (signs_in(site, "Ben", PASSWORD), signs_in(site, "Ben", NEW)) == (False, True)


def test_the_own_one_of_whoever_keeps_the_accounts_needs_the_old_one_too(site):
    sent = site.root.post(f"/people/{site.root.person.id}/password", {"password": NEW})
    assert sent.headers["location"] == "/account"
    assert signs_in(site, "Root", PASSWORD)


def test_an_account_of_the_hospital_has_its_password_there(site):
    cyd = site.record.people.add("Cyd", "clinician", subject="s-1", issuer="https://id.example")
    assert "has its password there" in site.root.post(f"/people/{cyd.id}/password", {"password": NEW}).text
