"""Maildirs and folders of .eml files; and the real Enron folders, read from disk."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from repliquette.errors import UnknownError
from repliquette.limits import FETCH_BYTES
from repliquette.mailbox.archive import ArchiveSource
from repliquette.mailbox.source import Cursor


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
    assert changes.total == len(changes.added) == 3
    assert [m.raw.split()[1] for m in source.fetch(folder, changes.added)] == [b"10", b"2", b"1"]
    assert [m.key.uid for m in source.fetch(folder, [changes.added[2], 99, 0])] == [changes.added[2]]
    assert source.account == str(tmp_path / "inbox")


@pytest.mark.parametrize("place", ["inbox/{}.eml", "cur/{}.M1P1.host:2,S"], ids=["eml", "maildir"])
def test_a_message_more_or_less_renumbers_none(tmp_path, place):
    """A folder of 100,000 is not read again because one message came or went."""
    files = {number: put(tmp_path / place.format(number), str(number)) for number in (5, 7)}
    first = ArchiveSource(tmp_path)
    (folder,) = first.folders()
    before = first.changes(folder, None)
    put(tmp_path / place.format(6), "six")
    files[5].unlink()
    after = ArchiveSource(tmp_path).changes(folder, before.cursor)
    assert (after.reset, after.told, after.total) == (False, False, 2)
    assert after.added[0] == before.added[0]
    assert set(after.added) & set(before.added) == {before.added[0]}
    assert first.census(folder).present == set(after.added)
    again = ArchiveSource(tmp_path).changes(folder, after.cursor)
    assert (again.added, again.told, again.flags, again.total) == ((), True, {}, 2)


def test_every_uid_lies_below_the_cursor_and_fits_the_store(tmp_path):
    for number in range(100):
        put(tmp_path / "cur" / f"{number}.M1P1.host:2,S", str(number))
    source = ArchiveSource(tmp_path)
    changes = source.changes(source.folders()[0], None)
    assert len(set(changes.added)) == 100
    assert 0 < min(changes.added) <= max(changes.added) < changes.cursor.uidnext < 2**63
    assert 0 < changes.cursor.modseq < 2**63


def test_only_what_was_touched_since_is_named_again(tmp_path):
    """Of 100,000 files one is new: the others need not be looked up."""
    for number in range(3):
        put(tmp_path / "cur" / f"{number}.M1P1.host:2,S", str(number))
    source = ArchiveSource(tmp_path)
    (folder,) = source.folders()
    first = source.changes(folder, None).cursor
    put(tmp_path / "cur" / "9.M1P1.host:2,S", "nine")
    assert len(source.changes(folder, first).added) == 4
    an_hour_later = replace(first, modseq=first.modseq + (3600 << 31))
    later = source.changes(folder, an_hour_later)
    assert (later.added, later.flags, later.total, later.told) == ((), {}, 4, False)
    assert len(source.census(folder).present) == 4


def test_another_file_of_the_same_name_is_another_message(tmp_path):
    put(tmp_path / "1.eml", "the first export")
    source = ArchiveSource(tmp_path)
    (folder,) = source.folders()
    first = source.changes(folder, None)
    put(tmp_path / "1.eml", "the second export, which has another message by that name")
    assert set(source.changes(folder, first.cursor).added).isdisjoint(first.added)


def test_a_cursor_of_the_old_numbering_starts_again(tmp_path):
    put(tmp_path / "1.eml", "one")
    source = ArchiveSource(tmp_path)
    (folder,) = source.folders()
    changes = source.changes(folder, Cursor(0xBEEF, 2))
    assert (changes.reset, len(changes.added)) == (True, 1)


def test_a_vanished_file_is_left_out(tmp_path):
    doomed = put(tmp_path / "inbox" / "1.eml", "one")
    put(tmp_path / "inbox" / "2.eml", "two")
    source = ArchiveSource(tmp_path)
    (folder,) = source.folders()
    added = source.changes(folder, None).added
    doomed.unlink()
    assert [m.key.uid for m in source.fetch(folder, added)] == [added[0]]


@pytest.mark.parametrize("place", ["inbox/1.eml", "cur/1.M1P1.host:2,S"], ids=["eml", "maildir"])
def test_a_message_that_is_not_wanted_comes_as_its_header(tmp_path, place):
    path = put(tmp_path / place, "our newsletter")
    heard = []

    def wants(header: bytes) -> bool:
        heard.append(header)
        return False

    source = ArchiveSource(tmp_path)
    (folder,) = source.folders()
    (message,) = source.fetch(folder, source.changes(folder, None).added, wants)
    assert message.raw == b"Subject: our newsletter\n\n"
    assert heard == [message.raw]
    assert (message.size, message.truncated) == (path.stat().st_size, False)


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


def test_a_changed_flag_of_a_maildir_is_told(maildir):
    source = ArchiveSource(maildir)
    inbox = source.folders()[0]
    first = source.changes(inbox, None)
    newest, oldest = first.added
    (maildir / "new" / "1700000002.M1P1.host").rename(maildir / "cur" / "1700000002.M1P1.host:2,RST")
    second = source.changes(inbox, first.cursor)
    assert (second.added, second.told, second.reset) == ((), True, False)
    assert second.flags == {
        newest: {"\\Answered", "\\Seen", "\\Deleted"},
        oldest: {"\\Answered", "\\Seen"},
    }
    census = source.census(inbox)
    assert (census.answered, census.deleted) == ({newest, oldest}, {newest})


def test_a_message_that_is_marked_while_we_read_is_found(maildir):
    source = ArchiveSource(maildir)
    inbox = source.folders()[0]
    added = source.changes(inbox, None).added
    (maildir / "new" / "1700000002.M1P1.host").rename(maildir / "cur" / "1700000002.M1P1.host:2,FS")
    assert [m.flags for m in source.fetch(inbox, added)] == [{"\\Flagged", "\\Seen"}, {"\\Answered", "\\Seen"}]


def test_what_arrived_since_a_day(maildir):
    source = ArchiveSource(maildir)
    inbox = source.folders()[0]
    put(maildir / "cur" / "1700000009.M1P1.host:2,", "later", when=datetime(2026, 2, 4, tzinfo=UTC))
    added = source.changes(inbox, None).added
    assert source.since(inbox, date(2026, 2, 4)) == {added[0]}
    assert source.since(inbox, date(2026, 2, 3)) == set(added)


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
