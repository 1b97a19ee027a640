"""Two versions of the knowledge on one table: counts from verdict to verdict, and who moves."""

import shutil

import pytest

from islet.knowledge.store import load_knowledge
from islet.registry.by_case import decide_by_case
from islet.registry.compare import Compare
from islet_testing.bases import own_base
from islet_testing.coded_cases import batches_of, coded_of, generated_cases
from islet_testing.places import KNOWLEDGE

CASES = generated_cases(0, 60)


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory):
    """Return the knowledge with the kidney stop of PRRT moved from 40 to 75 ml/min."""
    folder = tmp_path_factory.mktemp("new") / "knowledge"
    shutil.copytree(KNOWLEDGE, folder)
    file = folder / "options" / "prrt.yaml"
    text = file.read_text()
    stop = "creatinine_clearance_ml_min < 40 or egfr < 40"
    assert stop in text
    file.write_text(text.replace(stop, stop.replace("40", "75")))
    return load_knowledge(str(folder))


def compared(old, new, old_cases=CASES, new_cases=CASES, sizes=(64, 64)):
    run = Compare(list(old.options), list(new.options))
    movers = []
    for found in run.run(
        batches_of(old_cases, old, sizes[0]), batches_of(new_cases, new, sizes[1]),
        lambda coded: decide_by_case(coded, old), lambda coded: decide_by_case(coded, new),
    ):
        movers += found
    return run.found(), movers


@pytest.fixture(scope="module")
def result(edited):
    return compared(own_base(), edited)


def test_those_who_move_are_those_whose_verdict_differs(edited, result) -> None:
    comparison, movers = result
    old, new = decide_by_case(coded_of(CASES, own_base().space), own_base()), decide_by_case(coded_of(CASES, edited.space), edited)
    expected = {
        (CASES[row].id, option)
        for place, option in enumerate(own_base().options) for row in range(len(CASES))
        if old.verdicts[place, row] != new.verdicts[place, row]
    }
    assert expected and {(mover.id, mover.option) for mover in movers} == expected
    assert {option for _, option in expected} == {"prrt"}
    assert comparison.movers == len({name for name, _ in expected})


def test_the_counts_of_an_option_are_all_patients_and_agree_with_those_who_move(result) -> None:
    comparison, movers = result
    for option in own_base().options:
        assert sum(move.patients for move in comparison.moves if move.option == option) == len(CASES)
    moved = {(m.option, m.before, m.after) for m in movers}
    assert moved == {(m.option, m.before, m.after) for m in comparison.moves if m.before != m.after}


def test_a_version_against_itself_moves_nobody() -> None:
    comparison, movers = compared(own_base(), own_base(), CASES[:20], CASES[:20])
    assert not movers and comparison.movers == 0 and not any(comparison.surer.values())


def test_rows_that_one_version_cannot_read_are_counted_and_left_out(edited) -> None:
    few = CASES[:24]
    whole, movers = compared(own_base(), edited, few[:3] + few[4:], few[:10] + few[12:], (5, 7))
    assert (whole.patients, whole.only_old, whole.only_new) == (21, 2, 1)
    kept = few[:3] + few[4:10] + few[12:]
    again, same = compared(own_base(), edited, kept, kept)
    assert sorted(movers) == sorted(same) and whole.moves == again.moves
