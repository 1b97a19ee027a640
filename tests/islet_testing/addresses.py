"""Every address of a site, from its own routes, so that a new page is tested the day it is made."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx import Response

from islet_testing.visitors import CASE, Visitor

SAFE = ("GET", "HEAD", "OPTIONS")
FILING = b'{"plan": "AAAAAAAAAAAAAAAAAAAAAA", "chosen": ["surveillance"]}'
FORM = {
    "name": "Somebody", "password": "five loud red valleys", "role": "clinician", "label": "small one", "fact": "extent.size_mm",
    "value": "30", "version": "1", "expected": "1", "number": "1", "code": "", "state": "",
}


class Address(NamedTuple):
    """Hold one function of a site: its method and the pattern of its address."""

    method: str
    pattern: str

    @property
    def names(self) -> list[str]:
        """Return the names that the pattern leaves open."""
        return re.findall(r"\{(\w+)(?::\w+)?\}", self.pattern)

    def at(self, **given: str) -> str:
        """Return the address with its open names filled; the ordinary ones have something that exists."""
        known = {"option": "ssa", "name": "intended-use" if self.pattern.startswith("/about") else "site.css", **given}
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: known.get(found[1], "A" * 22), self.pattern)

    def ask(
        self, browser: Visitor, case: str = "", seal: str | None = None, headers: dict[str, str] | None = None, **given: str,
    ) -> Response:
        """Call it as a page or a program would, with everything it may need; `seal` stands in for the right one."""
        told = browser.seal if seal is None else seal
        address = self.at(**({"case": case} if case else {}), **given)
        if self.pattern.startswith("/api/"):
            body = FILING if self.pattern.endswith("/decisions") else b'{"id": "x"}'
            more: dict[str, Any] = {} if self.method in SAFE else {"content": body, "params": {"label": "x"}}
            heads = {"x-islet-seal": told, "content-type": "application/json", "if-match": '"1"', **(headers or {})}
            return browser.client.request(self.method, address, headers=heads, **more)
        if self.method in SAFE:
            return browser.client.request(self.method, address, headers=headers)
        form = {**FORM, "seal": told, "case": case, **{name: text for name, text in given.items() if name == "person"}}
        if self.pattern == "/sign-in":
            form["password"] = "wrong, quite wrong"
        files = {"file": ("case.yaml", CASE)} if self.pattern.endswith("/import") else None
        return browser.client.request(self.method, address, data=form, files=files, headers=headers)


def addresses(app: FastAPI) -> list[Address]:
    """Return every function of a site."""
    found = {
        Address(method, context.path)
        for context in iter_route_contexts(app.routes) for method in context.methods or () if method not in ("HEAD", "OPTIONS")
    }
    return sorted(found, key=lambda one: (one.pattern, one.method))
