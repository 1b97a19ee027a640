"""What the Nu Html Checker says of a page; it runs once for each worker of the tests, on this machine alone."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from islet_testing.places import TESTS

JAR = TESTS / "browser" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
Checker = Callable[[str], list[str]]
_TABLE_ROLES = re.compile(r' role="(?:table|rowgroup|row|rowheader|columnheader|cell)"')


@pytest.fixture(scope="session")
def checker() -> Iterator[Checker]:
    """Give a function that returns each error of a page, as it stands in the HTML standard, with its place."""
    java = shutil.which("java")
    if java is None or not JAR.exists():
        pytest.fail("The tests of the pages' HTML need Java and the Nu Html Checker: make java browser", pytrace=False)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [java, "-Xmx512m", "-Dnu.validator.servlet.bind-address=127.0.0.1", "-cp", str(JAR), "nu.validator.servlet.Main", str(port)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as asked:
        try:
            _wait_for(asked, server)
            yield lambda html: _errors(asked, html)
        finally:
            server.kill()
            server.wait()


def _wait_for(asked: httpx.Client, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            pytest.fail(f"the Nu Html Checker ended with {server.returncode}", pytrace=False)
        try:
            asked.get("/")
            return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the Nu Html Checker did not start within a minute", pytrace=False)


def _errors(asked: httpx.Client, html: str) -> list[str]:
    """Return the errors of a page without the roles of its tables: on a phone their cells are blocks, and some browsers need them then."""
    plain = _TABLE_ROLES.sub("", html)
    answer = asked.post("/", params={"out": "json"}, content=plain.encode(), headers={"content-type": "text/html; charset=utf-8"})
    answer.raise_for_status()
    return [f"{one['message']} (line {one.get('lastLine')}): {one.get('extract', '')}" for one in answer.json()["messages"]
            if one["type"] != "info"]
