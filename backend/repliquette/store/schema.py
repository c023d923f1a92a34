"""The tables, as SQLAlchemy Core knows them; `versions/` brings a file to this shape.

A message is known by (account, Message-ID); the places where copies of it lie
are rows of their own, keyed as RFC 9051 §2.3.1.1 demands.  What a message says
is one JSON document (`messages.document`), so that a verdict can be made again
from the store alone; columns exist only for what queries look for.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String, nullable=False, unique=True),
    Column("synced_at", Float),
    # What the verdicts were made by: rules, owner's settings, version.  Another one: all are made again.
    Column("judged_by", String, nullable=False, default=""),
)

folders = Table(
    "folders",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("uidvalidity", Integer, nullable=False),
    Column("uidnext", Integer, nullable=False),
    Column("total", Integer, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("message_id", String, nullable=False),
    Column("conversation_id", String, nullable=False, default=""),
    Column("date", Float, nullable=False),
    Column("sender", String, nullable=False),
    Column("human", Boolean, nullable=False),
    Column("subject_key", String, nullable=False),
    # A reply without identifiers: only its subject and people can bind it.
    Column("bare_reply", Boolean, nullable=False),
    Column("gmail_thread", Integer),
    Column("gmail_message", Integer),
    Column("exchange_thread", String, nullable=False, default=""),
    Column("document", LargeBinary, nullable=False),
    Index("messages_by_name", "account_id", "message_id", unique=True),
    Index("messages_by_conversation", "conversation_id"),
    Index("messages_by_sender", "account_id", "sender"),
    Index("messages_by_subject", "account_id", "subject_key"),
    Index("messages_by_gmail_thread", "gmail_thread"),
    Index("messages_by_gmail_message", "gmail_message"),
    Index("messages_by_exchange_thread", "exchange_thread"),
)

# Every Message-ID that a message refers to, so that a late parent finds its children.
refers = Table(
    "refers",
    metadata,
    Column("message", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("reference", String, primary_key=True),
    Index("refers_by_reference", "reference"),
)

# Who was written to; with `messages.sender` this is the ledger.
recipients = Table(
    "recipients",
    metadata,
    Column("message", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("address", String, primary_key=True),
    Index("recipients_by_address", "address"),
)

places = Table(
    "places",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("folder", String, primary_key=True),
    Column("uidvalidity", Integer, primary_key=True),
    Column("uid", Integer, primary_key=True),
    # Empty where the message could not be read; `unreadable` then says why.
    Column("message", ForeignKey("messages.id", ondelete="CASCADE")),
    Column("unreadable", Text, nullable=False, default=""),
    Index("places_by_message", "message"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("standing", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("who", String, nullable=False),
    # Order within the lists: first by tier and table of reasons, then by the due time.
    Column("press", Integer, nullable=False),
    # Far in the future where nothing is due, so that such rows come last.
    Column("due", Float, nullable=False),
    Column("last", Float, nullable=False),
    Column("judged_at", Float, nullable=False),
    # Lower-case subject, names and ask: what the lists are searched by.
    Column("haystack", Text, nullable=False),
    Column("entry", LargeBinary, nullable=False),
    Index("conversations_by_press", "standing", "press", "due", "id"),
    Index("conversations_by_who", "account_id", "who"),
)

# Conversations whose messages changed since they were judged: a crash leaves them here for the next run.
to_judge = Table(
    "to_judge",
    metadata,
    Column("conversation_id", String, primary_key=True),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("message_id", String, primary_key=True),
    Column("conversation_id", String, nullable=False),
    Column("answers", String, nullable=False),
    Column("folder", String, nullable=False),
    Column("uid", Integer),
    Column("saved_at", Float, nullable=False),
    Index("drafts_by_conversation", "conversation_id"),
)

# Secrets are kept as SHA-256 of 256 random bits, which needs no salt; the short code expires in minutes.
clients = Table(
    "clients",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("paired_at", Float, nullable=False),
)

one_time = Table(
    "one_time",
    metadata,
    Column("secret_hash", LargeBinary, primary_key=True),
    Column("purpose", String, nullable=False),  # "pair" or "page"
    Column("expires_at", Float, nullable=False),
    Column("tries_left", Integer, nullable=False),
)

page_sessions = Table(
    "page_sessions",
    metadata,
    Column("secret_hash", LargeBinary, primary_key=True),
    Column("opened_at", Float, nullable=False),
)
