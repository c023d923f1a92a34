"""The file: private, migrated, refused when it is not ours."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from repliquette.errors import RepliquetteError
from repliquette.store import Store, database
from repliquette.store.schema import metadata


def test_s31_the_file_is_readable_by_its_owner_alone(store):
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_migrations_lead_to_the_schema_of_the_code(store):
    """Whoever changes schema.py must write a migration."""
    with store._engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert differences == []


def test_s33_pragmas(store):
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "trusted_schema": 0, "busy_timeout": database.BUSY_TIMEOUT_MS}
    with store._engine.connect() as connection:
        seen = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}

    assert seen == wanted
    assert database.quick_check(store._engine)


SECOND = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
"""


def test_s33_an_older_store_is_copied_then_migrated(store, tmp_path, monkeypatch):
    """The copy holds everything as it was, and is as private as the store."""
    number = store.account_id("kim@northwind.example")
    store.close()
    scripts = tmp_path / "scripts"
    shutil.copytree(database.SCRIPTS, scripts)
    (scripts / "versions" / "0002_later.py").write_text(SECOND, "utf-8")
    monkeypatch.setattr(database, "SCRIPTS", scripts)

    migrated = Store(store.path)

    backup = store.path.with_name(f"{store.path.name}.before-0001")
    assert migrated.account_id("kim@northwind.example") == number
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    for path, version in ((store.path, "0002"), (backup, "0001")):
        with closing(sqlite3.connect(path)) as raw:
            assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [(version,)]
            assert raw.execute("SELECT address FROM accounts").fetchall() == [("kim@northwind.example",)]
    migrated.close()


def test_a_store_of_a_newer_program_is_refused_and_left_alone(store):
    store.close()
    with sqlite3.connect(store.path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()

    with pytest.raises(RepliquetteError, match="newer Repliquette") as caught:
        Store(store.path)

    assert "9999" in caught.value.seen
    with sqlite3.connect(store.path) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    raw.close()


def test_a_file_that_is_no_store_is_refused_with_a_hint(tmp_path):
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"not a database at all, but somebody's letter\n" * 50)

    with pytest.raises(RepliquetteError, match="cannot be used as a store") as caught:
        Store(path)

    assert "mail is untouched" in caught.value.hint
    assert path.read_bytes().startswith(b"not a database")


def test_s34_an_error_of_the_file_shows_no_mail(store):
    """Whatever goes wrong in a statement, its parameters are somebody's words."""
    with pytest.raises(OperationalError) as failed, store.writing() as connection:
        connection.execute(text("insert into nowhere values (:words)"), {"words": "see you on Friday"})

    assert "Friday" not in str(failed.value)
