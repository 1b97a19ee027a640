"""Every broken case is refused with exit code 2 and words that name file, line, field, what was found and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from islet_testing.command import Result, run_islet
from islet_testing.places import KNOWLEDGE, MINI

CASES = sorted(file for file in (Path(__file__).parent / "cases").iterdir() if file.suffix != ".expected")
MEMORY_MB = 400
SECONDS = 20


def refused(file: Path | str, folder: Path, output: Path, stdin: bytes = b"") -> Result:
    """Plan a broken case into a file, and assert what holds for every refusal."""
    done = run_islet(
        "plan",
        file,
        "--format",
        "json",
        "-o",
        output / "plan.json",
        "--knowledge",
        folder,
        stdin=stdin,
        cwd=output,
        timeout=SECONDS,
        memory_mb=MEMORY_MB,
        cpu_seconds=SECONDS,
    )
    assert done.code == 2, (done.code, done.err)
    assert "Traceback" not in done.err
    assert done.err.startswith("islet: ")
    assert len(done.err) < 2000, "a message is for reading"
    assert done.out == b""
    assert list(output.iterdir()) == [], "nothing is written"
    return done


def test_every_broken_case_stands_beside_the_words_expected_of_its_message():
    assert len(CASES) >= 90
    for case in CASES:
        words = case.with_suffix(".expected").read_text().splitlines()
        assert words and all(words), case.name
        assert words[0].startswith(case.name), "the first line names the file, and the line where there is one"
    expected = {file.stem for file in (Path(__file__).parent / "cases").glob("*.expected")}
    assert expected == {case.stem for case in CASES}, "no words without a case"


@pytest.mark.parametrize("knowledge", [MINI, KNOWLEDGE], ids=["small-knowledge", "own-knowledge"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_broken_case_is_refused_with_the_words_expected(case, knowledge, tmp_path):
    done = refused(case, knowledge, tmp_path)
    for words in case.with_suffix(".expected").read_text().splitlines():
        assert words in done.err


def test_a_case_over_one_mebibyte_is_refused_before_it_is_read(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    file = tmp_path / "huge.yaml"
    file.write_bytes(b"cells: {ki67_percent: 3}\n" + b"# nothing\n" * 110_000)
    assert file.stat().st_size > 1_048_576
    done = refused(file, MINI, out)
    assert "huge.yaml" in done.err and "1,048,576" in done.err


def test_a_file_of_four_gigabytes_of_nothing_is_refused_at_once(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    file = tmp_path / "sparse.yaml"
    with file.open("wb") as stream:
        stream.truncate(4 << 30)
    done = refused(file, MINI, out)
    assert "sparse.yaml" in done.err and done.seconds < 10


def test_a_case_of_exactly_one_mebibyte_is_read(tmp_path):
    file = tmp_path / "large.yaml"
    start = b"cells: {ki67_percent: 3}\n"
    file.write_bytes(start + b"#" * (1_048_576 - len(start) - 1) + b"\n")
    assert file.stat().st_size == 1_048_576
    assert run_islet("plan", file, "--format", "json", "--knowledge", MINI).code == 0


def test_an_endless_stream_on_standard_input_is_refused(tmp_path):
    done = refused("-", MINI, tmp_path, stdin=b"x" * 3_000_000)
    assert "1,048,576" in done.err or "1 MiB" in done.err


def test_a_file_of_many_small_values_is_refused_in_bounded_time(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    file = tmp_path / "many.json"
    file.write_text("[" + "1," * 500_000 + "1]")
    refused(file, MINI, out)


def test_a_mapping_of_a_hundred_thousand_keys_is_refused_in_bounded_time(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    file = tmp_path / "keys.json"
    file.write_text('{"cells": {' + ",".join(f'"{i}":1' for i in range(90_000)) + "}}")
    assert refused(file, MINI, out).seconds < 10


@pytest.mark.parametrize(("name", "words"), [("absent.yaml", "cannot be read"), ("folder", "folder")])
def test_a_file_that_is_not_there_or_is_a_folder_is_named(name, words, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    if name == "folder":
        (tmp_path / name).mkdir()
    done = refused(tmp_path / name, MINI, out)
    assert name in done.err and words in done.err


def test_a_name_with_a_line_break_or_an_escape_reaches_the_terminal_harmless(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    file = tmp_path / "case.yaml"
    file.write_text('cells: {differentiation: "we\\e[31mll"}\n')
    assert "\x1b" not in refused(file, MINI, out).err


def test_nothing_of_a_case_is_ever_run(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    refused(Path(__file__).parent / "cases" / "python_object_tag.yaml", MINI, out)
    assert not (out / "hacked").exists()
