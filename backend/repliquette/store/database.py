"""Opening the SQLite file: permissions, pragmas, migrations with a copy made first (S31, S33).

WAL lets readers work beside the one writer; BEGIN IMMEDIATE makes a second
writer wait at the door (`busy_timeout`) instead of failing half-way.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError

from repliquette.errors import BusyError, RepliquetteError

BUSY_TIMEOUT_MS = 10_000
NEWEST = "0002"  # the last revision under versions/


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
    if _present(engine) == NEWEST:
        return
    from repliquette.store import migration  # noqa: PLC0415 - a fifth of a second that a store of now need not wait

    migration.migrate(engine, path)


def _present(engine: Engine) -> str | None:
    """The revision of the schema, None where there is none yet."""
    with engine.connect().execution_options(read_only=True) as connection:
        if connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")).scalar() is None:
            return None
        found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return found


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
