"""Moving a threshold: the same machine decides at each value, against knowledge edited by hand and against the whole knowledge."""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from islet.errors import InputError
from islet.knowledge.store import load_knowledge
from islet.registry.by_case import decide_by_case
from islet.registry.model import VERDICTS
from islet.registry.moves import Move
from islet.registry.sweep import Curve, Moved, Point, Sweep, shown_curve
from islet.registry.threshold import compile_variants, find_threshold, read_variants, steps_between
from islet_testing.bases import own_base
from islet_testing.coded_cases import batches_of, coded_of, generated_cases
from islet_testing.places import KNOWLEDGE

CASES = generated_cases(0, 60)


def decider(base):
    """Return the single-case engine over one knowledge."""
    return lambda coded: decide_by_case(coded, base)


@pytest.fixture(scope="module")
def read():
    return read_variants(None)


def with_numbers(read):
    """Return the platelets below which PRRT is not given."""
    rule = next(r for r in read.options.rules if r.option == "prrt" and str(r.expression) == "platelets_10e9_l < 75")
    return find_threshold(read, rule.data["id"])


def swept(variants):
    sweep, edges = Sweep(variants, decider), []
    for ids, coded in batches_of(CASES, variants.base):
        edges += list(sweep.add(ids, coded))
    return sweep.curve(), edges


def test_the_present_threshold_gives_the_verdicts_of_the_whole_knowledge(read) -> None:
    threshold = with_numbers(read)
    variants = compile_variants(read, threshold, [100.0])
    own = own_base()
    place = list(own.options).index(threshold.option)
    whole = decide_by_case(coded_of(CASES, own.space), own)
    alone = decide_by_case(coded_of(CASES, variants.base.space), variants.base)
    assert (whole.verdicts[place] == alone.verdicts[0]).all()
    assert (whole.could[place] == alone.could[0]).all()
    assert (whole.certain[place] == alone.certain[0]).all()


def test_a_moved_threshold_gives_the_verdicts_of_knowledge_edited_by_hand(read, tmp_path: Path) -> None:
    threshold = with_numbers(read)
    value = 250.0
    folder = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE, folder)
    file = folder / "options" / f"{threshold.option}.yaml"
    before, after = file.read_text().split(f"- id: {threshold.criterion}\n")
    entry, rest = re.split(r"(?=\n  - id: )", after, maxsplit=1) if "\n  - id: " in after else (after, "")
    when = re.search(r"when: .*", entry).group()
    edited = re.sub(rf"\b{threshold.present:g}\b", f"{value:g}", when)
    assert edited != when
    file.write_text(f"{before}- id: {threshold.criterion}\n{entry.replace(when, edited)}{rest}")
    variants = compile_variants(read, threshold, [value])
    by_hand = load_knowledge(str(folder))
    place = list(by_hand.options).index(threshold.option)
    expected = decide_by_case(coded_of(CASES, by_hand.space), by_hand)
    moved = variants.bases[variants.values.index(value)]
    found = decide_by_case(coded_of(CASES, moved.space), moved)
    now = decide_by_case(coded_of(CASES, variants.base.space), variants.base)
    assert (now.verdicts[0] != found.verdicts[0]).any()
    assert (expected.verdicts[place] == found.verdicts[0]).all()
    assert (expected.could[place] == found.could[0]).all()


def test_every_patient_stands_somewhere_at_every_value(read) -> None:
    threshold = with_numbers(read)
    curve, _ = swept(compile_variants(read, threshold, steps_between(50, 400, 5, False)))
    assert curve.rows == len(CASES)
    for point in curve.points:
        assert sum(move.patients for move in point.moves) == len(CASES)


def test_at_the_present_threshold_nobody_moves_and_those_at_the_edge_move_next_to_it(read) -> None:
    threshold = with_numbers(read)
    variants = compile_variants(read, threshold, steps_between(50, 400, 5, False))
    curve, edges = swept(variants)
    here = variants.values.index(threshold.present)
    assert curve.points[here].moved == 0
    for side, place in (("below", here - 1), ("above", here + 1)):
        own = [edge for edge in edges if edge.side == side]
        assert len(own) == curve.points[place].moved
        assert {edge.value for edge in own} <= {variants.values[place]}


def test_the_size_of_a_batch_does_not_matter(read) -> None:
    variants = compile_variants(read, with_numbers(read), [300.0])
    curves = []
    for size in (7, 200):
        sweep = Sweep(variants, decider)
        for ids, coded in batches_of(CASES, variants.base, size):
            list(sweep.add(ids, coded))
        curves.append(sweep.curve())
    assert curves[0] == curves[1]


def test_a_number_of_a_criterion_moves_in_every_comparison_with_it(read) -> None:
    for rule in read.options.rules:
        text = str(rule.expression)
        if text.count("size_mm <= 20") and text.count("size_mm < 20") and rule.data["role"] == "position":
            threshold = find_threshold(read, rule.data["id"], "size_mm=20")
            assert {str(atom) for atom in threshold.comparisons} == {"size_mm <= 20", "size_mm < 20"}
            return
    raise AssertionError("no such criterion")


@pytest.mark.parametrize(("criterion", "fact", "words"), [
    ("surveillance.no-such", None, 'unknown criterion "surveillance.no-such"'),
    ("several", None, "say which with --fact"),
    ("several", "ecog", 'compares no "ecog" with a number'),
    ("several", "size_mm=7", 'does not compare size_mm with "7"'),
    ("caution", None, "it changes no verdict"),
    ("wordy", None, "compares no fact with a number"),
])
def test_what_cannot_be_swept_is_said_with_what_can(read, criterion: str, fact: str | None, words: str) -> None:
    kinds = {"caution": lambda r: r.data["role"] == "caution",
             "several": lambda r: r.data["role"] == "position" and r.data["direction"] != "allows"
             and {"size_mm > 20", "growth_mm_per_year > 5"} <= set(re.findall(r"[a-z_]+ > \d+", str(r.expression))),
             "wordy": lambda r: r.data["role"] == "indication" and not re.search(r"\d", str(r.expression))}
    if criterion in kinds:
        criterion = next(r.data["id"] for r in read.options.rules if kinds[criterion](r))
    with pytest.raises(InputError, match=re.escape(words)):
        find_threshold(read, criterion, fact)


@pytest.mark.parametrize("value", [-1.0, 100_000.0])
def test_a_threshold_outside_the_possible_range_is_refused_with_the_range(read, value: float) -> None:
    threshold = with_numbers(read)
    low, high = threshold.fact.possible
    with pytest.raises(InputError, match=rf"possible are {low:g} to {high:g}"):
        compile_variants(read, threshold, [value])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 12)), min_size=1, max_size=8), st.data())
def test_no_shown_point_tells_of_a_few_patients(steps: list[tuple[int, int, int]], data: st.DataObject) -> None:
    total = max(sum(step) for step in steps) + 1
    points = []
    for value, (one, two, three) in enumerate(steps):
        rest = total - one - two - three
        points.append(Point(float(value), tuple(
            Move("o", "possible", after, count)
            for after, count in zip(VERDICTS, (one, rest, two, three), strict=False) if count
        )))
    present = float(data.draw(st.integers(0, len(points) - 1)))
    shown = shown_curve(Curve(Moved("c", "o", "x.size", "", "size < 3", present), "", total, tuple(points)), 5)
    assert len(shown.points) + shown.left_out == len(points)
    assert all(not 0 < point.moved < 5 for point in shown.points)
    assert not any(0 < abs(one.moved - two.moved) < 5 for one in shown.points for two in shown.points)
    told = [point for point in shown.points if point.counts]
    for counts in zip(*(point.counts for point in told), strict=True):
        if len(shown.groups) > 1:
            assert not any(0 < count < 5 for count in counts)
        assert not any(0 < abs(one - two) < 5 for one in counts for two in counts)
    assert all(sum(point.counts) == total for point in told)
