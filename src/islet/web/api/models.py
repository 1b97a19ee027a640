"""What the API says, as types: the fields of the contract. Programs may rely on these and must pass over what they do not know."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Region = Literal["eu", "us", "uk", "ch", "no", "se", "cn", "jp", "ca", "ap"]
Verdict = Literal["recommended", "possible", "need_data", "not_indicated", "contraindicated"]
JobState = Literal["waiting", "running", "done", "failed", "cancelled"]


class Open(BaseModel):
    """Let answers carry more fields than are typed here."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


class Where(BaseModel):
    """Say in which line and which field of what was sent."""

    line: int | None = Field(None, description="Line of the case that was sent, from 1.")
    field: str | None = Field(None, examples=["cells.ki67_percent"])


class FieldFault(BaseModel):
    """Hold one parameter that cannot be read."""

    field: str
    found: str


class Fault(BaseModel):
    """Say what is wrong in words: what was found, where, what was expected, the nearest valid value."""

    error: str = Field(examples=['<stdin>:2: cells.ki67_percnt: found the unknown fact "ki67_percnt"; did you mean "ki67_percent"?'])
    what_to_do: str | None = None
    found: str | None = None
    where: Where | None = None
    expected: str | None = None
    nearest: str | None = Field(None, examples=["ki67_percent"])
    faults: list[FieldFault] | None = None


class CaseName(Open):
    """Name the case a plan was made from; the hash is that of its content, whatever the order and format of the file."""

    id: str
    sha256: str
    as_of: str | None


class KnowledgeName(Open):
    """Name the knowledge an answer was made with."""

    version: str
    sha256: str


class Source(Open):
    """Hold one source with its locator and how well it was checked."""

    id: str
    title: str | None
    year: int | str | None
    url: str | None
    locator: str
    verification: Literal["two_sources", "one_source", "secondary", "derived", "recall"]


class Entry(Open):
    """Hold one criterion as it bears on the patient."""

    criterion: str
    role: Literal["indication", "exclusion", "contraindication", "position", "caution"]
    text: str
    holds: Literal["yes", "unknown"]
    facts: dict[str, Any]
    sources: list[Source]


class Option(Open):
    """Hold the answer on one option."""

    id: str
    group: str
    name: str
    verdict: Verdict
    certain: bool
    certainly_not_offered: bool
    could_be: list[Verdict]
    exact: bool
    rests_on_recall: bool
    provided: list[Entry]
    in_favour: list[Entry] = Field(alias="for")
    against: list[Entry]
    cautions: list[Entry]
    declined_by_patient: bool


class Plan(Open):
    """Hold the plan of one patient (contract, section 6). In an emergency there are problems and no options."""

    schema_: Literal["islet.plan/1"] = Field(alias="schema")
    case: CaseName
    knowledge: KnowledgeName
    engine: str
    region: str | None
    facts: dict[str, Any]
    problems: list[dict[str, Any]]
    options: list[Option]
    ask: list[dict[str, Any]]
    disagreements: list[dict[str, Any]]


class Why(Open):
    """Hold the whole trace behind one verdict and the smallest changes that would flip it."""

    case: str
    option: str
    verdict: Verdict
    certain: bool
    could_be: list[Verdict]
    problems: list[dict[str, Any]]
    trace: list[dict[str, Any]]
    keeps_out: dict[str, Any] | None
    flips: list[dict[str, Any]]


class Ask(Open):
    """Hold what to find out next, and the smallest sets of facts that settle each verdict."""

    case: str
    problems: list[dict[str, Any]]
    ask: list[dict[str, Any]]
    settling: list[dict[str, Any]]


class WhatIf(Open):
    """Hold the plan before and after a change of facts."""

    changes: list[str]
    changed: list[dict[str, Any]]
    before: Plan
    after: Plan


class Quantified(Open):
    """Hold the estimates of a case."""

    schema_: Literal["islet.quantify/1"] = Field(alias="schema")
    case: CaseName
    knowledge: KnowledgeName
    engine: str
    problems: list[dict[str, Any]]
    options: list[dict[str, Any]]


class Versus(Open):
    """Hold two options side by side."""

    options: list[str]
    names: list[str]
    clock: str
    direct: list[dict[str, Any]]
    across_trials: dict[str, Any]


class OptionName(BaseModel):
    """Name one option."""

    id: str
    name: str
    group: str


class Knowledge(BaseModel):
    """Say which knowledge this installation speaks from."""

    version: str
    sha256: str
    date: str
    review_due: str
    engine: str
    options: list[OptionName]


class OptionPage(BaseModel):
    """Hold what the knowledge says of one option, whoever the patient is."""

    id: str
    name: str
    group: str
    what_it_is: str
    when_it_applies: str
    criteria: list[dict[str, Any]]


class FactPage(BaseModel):
    """Hold one fact of the dictionary."""

    name: str
    type: str
    question: str
    plain: str
    unit: str
    found_by: str
    possible: list[float] | None
    plausible: list[float] | None
    values: dict[str, str]
    derived: bool


class Facts(BaseModel):
    """Hold the dictionary: every fact that a case can give or that follows from it."""

    facts: list[FactPage]


class Job(BaseModel):
    """Tell how far a long calculation is."""

    id: str
    state: JobState
    what: str
    share: float = Field(ge=0, le=1)


class Token(BaseModel):
    """Hold a token for programs; send it as `Authorization: Bearer`."""

    token: str
    hours: int


class SignIn(BaseModel):
    """Hold the name and the password of an account."""

    name: str = Field(min_length=1, max_length=200, pattern=r"^[^\u0000]+$")
    password: str = Field(min_length=1, max_length=1000)


class CaseHead(BaseModel):
    """Name one stored case in its newest version."""

    case: str
    version: int
    label: str
    made_at: str


class CaseList(BaseModel):
    """Hold the cases that are open to whoever asks, the last saved first."""

    cases: list[CaseHead]


class StoredCase(CaseHead):
    """Hold one version of a stored case, as it was given."""

    document: str
    sha256: str


class StoredPlan(BaseModel):
    """Name a kept plan; its content is what was kept, byte for byte."""

    id: str
    case: str
    version: int
    knowledge: KnowledgeName
    engine: str
    region: str | None
    made_at: str
    content: str


class Replay(BaseModel):
    """Say whether a kept plan, made again from what is stored, has the same bytes."""

    same: bool
    reason: str


class Filing(BaseModel):
    """Hold what a board decided, to be filed on a kept plan."""

    model_config = ConfigDict(extra="forbid")

    plan: str = Field(max_length=64)
    chosen: list[str] = Field(max_length=40, examples=[["surveillance"]])
    strength: Literal["", "strong", "weak"] = ""
    conditions: str = Field("", max_length=4000)
    dissent: str = Field("", max_length=4000)
    deviation_code: str | None = Field(None, max_length=64, examples=["patient-refuses"])
    deviation_text: str = Field("", max_length=4000)
    present: list[str] = Field(default=[], max_length=60)
    follow_up: str = Field("", max_length=4000)
    decided_on: str = Field("", max_length=10, examples=["2026-03-12"])


class Decision(Open):
    """Hold the record of one decision of a board (`islet.record/1`)."""

    schema_: Literal["islet.record/1"] = Field(alias="schema")
    id: str
    case: str
    number: int
    supersedes: str | None


class Decisions(BaseModel):
    """Hold every decision of a case, oldest first: the last one stands."""

    decisions: list[Decision]


class Verified(BaseModel):
    """Say whether the trail of who did what holds; what was cut off at its end shows only with a head kept elsewhere."""

    ok: bool
    entries: int
    first_bad: int | None
    reason: str
