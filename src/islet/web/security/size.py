"""Refuse bodies that are too large before they are read."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from islet.web.security.events import note

MOST = 2 * 1024 * 1024  # a case file of 1 MiB and its form around it


class SizeLimit:
    """Stop a request whose body passes the limit, told or not."""

    def __init__(self, app: ASGIApp, most: int = MOST) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on while its body stays within the limit."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = dict(scope["headers"]).get(b"content-length", b"0")
        if not told.isdigit() or int(told) > self.most:
            await self._refuse(scope, receive, send)
            return
        body = b""
        more = scope["method"] not in ("GET", "HEAD", "OPTIONS")
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self.most:
                await self._refuse(scope, receive, send)
                return
        given = False

        async def once() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, once, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        note("too-large", Request(scope))
        answer = PlainTextResponse(f"The request is larger than {self.most // 1024:,} KiB. Case files may have 1,024 KiB.", 413)
        await answer(scope, receive, send)
