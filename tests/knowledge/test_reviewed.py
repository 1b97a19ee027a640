"""A file of the knowledge that changed has to be read against its sources again before it is taken for read."""

from __future__ import annotations

import shutil

from islet.knowledge.reviewed import REVIEWED, unread
from islet.knowledge.stamps import rule_files
from islet_testing.places import KNOWLEDGE


def test_every_file_is_as_it_was_last_read():
    words = "{} changed since it was last read against its sources: read it again, then `make reviewed`"
    assert not unread(KNOWLEDGE), "\n".join(words.format(name) for name in unread(KNOWLEDGE))


def test_one_letter_more_in_any_file_is_named(tmp_path):
    folder = shutil.copytree(KNOWLEDGE, tmp_path / "knowledge")
    for file in sorted(folder.rglob("*.yaml")):
        if file.name != REVIEWED:
            written = file.read_bytes()
            file.write_bytes(written + b"#")
            assert unread(folder) == [file.relative_to(folder).as_posix()]
            file.write_bytes(written)


def test_a_file_that_comes_or_goes_is_named(tmp_path):
    folder = shutil.copytree(KNOWLEDGE, tmp_path / "knowledge")
    (folder / "terms.yaml").rename(folder / "words.yaml")
    assert unread(folder) == ["terms.yaml", "words.yaml"]


def test_it_does_not_shape_a_plan():
    assert REVIEWED not in rule_files(str(KNOWLEDGE))
