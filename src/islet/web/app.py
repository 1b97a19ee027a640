"""Put the site together: security around it, rooms in it."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from islet import __version__
from islet.knowledge.store import load_knowledge
from islet.record import open_record
from islet.web import faults, rooms
from islet.web.api import described
from islet.web.board.following import Following
from islet.web.security.headers import SecurityHeaders
from islet.web.security.size import SizeLimit
from islet.web.settings import Settings
from islet.web.site import Site


def create_app(settings: Settings) -> FastAPI:
    """Return the site: one knowledge base, one record; raise KnowledgeErrors or RecordError when either cannot be opened."""
    app = FastAPI(
        title="Islet", version=__version__, docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json",
        description="Decision support for pancreatic neuroendocrine tumours. Not cleared as a medical device anywhere.",
    )
    base = load_knowledge(settings.knowledge)
    app.state.site = Site(settings, base, open_record(settings.database, knowledge=settings.knowledge, base=base), Following())
    app.add_middleware(SizeLimit)
    app.add_middleware(SecurityHeaders, https=settings.https)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts))
    faults.install(app)
    for router in rooms.ROUTERS:
        app.include_router(router)
    described.install(app, app.state.site.base.space.dictionary)

    @app.get("/", include_in_schema=False)
    def start(request: Request) -> Response:
        """Lead to the cases."""
        return RedirectResponse("/cases", 303)

    return app
