"""Documents cannot rot: what they print, name or teach is run here."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from islet.cli.main import build_parser
from islet.knowledge.store import load_knowledge
from islet.present.calculator_page import calculator_pages
from islet.present.reference import case_schema, facts_page
from islet_testing.validation_table import table_in, vector_table

ROOT = Path(__file__).resolve().parents[2]
ISLET = [sys.executable, "-m", "islet"]


def run(*words, **more):
    return subprocess.run([*ISLET, *map(str, words)], capture_output=True, text=True, timeout=120, **more)


def test_the_readme_shows_the_plan_as_it_prints():
    shown = re.search(r"<!-- plan -->\n```\n(.*?)\n```", (ROOT / "README.md").read_text(), re.S).group(1).splitlines()
    printed = run("plan", ROOT / "examples" / "gas-64m-g1-multimodal.yaml").stdout.splitlines()
    assert len(shown) > 30
    assert shown == printed[: len(shown)]


def test_the_patient_of_the_readme_can_be_planned(tmp_path):
    case = re.search(r"```yaml\n(# patient.yaml.*?)```", (ROOT / "README.md").read_text(), re.S).group(1)
    file = tmp_path / "patient.yaml"
    file.write_text(case)
    done = run("plan", file)
    assert done.returncode == 0, done.stderr
    assert "declined by the patient" in done.stdout


def test_the_reference_of_facts_and_the_schema_come_from_the_dictionary():
    import json

    base = load_knowledge()
    assert (ROOT / "docs" / "facts.md").read_text() == facts_page(base), "run `make docs`"
    schema = json.dumps(case_schema(base.space.dictionary), indent=1, ensure_ascii=False) + "\n"
    assert (ROOT / "docs" / "case.schema.json").read_text() == schema, "run `make docs`"


def test_the_pages_of_the_calculators_come_from_the_knowledge():
    base = load_knowledge()
    for name, page in calculator_pages(ROOT / "knowledge", base).items():
        assert (ROOT / "docs" / "calculators" / name).read_text() == page, "run `make docs`"


def test_the_table_of_vectors_is_what_the_calculators_give_now():
    assert table_in((ROOT / "docs" / "validation.md").read_text()) == vector_table(ROOT), "run `make docs`"


def test_every_command_is_named_in_the_readme():
    text = (ROOT / "README.md").read_text()
    commands = next(action for action in build_parser()._actions if action.dest == "command").choices
    for name in commands:
        assert f"islet {name}" in text


def test_every_room_has_its_line_in_the_architecture():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    rooms = sorted(path.name for path in (ROOT / "src" / "islet").iterdir() if (path / "__init__.py").exists())
    assert rooms
    for room in rooms:
        assert f"`islet.{room}`" in text


def test_a_newcomer_can_add_a_criterion_by_following_the_page(tmp_path):
    page = (ROOT / "docs" / "add-a-criterion.md").read_text()
    criterion = re.search(r"```yaml\n(  - id: .*?)```", page, re.S).group(1)
    knowledge = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge", knowledge)
    option = knowledge / "options" / "sunitinib.yaml"
    option.write_text(option.read_text().rstrip("\n") + "\n" + criterion)
    checked = run("knowledge", "check", "--knowledge", knowledge)
    assert checked.returncode == 0, checked.stderr
    case = tmp_path / "case.yaml"
    case.write_text("health: {qtc_ms: 490}\n")
    why = run("why", case, "sunitinib", "--knowledge", knowledge)
    assert re.search(r"^yes +QTc above 480 ms; check electrolytes", why.stdout, re.M)
    option.write_text(option.read_text().replace("when: qtc_ms > 480", "when: qtc_mss > 480"))
    broken = run("knowledge", "check", "--knowledge", knowledge)
    assert broken.returncode == 1
    assert 'unknown fact "qtc_mss"; did you mean "qtc_ms"?' in broken.stderr
    assert f"{option}:" in broken.stderr


def test_the_rule_language_page_names_every_operator():
    text = (ROOT / "docs" / "rule-language.md").read_text()
    for operator in ("and", "or", "not", "<", "<=", "==", "!=", "in [", "not in"):
        assert operator in text
