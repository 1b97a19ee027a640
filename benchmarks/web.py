"""Measure the site as a browser meets it: first page, answer to a changed field, fifty people at once, memory; print it with its limits.

The server is `islet serve` in a process of its own over a new record. Requests are those of the board's page: the whole form of a patient
with everything told, one field changed each time. Run it with `python benchmarks/web.py`; it ends with 1 when a limit is passed.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from islet_testing.forms import Form, untouched
from islet_testing.places import KNOWLEDGE

PEOPLE, THINK = 50, 2.0  # at once; mean seconds between two changes of one person
SECONDS = 30.0


def seal_of(page: str) -> str:
    """Return the seal of the forms of a page."""
    found = re.search(r'name="seal" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def started(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Return a running server; wait until it answers."""
    words = [sys.executable, "-m", "islet", "serve", "--port", str(port), "--database", f"sqlite:///{folder}/islet.db"]
    server = subprocess.Popen(words, env={**os.environ, "XDG_DATA_HOME": str(folder)}, stdout=subprocess.DEVNULL)
    for _ in range(200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/sign-in")
            return server
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


class Visitor:
    """Be one person at a browser with a case open."""

    def __init__(self, port: int, document: bytes, name: str = "Ada", password: str = "four quiet green hills") -> None:
        self.browser = httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True, timeout=30)
        page = self.browser.get("/sign-in").text
        page = self.browser.post("/sign-in", data={"name": name, "password": password, "seal": seal_of(page)}).text
        answer = self.browser.post("/cases/import", data={"seal": seal_of(page), "label": "x"}, files={"file": ("x.json", document)})
        answer.raise_for_status()
        self.case = answer.url.path
        self.form: Form = untouched(answer.text)

    def change(self, number: int) -> float:
        """Change one field and return the seconds until the plan is there."""
        self.form["extent.size_mm"] = [str(10 + number % 60)]
        start = time.perf_counter()
        answer = self.browser.post(f"{self.case}/plan", data=self.form, headers={"HX-Request": "true"})
        taken = time.perf_counter() - start
        if answer.status_code != 200 or 'id="option-prrt"' not in answer.text:
            raise SystemExit(f"no plan came back: {answer.status_code}")
        return taken

    def first_page(self) -> float:
        """Return the seconds of the whole page of the case with its files."""
        start = time.perf_counter()
        page = self.browser.get(self.case).text
        for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
            self.browser.get(address)
        return time.perf_counter() - start


def crowd(visitors: list[Visitor]) -> list[float]:
    """Let everybody type for a while, each with pauses; return the seconds of every answer."""
    taken: list[float] = []
    end = time.monotonic() + SECONDS

    def type_away(place: int, visitor: Visitor) -> None:
        number = place
        time.sleep(THINK * place / len(visitors))
        while time.monotonic() < end:
            taken.append(visitor.change(number))
            number += 1
            time.sleep(THINK)

    threads = [threading.Thread(target=type_away, args=(place, visitor)) for place, visitor in enumerate(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def percentile(taken: list[float], share: int) -> float:
    """Return the value under which a share of a hundred lies."""
    return statistics.quantiles(taken, n=100)[share - 1]


def memory_mib(server: subprocess.Popen[bytes]) -> float:
    """Return the largest memory the server's process has had."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def main() -> int:
    """Print every figure with its limit."""
    import json

    from islet.web.board.documents import plain_document

    patient = sorted((KNOWLEDGE / "vignettes" / "patients").glob("*.yaml"))[0]
    document = json.dumps(plain_document(patient.read_bytes())["case"]).encode()
    port, kept = 8765, True
    with tempfile.TemporaryDirectory() as name:
        server = started(Path(name), port)
        try:
            one = Visitor(port, document)
            firsts = [one.first_page() for _ in range(11)]
            for number in range(10):
                one.change(number)
            changes = [one.change(number) for number in range(100)]
            visitors = [Visitor(port, document) for _ in range(PEOPLE)]
            together = crowd(visitors)
            rows = (
                ("first page of a case, with its files, median", statistics.median(firsts) * 1000, "ms", 500),
                (f"answer to a changed field ({sum(bool(v[-1]) for v in one.form.values())} fields filled), 95 of 100",
                 percentile(changes, 95) * 1000, "ms", 150),
                (f"{PEOPLE} people at once ({len(together) / SECONDS:.0f} changes a second), 99 of 100",
                 percentile(together, 99) * 1000, "ms", 1000),
                ("largest memory of the server", memory_mib(server), "MiB", 250),
            )
        finally:
            server.terminate()
            server.wait()
    for words, value, unit, most in rows:
        kept = kept and value <= most
        print(f"{words} | {value:.0f} {unit} | at most {most} {unit} | {'yes' if value <= most else '**no**'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
