"""Local accounts: the first one, wrong passwords, sessions that begin anew."""

from __future__ import annotations

import pytest

from islet.web.security.tries import MOST, Tries
from islet_testing.visitors import PASSWORD, Visitor


def told(answer, name: str) -> tuple[int, str]:
    return answer.status_code, answer.text.replace(name, "NAME")


def test_the_answer_is_the_same_whether_or_not_there_is_such_a_person(site):
    answers = []
    for name in ("Ada", "Nobody at all"):
        browser = Visitor(site.app)
        answers.append([told(browser.post("/sign-in", {"name": name, "password": "wrong, quite wrong"}), name) for _ in range(7)])
        browser.client.cookies.clear()
    assert [[one[0] for one in row] for row in answers] == [[401] * 5 + [429] * 2] * 2
    masked = [[_unsealed(text) for _, text in row] for row in answers]
    assert masked[0] == masked[1]
    assert len(set(masked[0])) == 1


def _unsealed(text: str) -> str:
    import re

    return re.sub(r'name="seal" value="\w+"', "", text)


def test_too_many_tries_from_one_address_wait_whatever_the_name(site):
    browser = Visitor(site.app)
    for _ in range(MOST - 1):
        site.app.state.tries.begin("testclient")
    assert [browser.post("/sign-in", {"name": f"name {number}", "password": "x" * 12}).status_code for number in range(2)] == [401, 429]
    assert browser.post("/sign-in", {"name": "Ada", "password": PASSWORD}).status_code == 429


def test_tries_are_forgotten_after_their_time_and_a_right_one_does_not_count():
    now = [0.0]
    tries = Tries(lambda: now[0])
    for _ in range(3 * MOST):
        tries.begin("10.0.0.1")
        tries.right("10.0.0.1")
    for _ in range(MOST):
        tries.begin("10.0.0.1")
    with pytest.raises(Exception, match="too many wrong passwords"):
        tries.begin("10.0.0.1")
    tries.begin("10.0.0.2")
    now[0] += 301
    tries.begin("10.0.0.1")


def test_behind_tls_the_address_is_what_the_server_in_front_saw(make_app):
    app = make_app(https=True, host="0.0.0.0", hosts=("islet.example.org",))
    app.state.site.record.people.add("Ada", "board", password=PASSWORD)
    browser = Visitor(app, address="https://islet.example.org")
    assert browser.seal

    def tried(told: str) -> int:
        form = {"seal": browser.seal, "name": f"n{told}{len(told)}", "password": "x" * 12}
        return browser.client.post("/sign-in", data=form, headers={"x-forwarded-for": told}).status_code

    for _ in range(MOST):
        app.state.tries.begin("10.1.1.1")
    assert (tried("203.0.113.9, 10.1.1.1"), tried("10.1.1.1, 203.0.113.9"), tried("not an address")) == (429, 401, 401)


def test_the_first_account_is_made_on_the_machine_and_works_with_cases(make_app):
    browser = Visitor(make_app())
    assert "Make the first account" in browser.get("/sign-in").text
    short = browser.post("/sign-in", {"name": "Ada", "password": "short"})
    assert (short.status_code, "at least 12 characters" in short.text) == (422, True)
    unnamed = browser.post("/sign-in", {"name": " ", "password": PASSWORD})
    assert (unnamed.status_code, "a person has a name" in unnamed.text) == (422, True)
    assert browser.post("/sign-in", {"name": "Ada", "password": PASSWORD}).headers["location"] == "/cases"
    assert browser.begin()


def test_where_others_reach_the_site_nobody_makes_the_first_account_from_a_browser(make_app):
    app = make_app(https=True, host="0.0.0.0", hosts=("islet.example.org",))
    browser = Visitor(app, address="https://islet.example.org")
    refused = browser.post("/sign-in", {"name": "Eve", "password": PASSWORD})
    assert (refused.status_code, "islet serve --add-person" in refused.text) == (403, True)
    assert app.state.site.record.people.list() == ()


def test_a_session_begins_anew_and_the_one_before_ends(site):
    browser = Visitor(site.app)
    browser.hold("islet", "chosen-by-another")
    form = {"name": "Ada", "password": PASSWORD}
    assert browser.post("/sign-in", form).status_code == 303
    first = browser.client.cookies["islet"]
    assert first != "chosen-by-another" and site.record.sessions.find(first)
    assert site.record.sessions.find("chosen-by-another") is None
    assert browser.post("/sign-in", form).status_code == 303
    assert browser.client.cookies["islet"] != first
    assert site.record.sessions.find(first) is None


def test_keepers_of_accounts_add_and_close_people(site):
    added = site.root.post("/people", {"name": "Cem", "password": "five loud red valleys", "role": "clinician"})
    assert added.status_code == 303
    cem = next(person for person in site.record.people.list() if person.name == "Cem")
    assert cem.role == "clinician"
    browser = Visitor(site.app)
    assert browser.post("/sign-in", {"name": "cem", "password": "five loud red valleys"}).status_code == 303
    for form, words in (
        ({"name": "CEM", "password": PASSWORD, "role": "board"}, "already a person with this name"),
        ({"name": "Dan", "password": "short", "role": "board"}, "at least 12"),
        ({"name": "Dan", "password": PASSWORD, "role": "king"}, "one of the roles"),
    ):
        refused = site.root.post("/people", form)
        assert (refused.status_code, words in refused.text) == (422, True), words
    assert site.root.post(f"/people/{cem.id}/close").status_code == 303
    assert browser.get("/cases").headers["location"] == "/sign-in"
    assert site.root.post(f"/people/{cem.id}/close").status_code == 404
