"""What trials say for machines: faults in it are named with file and line."""

from __future__ import annotations

import shutil

import pytest

from islet.errors import KnowledgeErrors
from islet.knowledge.compile import read_rules
from islet_testing.places import KNOWLEDGE

FAULTS = [  # what stands in the record of RADIANT-3, what is written instead, and words of the message
    ('when: "progression in [progressive', 'when: "progresion in [progressive', 'unknown fact "progresion"'),
    ("of: overall survival, for: everolimus", "of: overall survivall, for: everolimus", 'did you mean "overall survival"?'),
    ("for: everolimus, endpoint: shrinkage", "for: everolimus, endpoint: survival", "a share needs at_months"),
    ("endpoint: progression_free, at_months: 18", "endpoint: growth, at_months: 18", "expected one of shrinkage"),
    ("grades: [G1, G2]", "grade: [G1, G2]", 'did you mean "grades"?'),
]


@pytest.fixture(scope="module")
def faults(tmp_path_factory) -> str:
    folder = shutil.copytree(KNOWLEDGE, tmp_path_factory.mktemp("trials") / "knowledge")
    file = folder / "trials" / "radiant-3.yaml"
    text = file.read_text(encoding="utf-8")
    for right, wrong, _ in FAULTS:
        assert right in text
        text = text.replace(right, wrong, 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeErrors) as found:
        read_rules(folder)
    return str(found.value)


@pytest.mark.parametrize("words", [words for _, _, words in FAULTS])
def test_a_fault_is_named_with_its_place(faults, words):
    assert "radiant-3.yaml:" in next((line for line in faults.splitlines() if words in line), ""), faults
