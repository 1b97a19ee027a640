"""Serve the files of the package: nothing else is on the site."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from islet.web.static import FOLDER, KINDS

router = APIRouter(include_in_schema=False)
NAMES = {path.name: path for path in FOLDER.iterdir() if path.suffix in KINDS}


@router.get("/static/{name}")
def static_file(name: str) -> FileResponse:
    """Return one file of the package by its own name."""
    path = NAMES.get(name)
    if path is None:
        raise HTTPException(404)
    return FileResponse(path, media_type=KINDS[path.suffix])
