"""Send generated requests to every route of the API and look for an answer that its description does not allow.

`python tests/web_api/fuzzing.py 10000` sends so many in all; the tests send fewer.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance,
)
CASE = b"id: tail\ncells: {differentiation: well}\nextent: {primary_site: tail}\n"


def site_to_try(folder: Path):
    """Return a site with one person, one case, one plan and one decision, and what a request needs to reach them."""
    from islet.web.app import create_app
    from islet.web.board.kept_plan import keep_plan
    from islet.web.settings import Settings

    (folder / "jobs").mkdir()
    os.environ["ISLET_JOBS"] = str(folder / "jobs")
    app = create_app(Settings(f"sqlite:///{folder}/islet.db", secret=b"0123456789abcdef" * 2))
    record = app.state.site.record
    ada = record.people.add("Ada", "board", password="four quiet green hills")
    saved = record.cases.create(CASE, "tail", ada)
    kept = keep_plan(app.state.site, saved, None, ada)
    return app, record.sessions.begin(ada, 10), {"case": saved.case, "plan": kept.id}


def try_route(operation, token: str, ids: dict[str, str], each: int, seed: int) -> Counter:
    """Send `each` requests to one route; return how often each answer came, and raise at the first that is not described."""
    answers: Counter = Counter()

    @settings(max_examples=each, database=None, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate],
              derandomize=seed == 0)
    @given(case=operation.as_strategy())
    def send(case):
        number = sum(answers.values())
        if number % 2:  # every second request reaches what is there
            for name in ("case", "id"):
                if name in (case.path_parameters or {}):
                    case.path_parameters[name] = ids["plan" if "/plans/" in operation.path else "case"]
            if isinstance(case.body, dict) and "plan" in case.body:
                case.body["plan"] = ids["plan"]
        response = case.call(headers={"Authorization": f"Bearer {token}"} if number % 8 else {})
        answers[f"{operation.method.upper()} {operation.path} {response.status_code}"] += 1
        case.validate_response(response, checks=CHECKS)

    send()
    return answers


def routes_of(app):
    """Return every route that the description names."""
    return [found.ok() for found in schemathesis.openapi.from_asgi("/api/v1/openapi.json", app).get_all_operations()]


def varies(operation) -> bool:
    """Tell whether requests to a route can differ at all."""
    return bool(operation.path_parameters or operation.query or operation.headers or operation.body)


def main() -> int:
    """Send as many requests as asked for and print what came back."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        app, token, ids = site_to_try(Path(folder))
        routes = routes_of(app)
        start, answers = time.monotonic(), Counter()
        for route in routes:
            answers += try_route(route, token, ids, -(-wanted // sum(map(varies, routes))), seed=1)
        for name, count in sorted(answers.items()):
            print(f"{count:6}  {name}")
        took = time.monotonic() - start
        print(f"{sum(answers.values()):,} requests to {len(routes)} routes in {took:.0f} s; no 5xx, nothing undescribed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
