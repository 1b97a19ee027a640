"""Every fault of the knowledge is found before a patient meets it, and named with file, line and the nearest valid word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from islet_testing.command import run_islet
from islet_testing.places import MINI

FAULTS = sorted(folder for folder in (Path(__file__).parent / "knowledge").iterdir() if folder.is_dir())
SECONDS = 30


def build(fault: Path, target: Path) -> tuple[dict, int]:
    """Copy the small knowledge, put the fault in, and return the patch with the line of its first edit."""
    shutil.copytree(MINI, target)
    patch = yaml.safe_load((fault / "patch.yaml").read_text())
    lines = []
    for edit in patch["edits"]:
        file = target / edit["file"]
        if "whole" in edit:
            lines.append(1)
            file.unlink(missing_ok=True) if edit["whole"] is None else file.write_text(edit["whole"] + "\n")
            continue
        text, find, put = file.read_text(), edit["find"], edit.get("put") or ""
        assert find in text, f"the small knowledge no longer holds {find!r}"
        at = text.index(find)
        lines.append(text[:at].count("\n") + 1)
        file.write_text(text[:at] + put + text[at + len(find) :])
    return patch, lines[0]


def test_every_fault_has_a_patch_and_the_words_expected():
    assert len(FAULTS) >= 90
    for fault in FAULTS:
        assert {file.name for file in fault.iterdir()} == {"patch.yaml", "expected"}, fault.name
        assert (fault / "expected").read_text().strip(), fault.name


def test_the_small_knowledge_without_a_fault_passes():
    done = run_islet("knowledge", "check", "--knowledge", MINI)
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_of_the_knowledge_stops_check_with_1_and_plan_with_2(fault, tmp_path):
    folder, out = tmp_path / "rules", tmp_path / "out"
    out.mkdir()
    patch, line = build(fault, folder)
    words = [text.replace("{line}", str(line)) for text in (fault / "expected").read_text().splitlines()]

    checked = run_islet("knowledge", "check", "--knowledge", folder, timeout=SECONDS, memory_mb=500, cwd=out)
    assert checked.code == 1, checked.err
    for text in words:
        assert text in checked.err
    assert "Traceback" not in checked.err

    planned = run_islet(
        "plan",
        "-",
        "--format",
        "json",
        "-o",
        out / "plan.json",
        "--knowledge",
        folder,
        stdin=b"{}",
        timeout=SECONDS,
        memory_mb=500,
        cwd=out,
    )
    assert "Traceback" not in planned.err
    if "plan" in patch:  # found by the examples and vignettes, which only `check` runs
        assert planned.code == patch["plan"], planned.err
        return
    assert planned.code == 2, planned.err
    for text in words:
        assert text in planned.err
    assert planned.out == b"" and list(out.iterdir()) == []


@pytest.mark.parametrize("what", ["absent", "empty", "a-file"])
def test_a_knowledge_folder_that_is_none_is_named(what, tmp_path):
    folder = tmp_path / what
    if what == "empty":
        folder.mkdir()
    elif what == "a-file":
        folder.write_text("{}")
    for words in (("plan", "-", "--knowledge", folder), ("knowledge", "check", "--knowledge", folder)):
        done = run_islet(*words, stdin=b"{}")
        assert done.code in (1, 2) and what in done.err and "Traceback" not in done.err
        assert done.out == b""


def test_one_run_names_every_fault(tmp_path):
    folder = tmp_path / "rules"
    shutil.copytree(MINI, folder)
    for name, find, put in (("surveillance", "size_mm > 40", "siz_mm > 40"), ("prrt", "when: pregnant", "when: pregnent")):
        file = folder / "options" / f"{name}.yaml"
        file.write_text(file.read_text().replace(find, put))
    done = run_islet("knowledge", "check", "--knowledge", folder)
    assert done.code == 1
    assert '"siz_mm"' in done.err and '"pregnent"' in done.err
