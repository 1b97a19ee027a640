"""The wrong patient: two cases open in two tabs of one browser never cross."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

import lxml.html

from islet_testing.addresses import addresses

CASES = {"first": b"id: first\nextent: {size_mm: 11}\n", "second": b"id: second\nextent: {size_mm: 77}\n"}


def values(site, case: str) -> list[int]:
    listed = site.record.cases.versions(case, site.ada.person)
    documents = [json.loads(site.record.cases.read(case, site.ada.person, one.number).document) for one in listed]
    return [document["extent"]["size_mm"] for document in documents]


def test_interleaved_posts_of_two_cases_never_cross(site):
    ids = {label: site.ada.begin(document, label) for label, document in CASES.items()}
    for step in range(1, 11):
        for label, start in (("first", 100), ("second", 200)):
            form = {"case": ids[label], "expected": str(step), "extent.size_mm": str(start + step), "label": label}
            shown = site.ada.post(f"/cases/{ids[label]}/plan", form)
            assert (shown.status_code, label in shown.text) == (200, True)
            assert site.ada.post(f"/cases/{ids[label]}", form).status_code == 303
    assert values(site, ids["first"]) == [11, *range(101, 111)]
    assert values(site, ids["second"]) == [77, *range(201, 211)]


def test_a_form_of_one_case_sent_to_the_address_of_the_other_is_refused(site):
    ids = {label: site.ada.begin(document, label) for label, document in CASES.items()}
    form = {"case": ids["first"], "expected": "1", "number": "1", "extent.size_mm": "99", "fact": "extent.size_mm", "value": "99"}
    for at in ("", "/plan", "/options/ssa", "/what-if"):
        sent = site.ada.post(f"/cases/{ids['second']}{at}", form)
        assert sent.status_code == 409, at
        assert "first" not in sent.text
    assert values(site, ids["second"]) == [77]


def test_a_tab_left_open_saves_nothing_over_what_came_after(site):
    case = site.ada.begin(CASES["first"], "first")
    form = {"case": case, "label": "first"}
    assert site.ada.post(f"/cases/{case}", {**form, "expected": "1", "extent.size_mm": "20"}).status_code == 303
    late = site.ada.post(f"/cases/{case}", {**form, "expected": "1", "extent.size_mm": "30"})
    assert (late.status_code, "Somebody saved in the meantime" in late.text) == (409, True)
    assert values(site, case) == [11, 20]


def test_two_cases_saved_at_the_same_time_stay_apart(site):
    ids = {label: site.ada.begin(document, label) for label, document in CASES.items()}
    assert site.ada.seal

    def save(job: tuple[str, int, int]) -> int:
        label, expected, size = job
        form = {"case": ids[label], "expected": str(expected), "extent.size_mm": str(size), "label": label}
        return site.ada.post(f"/cases/{ids[label]}", form).status_code

    with ThreadPoolExecutor(4) as together:
        for step in range(1, 6):
            assert list(together.map(save, [("first", step, 100 + step), ("second", step, 200 + step)])) == [303, 303]
    assert values(site, ids["first"]) == [11, *range(101, 106)]
    assert values(site, ids["second"]) == [77, *range(201, 206)]


def test_every_page_and_request_names_its_case(site):
    ids = {label: site.ada.begin(document, label) for label, document in CASES.items()}
    pages = [address for address in addresses(site.app) if address.pattern.startswith("/cases/{case}") and address.method == "GET"]
    walked = [address for address in pages if set(address.names) <= {"case", "option"}]
    assert len(walked) >= 6
    for address in walked:
        for label, other in (("first", "second"), ("second", "first")):
            shown = address.ask(site.ada, ids[label])
            assert shown.status_code == 200, address
            if not shown.headers["content-type"].startswith("text/html"):
                continue
            page = lxml.html.fromstring(shown.text)
            assert label in page.findtext(".//title"), address
            assert label in page.find(".//header").text_content(), address
            assert ids[other] not in shown.text, address
            for form in page.iter("form"):
                if form.get("action") != "/sign-out":
                    named = re.findall(r"/cases/([\w-]{22})", " ".join(filter(None, (form.get("action"), form.get("data-hx-post")))))
                    assert named and set(named) == {ids[label]}, (address, form.get("action"))
            sent = [one.get(name) for one in page.iter() for name in ("data-hx-post", "data-hx-get", "formaction") if one.get(name)]
            assert all(address_.startswith(f"/cases/{ids[label]}") for address_ in sent), address
