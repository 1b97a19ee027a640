"""The page: one file, nothing from outside, case text escaped, the contract's words where they belong."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from islet.case.reader import read_case
from islet.plan.make import make_plan
from islet.present.html import css_string, plan_html
from islet.present.words import headline

CASE = b"""
id: tail <b onclick='x'>&"</style><script>alert(1)</script>
as_of: 2026-03-10
cells:
  {differentiation: well, ki67_percent: {between: [5, 10]}, sstr_krenning: {value: 4, on: 2026-02-20, source: "<i>PET</i>"}}
extent: {primary_site: tail, size_mm: 38, liver_mets: true, progression: progressive}
health: {age_years: 61, sex: male, ecog: 1, creatinine_umol_l: {absent: pending}}
preferences: {refuses: [chemotherapy], goal: longest_control}
history:
  - {option: ssa, response: progression, months: 14, months_since: 2}
  - {option: everolimus, response: intolerance, note: "<img src=x>"}
"""
VOID = {"meta", "link", "br", "img", "hr", "input", "path", "rect", "line", "circle"}


class Page(HTMLParser):
    """Walk a page: faults of nesting, ids, links, headings, tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)
        self.close()
        self.faults += [f"open at the end: {tag}" for tag in self.stack]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.attributes |= set(found)
        self.ids += [found["id"]] if found.get("id") else []
        self.links += [found["href"]] if found.get("href") else []
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.stack or self.stack.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")


def plan_of(base, data: bytes, region: str | None = None):
    return make_plan(read_case(data, "case.yaml", base.space.dictionary), base, region)


@pytest.fixture(scope="module")
def plan(base):
    return plan_of(base, CASE)


@pytest.mark.parametrize("reader", ["clinician", "patient"])
@pytest.mark.parametrize("data", [CASE, b"{}", b"extent: {liver_mets: true, m: M0}", b"health: {emergency: [bleeding]}", b"history: []"])
def test_a_page_is_well_formed_and_needs_nothing_from_outside(base, data, reader):
    text = plan_html(plan_of(base, data), base, reader)
    page = Page(text)
    assert not page.faults
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids), "a link leads nowhere"
    assert all(link.startswith(("#", "https://", "http://")) for link in page.links)
    assert not page.tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert not {name for name in page.attributes if name.startswith("on") or name == "src"}
    assert "url(" not in text and "@import" not in text
    assert page.headings[0] == 1 and page.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False)), "a heading level is skipped"
    assert '<html lang="en-GB">' in text and 'name="viewport"' in text


def test_text_of_the_case_is_never_markup(plan, base):
    for reader in ("clinician", "patient"):
        text = plan_html(plan, base, reader)
        assert "<script" not in text and "onclick='x'>" not in text and "<img" not in text and "<i>PET" not in text
        assert text.count("</style>") == 1
        assert "<title>tail &lt;b" in text


def test_nothing_can_end_a_css_string():
    assert css_string('a"}</style>\\\n') == '"a\\22 \\7d \\3c \\2f style\\3e \\5c \\a "'


def test_an_offered_option_with_something_open_is_never_offered_alone(plan, base):
    text = plan_html(plan, base, "clinician")
    conditional = [option for option in plan.options if option.conditional]
    assert conditional
    for option in conditional:
        assert f"{option.verdict} if " in headline(option)
        row = text[text.index(f'<a href="#option-{option.id}">'):]
        assert f"{option.verdict} if " in row[: row.index("</th>")]
        assert "Only if none of" in row[: row.index("</tr>")]


def test_verdict_marks_recall_and_refusal_are_shown(plan, base):
    text = plan_html(plan, base, "clinician")
    for option in plan.options:
        assert text.count(f'<details id="option-{option.id}">') == 1
        summary = text[text.index(f'<details id="option-{option.id}">'):]
        summary = summary[: summary.index("</summary>")]
        assert ("declined by the patient" in summary) == option.declined_by_patient
        assert ("rests on memory, not checked" in summary) == option.rests_on_recall
    changed = plan._replace(options=tuple(o._replace(rests_on_recall=True) for o in plan.options))
    assert plan_html(changed, base, "clinician").count("rests on memory, not checked") >= len(plan.options)


def test_every_criterion_shown_has_its_locator_and_mark(plan, base):
    import html

    text = html.unescape(plan_html(plan, base, "clinician"))
    for option in plan.options:
        for entry in (*option.provided, *(e for e in option.in_favour if e.holds == "yes")):
            assert entry.text in text
            assert all(source["locator"] in text for source in entry.sources)


def test_facts_show_their_age_their_source_and_what_they_follow_from(plan, base):
    text = plan_html(plan, base, "clinician")
    assert "2026-02-20 (18 days old) · &lt;i&gt;PET" in text
    assert "not known (pending)" in text
    assert re.search(r"WHO grade</th><td><strong>NET G2 or NET G3</strong> <span class=\"small\">from Differentiation, Ki-67", text)


def test_version_hash_date_review_and_use_stand_on_every_page(plan, base):
    for reader in ("clinician", "patient"):
        for one in (plan, plan_of(base, b"{}"), plan_of(base, b"health: {emergency: [sepsis]}")):
            text = plan_html(one, base, reader)
            for word in (base.version, base.sha256[:12], base.date, base.review_due, "Decision support for clinicians"):
                assert text.count(word) >= 2, word


def test_problems_come_first_and_an_overdue_review_is_told(base):
    text = plan_html(plan_of(base, b"extent: {liver_mets: true, m: M0}"), base, "clinician")
    assert text.index('id="problems"') < text.index('id="question"')
    late = plan_of(base, b"as_of: 2031-01-01")._replace(review_due="2027-05-24")
    assert "past its review date" in plan_html(late, base, "clinician")


def test_an_emergency_gets_no_advice(base):
    for reader in ("clinician", "patient"):
        text = plan_html(plan_of(base, b"health: {emergency: [hormone_crisis]}"), base, reader)
        assert "Not covered here: act now." in text
        assert not any(option.name in text or option.data["plain_name"] in text for option in base.options.values())


def test_the_empty_case_tells_the_whole_field(base):
    import html

    text = html.unescape(plan_html(plan_of(base, b"{}"), base, "clinician"))
    for option in base.options.values():
        for key in ("name", "what_it_is", "when_it_applies"):
            assert option.data[key] in text


def test_the_same_plan_gives_the_same_bytes(plan, base):
    for reader in ("clinician", "patient"):
        assert plan_html(plan, base, reader) == plan_html(plan, base, reader)


def test_the_small_knowledge_is_rendered_too(mini):
    for reader in ("clinician", "patient"):
        assert mini.version in plan_html(plan_of(mini, b"{}"), mini, reader)
