"""What those who care for the patient read besides: the rules at home after a radioactive medicine, as far as a source tells them."""

from __future__ import annotations

from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.present import patient
from islet.present.aid.page import Aid
from islet.present.patient import Line

CARERS_READ = (patient.ROWS[4], patient.ROWS[6])
RADIOACTIVE = ("prrt", "tare")
_TOLD = "Radiation advice"


def home_rules(aid: Aid, base: KnowledgeBase) -> list[Line]:
    """Return the rules at home while a radioactive medicine is open or not settled; what no source tells is to be asked."""
    held = [one.id for one in (*aid.open, *aid.unsaid) if one.id in RADIOACTIVE]
    if not held:
        return []
    entry = next((one for one in base.options["prrt"].data["monitoring"] if one["text"].startswith(_TOLD)), None)
    lines = [Line("If the person gets a radioactive medicine, there are rules at home that protect others.")]
    if "prrt" in held and entry is not None:
        sources = tuple(sources_json(entry["sources"], base))
        lines += [Line("After the radioactive drip: keep the radiation for other people low for at least 7 days.", sources, True),
                  Line("A little radioactivity leaves with the urine for up to 30 days.", sources, True)]
    ask = ("Hospitals and countries have their own rules. Ask for them in writing before the first treatment. Ask how far to keep away and "
           "for how long. Ask about sleeping, the toilet, washing, work and travel. Ask how to protect children and pregnant women.")
    return [*lines, Line(ask)]
