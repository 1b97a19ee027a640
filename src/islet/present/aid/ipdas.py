"""The items of the International Patient Decision Aid Standards, how the aid rates itself, and where each stands on its pages."""

from __future__ import annotations

from typing import NamedTuple

MET, NOT_MET, PEOPLE, NONE = "met", "not met", "needs human study", "not applicable"
GROUPS = {
    "Q": "Qualifying: without all of these a page is no decision aid",
    "C": "Certifying: without these a page may mislead",
    "S": "Strengthening (called quality items): these make an aid better",
}


class Item(NamedTuple):
    """Hold one item in our own words, the rating, and how it is met or why not."""

    id: str
    asks: str
    rating: str
    how: str


_STUDY = "Only a study with people can show it. The page says that it was not done."
_TESTS = "The aid is about a treatment, not about a test."
ITEMS = (
    Item("Q1", "describes the condition", MET, "What the tumour is, for this person's grade, spread, size, hormone and growth"),
    Item("Q2", "states the decision", MET, "One sentence under a heading of its own"),
    Item("Q3", "describes the options", MET, "Every option, watching and studies among them; none is hidden"),
    Item("Q4", "describes the good points of each option", MET, "The row “What it may do”"),
    Item("Q5", "describes the bad points of each option", MET, "The row “What may go wrong”"),
    Item("Q6", "describes what it is like to live with each option", MET, "The row “What living with it is like”"),
    Item("C1", "shows good and bad points in equal detail", MET, "The same rows in the same order for all; the order is no ranking"),
    Item("C2", "cites its evidence", MET, "A number beside each statement, with title, place and how it was checked at the end"),
    Item("C3", "gives its date", MET, "The day of the release and the day of the knowledge"),
    Item("C4", "says how it is kept up to date", MET, "How often, the next date, a warning after it, and no page at all 180 days after it"),
    Item("C5", "says how sure its numbers are", MET, "From which to which out of 100, or that nobody knows, beside each picture"),
    Item("C6", "says who paid", MET, "Nobody; the makers received no funding"),
    Item("C7", "says what a test measures", NONE, _TESTS),
    Item("C8", "says what follows a positive test", NONE, _TESTS),
    Item("C9", "says what follows a negative test", NONE, _TESTS),
    Item("C10", "says that a test may find what would never have harmed", NONE, _TESTS),
    Item("S1", "tells the course without any treatment", MET, "From people watched or on a dummy tablet; otherwise “we do not know”"),
    Item("S2", "lets options be compared", MET, "Side by side, at most three in a table"),
    Item("S3", "tells how likely outcomes are", MET, "The row “In numbers”"),
    Item("S4", "says whose numbers they are", MET, "The people of the study nearest to the patient, and how they differ"),
    Item("S5", "gives rates of events", MET, "People out of 100, and for how many it was not so"),
    Item("S6", "compares over the same time, where that can be done", MET,
         "Alive without growth one year after the start, for every choice that a study tells it of; “we do not know” for the others"),
    Item("S7", "compares with the same denominator", MET, "Always people out of 100; one table holds all of them"),
    Item("S8", "shows numbers in more than one way", MET, "Words, numbers, pictures of 100 people and a table"),
    Item("S9", "asks what matters to the person", MET, "A section of the page, and the exercise of wishes"),
    Item("S10", "leads step by step", MET, "Five steps to a decision"),
    Item("S11", "gives questions for the visit", MET, "Questions to tick, and room for own ones"),
    Item("S12", "patients were asked what they need", PEOPLE, _STUDY),
    Item("S13", "professionals were asked what they need", PEOPLE, _STUDY),
    Item("S14", "patients from outside reviewed it", PEOPLE, _STUDY),
    Item("S15", "professionals from outside reviewed it", PEOPLE, _STUDY),
    Item("S16", "patients who face the decision tried it", PEOPLE, _STUDY),
    Item("S17", "professionals tried it with their patients", PEOPLE, _STUDY),
    Item("S18", "says how evidence was chosen", MET, "Under “Where this comes from”"),
    Item("S19", "says how good the evidence is", MET, "The row “How sure we are”, and how each source was checked"),
    Item("S20", "names its authors' qualifications", NOT_MET, "No author is named with a qualification, and the page says so."),
    Item("S21", "reports how hard it is to read", MET, "School grade 8 or below; measured block by block in the tests"),
    Item("S22", "is shown to fit choices to wishes", PEOPLE, _STUDY),
    Item("S23", "is shown to help people to know more", PEOPLE, _STUDY),
    *(Item(f"S{number}", f"tells {what}", NONE, _TESTS) for number, what in enumerate((
        "true positives of a test", "true negatives of a test", "false positives of a test", "false negatives of a test",
        "how often a condition is found with and without a test"), 24)),
)


def self_rating() -> str:
    """Return the page docs/IPDAS.md.

    >>> self_rating().splitlines()[0]
    '# The decision aid against IPDAS'
    """
    lines = [
        "# The decision aid against IPDAS", "",
        "How the patient's page rates itself against the International Patient Decision Aid Standards (IPDASi version 4: 6 qualifying, 10 "
        "certifying and 28 quality items; Joseph-Williams and others, Med Decis Making 2014;34:699). The items are put in our own words; "
        "their wording was recalled, their number was checked in the abstract. Nobody else has checked this rating.", "",
        "Each item that applies stands on the page under `data-ipdas`, and a test looks at what stands there (`tests/aid/test_ipdas.py`). "
        "This page is made from `src/islet/present/aid/ipdas.py`.", "",
        "| | met | not met | needs human study | not applicable |", "|---|---|---|---|---|",
    ]
    for group in GROUPS:
        held = [item for item in ITEMS if item.id[0] == group]
        counts = " | ".join(str(sum(item.rating == rating for item in held)) for rating in (MET, NOT_MET, PEOPLE, NONE))
        lines.append(f"| {GROUPS[group].split(':')[0].split(' (')[0]} | {counts} |")
    lines += ["", "Of the 23 quality items for treatments, eight ask for work with people: asking them, reviews from outside, trials. "
              "No page can meet those by itself, so at most 15 can be met by what is written here. All 23 stand on the page, each with a "
              "test: what is met, and in words what only a study with people could claim or what is missing."]
    for group, title in GROUPS.items():
        lines += ["", f"## {title}", "", "| item | the aid … | rating | how |", "|---|---|---|---|"]
        lines += [f"| {item.id} | {item.asks} | **{item.rating}** | {item.how} |" for item in ITEMS if item.id[0] == group]
    return "\n".join([*lines, ""])
