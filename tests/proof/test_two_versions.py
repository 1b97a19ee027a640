"""Two versions of the knowledge in one solver share the patient and nothing that follows: the ground of a diff by meaning."""

from __future__ import annotations

import shutil

import pytest

from islet.proof.difference import Versions, compare_versions
from islet.proof.encoding import NAMES, VERDICTS
from islet.proof.session import Session
from islet.proof.sources import read_written
from islet_testing.places import KNOWLEDGE


def changed(tmp_path, file: str, old: str, new: str):
    folder = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE, folder, ignore=shutil.ignore_patterns("vignettes", "evidence"))
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    return read_written(folder)


def options_that_change(name, old, new):
    session = Session(name, old)
    before, after = session.world(), session.world(" in the new version", written=new)
    smt = session.smt
    found = set()
    for option in old.options:
        terms = [smt.Xor(before.verdict(option, verdict), after.verdict(option, verdict)) for verdict in VERDICTS]
        if session.can(smt.Or(*terms)) != "unsat":
            found.add(option)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_same_knowledge_twice_changes_no_patient(name):
    written = read_written(KNOWLEDGE)
    assert options_that_change(name, written, written) == set()


def test_words_alone_change_no_patient(tmp_path):
    new = changed(tmp_path, "options/captem.yaml", "    when: pregnant\n", "    when: not (not pregnant)\n")
    assert options_that_change(NAMES[0], read_written(KNOWLEDGE), new) == set()


def test_a_moved_threshold_changes_its_option_alone(tmp_path):
    new = changed(tmp_path, "options/captem.yaml", "when: 0 < dpyd_activity_score < 1\n", "when: 0 < dpyd_activity_score <= 1\n")
    assert options_that_change(NAMES[0], read_written(KNOWLEDGE), new) == {"captem"}


def test_a_moved_definition_changes_whatever_rests_on_it(tmp_path):
    new = changed(tmp_path, "facts/derived_health.yaml", "<= 9, C: child_pugh_points >= 10", "<= 10, C: child_pugh_points >= 11")
    found = options_that_change(NAMES[0], read_written(KNOWLEDGE), new)
    assert {"captem", "everolimus"} <= found and "surveillance" not in found


def test_a_changed_estimate_is_named_beside_the_proof_that_no_patient_changes(tmp_path):
    changed(tmp_path, "estimates/surgery_fistula.yaml", "-3.136", "-3.137")
    found = list(compare_versions(Versions(KNOWLEDGE, tmp_path / "knowledge")))[-1]
    assert found.numbers == ["estimate fistula_a_frs changed"]
    assert not found.changes and len(found.same) == len(Versions(KNOWLEDGE, KNOWLEDGE).new.options)
