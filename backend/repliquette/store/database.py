"""Opening the SQLite file: permissions, pragmas, migrations with a copy made first (S31, S33).

WAL lets readers work beside the one writer; BEGIN IMMEDIATE makes a second
writer wait at the door (`busy_timeout`) instead of failing half-way.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError

from repliquette.errors import BusyError, RepliquetteError

BUSY_TIMEOUT_MS = 10_000
SCRIPTS = Path(__file__).parent  # Alembic's env.py and versions/


def connect(path: Path) -> Engine:
    """An engine on the file, brought to the newest schema; the file is readable by its owner alone.

    Raises RepliquetteError where the file is no store, or newer than this program.
    """
    _create_private(path)
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)  # an error's text must not hold mail (S34)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        _migrate(engine, path)
    except DatabaseError as error:
        raise _explain(path, error) from error
    return engine


def _create_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" event below opens transactions
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "secure_delete=ON",
        "synchronous=NORMAL",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _migrate(engine: Engine, path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect().execution_options(read_only=True) as connection:
        present = MigrationContext.configure(connection).get_current_revision()
        if present == newest:
            return
        if present is not None:
            _refuse_newer(config, present, path)
            connection.rollback()
            connection.connection.cursor().execute("VACUUM INTO ?", (str(_backup(path, present)),))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def _refuse_newer(config: Config, present: str, path: Path) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if present not in known:
        raise RepliquetteError(
            f"{path} was written by a newer Repliquette.",
            seen=f"schema {present}",
            hint="Install that version again, or move the file away and sync anew.",
        )


def _backup(path: Path, revision: str) -> Path:
    backup = path.with_name(f"{path.name}.before-{revision}")
    backup.unlink(missing_ok=True)
    os.close(os.open(backup, os.O_CREAT | os.O_RDWR, 0o600))
    return backup


def _explain(path: Path, error: DatabaseError) -> RepliquetteError:
    if "locked" in str(error.orig):
        return BusyError("The store is in use by another run.", hint="Wait for it to end, then try again.")
    return RepliquetteError(
        f"{path} cannot be used as a store.",
        seen=str(error.orig),
        hint="Your mail is untouched on its server. Move the file away and run: repliquette sync",
    )


def quick_check(engine: Engine) -> bool:
    """Whether SQLite finds the file sound."""
    with engine.connect().execution_options(read_only=True) as connection:
        return connection.execute(text("PRAGMA quick_check")).scalar() == "ok"
