"""A PostgreSQL of the run's own, started on a free port in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


def postgres_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.fail("The tests of the record need PostgreSQL: apt-get install postgresql (or `make postgres`)")
    return found[-1].parent if found else Path(str(on_path)).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a server that only this run can reach, and give its URL without a database."""
    programs, port = postgres_programs(), free_port()
    folder = Path(subprocess.run(["mktemp", "-d", "/tmp/islet-pg-XXXXXX"], capture_output=True, text=True, check=True).stdout.strip())
    user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    if user:  # the server refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)

    def call(*words: str | Path) -> None:
        ran = subprocess.run([str(word) for word in words], cwd=folder, capture_output=True, text=True, timeout=120, check=False, **user)  # type: ignore[call-overload]
        assert ran.returncode == 0, ran.stdout + ran.stderr

    call(programs / "initdb", "-D", folder / "data", "-U", "islet", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
    settings = f"-p {port} -k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
    call(programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", settings, "start")
    try:
        yield f"postgresql+psycopg://islet@/%s?host={folder}&port={port}"
    finally:
        call(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def empty_database(postgres: str) -> str:
    """Return the URL of the one database of the run, emptied; far quicker than a new one a test."""
    import psycopg

    url = postgres % "postgres"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url
