"""The schema goes up from empty to what the tables say; what does not fit is refused in a sentence."""

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from islet.record import RecordError, open_record, tables
from islet.record.audit import Audit
from islet.record.migrate import steps
from islet_testing.tamper import tamper


def test_the_steps_from_empty_end_at_what_the_tables_say(record):
    with record.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert context.get_current_revision() == steps().get_current_head()
        assert compare_metadata(context, tables.metadata) == []
        assert set(inspect(connection).get_table_names()) == {*tables.metadata.tables, "alembic_version"}


def test_there_is_one_line_of_steps():
    assert len(steps().get_heads()) == 1


def test_a_first_opening_that_fails_half_way_leaves_an_empty_place(url, open_here, monkeypatch):
    def fail(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Audit, "add", fail)
    with pytest.raises(KeyboardInterrupt):
        open_here()
    monkeypatch.undo()
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    assert open_here().audit.verify().entries == 1


def test_opening_again_changes_nothing(record, open_here):
    before = list(record.audit.entries())
    assert list(open_here().audit.entries()) == before


def test_a_newer_schema_is_refused_and_left_alone(record, open_here):
    tamper(record, "UPDATE alembic_version SET version_num = '9999'")
    for read_only in (False, True):
        with pytest.raises(RecordError, match=r"schema 9999, this Islet knows schemas up to 0001; install the newer Islet"):
            open_here(read_only=read_only)
    with record.database.read() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == "9999"


def test_tables_of_another_program_are_refused(record, open_here):
    tamper(record, "DROP TABLE alembic_version")
    with pytest.raises(RecordError, match="tables of another program"):
        open_here()


def test_reading_only_makes_no_record(url, tmp_path):
    with pytest.raises(RecordError, match=r"there is no (such record|record in this database)"):
        open_record(url, read_only=True)
    assert list(tmp_path.glob("islet.db*")) == []


def test_a_record_opened_for_reading_writes_nothing(record, case, ada, open_here):
    reader = open_here(read_only=True)
    assert reader.audit.verify().ok
    with pytest.raises(RecordError, match="read-only"):
        reader.cases.read(case.case, ada)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("islet.db", "not the URL of a record"), ("mysql://x/y", "not the URL of a record|cannot be kept in"), ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"), ("sqlite:////nowhere/at/all/islet.db", "there is no such folder"),
        ("sqlite:////tmp", "cannot be opened or made|not a record"),
        ("postgresql://ada:secret-word@localhost:1/x", "cannot be reached"),
    ],
)
def test_a_url_that_leads_nowhere_is_refused_without_its_password(url, said):
    with pytest.raises(RecordError, match=said) as refused:
        open_record(url)
    assert "secret-word" not in str(refused.value)


def test_a_file_that_is_no_record_is_refused_and_left_alone(tmp_path):
    file = tmp_path / "letter.db"
    file.write_bytes(b"Dear colleague, " * 100)
    with pytest.raises(RecordError, match="this file is not a record"):
        open_record(f"sqlite:///{file}")
    assert file.read_bytes() == b"Dear colleague, " * 100


@pytest.mark.parametrize("name", ["a b", "50% off", "a#b", "ä"])
def test_a_folder_may_have_any_name(tmp_path, name):
    (tmp_path / name).mkdir()
    url = f"sqlite:///{tmp_path}/{name}/islet.db"
    open_record(url).close()
    before = (tmp_path / name / "islet.db").read_bytes()
    reader = open_record(url, read_only=True)
    assert reader.audit.verify().ok
    reader.close()
    assert (tmp_path / name / "islet.db").read_bytes() == before
    assert [folder.name for folder in tmp_path.iterdir()] == [name]


def test_a_new_file_is_private(tmp_path):
    open_record(f"sqlite:///{tmp_path}/islet.db").close()
    assert (tmp_path / "islet.db").stat().st_mode & 0o777 == 0o600


def test_many_who_open_a_new_record_at_once_begin_it_once(url):
    opened, wrong = [], []

    def open_it():
        try:
            opened.append(open_record(url))
        except RecordError as error:
            wrong.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert [entry.action for entry in opened[0].audit.entries()] == ["record.begin"]
    for one in opened:
        one.close()
