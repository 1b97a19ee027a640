"""The numbers of a case in the browser: at once what is a formula, on request what takes longer, which can be stopped."""

from __future__ import annotations

import time

from islet_testing.places import ROOT

DOSES = (ROOT / "examples" / "prrt-dosimetry.yaml").read_bytes()


def begun(visitor, case):
    """Return the address of a calculation that a visitor began."""
    return visitor.post(f"/cases/{case}/numbers").headers["location"]


def test_fits_are_worked_out_on_request_and_shown_with_their_curves(site):
    case = site.ada.begin(DOSES, "doses")
    before = site.ada.get(f"/cases/{case}/numbers").text
    assert "Work them out" in before
    address = begun(site.ada, case)
    page = site.ada.get(address).text
    for _ in range(1200):
        if "Working it out" not in page:
            break
        assert "<progress" in page
        time.sleep(0.1)
        page = site.ada.get(address).text
    assert "are worked out" in page
    assert page.count('role="img"') > before.count('role="img"')
    assert "Work them out" not in page


def test_a_calculation_is_stopped_and_says_so(site):
    case = site.ada.begin(DOSES, "doses")
    address = begun(site.ada, case)
    site.ada.post(address.replace("/numbers?", "/numbers/stop?"))
    page = site.ada.get(address).text
    assert "was stopped" in page and "Work them out" in page


def test_the_calculation_of_somebody_else_is_not_there(site):
    case = site.ada.begin(DOSES, "doses")
    address = begun(site.ada, case)
    theirs = site.ben.begin(DOSES, "theirs")
    assert "was stopped, or" in site.ben.get(f"/cases/{theirs}/numbers?{address.split('?')[1]}").text
    site.ben.post(f"/cases/{theirs}/numbers/stop?{address.split('?')[1]}")
    assert "was stopped" not in site.ada.get(address).text
    site.ada.post(address.replace("/numbers?", "/numbers/stop?"))


def test_in_an_emergency_nothing_is_worked_out(site):
    case = site.ada.begin(b"id: x\nhealth: {emergency: [hormone_crisis]}\n")
    assert "Work them out" not in site.ada.get(f"/cases/{case}/numbers").text
