"""Mutants judged on one compiled space come to the same end as a knowledge folder with the fault written into its file."""

from __future__ import annotations

import argparse
import json
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from islet.case.yaml_text import read_document
from islet.cli.mutate_command import mutate_command
from islet.errors import InputError, KnowledgeErrors
from islet.knowledge.compile import Read, compile_folder, read_rules
from islet.knowledge.opening import open_base
from islet.knowledge.yaml_data import plain
from islet.plan.make import make_plan
from islet.plan.vignettes import run_vignettes
from islet.proof.mutation import EQUIVALENT, KILLED, SURVIVED, UNSHOWN, Mutant, Outcome, mutants_of
from islet.proof.mutation_edits import edits_of
from islet.proof.mutation_patient import read_document_of
from islet.proof.mutation_report import read_survivors, result_of
from islet.proof.mutation_run import chosen, run_mutants
from islet.rules.language import parse_rule
from islet_testing.places import MINI


@lru_cache(maxsize=1)
def mini() -> Read:
    return read_rules(MINI)


@lru_cache(maxsize=1)
def judged() -> dict[str, tuple[Mutant, Outcome]]:
    mutants = mutants_of(mini())
    outcomes = run_mutants(mini(), mutants, None, 1, None)
    return {mutant.id: (mutant, outcome) for mutant, outcome in zip(mutants, outcomes, strict=True)}


def folder_with(mutant: Mutant, target: Path) -> Path:
    """Return a copy of the small knowledge in which a person wrote the fault into the file."""
    shutil.copytree(MINI, target)
    file = target / mutant.file
    data: Any = plain(read_document(file.read_bytes(), mutant.file, limit=None))
    if mutant.part == "criterion":
        rules = data["criteria"]
        if mutant.kind == "dropped":
            data["criteria"] = [rule for rule in rules if rule["id"] != mutant.owner]
        else:
            next(rule for rule in rules if rule["id"] == mutant.owner)["when"] = str(mutant.expression)
    elif mutant.part == "link":
        if mutant.kind == "dropped":
            data["links"] = [link for link in data["links"] if link["id"] != mutant.owner]
        else:
            next(link for link in data["links"] if link["id"] == mutant.owner)[mutant.path[0]] = str(mutant.expression)
    elif mutant.part == "definition":
        entry = data["derived"][mutant.owner.split(".")[1]]
        if "when" in entry:
            entry["when"] = str(mutant.expression)
        else:
            entry["values"][list(entry["values"])[mutant.path[0]]] = str(mutant.expression)
    elif mutant.part == "formula":
        entry = data["derived"][mutant.owner.split(".")[1]]
        if mutant.text:
            entry["formula"] = mutant.text  # the small knowledge has no `let`
        else:
            _, group, case, *name = mutant.path
            cases = entry["by"][list(entry["by"])[group]]
            word = list(cases)[case]
            if name:
                cases[word][name[0]] = mutant.points
            else:
                # a word of the file cannot be negated: the numbers of the other word come instead
                assert str(mutant.expression) == f"sex != {word}"
                cases[word], = (numbers for other, numbers in cases.items() if other != word)
    else:
        terms = data["derived"][mutant.owner.split(".")[1]]["points"]
        place, *band = mutant.path
        if not band:
            terms[place]["constant"] = mutant.points
        else:
            bands = list(terms[place]["bands"].items())
            points = bands[band[0]][1] if mutant.points is None else mutant.points
            bands[band[0]] = (str(mutant.expression), points)
            terms[place]["bands"] = dict(bands)
    file.write_text(json.dumps(data, ensure_ascii=False, indent=1))  # YAML as well
    return target


def check_fails(folder: Path) -> bool:
    try:
        data, options = compile_folder(folder)
    except KnowledgeErrors:
        return True
    return bool(run_vignettes(open_base(data), options, folder).failures)


def ids(state: str) -> list[str]:
    return sorted(name for name, (_, outcome) in judged().items() if outcome.state == state)


def test_what_vignettes_kill_fails_the_check_and_what_survives_passes_it(tmp_path):
    wrong = []
    for number, (mutant, outcome) in enumerate(judged().values()):
        noticed = outcome.state == KILLED and not outcome.by.startswith("property")
        if check_fails(folder_with(mutant, tmp_path / str(number))) != noticed:
            wrong.append((mutant.id, outcome))
    assert not wrong


def test_every_survivor_has_a_patient_whose_plan_the_fault_changes(tmp_path):
    written = open_base(compile_folder(MINI)[0])
    verdicts = 0
    for number, name in enumerate(ids(SURVIVED)):
        mutant, outcome = judged()[name]
        assert outcome.patient, name
        option = outcome.what.split(" ")[0].split(".")[0]
        if "." in outcome.what:
            continue  # a caution or a derived fact: told differently, no verdict of a short case changes
        verdicts += 1
        faulty = open_base(compile_folder(folder_with(mutant, tmp_path / str(number)))[0])
        region = outcome.what.split(" in ")[1] if " in " in outcome.what else None
        plans = [make_plan(read_document_of(outcome.patient, base.space), base, region) for base in (written, faulty)]
        found = [next(one.verdict for one in plan.options if one.id == option) for plan in plans]
        clash = [any(problem["kind"] == "conflict" for problem in plan.problems) for plan in plans]
        assert found == [outcome.before, outcome.after] or clash[0] != clash[1], name
    assert verdicts


def test_equal_mutants_give_every_vignette_the_same_plan(tmp_path):
    written = open_base(compile_folder(MINI)[0])
    cases = [document for name in ids(SURVIVED) if (document := judged()[name][1].patient)]
    assert ids(EQUIVALENT) and cases
    for number, name in enumerate(ids(EQUIVALENT)):
        faulty = open_base(compile_folder(folder_with(judged()[name][0], tmp_path / str(number)))[0])
        for document in cases:
            plans = [make_plan(read_document_of(document, base.space), base) for base in (written, faulty)]
            assert [o.verdict for o in plans[0].options] == [o.verdict for o in plans[1].options], (name, document)


@pytest.mark.parametrize(
    ("rule", "faults"),
    [
        ("size_mm < 20", {"size_mm < 19", "size_mm < 21", "size_mm <= 20", "size_mm >= 20"}),
        ("ecog >= 4", {"ecog >= 3", "ecog < 4"}),
        ("creatinine_umol_l > 176.8",
         {"creatinine_umol_l > 176.7", "creatinine_umol_l > 176.9", "creatinine_umol_l >= 176.8", "creatinine_umol_l <= 176.8"}),
        ("m == M1", {"m != M1"}),
        ("pregnant", {"not pregnant"}),
        ("diabetes in comorbidities", {"diabetes not in comorbidities"}),
        ("who_grade in [G1, G2]", {"who_grade not in [G1, G2]", "who_grade == G1", "who_grade in [G1, G2, G3]"}),
        ("not pregnant and m == M1", {"not not pregnant and m == M1", "not pregnant and m != M1"}),
    ],
)
def test_faults_of_a_rule(rule, faults):
    dictionary = mini().dictionary
    found = {str(edit.expression) for edit in edits_of(parse_rule(rule, dictionary, "x", 1, "x"), dictionary)}
    assert found == faults


def test_a_stopped_run_is_taken_up_again(tmp_path):
    kept = tmp_path / "results.jsonl"
    mutants = chosen(mini(), None, 12)
    first = run_mutants(mini(), mutants, kept, 1, None)
    lines = kept.read_text().splitlines(keepends=True)
    assert len(lines) == 12
    kept.write_text("".join(lines[:5]) + lines[5][:20])  # stopped in the middle of a line
    assert run_mutants(mini(), mutants, kept, 1, None) == first
    told = [json.loads(line)["id"] for line in kept.read_text().splitlines()[6:]]
    assert len(told) + 5 in (11, 12)


def test_two_processes_find_what_one_finds():
    mutants = chosen(mini(), None, 40)
    assert run_mutants(mini(), mutants, None, 2, None) == [judged()[mutant.id][1] for mutant in mutants]


def test_the_sample_is_fixed_and_files_are_added_to_it():
    sample = {mutant.id for mutant in chosen(mini(), None, 10)}
    assert len(sample) == 10 and sample == {mutant.id for mutant in chosen(mini(), None, 10)}
    both = {mutant.id for mutant in chosen(mini(), ["knowledge/options/captem.yaml"], 10)}
    own = {mutant.id for mutant in mutants_of(mini()) if mutant.file == "options/captem.yaml"}
    assert both == sample | own
    with pytest.raises(InputError, match=r"captm"):
        chosen(mini(), ["options/captm.yaml"], None)


def test_a_stale_explanation_is_an_error_and_a_survivor_needs_one(tmp_path):
    pairs = list(judged().values())
    every = mutants_of(mini())
    assert result_of(pairs, every, tmp_path).open
    reasons = [{"mutant": name, "because": "a reason"} for name in ids(SURVIVED)]
    (tmp_path / "survivors.yaml").write_text(yaml.safe_dump({"survivors": reasons}))
    explained = result_of(pairs, every, tmp_path)
    assert not explained.open and not explained.stale
    reasons += [{"mutant": ids(KILLED)[0], "because": "once"}, {"mutant": "no.such: rule", "because": "once"}]
    (tmp_path / "survivors.yaml").write_text(yaml.safe_dump({"survivors": reasons}))
    assert result_of(pairs, every, tmp_path).stale == [ids(KILLED)[0], "no.such: rule"]
    (tmp_path / "survivors.yaml").write_text("survivors: [{mutant: x}]")
    with pytest.raises(InputError, match="no reason"):
        read_survivors(tmp_path / "survivors.yaml")


def test_one_explanation_may_speak_of_all_faults_of_one_kind_in_a_rule(tmp_path):
    pairs = list(judged().values())
    mutant = judged()[ids(SURVIVED)[0]][0]
    fact = mutant.id.partition(": ")[2].split()[0]
    own = {m.id for m, o in pairs if o.state == SURVIVED and (m.owner, m.kind) == (mutant.owner, mutant.kind)}
    wide = {"rule": mutant.owner, "kind": mutant.kind, "because": "a reason"}
    (tmp_path / "survivors.yaml").write_text(yaml.safe_dump({"survivors": [wide]}))
    assert set(result_of(pairs, mutants_of(mini()), tmp_path).explained) == own
    narrow = [{**wide, "fact": fact}, {**wide, "fact": "no_such_fact"}]
    (tmp_path / "survivors.yaml").write_text(yaml.safe_dump({"survivors": narrow}))
    found = result_of(pairs, mutants_of(mini()), tmp_path)
    assert mutant.id in found.explained and found.stale == [f"{mutant.owner} {mutant.kind} no_such_fact"]
    some = [pair for pair in pairs if pair[1].id not in own]
    (tmp_path / "survivors.yaml").write_text(yaml.safe_dump({"survivors": [wide]}))
    assert not result_of(some, mutants_of(mini()), tmp_path).stale  # they did not all run


def test_the_command_tells_the_score_and_fails_below_the_target(capsys):
    arguments = argparse.Namespace(files=["options/captem.yaml"], sample=None, output=None, jobs=1, format="json")
    code = mutate_command(arguments, str(MINI))
    told = json.loads(capsys.readouterr().out)
    counts = told["counts"]
    assert set(counts) == {KILLED, SURVIVED, EQUIVALENT, UNSHOWN}
    assert told["score"] == round(100 * counts[KILLED] / (counts[KILLED] + counts[SURVIVED]), 2)
    assert code == (0 if told["score"] >= 95 and not counts[SURVIVED] else 1)
