"""`islet plan` as a process of its own."""

from __future__ import annotations

import json
import os
import pty
import shutil
import stat
import subprocess
import sys

import pytest

from islet_testing.command import run_islet, run_python
from islet_testing.places import KNOWLEDGE, MINI, ROOT

TAIL = b"id: tail\ncells: {differentiation: well, ki67_percent: 1, mitoses_per_2mm2: 0}\nextent: {primary_site: tail, size_mm: 12, m: M0}\n"
LIVER = b"id: liver\nextent: {liver_mets: true}\nhealth: {egfr: 30}\n"
BAD = b"cells: {ki67_percnt: 3}\n"


@pytest.fixture
def files(tmp_path):
    for name, content in (("tail", TAIL), ("liver", LIVER), ("bad", BAD), ("empty", b"{}")):
        (tmp_path / f"{name}.yaml").write_bytes(content)
    return tmp_path


def verdicts(plan):
    return {option["id"]: option["verdict"] for option in plan["options"]}


@pytest.mark.parametrize("knowledge", [MINI, KNOWLEDGE], ids=["small-knowledge", "own-knowledge"])
def test_the_plan_as_json_has_the_members_of_the_contract(files, knowledge):
    done = run_islet("plan", files / "tail.yaml", "--format", "json", "--knowledge", knowledge)
    assert (done.code, done.err) == (0, "")
    plan = json.loads(done.out)
    assert plan["schema"] == "islet.plan/1"
    assert set(plan) >= {"schema", "case", "knowledge", "engine", "facts", "problems", "options", "ask", "disagreements"}
    assert set(plan["case"]) >= {"id", "sha256"} and set(plan["knowledge"]) >= {"version", "sha256"}
    members = [
        "id",
        "group",
        "name",
        "verdict",
        "certain",
        "certainly_not_offered",
        "could_be",
        "exact",
        "rests_on_recall",
        "provided",
        "for",
        "against",
        "cautions",
        "guidelines",
        "evidence",
        "estimates",
        "compatible_with",
        "declined_by_patient",
    ]
    for option in plan["options"]:
        assert set(option) >= set(members), option["id"]
        assert option["verdict"] in ("recommended", "possible", "need_data", "not_indicated", "contraindicated")
        for part in ("for", "against", "cautions", "provided"):
            for entry in option[part]:
                assert set(entry) >= {"criterion", "role", "text", "holds", "facts", "sources"}
                assert entry["holds"] in ("yes", "unknown")
                for source in entry["sources"]:
                    assert set(source) >= {"id", "title", "year", "url", "locator", "verification"}
                    assert source["verification"] in ("two_sources", "one_source", "secondary", "derived", "recall")
    for fact in plan["facts"].values():
        assert set(fact) >= {"value", "derived", "because"}


def test_the_default_is_text_and_names_every_option(files):
    done = run_islet("plan", files / "tail.yaml")
    assert (done.code, done.err) == (0, "")
    for option in json.loads(run_islet("plan", files / "tail.yaml", "--format", "json").out)["options"]:
        assert option["id"] in done.text or option["name"] in done.text


def test_the_empty_case_shows_every_option(files):
    for words in ((), ("--for", "patient")):
        done = run_islet("plan", files / "empty.yaml", *words)
        assert (done.code, done.err) == (0, "") and len(done.text) > 1000


def test_several_cases_give_one_json_object_a_line_in_the_order_given(files):
    names = ["liver", "tail", "empty", "liver"]
    done = run_islet("plan", *(files / f"{name}.yaml" for name in names), "--format", "json", "--knowledge", MINI)
    assert done.code == 0
    assert [json.loads(line)["case"]["id"] for line in done.text.splitlines()] == names


def test_one_bad_file_does_not_lose_the_others_and_is_named(files):
    done = run_islet(
        "plan",
        files / "tail.yaml",
        files / "bad.yaml",
        files / "absent.yaml",
        files / "liver.yaml",
        "--format",
        "json",
        "--knowledge",
        MINI,
    )
    assert done.code == 2
    assert [json.loads(line)["case"]["id"] for line in done.text.splitlines()] == ["tail", "liver"]
    assert "bad.yaml:1" in done.err and "absent.yaml" in done.err and "Traceback" not in done.err


def test_a_dash_reads_standard_input():
    done = run_islet("plan", "-", "--format", "json", "--knowledge", MINI, stdin=LIVER)
    assert done.code == 0 and verdicts(json.loads(done.out))["prrt"] == "contraindicated"


def test_a_case_in_json_and_the_same_in_yaml_give_the_same_plan(tmp_path):
    (tmp_path / "x.yaml").write_bytes(LIVER)
    (tmp_path / "x.json").write_text('{"health": {"egfr": 30}, "extent": {"liver_mets": true}, "id": "liver"}')
    one, other = (run_islet("plan", tmp_path / name, "--format", "json", "--knowledge", MINI).out for name in ("x.yaml", "x.json"))
    assert one == other and one


def test_an_output_file_holds_what_the_screen_would_show(files):
    target = files / "plan.json"
    done = run_islet("plan", files / "tail.yaml", "--format", "json", "--knowledge", MINI, "-o", target)
    assert (done.code, done.out) == (0, b"")
    assert target.read_bytes() == run_islet("plan", files / "tail.yaml", "--format", "json", "--knowledge", MINI).out


def test_an_output_file_is_written_whole_or_not_at_all(files):
    target = files / "plan.json"
    target.write_text("before")
    assert run_islet("plan", files / "bad.yaml", "--format", "json", "--knowledge", MINI, "-o", target).code == 2
    assert target.read_text() == "before"
    for place in (files / "no" / "such" / "plan.json", files):
        done = run_islet("plan", files / "tail.yaml", "--format", "json", "--knowledge", MINI, "-o", place)
        assert done.code == 2 and "Traceback" not in done.err and str(place) in done.err
    assert sorted(file.name for file in files.iterdir()) == ["bad.yaml", "empty.yaml", "liver.yaml", "plan.json", "tail.yaml"]


def test_several_cases_of_which_one_is_bad_still_reach_the_output_file(files):
    target = files / "plans.jsonl"
    done = run_islet(
        "plan", files / "tail.yaml", files / "bad.yaml", files / "liver.yaml", "--format", "json", "--knowledge", MINI, "-o", target
    )
    assert done.code == 2
    assert [json.loads(line)["case"]["id"] for line in target.read_text().splitlines()] == ["tail", "liver"]


def test_a_pipe_or_device_named_as_the_output_is_never_replaced_by_a_file(files):
    """`-o /dev/stdout` or `-o /dev/null` must not destroy what stands there: it is written to, or refused."""
    target = files / "pipe"
    os.mkfifo(target)
    reader = os.open(target, os.O_RDWR | os.O_NONBLOCK)
    try:
        done = run_islet("plan", files / "tail.yaml", "--format", "json", "--knowledge", MINI, "-o", target, timeout=60)
        assert done.code in (0, 2) and "Traceback" not in done.err
        assert stat.S_ISFIFO(os.lstat(target).st_mode)
    finally:
        os.close(reader)


def test_a_threshold_changed_in_a_copied_knowledge_changes_the_verdict_and_the_hash(files):
    copy = files / "rules"
    shutil.copytree(MINI, copy)
    before = json.loads(run_islet("plan", files / "tail.yaml", "--format", "json", "--knowledge", copy).out)
    assert verdicts(before)["surveillance"] == "recommended"
    file = copy / "options" / "surveillance.yaml"
    file.write_text(file.read_text().replace("size_mm > 40", "size_mm > 11").replace("{size_mm: 40}", "{size_mm: 11}"))
    after = json.loads(run_islet("plan", files / "tail.yaml", "--format", "json", "--knowledge", copy).out)
    assert verdicts(after)["surveillance"] == "not_indicated"
    assert before["knowledge"]["sha256"] != after["knowledge"]["sha256"] and before["case"] == after["case"]
    file.write_bytes((MINI / "options" / "surveillance.yaml").read_bytes())
    assert json.loads(run_islet("plan", files / "tail.yaml", "--format", "json", "--knowledge", copy).out) == before


def test_a_threshold_of_the_shipped_knowledge_can_be_changed_too(files):
    copy = files / "rules"
    shutil.copytree(KNOWLEDGE, copy)
    assert json.loads(run_islet("plan", files / "tail.yaml", "--format", "json", "--knowledge", copy).out) == json.loads(
        run_islet("plan", files / "tail.yaml", "--format", "json").out
    )
    file = copy / "options" / "prrt.yaml"
    text = file.read_text()
    assert "creatinine_clearance_ml_min < 40" in text
    file.write_text(text.replace("creatinine_clearance_ml_min < 40", "creatinine_clearance_ml_min < 35"))
    case = b"extent: {m: M1}\nhealth: {creatinine_clearance_ml_min: 37}"
    before = json.loads(run_islet("plan", "-", "--format", "json", stdin=case).out)
    after = json.loads(run_islet("plan", "-", "--format", "json", "--knowledge", copy, stdin=case).out)
    assert verdicts(before)["prrt"] == "contraindicated" and verdicts(after)["prrt"] != "contraindicated"


def test_a_damaged_cache_is_made_anew(files):
    cache = files / "cache"
    good = run_islet("plan", files / "tail.yaml", "--format", "json", "--knowledge", MINI, env={"ISLET_CACHE": str(cache)})
    kept = list(cache.iterdir())
    assert kept
    for damage in (b"", b"nonsense", kept[0].read_bytes()[:1000], bytes(100)):
        for file in kept:
            file.write_bytes(damage)
        again = run_islet("plan", files / "tail.yaml", "--format", "json", "--knowledge", MINI, env={"ISLET_CACHE": str(cache)})
        assert (again.code, again.out) == (0, good.out), damage[:10]


def test_a_cache_that_cannot_be_written_does_not_matter(files):
    done = run_islet("plan", files / "tail.yaml", "--format", "json", "--knowledge", MINI, env={"ISLET_CACHE": "/proc/nowhere"})
    assert done.code == 0


def test_eight_processes_at_once_on_a_cold_cache_all_get_the_answer(files):
    environment = {**os.environ, "ISLET_CACHE": str(files / "cold")}
    words = [sys.executable, "-m", "islet", "plan", str(files / "tail.yaml"), "--format", "json", "--knowledge", str(MINI)]
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, env=environment, cwd=ROOT) for _ in range(8)]
    answers = {process.communicate()[0] for process in running}
    assert len(answers) == 1 and json.loads(answers.pop())
    assert not [file for file in (files / "cold").iterdir() if file.suffix == ".part"]


@pytest.mark.parametrize("seed", ["0", "1", "2", "4242", "random"])
def test_the_bytes_do_not_depend_on_the_hash_seed(files, seed):
    case = (
        b"id: x\nextent: {m: M1, extrahepatic: [bone, lung], liver_mets: false}\nhealth: {comorbidities: [diabetes, copd]}\nhistory: [prrt]"
    )
    words = ("plan", "-", "--format", "json")
    env = {
        "PYTHONHASHSEED": seed,
        "ISLET_CACHE": str(files / f"cache-{seed}"),
    }  # a cold cache: the compiled rules too must not depend on it
    assert run_islet(*words, stdin=case, env=env).out == run_islet(*words, stdin=case, env={"PYTHONHASHSEED": "7"}).out


def test_nothing_depends_on_the_clock_the_folder_the_locale_or_the_time_zone(files):
    words = ("plan", files / "tail.yaml", "--format", "json")
    plain = run_islet(*words).out
    assert run_islet(*words, cwd=files).out == plain
    assert run_islet(*words, env={"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "tr_TR.UTF-8"}).out == plain


def test_no_command_opens_a_socket(files):
    script = """
import sys
def guard(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__" or event in ("urllib.Request", "http.client.connect"):
        sys.stderr.write("NETWORK " + event)
        raise RuntimeError(event)
sys.addaudithook(guard)
from islet.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
    case = files / "tail.yaml"
    for words in (
        ("plan", case),
        ("plan", case, "--format", "json"),
        ("plan", case, "--format", "html"),
        ("plan", case, "--for", "patient"),
        ("why", case, "prrt"),
        ("ask", case),
        ("whatif", case, "extent.size_mm=30"),
        ("knowledge", "check", "--knowledge", MINI),
        ("knowledge", "show", "prrt"),
    ):
        done = run_python("-c", script, *words, timeout=120)
        assert done.code == 0 and "NETWORK" not in done.err, (words, done.err[-500:])


@pytest.mark.parametrize("words", [(), ("--for", "patient"), ("--full",)])
def test_a_pipe_gets_no_colour_and_plain_text_no_drawing_characters(files, words):
    done = run_islet("plan", files / "tail.yaml", *words)
    assert "\033" not in done.text
    plain = run_islet("plan", files / "tail.yaml", *words, "--plain")
    assert plain.code == 0 and "\033" not in plain.text
    assert not set(plain.text) & set("─━│┃┌┐└┘├┤●○✕▪■□·–█▁▂▃")


def on_a_terminal(words, env):
    """Run islet with standard output on a terminal of its own and return what it wrote."""
    main, other = pty.openpty()
    process = subprocess.Popen([sys.executable, "-m", "islet", *map(str, words)], stdout=other, stdin=subprocess.DEVNULL, cwd=ROOT, env=env)
    os.close(other)
    found = b""
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        if not part:
            break
        found += part
    os.close(main)
    assert process.wait(60) == 0
    return found.decode()


def test_a_terminal_gets_colour_unless_no_color_or_plain_asks_for_none(files):
    surroundings = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR",)} | {"TERM": "xterm-256color"}
    words = ["plan", files / "tail.yaml"]
    assert "\033[" in on_a_terminal(words, surroundings)
    assert "\033[" not in on_a_terminal(words, {**surroundings, "NO_COLOR": "1"})
    assert "\033[" not in on_a_terminal([*words, "--plain"], surroundings)
    assert "\033[" not in on_a_terminal(words, {**surroundings, "TERM": "dumb"})


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_no_line_is_wider_than_asked_for(files, width):
    done = run_islet("plan", files / "tail.yaml", "--width", str(width))
    too_wide = [line for line in done.text.splitlines() if len(line) > width and " " in line.strip()]
    assert not too_wide, too_wide[:5]


def test_a_reader_that_stops_early_is_no_error(files):
    first = subprocess.Popen(
        [sys.executable, "-m", "islet", "plan", str(files / "tail.yaml")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    first.stdout.read(10)
    first.stdout.close()
    assert b"Traceback" not in first.stderr.read() and first.wait(60) in (0, 141)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "COMMAND"),
        (("plna", "x.yaml"), 'did you mean "plan"?'),
        (("plan",), "CASE"),
        (("plan", "x.yaml", "--format", "jsn"), "jsn"),
        (("plan", "x.yaml", "--region", "mars"), "mars"),
        (("plan", "x.yaml", "--nonsense"), "--nonsense"),
        (("why", "x.yaml"), "OPTION"),
        (("knowledge", "chek"), "chek"),
        (("plan", "x.yaml", "--width", "wide"), "wide"),
    ],
)
def test_wrong_words_are_exit_2_with_a_hint_and_no_traceback(words, said):
    done = run_islet(*words)
    assert done.code == 2 and said in done.err and "Traceback" not in done.err and done.out == b""


def test_help_and_version_are_exit_0():
    assert run_islet("--version").text.startswith("islet ")
    for words in (("--help",), ("plan", "--help"), ("why", "--help"), ("ask", "--help"), ("whatif", "--help"), ("knowledge", "--help")):
        done = run_islet(*words)
        assert done.code == 0 and "usage" in done.text.lower()


def test_an_emergency_gets_act_now_and_no_advice(base, tmp_path):
    members = list(base.space.dictionary.by_bare["emergency"].values)
    assert members
    for member in members:
        case = f"extent: {{m: M1}}\nhealth: {{emergency: [{member}]}}".encode()
        plan = json.loads(run_islet("plan", "-", "--format", "json", stdin=case).out)
        assert plan["options"] == [] and plan["ask"] == [] and plan["problems"][0]["kind"] == "emergency"
        for words in (("plan", "-"), ("plan", "-", "--for", "patient"), ("ask", "-"), ("why", "-", "prrt")):
            done = run_islet(*words, stdin=case)
            assert done.code == 0 and "now" in done.text.lower(), (words, member)
            assert "everolimus" not in done.text.lower() and "recommended" not in done.text.lower(), (words, member)
        done = run_islet("whatif", "-", "extent.size_mm=20", stdin=case)
        assert done.code == 0 and "now" in done.text.lower() and "recommended" not in done.text.lower()


def test_recommended_never_stands_alone_when_something_open_could_stop_it(tmp_path):
    case = b"extent: {m: M1, progression: rapid}\ncells: {who_grade: G2, sstr_krenning: 4}\n"
    plan = json.loads(run_islet("plan", "-", "--format", "json", "--knowledge", MINI, stdin=case).out)
    option = next(o for o in plan["options"] if o["id"] == "prrt")
    assert option["verdict"] == "recommended" and option["provided"]
    text = " ".join(run_islet("plan", "-", "--knowledge", MINI, stdin=case).text.split())
    assert "recommended if" in text


def test_a_plan_never_replaces_the_case_it_is_made_from(tmp_path):
    case = tmp_path / "case.yaml"
    case.write_text("cells: {ki67_percent: 3}\n")
    (tmp_path / "link.yaml").symlink_to(case)
    for output in (case, tmp_path / "link.yaml"):
        done = run_islet("plan", case, "-o", output, "--knowledge", MINI)
        assert done.code == 2 and "would replace the case" in done.err
    assert case.read_text() == "cells: {ki67_percent: 3}\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", [("plan", "-"), ("ask", "-"), ("knowledge", "facts")])
def test_a_full_disk_is_said_in_one_line(words):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "islet", *words, "--knowledge", str(MINI)], input=b"{}", stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == ["islet: the output cannot be written: No space left on device"]
