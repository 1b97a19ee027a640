"""Read a knowledge folder: which files there are, what is in them, and the hash of what shapes a verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from islet.case.yaml_text import read_document
from islet.errors import InputError
from islet.knowledge.stamps import rule_files
from islet.knowledge.yaml_data import plain


@dataclass(slots=True)
class Folder:
    """Hold the documents of a knowledge folder: relative path -> plain data."""

    path: Path
    documents: dict[str, Any] = field(default_factory=dict)
    errors: list[InputError] = field(default_factory=list)
    sha256: str = ""

    def under(self, part: str) -> dict[str, Any]:
        """Return the documents of one sub-folder, in order of their names."""
        return {name: data for name, data in self.documents.items() if name.startswith(part + "/")}


def vignette_files(path: Path) -> list[Path]:
    """Return the files with vignettes, in order of their names."""
    return sorted((path / "vignettes").rglob("*.yaml"), key=lambda file: file.relative_to(path).as_posix())


def read_folder(path: Path) -> Folder:
    """Read every rule file; faults of single files are collected in `errors`.

    Raises InputError when there is no such folder, or nothing in it that is knowledge.
    """
    if not path.is_dir():
        raise InputError("there is no such folder", str(path), 0, "--knowledge", "expected a folder with facts/ and options/")
    files = [path / name for name in rule_files(str(path))]
    if not (path / "facts").is_dir() or not (path / "options").is_dir():
        raise InputError("the folder holds no knowledge", str(path), 0, "--knowledge", "expected a folder with facts/ and options/")
    folder = Folder(path)
    contents = [(file.relative_to(path).as_posix(), file, file.read_bytes()) for file in files]
    for name, file, data in contents:
        try:
            folder.documents[name] = plain(read_document(data, str(file), limit=None))
        except InputError as error:
            folder.errors.append(error)
    folder.sha256 = rules_sha256((name, data) for name, _, data in contents)
    return folder


def rules_sha256(contents: Iterable[tuple[str, bytes]]) -> str:
    """Return the hash of rule files, each with its name relative to the folder, in order of the names."""
    digest = hashlib.sha256()
    for name, data in contents:
        digest.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    return digest.hexdigest()
