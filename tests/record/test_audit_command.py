"""`islet audit`: exit 0 when the trail holds, 1 when it does not, 2 when the question is wrong."""

import json
import subprocess
import sys

import pytest

from islet.cli.main import main
from islet.record import open_record
from islet_testing.tamper import tamper


@pytest.fixture
def begun(url):
    record = open_record(url)
    ada = record.people.add("Ada", "board")
    record.cases.create(b"{}", "", ada)
    yield record
    record.close()


def test_a_trail_that_holds_says_what_was_checked_and_what_not(begun, url, capsys):
    assert main(["audit", "verify", "--record", url]) == 0
    said = capsys.readouterr().out
    assert said.startswith("holds: every entry follows on the one before it\n")
    assert "3 entries read" in said
    assert "not checked: whether the newest entries were cut off" in said


def test_a_head_kept_elsewhere_shows_a_tail_that_was_cut_off(begun, url, tmp_path, capsys):
    assert main(["audit", "head", "--record", url]) == 0
    file = tmp_path / "head.json"
    file.write_text(capsys.readouterr().out)
    assert json.loads(file.read_text())["number"] == 3
    assert main(["audit", "verify", "--record", url, "--head", str(file)]) == 0
    assert "goes on from entry 3" in capsys.readouterr().out
    tamper(begun, "DELETE FROM audit WHERE number = 3", "DELETE FROM case_versions")
    assert main(["audit", "verify", "--record", url]) == 0
    assert main(["audit", "verify", "--record", url, "--head", str(file)]) == 1
    assert "DOES NOT HOLD: the tail was cut off" in capsys.readouterr().out


def test_a_trail_that_was_changed_is_exit_1(begun, url, capsys):
    tamper(begun, "UPDATE audit SET who = 'x' WHERE number = 2")
    assert main(["audit", "verify", "--record", url]) == 1
    said = capsys.readouterr().out
    assert said.startswith("DOES NOT HOLD: entry 2 was changed")
    assert "not checked" not in said


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "the file cannot be read"), ("{}", "not the head of a trail"), ("[1", "not the head"), ('{"schema": "x"}', "not the head")],
)
def test_a_head_that_is_none_is_exit_2(begun, url, tmp_path, capsys, content, said):
    file = tmp_path / "head.json"
    if content is not None:
        file.write_text(content)
    assert main(["audit", "verify", "--record", url, "--head", str(file)]) == 2
    assert said in capsys.readouterr().err


def test_a_record_that_is_not_there_is_exit_2(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("ISLET_RECORD", f"sqlite:///{tmp_path}/none.db")
    assert main(["audit", "verify"]) == 2
    assert "there is no such record" in capsys.readouterr().err
    assert main(["audit", "verfy"]) == 2
    assert 'did you mean "verify"' in capsys.readouterr().err


def test_without_its_extra_the_command_says_what_to_install():
    look = "import sys\nsys.modules['sqlalchemy'] = None\nfrom islet.cli.main import main\nraise SystemExit(main(['audit', 'verify']))"
    ran = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "pip install 'islet[web]'" in ran.stderr
    assert "Traceback" not in ran.stderr
