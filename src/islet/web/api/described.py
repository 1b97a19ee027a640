"""What the API adds to the site: its description, with the schema of a case in it, and its answer to a fault of the input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from islet.case.dictionary import Dictionary
from islet.present.reference import case_schema
from islet.web.api.bodies import InputFault, fault_answer


def install(app: FastAPI, dictionary: Dictionary) -> None:
    """Answer faults of the input with their parts, and describe a case in `/api/v1/openapi.json`."""

    @app.exception_handler(InputFault)
    def wrong_input(_: Request, error: Exception) -> Response:
        assert isinstance(error, InputFault)
        return fault_answer(error.error)

    described: Callable[[], dict[str, Any]] = app.openapi

    def with_case() -> dict[str, Any]:
        found = described()
        schemas = found["components"]["schemas"]
        if "Case" not in schemas:
            schemas["Case"] = {key: value for key, value in case_schema(dictionary).items() if key != "$schema"}
            found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        return found

    app.openapi = with_case  # type: ignore[method-assign]
