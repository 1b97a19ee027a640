"""`islet serve` as a process of its own: the address in one line, faults in one line, nothing of a patient in what it prints."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.request

import pytest

from islet_testing.command import run_islet, run_python


def surroundings(folder):
    kept = {name: value for name, value in os.environ.items() if name not in ("ISLET_RECORD", "ISLET_JOBS")}
    return {**kept, "XDG_DATA_HOME": str(folder)}


def started(folder, *words):
    process = subprocess.Popen(
        [sys.executable, "-m", "islet", "serve", "--port", "0", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=surroundings(folder),
    )
    line = process.stdout.readline().decode()
    return process, re.search(r"http://\S+/", line).group(0)


def stopped(process):
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    return process.returncode, out + err


def send(address, path, data):
    request = urllib.request.Request(address + path, data, {"Content-Type": "application/yaml"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_it_says_where_it_is_answers_and_prints_nothing_of_a_patient(tmp_path, workers):
    process, address = started(tmp_path, "--workers", workers)
    try:
        assert address.startswith("http://127.0.0.1:")
        plan = send(address, "api/v1/plan", b"id: CANARY-1\nextent: {size_mm: 12}")
        assert plan == run_islet("plan", "-", "--format", "json", stdin=b"id: CANARY-1\nextent: {size_mm: 12}").out
        with urllib.request.urlopen(address + "sign-in", timeout=30) as page:
            assert b"Make the first account" in page.read()
    finally:
        code, printed = stopped(process)
    assert code == 0, printed
    assert b"CANARY" not in printed and b"Traceback" not in printed
    folder = tmp_path / "islet"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file
    assert len((folder / "secret").read_bytes()) == 32


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = run_islet("serve", "--port", port, env={"XDG_DATA_HOME": str(tmp_path)})
    assert done.code == 2 and done.err.count("\n") == 1
    assert f"127.0.0.1:{port} cannot be taken" in done.err and "choose another port" in done.err


@pytest.mark.parametrize(("words", "said"), [
    (("--host", "0.0.0.0"), "--https"), (("--host", "0.0.0.0", "--https"), "--host-name"), (("--port", "70000"), "0 to 65535"),
    (("--workers", "0"), "1 to 32"), (("--database", "mysql://x"), "sqlite"),
    (("--database", "sqlite:////nowhere/at/all/islet.db"), "folder"),
    (("--database", "postgresql+psycopg://nobody@127.0.0.1:1/none"), "cannot be reached"), (("--region", "xx"), "eu"),
])
def test_what_cannot_be_served_is_said_in_one_line(tmp_path, words, said):
    done = run_islet("serve", *words, env={"XDG_DATA_HOME": str(tmp_path)})
    assert done.code == 2 and done.out == b""
    assert done.err.count("\n") == 1 and said in done.err, done.err


def test_a_data_folder_that_cannot_be_made_is_said_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    done = run_islet("serve", env={"XDG_DATA_HOME": str(tmp_path / "file")})
    assert done.code == 2 and done.err.count("\n") == 1 and "$XDG_DATA_HOME" in done.err


@pytest.mark.parametrize("library", ["fastapi", "uvicorn", "sqlalchemy"])
def test_without_the_libraries_of_the_pages_one_line_says_what_to_install(library, tmp_path):
    without = f"import sys; sys.modules['{library}'] = None; from islet.cli.main import main; raise SystemExit(main(sys.argv[1:]))"
    done = run_python("-c", without, "serve", env={"XDG_DATA_HOME": str(tmp_path)})
    assert done.code == 2 and done.err.count("\n") == 1
    assert "pip install 'islet[web]'" in done.err


def test_a_person_is_added_with_the_password_from_standard_input(tmp_path):
    own, right = {"XDG_DATA_HOME": str(tmp_path)}, b"four quiet green hills\n"
    done = run_islet("serve", "--add-person", "Ada", "--role", "board", stdin=right, env=own)
    assert done.code == 0 and done.text == "Ada may sign in now (board)\n"
    short = run_islet("serve", "--add-person", "Ben", stdin=b"short\n", env=own)
    assert short.code == 2 and "Traceback" not in short.err and short.err.count("\n") == 1
    again = run_islet("serve", "--add-person", "ada", stdin=right, env=own)
    assert again.code == 2 and "already" in again.err


def test_a_first_person_works_with_cases_and_gets_a_new_password_on_the_machine(tmp_path):
    own = {"XDG_DATA_HOME": str(tmp_path)}
    first = run_islet("serve", "--add-person", "Ada", stdin=b"four quiet green hills\n", env=own)
    assert first.text == "Ada may sign in now (board)\n"
    done = run_islet("serve", "--new-password", "ada", stdin=b"two loud red valleys\n", env=own)
    assert done.code == 0 and "signs in with the new password" in done.text
    wrong = run_islet("serve", "--new-password", "Adda", stdin=b"two loud red valleys\n", env=own)
    assert wrong.code == 2 and 'did you mean "Ada"?' in wrong.err and wrong.err.count("\n") == 1
