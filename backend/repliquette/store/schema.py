"""The tables, as SQLAlchemy Core knows them; `versions/` brings a file to this shape.

A message is known by (account, Message-ID); the places where copies of it lie
are rows of their own, keyed as RFC 9051 §2.3.1.1 demands.  What a message says
is one JSON document (`messages.document`), so that a verdict can be made again
from the store alone; columns exist only for what queries look for.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

metadata = MetaData()

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String, nullable=False, unique=True),
    Column("synced_at", Float),
    # What the verdicts were made by: rules, owner's settings, version.  Another one: all are made again.
    Column("judged_by", String, nullable=False, default=""),
    # The absences that my own notes announced, as the verdicts know them.
    Column("away", Text, nullable=False, default="", server_default=""),
    # Everything that arrived since then has been read; 0 where that is all there is.
    Column("complete_since", Float),
    # What was downloaded today, as `mailbox.budget` writes it, and until when the server wants to be left alone.
    Column("budget", String, nullable=False, default="", server_default=""),
    Column("rests_until", Float),
)

folders = Table(
    "folders",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("uidvalidity", Integer, nullable=False),
    # 0 where reading has begun and not yet come to its end.
    Column("uidnext", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("modseq", Integer),
    # When all numbers of the folder were last compared with ours.
    Column("counted_at", Float),
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
    # It lies nowhere any more; its words are forgotten, that it was there is not.
    Column("gone", Boolean, nullable=False, default=False, server_default=false()),
    Column("document", LargeBinary, nullable=False),
    Index("messages_by_name", "account_id", "message_id", unique=True),
    Index("messages_by_conversation", "conversation_id"),
    Index("messages_by_date", "account_id", "date"),
    # The last two columns are counted without a look at the message itself.
    Index("messages_by_sender", "account_id", "sender", "human", "date"),
    Index("messages_by_subject", "account_id", "subject_key", "bare_reply", "date"),
    Index("messages_by_gmail_thread", "gmail_thread", sqlite_where=text("gmail_thread IS NOT NULL")),
    Index("messages_by_gmail_message", "gmail_message", sqlite_where=text("gmail_message IS NOT NULL")),
    Index("messages_by_exchange_thread", "exchange_thread", sqlite_where=text("exchange_thread != ''")),
)

# Every Message-ID that a message refers to, so that a late parent finds its children.
refers = Table(
    "refers",
    metadata,
    Column("message", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("reference", String, primary_key=True),
    Index("refers_by_reference", "reference"),
)

# Who was written to; with `messages.sender` this is the ledger.  What the message says of
# itself is repeated, so that counting needs one look into one index.
recipients = Table(
    "recipients",
    metadata,
    Column("message", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("address", String, primary_key=True),
    Column("account_id", Integer, nullable=False),
    Column("sender", String, nullable=False),
    Column("human", Boolean, nullable=False),
    Column("date", Float, nullable=False),
    Index("recipients_by_address", "account_id", "address", "sender", "human", "date"),
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
    Column("answered", Boolean, nullable=False, default=False, server_default=false()),
    Column("deleted", Boolean, nullable=False, default=False, server_default=false()),
    Index("places_by_message", "message"),
    Index("places_unreadable", "account_id", "folder", "uid", sqlite_where=text("message IS NULL")),
)

# Messages that left a folder while others were not looked at: gone, or moved there.
strays = Table(
    "strays",
    metadata,
    Column("message", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
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
    Index("conversations_by_who", "account_id", "who", "last", "standing", "id"),
    Index("conversations_by_age", "account_id", "standing", "judged_at"),
)

# Conversations whose messages changed since they were judged: a crash leaves them here for the next run.
to_judge = Table(
    "to_judge",
    metadata,
    Column("conversation_id", String, primary_key=True),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
)

# What a verdict leaned on: within which totals of letters from and to a person it holds.
grounds = Table(
    "grounds",
    metadata,
    Column("conversation_id", String, primary_key=True),
    Column("address", String, primary_key=True),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("received_from", Integer, nullable=False),
    Column("received_until", Integer, nullable=False),
    Column("sent_from", Integer, nullable=False),
    Column("sent_until", Integer, nullable=False),
    Index("grounds_by_address", "account_id", "address"),
)

# People whose totals changed since verdicts were last compared with them.
stirred = Table(
    "stirred",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("address", String, primary_key=True),
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
