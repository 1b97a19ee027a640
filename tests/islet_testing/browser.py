"""A real Chromium before a live site. Every tab is watched: a call to another host, an error in the console or of a script, and a
violation of the content policy fail the test that opened it."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest

from islet_testing.places import ROOT, TESTS
from islet_testing.postgres import empty_database

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Response

    from islet.record import Record
    from islet.record.model import Person

PASSWORD = "four quiet green hills"
CONTACTS = {
    "who": "Nurse Kim", "phone": "+47 55 00 00 00", "hours": "Monday to Friday, 8 to 15", "urgent": "",
    "about": "which treatment comes next", "days": "30", "lang": "en",
}
AXE = TESTS / "browser" / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
_POLICY = "document.addEventListener('securitypolicyviolation', e => console.error('content policy: ' + e.violatedDirective))"
_STATUS = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


class House(NamedTuple):
    """Hold a site that runs, its record, and the people at it: Ada and Ben are clinicians who share nothing, Root keeps the accounts."""

    address: str
    app: Any
    record: Record
    people: dict[str, Person]

    def case(self, name: str = "systemic-doses", person: str = "Ada", document: bytes | None = None) -> str:
        """Return the id of a new case made from an example, or from a document."""
        content = document if document is not None else (ROOT / "examples" / f"{name}.yaml").read_bytes()
        return self.record.cases.create(content, name, self.people[person]).case

    def session(self, person: str = "Ada") -> str:
        """Return the token of a new session."""
        return self.record.sessions.begin(self.people[person], 10)

    def release(self, case: str, person: str = "Ada", **changed: str) -> str:
        """Release the page of a case and return its token."""
        with httpx.Client(base_url=self.address, cookies={"islet": self.session(person)}) as browser:
            form = browser.get(f"/cases/{case}/release").text
            seal = re.search(r'name="seal" value="([^"]+)"', form)[1]
            number = re.search(r'id="number" value="(\d+)"', form)[1]
            sent = browser.post(f"/cases/{case}/release", data={"seal": seal, "case": case, "number": number, **CONTACTS, **changed})
        assert sent.status_code == 200, sent.text
        return re.search(r'/aid/([^"/]+)"', sent.text)[1]


class Tab:
    """A tab of a browser at a house; `at` is its page, `faults` what must never happen and did."""

    def __init__(self, context: BrowserContext, house: House) -> None:
        self.house, self.context, self.at, self.faults = house, context, context.new_page(), list[str]()
        self._allowed: set[int] = set()
        self._cut = False
        self._sent_page: Response | None = None
        self.watch(self.at)
        self.at.on("response", self._keep)

    def watch(self, page: Page) -> None:
        """Note what a page does wrong."""
        page.on("request", lambda sent: self._sent(sent.url))
        page.on("console", lambda said: self._said(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(f"error of a script: {error}"))

    def allow(self, *statuses: int) -> Tab:
        """Let the site answer with these statuses: the console names them as errors."""
        self._allowed |= set(statuses)
        return self

    def cut(self, pattern: str) -> None:
        """Cut the network for addresses like this."""
        self._cut = True
        self.at.route(pattern, lambda route: route.abort())

    def mend(self, pattern: str) -> None:
        """Join the network again."""
        self.at.unroute(pattern)

    def go(self, path: str) -> Response | None:
        """Open an address of the house."""
        return self.at.goto(self.house.address + path)

    def texts(self) -> str:
        """Return the words of the page with single spaces."""
        return " ".join(self.at.inner_text("body").split())

    def sent_page(self) -> str:
        """Return the page as the house sent it last, before the browser or a script changed anything."""
        assert self._sent_page is not None
        return self._sent_page.text()

    def close(self) -> None:
        """Close the tab and fail on what it did wrong."""
        self.context.close()
        assert not self.faults, self.faults

    def _keep(self, answer: Response) -> None:
        if answer.request.is_navigation_request() and not 300 <= answer.status < 400:
            self._sent_page = answer

    def _sent(self, url: str) -> None:
        if not url.startswith((self.house.address + "/", "data:", "about:", "blob:")):
            self.faults.append(f"asked another host: {url}")

    def _said(self, words: str) -> None:
        status = _STATUS.match(words)
        known = status and int(status[1]) in self._allowed
        htmx_of_status = "Response Status Error Code" in words and any(f" {one} " in f"{words} " for one in self._allowed)
        if not (known or htmx_of_status or (self._cut and ("ERR_FAILED" in words or words.startswith("htmx:")))):
            self.faults.append(f"console: {words}")


@contextmanager
def living(folder: Path, people: bool = True, database: str = "") -> Iterator[House]:
    """Run a site in a thread on a free port, on SQLite in a folder or another database; without people it waits for the first account."""
    import uvicorn

    from islet.web.app import create_app
    from islet.web.settings import Settings

    app = create_app(Settings(database or f"sqlite:///{folder}/islet.db", secret=b"b" * 32))
    record: Record = app.state.site.record
    roles = {"Ada": "clinician", "Ben": "clinician", "Root": "admin"} if people else {}
    known = {name: record.people.add(name, role, password=PASSWORD) for name, role in roles.items()}
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield House(f"http://127.0.0.1:{listening.getsockname()[1]}", app, record, known)
    server.should_exit = True
    thread.join(timeout=20)
    record.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for each worker of the test run."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("The tests in a browser need Chromium: apt-get install chromium", pytrace=False)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One site with its people for each worker."""
    with living(tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest.fixture
def empty_house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    """A site that nobody has used; the parameter "postgresql" puts it on that database."""
    elsewhere = getattr(request, "param", "sqlite") == "postgresql"
    with living(tmp_path, False, empty_database(request.getfixturevalue("postgres")) if elsewhere else "") as found:
        yield found


def new_tab(
    chromium: Browser, house: House, person: str | None = "Ada", size: dict[str, int] = DESKTOP, script: bool = True, axe: bool = False,
) -> Tab:
    """Return a tab in a browser of its own; `person` is signed in, None is a stranger."""
    context = chromium.new_context(viewport=size, java_script_enabled=script, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(20_000)
    context.add_init_script(_POLICY)
    if axe:
        if not AXE.exists():
            pytest.fail("The tests of accessibility need axe-core: make browser", pytrace=False)
        context.add_init_script(path=AXE)
    if person:
        context.add_cookies([{"name": "islet", "value": house.session(person), "url": house.address}])
    return Tab(context, house)


@pytest.fixture
def open_tab(chromium: Browser, house: House) -> Iterator[Callable[..., Tab]]:
    """Give a way to open tabs; at the end each is closed, and what one of them did wrong fails the test."""
    opened: list[Tab] = []

    def made(person: str | None = "Ada", size: dict[str, int] = DESKTOP, script: bool = True, at: House = house) -> Tab:
        opened.append(new_tab(chromium, at, person, size, script))
        return opened[-1]

    yield made
    for tab in opened:
        tab.context.close()
    faults = [fault for tab in opened for fault in tab.faults]
    assert not faults, faults


@pytest.fixture
def tab(open_tab: Callable[..., Tab]) -> Tab:
    """A tab in which Ada is signed in."""
    return open_tab()
