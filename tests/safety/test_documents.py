"""The documents a hospital asks for say what they must say, and their links lead somewhere."""

from __future__ import annotations

import re
import shutil

import pytest

from islet import __version__
from islet.about import places
from islet.about.places import DOCUMENTS, document
from islet_testing.places import ROOT

SIGNED = "No clinical safety officer has signed"
PAGES = ["docs/INTENDED_USE.md", "docs/MODEL_FACTS.md", "docs/LIMITS.md", "docs/ACCESSIBILITY.md", "SECURITY.md", "safety/SAFETY_CASE.md",
         "docs/safety/hazards.md", "docs/safety/threats.md"]


def text_of(path):
    return re.sub(r"\s+", " ", (ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", ["docs/INTENDED_USE.md", "docs/MODEL_FACTS.md", "safety/SAFETY_CASE.md", "docs/safety/hazards.md"])
def test_that_nobody_signed_stands_where_it_must(path):
    assert SIGNED in text_of(path)


def test_the_intended_use_names_who_it_is_not_for():
    text = text_of("docs/INTENDED_USE.md")
    for words in ("Not for emergencies", "Not for patients under 18", "not for neuroendocrine tumours of other organs",
                  "Never the sole basis of a decision", "not cleared or certified anywhere", "for research only"):
        assert words in text


@pytest.mark.parametrize("words", [
    "Who uses it", "For whom", "Where", "What goes in", "How it answers", "What was tested", "What it cannot do",
    "What is missing data here", "The patient's page", "What has not been done", f"Islet {__version__}", "released by a clinician",
])
def test_the_intended_use_has_what_a_label_needs(words):
    assert words in text_of("docs/INTENDED_USE.md")


@pytest.mark.parametrize("words", [
    "IPDAS human-study items", "Clinical-safety-officer sign-off", "Conformity assessment",
    "Validation by the HL7 validator or veraPDF until run", "Concordance with a real board until measured",
])
def test_the_limits_name_what_software_cannot_claim(words):
    assert f"**{words}" in text_of("docs/LIMITS.md")


def test_the_limits_say_where_evidence_is_absent_contradictory_and_indirect():
    text = text_of("docs/LIMITS.md")
    assert all(f"## Where {words}" in text for words in ("evidence is absent", "sources contradict each other", "evidence is indirect"))


def test_a_report_has_a_way_and_no_invented_address():
    text = text_of("SECURITY.md")
    assert "private advisory" in text and "issue tracker" in text and "patient safety" in text
    assert not re.search(r"[\w.]+@[\w.]+\w|https?://", text)


@pytest.mark.parametrize("path", [*PAGES, "README.md"])
def test_every_link_leads_to_a_file(path):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", (ROOT / path).read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert ((ROOT / path).parent / target).exists(), target


@pytest.mark.parametrize("name", ["INTENDED_USE", "MODEL_FACTS", "LIMITS"])
def test_the_readme_leads_to_what_a_hospital_asks_first(name):
    assert f"docs/{name}.md" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_installed_package_carries_the_documents_and_the_safety_file(tmp_path, monkeypatch):
    """As the wheel lays them out (`force-include` in pyproject.toml): apart from the repository, every page is found."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pairs = re.findall(r'^"([\w./]+)" = "islet/(about_data[\w./]*)"$', text, re.M)
    package = tmp_path / "islet"
    for source, target in pairs:
        place = package / target
        place.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / source).is_dir() else shutil.copy)(ROOT / source, place)
    monkeypatch.setattr(places, "__file__", str(package / "about" / "places.py"))
    for name in DOCUMENTS:
        assert document(name).startswith("# ")
    assert places.safety_folder() == package / "about_data" / "safety"
    assert places.read_safety("hazards.yaml")["hazards"]


def test_a_document_that_does_not_exist_is_refused():
    with pytest.raises(KeyError):
        document("../README")
