"""An mbox file as a folder; Google Takeout's labels and thread ids."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from repliquette.limits import FETCH_BYTES
from repliquette.mailbox.archive import ArchiveSource

POSTMARK = "From jo@buyer.example Tue Feb  3 10:0{}:00 2026\n"


def entry(number: int, body: str = "Hello\n", headers: str = "") -> str:
    return f"{POSTMARK.format(number)}{headers}Subject: No. {number}\n\n{body}\n"


@pytest.fixture
def write(tmp_path):
    def written(text: str | bytes, name: str = "Inbox.mbox"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def read(path, cursor=None):
    source = ArchiveSource(path)
    (folder,) = source.folders()
    changes = source.changes(folder, cursor)
    return changes, list(source.fetch(folder, changes.added))


def test_messages_come_newest_first_with_the_time_of_the_postmark(write):
    changes, messages = read(write(entry(1) + entry(2)))
    assert (changes.total, changes.reset) == (2, False)
    assert [m.raw.split(b"\n")[0] for m in messages] == [b"Subject: No. 2", b"Subject: No. 1"]
    assert messages[0].internal_date == datetime(2026, 2, 3, 10, 2, tzinfo=UTC)
    assert messages[0].role.value == "inbox"
    assert messages[0].key.uid == changes.added[0]


@pytest.mark.parametrize(
    ("postmark", "when"),
    [
        ("From 1789@xxx Tue Feb 03 10:00:00 +0200 2026", datetime(2026, 2, 3, 8, tzinfo=UTC)),
        ("From - Tue Feb  3 10:00:00 2026", datetime(2026, 2, 3, 10, tzinfo=UTC)),
        ("From jo@buyer.example Tue Feb  3 10:00 2026 -0500", datetime(2026, 2, 3, 15, tzinfo=UTC)),
        ("From jo@buyer.example at 10:00 in 2026", None),
        ("From jo@buyer.example Tue Feb 31 10:00:00 2026", None),
    ],
    ids=["takeout", "thunderbird", "zone-last", "no-date", "no-such-day"],
)
def test_postmarks_of_several_programs(write, postmark, when):
    _, messages = read(write(f"{postmark}\nSubject: x\n\nbody\n"))
    assert [m.internal_date for m in messages] == [when]


def test_lines_of_a_body_that_look_like_postmarks_start_no_message(write):
    body = "I quote:\n\nFrom here on it rains.\nFrom jo@buyer.example Tue Feb  3 10:01:00 2026\n\n>From the top\n>>From x\n"
    changes, messages = read(write(entry(1, body) + entry(2)))
    assert changes.total == 2
    assert b"\nFrom the top\n>From x\n" in messages[1].raw
    assert b"From here on it rains.\nFrom jo@" in messages[1].raw


def test_crlf_files_are_read(write):
    changes, messages = read(write((entry(1) + entry(2)).replace("\n", "\r\n")))
    assert changes.total == 2
    assert messages[1].raw.startswith(b"Subject: No. 1\r\n\r\nHello\r\n")


def test_a_grown_file_gives_only_what_is_new(write):
    path = write(entry(1) + entry(2))
    first, _ = read(path)
    write(entry(1) + entry(2) + entry(3))
    second, messages = read(path, first.cursor)
    assert (second.reset, second.total) == (False, 3)
    assert [m.raw.split(b"\n")[0] for m in messages] == [b"Subject: No. 3"]
    third, nothing = read(path, second.cursor)
    assert (third.added, nothing) == ((), [])
    assert (second.told, third.told) == (False, True)


@pytest.mark.parametrize("after", [entry(1), entry(2) + entry(3), entry(1, "Rewritten at length\n") + entry(2)])
def test_a_file_that_did_more_than_grow_is_read_again(write, after):
    path = write(entry(1) + entry(2))
    first, _ = read(path)
    write(after)
    second, messages = read(path, first.cursor)
    assert second.reset
    assert len(messages) == second.total


def test_an_emptied_file_has_no_messages(write):
    path = write(entry(1))
    source = ArchiveSource(path)
    (folder,) = source.folders()
    cursor = source.changes(folder, None).cursor
    path.write_bytes(b"")
    changes = source.changes(folder, cursor)
    assert (changes.added, changes.total, changes.reset) == ((), 0, True)
    assert list(source.fetch(folder, [1])) == []


def test_a_large_message_is_cut_and_says_so(write):
    _, messages = read(write(entry(1, "x" * FETCH_BYTES + "\n") + entry(2)))
    assert [(len(m.raw) <= FETCH_BYTES, m.truncated) for m in messages] == [(True, False), (True, True)]


def test_an_uid_that_is_no_message_is_left_out(write):
    source = ArchiveSource(write(entry(1)))
    (folder,) = source.folders()
    assert list(source.fetch(folder, [5, 10_000])) == []


def test_takeout_labels_give_roles_and_leave_out_what_is_closed(write):
    labels = {
        1: "Inbox,Important,Unread",
        2: "Sent",
        3: "Archived,Customers",
        4: "Spam",
        5: "Trash,Inbox",
        6: "Drafts",
        7: "=?UTF-8?Q?Posteingang,K=C3=A4ufer?=",
        8: "=?UTF-8?Q?Gesendet=2C?=\n =?UTF-8?Q?Ge=C3=B6ffnet?=",
        9: "=?no-such-charset?Q?Sent?=",
        0: "Chat",
    }
    text = "".join(
        entry(number, headers=f"X-GM-THRID: 12784553442303348{number}\nX-Gmail-Labels: {label}\n")
        for number, label in labels.items()
    )
    changes, messages = read(write(text, "All mail Including Spam and Trash.mbox"))
    found = {int(m.raw.partition(b"No. ")[2][:1]): m for m in messages}
    assert {number: m.role.value for number, m in found.items()} == {
        1: "inbox",
        2: "sent",
        3: "archive",
        7: "inbox",
        8: "sent",
        9: "archive",
    }
    assert changes.total == 6
    assert found[1].gmail_thread == 127845534423033481


@pytest.mark.parametrize("number", ["9223372036854775808", "9" * 30, "9" * 3000], ids=["one too many", "30", "3,000"])
def test_a_thread_id_that_no_store_can_hold_is_none(write, number):
    """Anybody can write this header into a mail; in an mbox that is not Takeout's it arrives here."""
    _, [message] = read(write(entry(1, headers=f"X-GM-THRID: {number}\n")))
    assert message.gmail_thread is None


def test_a_message_that_is_not_wanted_comes_as_its_header(write):
    source = ArchiveSource(write(entry(1) + entry(2)))
    (folder,) = source.folders()
    changes = source.changes(folder, None)
    second, first = source.fetch(folder, changes.added, lambda header: b"No. 2" in header)
    assert second.raw == b"Subject: No. 2\n\nHello\n\n"
    assert (first.raw, first.size, first.truncated) == (b"Subject: No. 1\n\n", 23, False)


def marked(number: int, status: str) -> str:
    return f"From - Tue Feb  3 10:0{number}:00 2026\nX-Mozilla-Status: {status}\nSubject: No. {number}\n\nHello\n\n"


def test_thunderbirds_marks_are_read(write):
    """A message it deleted lies in the file until the file is compacted."""
    path = write(marked(1, "0003") + marked(2, "0009") + marked(3, "0000"))
    changes, messages = read(path)
    assert [(m.raw.partition(b"No. ")[2][:1], m.flags) for m in messages] == [
        (b"3", frozenset()),
        (b"1", {"\\Seen", "\\Answered"}),
    ]
    source = ArchiveSource(path)
    census = source.census(source.folders()[0])
    assert (census.present, census.answered) == (set(changes.added), {changes.added[1]})


def test_a_mark_in_its_place_is_no_change_that_is_told(write):
    path = write(marked(1, "0000") + marked(2, "0000"))
    cursor = read(path)[0].cursor
    write(marked(1, "0008") + marked(2, "0002"))
    os.utime(path, ns=(1, cursor.modseq + 1))
    changes, _ = read(path, cursor)
    assert (changes.added, changes.total, changes.reset, changes.told) == ((), 1, False, False)


def test_a_sender_marks_nothing(write):
    """Thunderbird's line is the first of a message; further down anybody may have written it."""
    _, [message] = read(write(entry(1, headers="Received: x\nX-Mozilla-Status: 000a\n")))
    assert message.flags == frozenset()


def test_a_message_beyond_two_gib_is_read(write):
    """As in Takeout's export of all mail; here what comes before is a hole, and not looked through."""
    path = write(entry(1))
    with path.open("r+b") as file:
        file.seek(2**31 + 5)
        file.write(b"\n\n" + entry(2).encode())
    source = ArchiveSource(path)
    (message,) = source.fetch(source.folders()[0], [2**31 + 8])
    assert message.raw.startswith(b"Subject: No. 2")
    assert message.key.uid == 2**31 + 8


def test_two_files_of_one_name_are_two_folders(tmp_path):
    for name in ("Sent", "Sent.mbox"):
        (tmp_path / name).write_text(entry(1))
    assert {f.name for f in ArchiveSource(tmp_path).folders()} == {"Sent", "Sent.mbox"}


def test_the_files_of_other_programs_are_folders(tmp_path):
    """Thunderbird: "Sent" and "Archives.sbd/2024"; Apple Mail: "Sent Messages.mbox/mbox"; Takeout: several."""
    for name in (
        "tb/Sent",
        "tb/Archives.sbd/2024",
        "Sent Messages.mbox/mbox",
        "Takeout/Inbox.mbox",
        "Takeout/Sent.mbox",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(entry(1))
    (tmp_path / "tb" / "Sent.msf").write_text("index")
    (tmp_path / "tb" / "prefs").write_text("no mail")
    assert [(f.name, f.role.value) for f in ArchiveSource(tmp_path).folders()] == [
        ("Takeout/Inbox", "inbox"),
        ("Sent Messages", "sent"),
        ("Takeout/Sent", "sent"),
        ("tb/Sent", "sent"),
        ("tb/Archives/2024", "archive"),
    ]
    assert [f.name for f in ArchiveSource(tmp_path / "Sent Messages.mbox").folders()] == ["Sent Messages"]


def test_mbox_files_in_a_folder_are_folders(write, tmp_path):
    write(entry(1), "Inbox.mbox")
    write(entry(2), "Sent.mbox")
    write("no mail at all", "Notes.mbox")
    source = ArchiveSource(tmp_path)
    assert [(f.name, f.role.value) for f in source.folders()] == [("Inbox", "inbox"), ("Sent", "sent")]
