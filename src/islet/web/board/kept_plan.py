"""Keep the plan of a saved case as it stands at this moment, with all it is made from."""

from __future__ import annotations

from islet import __version__
from islet.case.model import Case
from islet.case.reader import read_case
from islet.plan.make import make_plan
from islet.plan.model import Plan
from islet.present.json_lines import plan_line
from islet.record.model import CaseVersion, Person
from islet.record.model import Plan as KeptPlan
from islet.web.site import Site


def case_of(saved: CaseVersion, site: Site) -> Case:
    """Return the case that a version holds; one without an id is named by the record."""
    return read_case(saved.document, f"{saved.case}.yaml", site.base.space.dictionary)


def plan_of(saved: CaseVersion, site: Site, region: str | None) -> Plan:
    """Return the plan of a version as this installation makes it now."""
    return make_plan(case_of(saved, site), site.base, region)


def keep_plan(site: Site, saved: CaseVersion, region: str | None, person: Person) -> KeptPlan:
    """Make the plan of a version and keep its bytes; raise NotAllowed or RecordError as the record does."""
    plan = plan_of(saved, site, region)
    return site.record.plans.keep(
        saved, plan_line(plan, site.base), site.base.version, site.base.sha256, f"islet {__version__}", plan.as_of, region, person
    )
