"""The rig itself: what the other tests of this folder trust."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime

import imapclient
import pytest

from support.dovecot import Mail

pytestmark = pytest.mark.server


def client_of(user) -> imapclient.IMAPClient:
    context = ssl.create_default_context(cafile=user.ca_file)
    client = imapclient.IMAPClient(user.host, user.port, ssl_context=context, timeout=20)
    client.login(user.address, user.password)
    return client


def test_messages_are_served_as_they_were_laid_down(dovecot):
    day = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    raw = b"Subject: One\r\n\r\nText\r\n"
    user = dovecot.add_user("rig@mail.example", {"INBOX": [Mail(raw, day, "S"), b"Subject: Two\n\nText\n"]})
    before = user.snapshot()
    with client_of(user) as client:
        client.normalise_times = False
        client.select_folder("INBOX", readonly=True)
        found = client.fetch([1, 2], ["BODY.PEEK[]", "FLAGS", "INTERNALDATE"])
    assert found[1][b"BODY[]"] == raw
    assert b"\\Seen" in found[1][b"FLAGS"]
    assert found[1][b"INTERNALDATE"] == day
    assert found[2][b"BODY[]"] == b"Subject: Two\r\n\r\nText\r\n"
    assert user.snapshot() == before


def test_commands_are_recorded(dovecot):
    user = dovecot.add_user("rig@mail.example", {"INBOX": [b"Subject: One\n\nText\n"]})
    with client_of(user) as client:
        client.select_folder("INBOX")
        client.add_flags([1], ["\\Seen"])
    assert [c.split()[0] for c in user.commands() if c.split()[0] in {"SELECT", "UID"}] == ["SELECT", "UID"]
    assert user.flags("INBOX") == ["S"]


def test_a_renumbered_folder_has_another_uidvalidity(dovecot):
    user = dovecot.add_user("rig@mail.example", {"INBOX": [b"Subject: One\n\nText\n"]})
    with client_of(user) as client:
        first = client.folder_status("INBOX")[b"UIDVALIDITY"]
    user.renumber()
    with client_of(user) as client:
        assert client.folder_status("INBOX")[b"UIDVALIDITY"] != first


def test_a_later_delivery_is_seen(dovecot):
    user = dovecot.add_user("rig@mail.example", {"INBOX": [b"Subject: One\n\nText\n"]})
    with client_of(user) as client:
        assert client.folder_status("INBOX")[b"MESSAGES"] == 1
        user.deliver("INBOX", b"Subject: Two\n\nText\n")
        user.deliver("Sent/Old ones", b"Subject: Three\n\nText\n")
        assert client.folder_status("INBOX")[b"MESSAGES"] == 2
        assert client.folder_status("Sent/Old ones")[b"MESSAGES"] == 1
