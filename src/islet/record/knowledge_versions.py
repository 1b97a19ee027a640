"""Every version of the knowledge that a kept plan was made with, itself kept: packed once, opened again when a plan is replayed."""

from __future__ import annotations

import json
import lzma
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, insert, select

from islet.errors import InputError, KnowledgeErrors
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.compile import compile_folder
from islet.knowledge.folder import rules_sha256
from islet.knowledge.opening import open_base
from islet.knowledge.stamps import rule_files
from islet.knowledge.store import load_knowledge, own_knowledge
from islet.record import tables
from islet.record.audit import Audit
from islet.record.errors import RecordError

_k = tables.knowledge.c


class KnowledgeVersions:
    """Find the knowledge of a hash: in memory, in the folder in use, in the record, in folders with older versions."""

    def __init__(self, folder: str | None, older: Sequence[str], base: KnowledgeBase | None) -> None:
        self.folder, self.older = folder or own_knowledge(), tuple(older)
        self.opened: dict[str, KnowledgeBase] = {base.sha256: base} if base else {}

    def base(self, connection: Connection, sha256: str) -> KnowledgeBase | None:
        """Return the compiled knowledge of a hash, or None when it is nowhere at hand.

        Raises RecordError when a copy in the record is not what its hash says.
        """
        if sha256 not in self.opened:
            found = self._current(sha256) or self._kept(connection, sha256) or self._older(sha256)
            if found is None:
                return None
            self.opened[sha256] = found
        return self.opened[sha256]

    def keep(self, connection: Connection, audit: Audit, at: str, by: str, sha256: str, version: str) -> None:
        """Keep a copy of the knowledge of a hash unless there is one; raise RecordError when its files are not at hand."""
        if connection.execute(select(_k.sha256).where(_k.sha256 == sha256)).first():
            return
        folder = next((place for place in (self.folder, *self._older_folders()) if folder_sha256(place) == sha256), None)
        if folder is None:
            raise RecordError(
                f"the knowledge {version} ({sha256[:12]}…) that the plan was made with is no longer in its folder",
                self.folder,
                "make the plan again with the knowledge as it is now",
            )
        content = pack(folder)
        connection.execute(insert(tables.knowledge), {"sha256": sha256, "version": version, "content": content, "kept_at": at})
        audit.add(connection, at, by, "knowledge.keep", sha256, knowledge=f"{version} {sha256}", content=content)

    def _current(self, sha256: str) -> KnowledgeBase | None:
        try:
            found = load_knowledge(self.folder)
        except (InputError, KnowledgeErrors):
            return None
        return found if found.sha256 == sha256 else None

    def _kept(self, connection: Connection, sha256: str) -> KnowledgeBase | None:
        content = connection.execute(select(_k.content).where(_k.sha256 == sha256)).scalar()
        if content is None:
            return None
        with tempfile.TemporaryDirectory() as place:
            unpack(content, Path(place))
            if folder_sha256(place) != sha256:
                raise RecordError(f"the copy of the knowledge {sha256[:12]}… in the record is not what its hash says")
            return _compiled(place)

    def _older(self, sha256: str) -> KnowledgeBase | None:
        folder = next((place for place in self._older_folders() if folder_sha256(place) == sha256), None)
        return _compiled(folder) if folder else None

    def _older_folders(self) -> list[str]:
        found = []
        for place in self.older:
            folders = [Path(place), *sorted(path for path in Path(place).iterdir() if path.is_dir())] if Path(place).is_dir() else []
            found += [str(folder) for folder in folders if (folder / "facts").is_dir()]
        return found


def folder_sha256(folder: str) -> str:
    """Return the hash of the rules in a folder, without compiling them."""
    return rules_sha256((name, (Path(folder) / name).read_bytes()) for name in rule_files(folder))


def pack(folder: str) -> bytes:
    """Return the rule files of a folder as one compressed piece."""
    files = {name: (Path(folder) / name).read_bytes().decode("utf-8") for name in rule_files(folder)}
    return lzma.compress(json.dumps(files, ensure_ascii=False).encode("utf-8"), preset=6)


def unpack(content: bytes, place: Path) -> None:
    """Write the rule files of a packed folder to a place."""
    for name, text in json.loads(lzma.decompress(content)).items():
        file = place / name
        if not file.resolve().is_relative_to(place.resolve()):
            raise RecordError(f'a copy of the knowledge holds the file "{name}", outside its folder')
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))


def _compiled(folder: str) -> KnowledgeBase | None:
    """Compile without keeping anything; a version that this engine cannot compile is not at hand."""
    try:
        return open_base(compile_folder(Path(folder))[0])
    except (InputError, KnowledgeErrors):
        return None
