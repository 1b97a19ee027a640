"""Aids of the shipped patients and examples, made on a fixed day."""

from __future__ import annotations

import datetime
from functools import lru_cache
from pathlib import Path

from islet.case.reader import read_case
from islet.plan.described import case_of
from islet.plan.make import make_plan
from islet.plan.model import Plan
from islet.plan.vignettes import read_vignettes
from islet.present.aid.page import Aid, Contacts, aid_context, make_aid
from islet.present.html import environment
from islet.present.language import Language
from islet_testing.bases import own_base
from islet_testing.places import KNOWLEDGE, ROOT

DAY = datetime.date(2026, 12, 1)
CONTACTS = Contacts("Nurse Kim", "+47 55 00 00 00", "Monday to Friday, 8 to 15", "", "which treatment comes next", "Dr Ada Lind",
                    "2026-12-01", "2026-12-31")
EXAMPLES = sorted(path for path in (ROOT / "examples").glob("*.yaml") if path.name != "published.yaml")


@lru_cache(maxsize=1)
def plans() -> dict[str, Plan]:
    """Return the plan of every shipped whole patient and of every example, by name."""
    base = own_base()
    found = {Path(v.file).stem: make_plan(case_of(v.case, base, v.file), base, v.region)
             for v in read_vignettes(KNOWLEDGE) if v.kind == "patient"}
    return found | {path.stem: make_plan(read_case(path.read_bytes(), path.name, base.space.dictionary), base, None) for path in EXAMPLES}


def aid(name: str) -> Aid:
    """Return the aid of one of them."""
    return make_aid(plans()[name], own_base(), DAY, CONTACTS)


@lru_cache(maxsize=128)
def aid_body(name: str) -> str:
    """Return what stands in the page of one of them, rendered by templates that refuse any name they do not know."""
    return body_of(aid(name))


def body_of(made: Aid, language: Language | None = None) -> str:
    """Return what stands in the page of an aid, in a language."""
    context = {**aid_context(made, own_base(), language), "links": {"wishes": "/aid/x/wishes"}}
    return environment().get_template("aid/body.html.j2").render(context)
