"""Bringing a store to the newest schema, with a copy of the file made first (S31).

Apart from `database`, for Alembic takes long to import and few runs need it.
Refuses a store that a newer program has written.
"""

from __future__ import annotations

import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from repliquette.errors import RepliquetteError

SCRIPTS = Path(__file__).parent  # Alembic's env.py and versions/


def migrate(engine: Engine, path: Path) -> None:
    """Upgrade the store at `path`; RepliquetteError where it is of a version not known here."""
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
