"""What Islet is built from: pinned by hash, listed, and under licences that are allowed."""

from __future__ import annotations

import json
import re

from islet.about.places import read_safety
from islet_testing.bill_of_materials import FILE, licence_parts, pinned
from islet_testing.places import ROOT

BILL = json.loads(FILE.read_text(encoding="utf-8"))
COMPONENTS = {(c["name"], c["version"]): c for c in BILL["components"]}


def test_every_pinned_package_carries_hashes():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#", "-"))]
    assert len(lines) == len(pinned()) > 50
    assert [pin for pin, hashes in pinned().items() if hashes == 0] == []
    assert "--require-hashes" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_bill_lists_what_is_pinned():
    assert set(COMPONENTS) == set(pinned()), "run `make sbom`"


def test_the_bill_is_cyclonedx_and_names_no_registry():
    assert (BILL["bomFormat"], BILL["specVersion"]) == ("CycloneDX", "1.6")
    text = FILE.read_text(encoding="utf-8")
    assert not re.search(r"https?://|file:|/home/|/tmp/", text)
    assert len({c["bom-ref"] for c in BILL["components"]}) == len(BILL["components"])


def test_every_licence_is_allowed_or_excepted_with_a_reason():
    told = read_safety("licences.yaml")
    for (name, _), component in COMPONENTS.items():
        said = component["licenses"][0]
        licence = said.get("expression") or said["license"]["name"]
        if name in told["excepted"]:
            assert licence == told["excepted"][name]["licence"] and len(told["excepted"][name]["because"]) > 20
        else:
            assert set(licence_parts(licence)) <= set(told["allowed"]), f"{name}: {licence}"
    names = {name for name, _ in COMPONENTS}
    assert {*told["excepted"], *told["read"]} <= names, "an entry for a package that is no longer pinned"
