"""The file: private, migrated, refused when it is not ours."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from repliquette.errors import RepliquetteError
from repliquette.mailbox.source import Cursor
from repliquette.store import Store, database, mail, migration
from repliquette.store.schema import metadata
from support.mail import ANA, ME, NOW, OWNER, message


def test_s31_the_file_is_readable_by_its_owner_alone(store):
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_migrations_lead_to_the_schema_of_the_code(store):
    """Whoever changes schema.py must write a migration."""
    with store._engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert differences == []


def test_the_newest_revision_is_the_last_script():
    """Opening a store of now imports no Alembic, so its number is written down."""
    assert ScriptDirectory(str(migration.SCRIPTS)).get_current_head() == database.NEWEST


def test_s33_pragmas(store):
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "trusted_schema": 0, "busy_timeout": database.BUSY_TIMEOUT_MS}
    with store._engine.connect() as connection:
        seen = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}

    assert seen == wanted
    assert database.quick_check(store._engine)


@pytest.fixture
def first(tmp_path, monkeypatch):
    """A store as the first version left it: one letter read, answered, and judged; another one not yet gathered."""
    scripts = tmp_path / "scripts"
    shutil.copytree(migration.SCRIPTS, scripts, ignore=shutil.ignore_patterns("0002*", "__pycache__"))
    path = tmp_path / "store.sqlite"
    with monkeypatch.context() as patched:
        patched.setattr(migration, "SCRIPTS", scripts)
        patched.setattr(database, "NEWEST", "0001")
        database.connect(path).dispose()
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("INSERT INTO accounts VALUES (1, ?, 1772600000.0, 'what it was')", (ME.email,))
        raw.execute("INSERT INTO folders VALUES (1, 'INBOX', 7, 3, 2)")
        for row, letter in enumerate(LETTERS, 1):
            home = "c1" if row == 1 else ""
            columns = (row, 1, letter.message_id, home, letter.date.timestamp(), letter.sender.email, True, "plans")
            document = mail.DOCUMENT.dump_json(letter)
            raw.execute("INSERT INTO messages VALUES (?,?,?,?,?,?,?,?,0,NULL,NULL,'',?)", (*columns, document))
            raw.execute("INSERT INTO recipients VALUES (?, ?)", (row, letter.to[0].email))
            raw.execute("INSERT INTO places VALUES (1, 'INBOX', 7, ?, ?, '')", (row, row))
    return path


LETTERS = (message("Could you come?", message_id="a"), message("Yes.", message_id="b", sender=ME, to=(ANA,), ago=9))


def test_s33_an_older_store_is_copied_then_migrated(first):
    """The copy holds everything as it was, and is as private as the store."""
    migrated = Store(first)

    backup = first.with_name(f"{first.name}.before-0001")
    assert migrated.account_id(ME.email) == 1
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    for path, version in ((first, "0002"), (backup, "0001")):
        with closing(sqlite3.connect(path)) as raw:
            assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [(version,)]
            assert raw.execute("SELECT address FROM accounts").fetchall() == [(ME.email,)]
    migrated.close()


def test_a_migrated_store_knows_what_the_old_one_knew(first):
    """Nothing is read again; what lay ungathered is gathered, and every verdict is made once more."""
    store = Store(first)

    assert store.places.cursor(1, "INBOX") == Cursor(7, 3)
    assert (store.gather(1), store.gather(1)) == (True, False)
    talks = store.load(1, ME.email, store.to_judge(1, NOW, timedelta(hours=1)))
    assert [m for talk in talks for m in talk.messages] == [LETTERS[1]]
    assert store.ledgers(1, OWNER, talks)[talks[0].id].person(ANA.email).received == 1
    assert store.accounts.judged_by(1) == ""
    assert store.coverage()[0].complete_since == LETTERS[0].date.date()
    with store._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    store.close()


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
