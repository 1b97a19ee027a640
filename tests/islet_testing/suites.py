"""Read the public truth-table suites: every test as name, expression and expected answer, in the words of the suite."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

CQL = "{http://hl7.org/fhirpath/tests}"
MODEL = "{https://www.omg.org/spec/DMN/20230324/MODEL/}"
CASE = "{http://www.omg.org/spec/DMN/20160719/testcase}"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"

# FHIRPath is a language of its own; these groups are about logic, comparison and the loss of unknown, the others are not.
FHIRPATH_GROUPS = (
    "testBooleanLogicAnd",
    "testBooleanLogicOr",
    "testBooleanLogicXOr",
    "testBooleanImplies",
    "testEquality",
    "testNEquality",
    "testLessThan",
    "testLessOrEqual",
    "testGreaterThan",
    "testGreatorOrEqual",
    "testExists",
    "testIif",
    "testCollectionBoolean",
)
FHIRPATH_NOT = (
    "testLiteralNotOnEmpty",
    "testLiteralNotTrue",
    "testLiteralNotFalse",
    "testIntegerBooleanNotTrue",
    "testIntegerBooleanNotFalse",
    "testNotInvalid",
)


@dataclass(frozen=True, slots=True)
class Example:
    """Hold one test: `expected` is yes, no, unknown, "invalid", or "other" for an answer that is no truth value."""

    name: str
    expression: str
    expected: str


def word(text: str | None) -> str:
    """Return the answer of a suite as yes, no, unknown or other."""
    return {"true": "yes", "false": "no", "null": "unknown", None: "unknown", "": "unknown"}.get(text, "other")


def cql(folder: Path) -> list[Example]:
    """Return the tests of the three CQL files."""
    found = []
    for file in sorted((folder / "cql").glob("*.xml")):
        for group in ET.parse(file).getroot().findall(f"{CQL}group"):
            for test in group.findall(f"{CQL}test"):
                expression = test.find(f"{CQL}expression")
                output = test.find(f"{CQL}output")
                expected = "invalid" if expression.get("invalid") else word(output.text if output is not None else None)
                found.append(Example(f"cql/{file.stem}/{group.get('name')}/{test.get('name')}", expression.text.strip(), expected))
    return found


def fhirpath(folder: Path) -> list[Example]:
    """Return the tests of the logic and comparison groups, unwrapped: `(x).empty()` expects unknown, `(x) = false` expects no."""
    found = []
    for group in ET.parse(folder / "fhirpath" / "tests-fhir-r4.xml").getroot().findall("group"):
        for test in group.findall("test"):
            if group.get("name") not in FHIRPATH_GROUPS and test.get("name") not in FHIRPATH_NOT:
                continue
            expression = test.find("expression")
            outputs = test.findall("output")
            expected = "invalid" if expression.get("invalid") else word(outputs[0].text if outputs else None)
            text = expression.text.strip()
            wrapped = re.fullmatch(
                r"(.+\.not\(\))\.empty\(\)|(.+\.not\(\)) = (true|false)|\((.+)\)\.empty\(\)|\((.+)\) = (true|false)", text
            )
            if wrapped and expected == "yes":
                empty_not, compared_not, value_not, empty, compared, value = wrapped.groups()
                text = empty or compared or empty_not or compared_not
                expected = word(value or value_not) if (value or value_not) else "unknown"
            found.append(Example(f"fhirpath/{group.get('name')}/{test.get('name')}", text, expected))
    return found


def dmn(folder: Path) -> list[Example]:
    """Return the conjunctions and disjunctions of the DMN kit."""
    found = []
    for name in ("0064-feel-conjunction", "0065-feel-disjunction"):
        model = ET.parse(folder / "dmn" / f"{name}.dmn").getroot()
        texts = {decision.get("name"): decision.find(f".//{MODEL}text").text.strip() for decision in model.findall(f"{MODEL}decision")}
        for case in ET.parse(folder / "dmn" / f"{name}-test-01.xml").getroot().findall(f"{CASE}testCase"):
            node = case.find(f"{CASE}resultNode")
            value = node.find(f".//{CASE}value")
            found.append(Example(f"dmn/{name}/{case.get('id')}", texts[node.get("name")], word(None if value.get(NIL) else value.text)))
    return found


READERS = {"cql": cql, "fhirpath": fhirpath, "dmn": dmn}
