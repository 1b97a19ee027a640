"""Answer only under the site's own names, so that no foreign name leads a browser here."""

from __future__ import annotations

import re
from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from islet.web.security.events import note

_NAME = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?", re.ASCII)


class OwnHosts:
    """Refuse a request whose `Host` is none of the names."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app, self.names = app, frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on when it has one `Host`, and that is ours."""
        if scope["type"] != "http" or self._ours([value for name, value in scope["headers"] if name == b"host"]):
            await self.app(scope, receive, send)
            return
        note("host-refused", Request(scope))
        await PlainTextResponse("This site is not called by that name.", 400)(scope, receive, send)

    def _ours(self, given: list[bytes]) -> bool:
        found = _NAME.fullmatch(given[0].decode("latin-1").lower()) if len(given) == 1 else None
        return found is not None and found[1] in self.names
