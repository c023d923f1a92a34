"""Alembic's entry: run the migrations on the connection that `database` opened."""

from __future__ import annotations

from alembic import context

from repliquette.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transaction_per_migration=False
)
context.run_migrations()
