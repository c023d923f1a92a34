"""Maildirs and folders of .eml files; and the real Enron folders, read from disk."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from repliquette.errors import UnknownError
from repliquette.limits import FETCH_BYTES
from repliquette.mailbox.archive import ArchiveSource


def put(path: Path, subject: str, *, when: datetime | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(f"Subject: {subject}\n\nHello\n".encode())
    if when:
        os.utime(path, (when.timestamp(), when.timestamp()))
    return path


def names(source: ArchiveSource) -> list[tuple[str, str]]:
    return [(folder.name, folder.role.value) for folder in source.folders()]


def read(source: ArchiveSource, cursors=None):
    """Everything new: folder name → messages."""
    found = {}
    for folder in source.folders():
        changes = source.changes(folder, (cursors or {}).get(folder.name))
        found[folder.name] = list(source.fetch(folder, changes.added))
    return found


def test_a_tree_of_eml_files_has_roles_by_folder_names(tmp_path):
    for place in (
        "inbox",
        "inbox/ferc",
        "sent_items",
        "_sent_mail",
        "deleted_items",
        "drafts",
        "all_documents",
        "to_do",
    ):
        put(tmp_path / "kim" / place / "1.eml", place)
    assert names(ArchiveSource(tmp_path)) == [
        ("kim/inbox", "inbox"),
        ("kim/inbox/ferc", "inbox"),
        ("kim/_sent_mail", "sent"),
        ("kim/sent_items", "sent"),
        ("kim/to_do", "other"),
    ]


def test_all_mail_is_read_where_there_is_no_inbox(tmp_path):
    for place in ("sent", "all_documents"):
        put(tmp_path / place / "1.eml", place)
    assert names(ArchiveSource(tmp_path)) == [("sent", "sent"), ("all_documents", "all")]


def test_eml_files_come_newest_number_first(tmp_path):
    for number in (1, 2, 10):
        put(tmp_path / "inbox" / f"{number}.EML", str(number))
    put(tmp_path / "inbox" / "readme.txt", "no mail")
    source = ArchiveSource(tmp_path / "inbox")
    (folder,) = source.folders()
    changes = source.changes(folder, None)
    assert (changes.added, changes.total) == ((3, 2, 1), 3)
    assert [m.raw.split()[1] for m in source.fetch(folder, [3, 99, 0, 1])] == [b"10", b"1"]
    assert source.changes(folder, changes.cursor).added == ()
    assert source.account == str(tmp_path / "inbox")


def test_a_changed_folder_is_read_again(tmp_path):
    """A place in a list is no identity once the list changed."""
    put(tmp_path / "inbox" / "5.eml", "five")
    source = ArchiveSource(tmp_path)
    (folder,) = source.folders()
    first = source.changes(folder, None)
    put(tmp_path / "inbox" / "4.eml", "four")
    second = source.changes(folder, first.cursor)
    assert second.reset
    assert second.added == (2, 1)
    assert second.cursor.uidvalidity != first.cursor.uidvalidity


def test_a_vanished_file_is_left_out(tmp_path):
    doomed = put(tmp_path / "inbox" / "1.eml", "one")
    put(tmp_path / "inbox" / "2.eml", "two")
    source = ArchiveSource(tmp_path)
    (folder,) = source.folders()
    added = source.changes(folder, None).added
    doomed.unlink()
    assert [m.key.uid for m in source.fetch(folder, added)] == [2]


def test_a_large_file_is_cut_and_says_so(tmp_path):
    put(tmp_path / "1.eml", "x" * FETCH_BYTES)
    put(tmp_path / "2.eml", "small")
    (messages,) = read(ArchiveSource(tmp_path)).values()
    assert [(len(m.raw) <= FETCH_BYTES, m.truncated) for m in messages] == [(True, False), (True, True)]


@pytest.fixture
def maildir(tmp_path):
    """A Maildir++ as Dovecot keeps it, and beside the inbox a sub-folder with a name in modified UTF-7."""
    day = datetime(2026, 2, 3, 10, tzinfo=UTC)
    put(tmp_path / "cur" / "1700000001.M1P1.host:2,RS", "answered", when=day)
    put(tmp_path / "new" / "1700000002.M1P1.host", "new", when=day)
    put(tmp_path / "tmp" / "1700000003.M1P1.host", "being written", when=day)
    put(tmp_path / ".Sent.2025" / "cur" / "1700000001.M2P1.host:2,S", "sent", when=day)
    put(tmp_path / ".Entw&APw-rfe" / "cur" / "1700000001.M3P1.host:2,DS", "half", when=day)
    put(tmp_path / ".K&AOQ-ufer" / "cur" / "1700000001.M4P1.host:2,", "buyer", when=day)
    return tmp_path


def test_a_maildir_is_read_with_flags_and_dates(maildir):
    source = ArchiveSource(maildir)
    assert names(source) == [("INBOX", "inbox"), ("Sent/2025", "sent"), ("Käufer", "other")]
    new, answered = read(source)["INBOX"]
    assert new.raw.startswith(b"Subject: new")
    assert new.flags == frozenset()
    assert answered.flags == {"\\Answered", "\\Seen"}
    assert answered.internal_date == datetime(2026, 2, 3, 10, tzinfo=UTC)


def test_a_changed_flag_is_no_change_of_a_maildir(maildir):
    source = ArchiveSource(maildir)
    inbox = source.folders()[0]
    first = source.changes(inbox, None)
    (maildir / "new" / "1700000002.M1P1.host").rename(maildir / "cur" / "1700000002.M1P1.host:2,FS")
    assert source.changes(inbox, first.cursor).added == ()
    assert [m.flags for m in source.fetch(inbox, [2])] == [{"\\Flagged", "\\Seen"}]


def test_maildirs_side_by_side_are_folders(tmp_path):
    """As mbsync and OfflineIMAP lay them out."""
    for place in ("INBOX", "[Gmail]/Sent Mail", "Archive"):
        put(tmp_path / place / "cur" / "1700000001.M1P1.host:2,S", place)
    assert names(ArchiveSource(tmp_path)) == [("INBOX", "inbox"), ("[Gmail]/Sent Mail", "sent"), ("Archive", "archive")]


@pytest.mark.parametrize("make", [lambda _: None, Path.mkdir, lambda path: path.write_text("notes")])
def test_a_place_without_mail_is_told(tmp_path, make):
    place = tmp_path / "place"
    make(place)
    with pytest.raises(UnknownError, match=r"no mail in .*place(?s:.*)Maildir, an mbox file, or a folder"):
        ArchiveSource(place)


def test_nothing_is_written(maildir):
    before = {path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in maildir.rglob("*")}
    source = ArchiveSource(maildir)
    read(source)
    source.close()
    after = {path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in maildir.rglob("*")}
    assert after == before


@pytest.mark.shared
@pytest.mark.parametrize(
    ("owner", "roles"),
    [
        ("crandell-s", {"inbox", "sent", "other"}),
        ("allen-p", {"sent", "all", "other"}),
        ("slinger-r", {"inbox", "sent"}),
    ],
)
def test_real_mailboxes_are_read_whole(shared, owner, roles):
    place = shared / "corpora" / "enron-mailboxes" / owner
    source = ArchiveSource(place)
    assert {folder.role.value for folder in source.folders()} == roles
    found = read(source)
    for folder, messages in found.items():
        assert len(messages) == len(list((place / folder).glob("*.eml"))) > 0
        assert all(b"Message-ID:" in message.raw for message in messages)
        assert len({message.key for message in messages}) == len(messages)
