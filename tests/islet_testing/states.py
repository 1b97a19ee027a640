"""Every page of the site in every state it can be in: how to get there, and who is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from islet_testing import hand
from islet_testing.browser import House, Tab

EMERGENCY = b"id: now\nhealth: {emergency: [bleeding]}\n"
PROBLEMS = b"id: clash\ncells: {who_grade: NEC, differentiation: well}\n"
ABOUT = ("intended-use", "model", "limits", "safety-case", "hazards", "threats", "ipdas", "accessibility", "security")
_kept: dict[tuple[str, str], str] = {}


class State(NamedTuple):
    """Hold a page in one state: who opens it, how, and with which statuses the site may answer on the way."""

    reach: Callable[[Tab], None]
    person: str | None = "Ada"
    statuses: tuple[int, ...] = ()


def case_in(house: House, name: str, document: bytes | None = None) -> str:
    """Return a case of Ada's that no state changes; made once in each house."""
    key = (house.address, name)
    if key not in _kept:
        _kept[key] = house.case(name, document=document)
    return _kept[key]


def link_in(house: House, name: str = "systemic-doses", lang: str = "en") -> str:
    """Return the token of a released page that no state takes back; made once in each house."""
    key = (house.address, f"link {name} {lang}")
    if key not in _kept:
        _kept[key] = house.release(case_in(house, name), lang=lang)
    return _kept[key]


def _at(place: str, name: str = "systemic-doses", document: bytes | None = None) -> Callable[[Tab], None]:
    return lambda tab: tab.go(f"/cases/{case_in(tab.house, name, document)}{place}")


def _faulty_form(tab: Tab) -> None:
    _at("")(tab)
    tab.at.locator("#extent-size_mm").fill("about 7")
    tab.at.locator("#entry-faults .nhsuk-error-summary").wait_for()


def _faulty_form_sent(tab: Tab) -> None:
    _at("")(tab)
    tab.at.locator("#extent-size_mm").fill("5000")
    tab.at.get_by_role("button", name="Save the case").click()
    tab.at.locator("#extent-size_mm[aria-invalid]").wait_for()


def _stale_form(tab: Tab) -> None:
    case = tab.house.case("eus-rfa-needle")
    tab.go(f"/cases/{case}")
    tab.house.record.cases.save(case, 1, b"id: newer\n", tab.house.people["Ada"])
    tab.at.get_by_role("button", name="Save the case").click()
    tab.at.get_by_text("Somebody saved in the meantime").wait_for()


def _open_everything(tab: Tab) -> None:
    _at("")(tab)
    hand.open_sections(tab)
    for option in tab.at.locator("#plan details.option > summary").all()[:4]:
        option.click()
    tab.at.locator("#plan .axes").first.wait_for()
    for more in tab.at.locator(".field__more:not([open]) > summary:visible").all()[:12]:
        more.click()


def _old_plan(tab: Tab) -> None:
    _at("")(tab)
    tab.cut("**/plan")
    tab.at.locator("#extent-size_mm").fill("7")
    tab.at.locator("#plan-state.state--old").wait_for()


def _what_if(value: str) -> Callable[[Tab], None]:
    def reach(tab: Tab) -> None:
        _at("/what-if")(tab)
        tab.at.locator('[name="fact"]').first.select_option("cells.ki67_percent")
        tab.at.locator('[name="value"]').first.fill(value)
        tab.at.get_by_role("button", name="Show both").click()
        tab.at.locator(".sides, .nhsuk-error-summary").first.wait_for()
    return reach


def _working(tab: Tab) -> None:
    _at("/numbers", "prrt-dosimetry")(tab)
    tab.cut("**/events")  # or the page goes on to its results while it is looked at
    tab.at.get_by_role("button", name="Work them out").click()
    tab.at.locator("#work-share").wait_for()


def _empty_decision(tab: Tab) -> None:
    _at("/decision")(tab)
    tab.at.locator("#decided_on").fill("yesterday")
    tab.at.get_by_role("button", name="File the decision").click()
    tab.at.locator("#decided_on[aria-invalid]").wait_for()


def _filed(times: int) -> Callable[[Tab], None]:
    def reach(tab: Tab) -> None:
        case = tab.house.case("systemic-doses")
        tab.go(f"/cases/{case}")
        option = next(option for option, verdict in hand.verdicts(tab).items() if verdict in ("recommended", "possible"))
        for _ in range(times):
            hand.file_decision(tab, case, option)
        if times > 1:
            tab.at.get_by_role("link", name="Decision 1,").click()
            tab.at.get_by_text("A later decision stands in its place").wait_for()
    return reach


def _empty_release(tab: Tab) -> None:
    _at("/release")(tab)
    tab.at.get_by_role("button", name="Release the page").click()
    tab.at.locator(".nhsuk-error-summary").wait_for()


def _released(tab: Tab) -> None:
    tab.go(f"/cases/{tab.house.case('systemic-doses')}")
    hand.release_page(tab)


def _case_without_label(tab: Tab) -> None:
    tab.go("/cases")
    tab.at.get_by_role("button", name="Begin").click()
    tab.at.locator(".nhsuk-error-summary").wait_for()


def _wrong_password(tab: Tab) -> None:
    tab.go("/sign-in")
    tab.at.get_by_label("Name").fill("Nobody")
    tab.at.get_by_label("Password").fill("not this one, no")
    tab.at.get_by_role("button", name="Sign in").click()
    tab.at.locator(".nhsuk-error-summary").wait_for()


def _short_password(tab: Tab) -> None:
    tab.go("/account")
    tab.at.get_by_label("New password").fill("short")
    tab.at.get_by_role("button", name="Change it").click()
    tab.at.locator(".nhsuk-error-summary").wait_for()


def _password_of_other(tab: Tab) -> None:
    tab.go("/people")
    tab.at.get_by_role("link", name="New password for Ben").click()
    tab.at.get_by_role("heading", name="A new password for Ben").wait_for()


BOARD = {
    "the list of cases": State(lambda tab: tab.go("/cases") and case_in(tab.house, "systemic-doses") and tab.at.reload()),
    "a case without a label": State(_case_without_label, statuses=(422,)),
    "an empty case": State(_at("", "empty", b"id: empty\n")),
    "a case with its plan": State(_at("")),
    "a case with problems": State(_at("", "clash", PROBLEMS)),
    "an emergency": State(_at("", "now", EMERGENCY)),
    "a case with everything open": State(_open_everything),
    "faults told as they are typed": State(_faulty_form),
    "faults told when the form is sent": State(_faulty_form_sent, statuses=(422,)),
    "a form that is too old": State(_stale_form, statuses=(409,)),
    "a plan that is out of date": State(_old_plan),
    "one option": State(_at("/options/ssa")),
    "the whole plan": State(_at("/whole")),
    "how much": State(_at("/numbers", "whipple-estimates")),
    "how much, being worked out": State(_working),
    "versions": State(_at("/versions")),
    "what if, before": State(_at("/what-if")),
    "what if, side by side": State(_what_if("25")),
    "what if, not readable": State(_what_if("many")),
    "who may see a case": State(_at("/people")),
    "the decision form": State(_at("/decision")),
    "the decision form with faults": State(_empty_decision, statuses=(422,)),
    "a filed decision": State(_filed(1)),
    "a superseded decision": State(_filed(2)),
    "the release form": State(_at("/release")),
    "the release form with faults": State(_empty_release, statuses=(422,)),
    "no release while there are problems": State(_at("/release", "clash", PROBLEMS)),
    "a released page": State(_released),
    "accounts": State(lambda tab: tab.go("/people"), person="Root"),
    "a new password": State(lambda tab: tab.go("/account")),
    "a new password, refused": State(_short_password, statuses=(422,)),
    "a new password for somebody": State(_password_of_other, person="Root"),
    "a page that is not there": State(lambda tab: tab.go("/cases/nothing-here"), statuses=(404,)),
    "a page for others": State(lambda tab: tab.go("/people"), statuses=(403, 404)),
    "sign in": State(lambda tab: tab.go("/sign-in"), person=None),
    "sign in, wrong": State(_wrong_password, person=None, statuses=(401,)),
    "about": State(lambda tab: tab.go("/about"), person=None),
    **{f"about: {name}": State(lambda tab, name=name: tab.go(f"/about/{name}"), person=None) for name in ABOUT},
}


def aid(lang: str, place: str = "", name: str = "systemic-doses") -> Callable[[Tab], None]:
    """Return the way to a page behind a link."""
    return lambda tab: tab.go(f"/aid/{link_in(tab.house, name, lang)}{place}")


def _aid_open(lang: str, place: str = "") -> Callable[[Tab], None]:
    def reach(tab: Tab) -> None:
        aid(lang, place)(tab)
        for one in tab.at.locator("main details:not([open]) > summary").all()[::-1]:
            one.click()
    return reach


def weigh(tab: Tab, do: str) -> None:
    """Answer the exercise of wishes in the order in which it asks, and press one of its buttons."""
    for number, place in enumerate(tab.at.locator(".wish select").all(), 1):
        place.select_option(str(number))
    tab.at.locator(f'button[name="do"][value="{do}"]').click()
    tab.at.locator("#answer").wait_for()


def _wishes(lang: str, do: str) -> Callable[[Tab], None]:
    def reach(tab: Tab) -> None:
        house = tab.house
        token = house.release(house.case("systemic-doses"), lang=lang) if do == "keep" else link_in(house, "systemic-doses", lang)
        tab.go(f"/aid/{token}/wishes")
        weigh(tab, do)
    return reach


def _withdrawn(lang: str) -> Callable[[Tab], None]:
    def reach(tab: Tab) -> None:
        case = tab.house.case("systemic-doses")
        token = tab.house.release(case, lang=lang)
        record, ada = tab.house.record, tab.house.people["Ada"]
        record.releases.withdraw(record.releases.list(case, ada)[-1].id, ada)
        tab.go(f"/aid/{token}")
    return reach


def patient_states(lang: str) -> dict[str, State]:
    """Return the states of the patient's pages in one language."""
    return {
        "the aid": State(aid(lang), None),
        "the aid, everything open": State(_aid_open(lang), None),
        "the aid of another patient": State(aid(lang, "", "liver-remnant"), None),
        "for carers": State(_aid_open(lang, "/carers"), None),
        "wishes": State(aid(lang, "/wishes"), None),
        "wishes, answered": State(_wishes(lang, "show"), None),
        "wishes, skipped": State(_wishes(lang, "skip"), None),
        "wishes, kept": State(_wishes(lang, "keep"), None),
        "taken back": State(_withdrawn(lang), None, (410,)),
        "an unknown link": State(lambda tab: tab.go("/aid/" + "A" * 43), None, (404,)),
    }
