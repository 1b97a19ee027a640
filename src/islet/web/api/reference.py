"""What the installation knows, whoever the patient is: its knowledge, its options, the dictionary of facts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException
from starlette.requests import Request

from islet import __version__
from islet.knowledge.citing import sources_json
from islet.web.api.bodies import faults
from islet.web.api.models import FactPage, Facts, Knowledge, OptionName, OptionPage
from islet.web.site import site_of

router = APIRouter(prefix="/api/v1", tags=["Knowledge"])


@router.get("/knowledge", summary="Version, hash and options of the knowledge", response_model=Knowledge)
def knowledge(request: Request) -> Knowledge:
    """Answer which knowledge this installation speaks from."""
    base = site_of(request).base
    return Knowledge(
        version=base.version, sha256=base.sha256, date=base.date, review_due=base.review_due, engine=f"islet {__version__}",
        options=[OptionName(id=option.id, name=option.name, group=option.group) for option in base.options.values()],
    )


@router.get("/options/{id}", summary="One option and its criteria", response_model=OptionPage, responses=faults(404, 422))
def option(request: Request, id: Annotated[str, Path(max_length=64, examples=["prrt"])]) -> OptionPage:
    """Answer what an option is, when it applies, and every criterion with its rule and sources."""
    base = site_of(request).base
    found = base.options.get(id)
    if found is None:
        raise HTTPException(404)
    criteria = [base.criteria[index] for index in found.criteria]
    return OptionPage(
        id=found.id, name=found.name, group=found.group,
        what_it_is=found.data["what_it_is"], when_it_applies=found.data["when_it_applies"],
        criteria=[{
            "criterion": c.id, "role": c.role, "text": c.text, "rule": c.when, "guideline": c.guideline or None,
            "direction": c.direction or None, "strength": c.strength or None, "sources": sources_json(c.sources, base),
        } for c in criteria],
    )


@router.get("/facts", summary="The dictionary of facts", response_model=Facts)
def facts(request: Request) -> Facts:
    """Answer every fact with its question, type, unit, values and bounds."""
    listed = site_of(request).base.space.dictionary.facts.values()
    return Facts(facts=[
        FactPage(
            name=fact.name, type=fact.type, question=fact.question, plain=fact.plain, unit=fact.unit, found_by=fact.found_by,
            possible=list(fact.possible) if fact.possible else None, plausible=list(fact.plausible) if fact.plausible else None,
            values=dict(fact.values), derived=fact.derivation is not None,
        )
        for fact in listed if not fact.inner
    ])
