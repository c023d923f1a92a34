"""Little of each message, from a real Dovecot: what is fetched reads like the whole, and every byte is the file's."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from repliquette.mailbox import fetching
from repliquette.mailbox.connection import ReadingConnection
from repliquette.mailbox.source import everything
from repliquette.message import lore as knowledge
from repliquette.message.parse import parse
from repliquette.model import FolderRole, Message

pytestmark = pytest.mark.server

# What a skeleton cannot keep.  A text beyond the cap says "truncated", and its end may have held words; of
# a part without a charset the server says us-ascii, and of an empty one nobody can say anything.
CUT = {"fresh", "quoted", "forwarded", "signature", "kind_evidence", "message_id", "attachments"}
MENDED = {"charset_repaired", "truncated"}


@pytest.fixture(scope="module")
def lore(root):
    return knowledge.load(root / "rules")


def differences(raw, whole: bytes, lore) -> set[str]:
    """The fields in which the message as fetched differs from the whole."""
    ours, theirs = parse(raw, lore), parse(replace(raw, raw=whole, size=len(whole), truncated=False), lore)
    if not isinstance(ours, Message) or not isinstance(theirs, Message):
        return set() if ours == theirs else {"readable"}
    return {field.name for field in fields(Message) if value(ours, field.name) != value(theirs, field.name)}


def value(message: Message, name: str) -> object:
    if name == "kind_evidence":  # offsets into headers count the blanks that a server leaves out
        return [(one.signal, one.words.lower()) for one in message.kind_evidence]
    return message.remarks - MENDED if name == "remarks" else getattr(message, name)


def fetched(dovecot, mails: list[bytes]):
    """The messages by number, as little of them as there is to read."""
    user = dovecot.add_user("fetch@example.org", {"INBOX": mails})
    before = user.snapshot()
    with ReadingConnection(user.account(), user.password) as connection:
        opened = connection.examine("INBOX")
        uids = connection.search("ALL")
        found = list(fetching.fetch(connection, opened, uids, FolderRole.INBOX, everything, gmail=False))
    assert user.snapshot() == before
    assert [raw.key.uid for raw in found] == list(range(1, len(mails) + 1))
    return found


# Mail that no corpus may keep from being wrong: structures that a server and a reader see differently.
KNOWN = {
    "attachment_with_unquoted_name.eml": "a name with blanks and no quotes ends at the first for a server",
    "raw_email4.eml": "of an inline text the server names us-ascii",
    "msg_38.txt": "boundaries within boundaries, made to confuse",
    "005.eml": "a text cut in the middle of its base64",
    "github-115.txt": "a multipart that declares itself encoded",
    "lhost-x2-04.eml": "the end of a returned message",
}


@pytest.mark.shared
@pytest.mark.parametrize(
    "corpus", ["malformed-mime", "sisimai-bounces/maildir", "spamassassin/hard-ham-1", "enron-mailboxes/motley-m"]
)
def test_a_skeleton_reads_like_the_whole(dovecot, shared, lore, corpus):
    files = [path for path in sorted((shared / "corpora" / corpus).rglob("*")) if path.suffix in {".eml", ".txt"}]
    mails = [path.read_bytes() for path in files]
    odd = {}
    for path, whole, raw in zip(files, mails, fetched(dovecot, mails), strict=True):
        found = differences(raw, whole, lore) - (CUT if raw.truncated else set())
        if found and path.name not in KNOWN:
            odd[path.name] = found
    assert not odd


@pytest.mark.shared
def test_every_byte_is_the_files(dovecot, shared):
    """Header and texts of a skeleton stand in the file as they are."""
    folder: Path = shared / "corpora" / "spamassassin" / "easy-ham-1"
    mails = [path.read_bytes() for path in sorted(folder.iterdir())]
    for whole, raw in zip(mails, fetched(dovecot, mails), strict=True):
        file = whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        head = raw.raw.partition(b"\r\n\r\n")[0]
        assert file.startswith(head + b"\r\n")
        assert raw.size == len(file)
        if b"multipart/" not in head.lower() and not raw.truncated:
            assert raw.raw == file
