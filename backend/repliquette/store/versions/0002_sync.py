"""What a sync that goes on for years needs: marks of places, counts without a look at the mail, its pace.

Some indexes are narrowed to the rows that are looked for, others widened to what is counted by them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_FALSE = sa.false()


def upgrade() -> None:
    """Add columns and tables; copy the recipients into their wider table."""
    _widen_accounts_and_folders()
    op.add_column("messages", sa.Column("gone", sa.Boolean(), server_default=_FALSE, nullable=False))
    op.add_column("places", sa.Column("answered", sa.Boolean(), server_default=_FALSE, nullable=False))
    op.add_column("places", sa.Column("deleted", sa.Boolean(), server_default=_FALSE, nullable=False))
    is_bad = sa.text("message IS NULL")
    op.create_index("places_unreadable", "places", ["account_id", "folder", "uid"], sqlite_where=is_bad)
    _index_messages_anew()
    _copy_recipients()
    op.drop_index("conversations_by_who", "conversations")
    op.create_index("conversations_by_who", "conversations", ["account_id", "who", "last", "standing", "id"])
    op.create_index("conversations_by_age", "conversations", ["account_id", "standing", "judged_at"])
    _add_grounds()
    # Verdicts are made once more, so that each knows what it leaned on.
    op.execute("UPDATE accounts SET judged_by = ''")


def _widen_accounts_and_folders() -> None:
    op.add_column("accounts", sa.Column("away", sa.Text(), server_default="", nullable=False))
    op.add_column("accounts", sa.Column("complete_since", sa.Float(), nullable=True))
    op.add_column("accounts", sa.Column("budget", sa.String(), server_default="", nullable=False))
    op.add_column("accounts", sa.Column("rests_until", sa.Float(), nullable=True))
    op.add_column("folders", sa.Column("modseq", sa.Integer(), nullable=True))
    op.add_column("folders", sa.Column("counted_at", sa.Float(), nullable=True))
    # The first version knew no pause: an account that came to its end was read as a whole.
    op.execute("UPDATE accounts SET complete_since = 0 WHERE synced_at IS NOT NULL")


def _index_messages_anew() -> None:
    for name in ("sender", "subject", "gmail_thread", "gmail_message", "exchange_thread"):
        op.drop_index(f"messages_by_{name}", "messages")
    op.create_index("messages_by_date", "messages", ["account_id", "date"])
    op.create_index("messages_by_sender", "messages", ["account_id", "sender", "human", "date"])
    op.create_index("messages_by_subject", "messages", ["account_id", "subject_key", "bare_reply", "date"])
    for column in ("gmail_thread", "gmail_message"):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"messages_by_{column}", "messages", [column], sqlite_where=where)
    has_thread = sa.text("exchange_thread != ''")
    op.create_index("messages_by_exchange_thread", "messages", ["exchange_thread"], sqlite_where=has_thread)


def _copy_recipients() -> None:
    op.drop_index("recipients_by_address", "recipients")
    op.rename_table("recipients", "recipients_before")
    op.create_table(
        "recipients",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("human", sa.Boolean(), nullable=False),
        sa.Column("date", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message", "address"),
    )
    op.execute(
        "INSERT INTO recipients SELECT r.message, r.address, m.account_id, m.sender, m.human, m.date "
        "FROM recipients_before r JOIN messages m ON m.id = r.message"
    )
    op.drop_table("recipients_before")
    columns = ["account_id", "address", "sender", "human", "date"]
    op.create_index("recipients_by_address", "recipients", columns)


def _add_grounds() -> None:
    op.create_table(
        "grounds",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("received_from", sa.Integer(), nullable=False),
        sa.Column("received_until", sa.Integer(), nullable=False),
        sa.Column("sent_from", sa.Integer(), nullable=False),
        sa.Column("sent_until", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("conversation_id", "address"),
    )
    op.create_index("grounds_by_address", "grounds", ["account_id", "address"])
    op.create_table(
        "strays",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message"),
    )
    op.create_table(
        "stirred",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "address"),
    )
