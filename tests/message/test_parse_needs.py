"""needs_text: of which messages the header alone is enough, and what reading only that gives."""

from __future__ import annotations

import json

import pytest

from repliquette.message.parse import needs_text, parse, unix
from repliquette.model import Kind, Message, RawMessage

NEWSLETTER = (
    "From: The Reed Report <news@mail.reeds.example>\nTo: owen@lamp.example\nSubject: Spring: 12 reeds to plant now\n"
    "Date: Tue, 5 Mar 2024 09:30:00 +0100\nMessage-ID: <n1@mail.reeds.example>\n"
    "List-Id: <reeds.reeds.example>\nList-Unsubscribe: <https://reeds.example/off>\n"
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\nPrecedence: bulk\n"
    'Content-Type: multipart/alternative; boundary="b"\n\n'
)
PLAIN = "From: Rosa Klein <rosa@frames.example>\nTo: owen@lamp.example\nSubject: glass\n"


def changed(name: str, value: str) -> str:
    """The newsletter with another value of a field, or one field more."""
    rows = [row for row in NEWSLETTER.splitlines() if row and not row.startswith(f"{name}:")]
    return "\n".join([*rows, f"{name}: {value}", "", ""])


def test_a_newsletter_that_says_so_need_not_be_read(lore):
    assert not needs_text(NEWSLETTER.encode(), lore)
    assert not needs_text(NEWSLETTER.replace("\n", "\r\n").encode(), lore)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("", id="nothing"),
        pytest.param(f"{PLAIN}\n", id="a letter"),
        pytest.param(
            f"{PLAIN}List-Unsubscribe: <mailto:off@crm.example>\n\n", id="a letter by way of a customer program"
        ),
        pytest.param(f"{PLAIN}Precedence: bulk\n\n", id="perhaps an away note of an old program"),
        pytest.param(changed("List-Post", "<mailto:reeds@reeds.example>"), id="a discussion, perhaps with me"),
        pytest.param(changed("Auto-Submitted", "auto-replied"), id="an automatic answer"),
        pytest.param(changed("Subject", "Out of office"), id="named like an automatic answer"),
        pytest.param(changed("Subject", "Your hotel in Ghent"), id="a journey"),
        pytest.param(changed("From", "Blue <hello@bluerailways.example>"), id="a house of travel"),
        pytest.param(changed("From", "Voicemail <voicemail@reeds.example>"), id="a call"),
        pytest.param(changed("From", "MAILER-DAEMON@reeds.example"), id="a bounce"),
        pytest.param(changed("Content-Type", "multipart/report; report-type=delivery-status"), id="a report"),
        pytest.param(changed("Content-Type", "text/calendar; method=request"), id="an invitation"),
        pytest.param(changed("Content-Type", "multipart/mixed; boundary=b"), id="with attachments"),
    ],
)
def test_all_else_is_read(lore, header):
    assert needs_text(header.encode(), lore)


def test_the_header_alone_gives_a_sane_message(lore):
    found = parse(RawMessage(NEWSLETTER.encode(), size=48_000), lore)

    assert isinstance(found, Message)
    assert (found.kind, found.fresh, found.sender.email) == (Kind.BULK, "", "news@mail.reeds.example")
    assert found.remarks >= {"text_unread", "has_unsubscribe", "list_id"}
    assert {evidence.where for evidence in found.kind_evidence} <= {"header", "subject"}


@pytest.mark.parametrize("size", [0, len(PLAIN) + 1])
def test_a_message_without_text_is_not_unread(lore, size):
    found = parse(RawMessage(f"{PLAIN}\n".encode(), size=size), lore)

    assert isinstance(found, Message)
    assert "text_unread" not in found.remarks


@pytest.mark.shared
def test_what_is_not_read_would_be_judged_the_same(shared, lore):
    """On real mail: the same kind and the same remarks that other rooms look at."""
    paths = [
        p for name in ("hard-ham-1", "easy-ham-2", "spam-1") for p in (shared / "corpora/spamassassin" / name).iterdir()
    ]
    raws = [path.read_bytes() for path in paths]
    for line in (shared / "eval/dev/reasons.jsonl").read_text("utf-8").splitlines():
        raws += [text.encode() for text in json.loads(line)["messages"]]
    spared = [(raw, head) for raw in raws if not needs_text(head := unix(raw).partition(b"\n\n")[0] + b"\n\n", lore)]

    assert len(spared) > 70
    for raw, head in spared:
        whole, alone = parse(RawMessage(raw), lore), parse(RawMessage(head), lore)
        assert (whole.kind, whole.remarks & {"list_post", "delivered"}) == (
            alone.kind,
            alone.remarks & {"list_post", "delivered"},
        )
