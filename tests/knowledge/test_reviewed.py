"""A file of the knowledge that changed has to be read against its sources again before it is taken for read."""

from __future__ import annotations

import shutil

import pytest

from islet.knowledge.reviewed import REVIEWED, unread
from islet.knowledge.stamps import rule_files
from islet_testing.places import KNOWLEDGE


def test_every_file_is_as_it_was_last_read():
    words = "{} changed since it was last read against its sources: read it again, then `make reviewed`"
    assert not unread(KNOWLEDGE), "\n".join(words.format(name) for name in unread(KNOWLEDGE))


@pytest.mark.parametrize("name", [file.relative_to(KNOWLEDGE).as_posix() for file in sorted(KNOWLEDGE.rglob("*.yaml")) if file.name != REVIEWED])
def test_a_fault_of_one_digit_in_any_file_is_named(tmp_path, name):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    folder = shutil.copytree(KNOWLEDGE, tmp_path, dirs_exist_ok=True)
    text = (folder / name).read_text(encoding="utf-8")
    (folder / name).write_text(text + "# 1\n", encoding="utf-8")
    assert unread(folder) == [name]


def test_it_does_not_shape_a_plan():
    assert REVIEWED not in rule_files(str(KNOWLEDGE))
