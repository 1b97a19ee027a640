"""`islet serve`: the pages and the API on this machine, or behind a server that speaks TLS."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import secrets
import shutil
import socket
import sys
import tempfile
from typing import TYPE_CHECKING, Any

from islet.errors import InputError, nearest

if TYPE_CHECKING:
    from fastapi import FastAPI

LOOPBACK = ("127.0.0.1", "::1", "localhost")
ROLES = ("board", "clinician", "admin")
TOLD = "ISLET_SERVE"  # how further processes are told their settings
_EXTRA = "the pages need more libraries: pip install 'islet[web]'"


def serve(arguments: argparse.Namespace, folder: str | None) -> int:
    """Serve until stopped, or add a person and return.

    Raises InputError for an address that is taken or open to others without TLS, for a record that cannot be opened, and where the
    libraries of the pages are missing.
    """
    _refuse_open(arguments)
    try:
        import uvicorn

        import islet.web.app  # noqa: F401
    except ImportError as error:
        raise InputError(f"{error.name} is not installed", "", 0, "serve", _EXTRA) from None
    os.umask(0o077)
    told = _told(arguments, folder)
    if arguments.add_person:
        return _add_person(told["database"], arguments.add_person, arguments.role)
    if arguments.new_password:
        return _new_password(told["database"], arguments.new_password)
    app = app_of(told)  # every fault of knowledge or record shows before the address is taken
    listening = _listen(arguments.host, arguments.port)
    os.environ[TOLD] = json.dumps(told)
    os.environ["ISLET_JOBS"] = made = tempfile.mkdtemp(prefix="islet-jobs-")
    several = arguments.workers > 1
    config = uvicorn.Config(
        "islet.cli.serve_command:app_as_told" if several else app, factory=several, workers=arguments.workers, host=arguments.host,
        port=arguments.port, access_log=False, log_level="warning", server_header=False, proxy_headers=False, lifespan="off",
        timeout_graceful_shutdown=5,
    )
    print(f"Islet is at {_address(arguments, listening)} (stop with Ctrl-C)", flush=True)
    try:
        if several:
            from uvicorn.supervisors import Multiprocess

            Multiprocess(config, sockets=[listening]).run()
        else:
            uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        listening.close()
        shutil.rmtree(made, ignore_errors=True)
    return 0


def app_of(told: dict[str, Any]) -> FastAPI:
    """Return the site of these settings; raise InputError or KnowledgeErrors when its record or its knowledge cannot be opened."""
    from islet.web.app import create_app
    from islet.web.settings import Settings, openid_of

    with open(told["secret"], "rb") as stream:
        secret = stream.read()
    return create_app(Settings(
        told["database"], secret, knowledge=told["knowledge"], host=told["host"], port=told["port"], hosts=tuple(told["hosts"]),
        https=told["https"], region=told["region"], openid=openid_of(os.environ),
    ))


def app_as_told() -> FastAPI:
    """Return the site in a further process, with the settings of the first."""
    return app_of(json.loads(os.environ[TOLD]))


def _refuse_open(arguments: argparse.Namespace) -> None:
    if not 0 <= arguments.port <= 65535:
        raise InputError(f"found {arguments.port}", "", 0, "serve --port", "expected 0 to 65535; 0 takes a free one")
    if not 1 <= arguments.workers <= 32:
        raise InputError(f"found {arguments.workers}", "", 0, "serve --workers", "expected 1 to 32")
    if arguments.host in LOOPBACK:
        return
    if not arguments.https:
        raise InputError(
            f'"{arguments.host}" can be reached from other machines', "", 0, "serve --host",
            "put a server that speaks TLS in front and add --https, or leave --host out to serve this machine alone",
        )
    if not arguments.host_name:
        raise InputError("no name", "", 0, "serve --host-name", "expected the name under which people call the site")


def _told(arguments: argparse.Namespace, folder: str | None) -> dict[str, Any]:
    from islet.record import default_url

    data = os.path.join(os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share"), "islet")
    try:
        os.makedirs(data, mode=0o700, exist_ok=True)
        secret = _secret(os.path.join(data, "secret"))
    except OSError as error:
        words = "expected a folder of your own; $XDG_DATA_HOME names one"
        raise InputError(f"the folder cannot be used: {error.strerror}", data, 0, "", words) from None
    names = [*LOOPBACK, "[::1]"] if arguments.host in LOOPBACK else []
    return {
        "database": arguments.database or default_url(), "secret": secret, "knowledge": folder, "host": arguments.host,
        "port": arguments.port, "hosts": [*names, *arguments.host_name], "https": arguments.https, "region": arguments.region,
    }


def _secret(file: str) -> str:
    """Return the file with the secret that seals forms, made on the first start for its owner alone."""
    try:
        with open(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
            stream.write(secrets.token_bytes(32))
    except FileExistsError:
        if os.path.getsize(file) < 32:
            raise InputError("the secret is not whole", file, 0, "", "delete the file; a new one is made at the next start") from None
    return file


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(256)
    except OSError as error:
        listening.close()
        found = f"{host}:{port} cannot be taken: {error.strerror or error}"
        raise InputError(found, "", 0, "serve --port", "choose another port") from None
    listening.set_inheritable(True)
    return listening


def _address(arguments: argparse.Namespace, listening: socket.socket) -> str:
    if arguments.https and arguments.host_name:
        return f"https://{arguments.host_name[0]}/"
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    return f"http://{host}:{listening.getsockname()[1]}/"


def _add_person(database: str, name: str, role: str | None) -> int:
    from islet.record import open_record

    record = open_record(database)
    person = record.people.add(name, role or ("clinician" if record.people.list() else "board"), password=_asked())
    record.close()
    print(f"{person.name} may sign in now ({person.role})")
    return 0


def _new_password(database: str, name: str) -> int:
    from islet.record import open_record
    from islet.record.people import name_key

    record = open_record(database)
    people = {name_key(one.name): one for one in record.people.list()}
    if name_key(name) not in people:
        names = [one.name for one in people.values()]
        raise InputError(f'nobody has an account called "{name}"', "", 0, "serve --new-password", nearest(name, names))
    person = people[name_key(name)]
    record.people.change_password(person, _asked())
    record.close()
    print(f"{person.name} signs in with the new password now, and is signed out everywhere")
    return 0


def _asked() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
