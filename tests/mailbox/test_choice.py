"""Which folders are read; and that sent mail is never guessed."""

from __future__ import annotations

import pytest

from repliquette.errors import SettingsError
from repliquette.mailbox.choice import choose
from repliquette.mailbox.folders import readable
from repliquette.settings import AccountSetting

DOVECOT = [((), "/", "INBOX"), ((b"\\Sent",), "/", "Sent"), ((), "/", "Archive"), ((b"\\Junk",), "/", "Junk")]
GMAIL = [
    ((), "/", "INBOX"),
    ((b"\\HasChildren", b"\\Noselect"), "/", "[Gmail]"),
    ((b"\\All",), "/", "[Gmail]/Alle Nachrichten"),
    ((b"\\Sent",), "/", "[Gmail]/Gesendet"),
    ((b"\\Junk",), "/", "[Gmail]/Spam"),
    ((), "/", "Kunden"),
]
UNNAMED = [((), "/", "INBOX"), ((), "/", "Briefe von mir"), ((b"\\Drafts",), "/", "Drafts")]


def chosen(listed, *, is_gmail=False, **settings):
    account = AccountSetting(address="kim@choice.example", host="imap.choice.example", **settings)
    return choose(account, readable(listed), is_gmail=is_gmail)


def names(choice):
    return [(folder.name, folder.role.value) for folder in choice.folders]


@pytest.mark.parametrize(
    ("listed", "settings", "read"),
    [
        (DOVECOT, {}, [("INBOX", "inbox"), ("Sent", "sent"), ("Archive", "archive")]),
        (DOVECOT, {"folders": ("INBOX",)}, [("INBOX", "inbox"), ("Sent", "sent")]),
        (UNNAMED, {"sent_folder": "Briefe von mir"}, [("INBOX", "inbox"), ("Briefe von mir", "sent")]),
        (UNNAMED, {"sent_folder": "INBOX"}, [("INBOX", "inbox")]),
        (
            [*DOVECOT, ((), "/", "Outbox 2024")],
            {"sent_folder": "Outbox 2024"},
            [("INBOX", "inbox"), ("Outbox 2024", "sent"), ("Sent", "sent"), ("Archive", "archive")],
        ),
        (
            [((), ".", "INBOX"), ((), ".", "INBOX.Sent"), ((), ".", "INBOX.Sent.2024"), ((), ".", "INBOX.Clients")],
            {},
            [("INBOX", "inbox"), ("INBOX.Sent", "sent"), ("INBOX.Sent.2024", "sent")],
        ),
        (
            [((), "/", "INBOX"), ((b"\\Sent",), "/", "Von mir"), ((), "/", "Von mir/2024")],
            {},
            [("INBOX", "inbox"), ("Von mir", "sent"), ("Von mir/2024", "sent")],
        ),
    ],
    ids=["usual", "named", "set", "set-to-inbox", "one-more", "below-inbox", "below-a-flag"],
)
def test_folders_to_read(listed, settings, read):
    choice = chosen(listed, **settings)
    assert names(choice) == read
    assert choice.notes == ()


@pytest.mark.parametrize(
    ("listed", "settings"),
    [
        (UNNAMED, {}),
        (UNNAMED, {"folders": ("INBOX",)}),
        ([((), "/", "INBOX"), ((b"\\Noselect",), "/", "Sent"), ((), "/", "Briefe von mir")], {}),
    ],
    ids=["no-name", "named-folders", "only-a-name-above-others"],
)
def test_sent_mail_that_cannot_be_told_is_asked_for(listed, settings):
    """Never silently the inbox: all that was answered would look owed."""
    with pytest.raises(SettingsError, match=r"for sent mail(?s:.*)INBOX(?s:.*)sent_folder = \"Briefe von mir\""):
        chosen(listed, **settings)


@pytest.mark.parametrize("key", ["folders", "sent_folder"])
def test_a_name_that_is_not_there_is_told(key):
    value = "Snt" if key == "sent_folder" else ("Snt",)
    with pytest.raises(SettingsError, match=rf"no folder named Snt(?s:.*)INBOX(?s:.*)key {key}"):
        chosen(DOVECOT, **{key: value})


def test_of_gmail_all_mail_is_read_and_nothing_twice():
    choice = chosen(GMAIL, is_gmail=True)
    assert names(choice) == [("[Gmail]/Alle Nachrichten", "all")]
    assert choice.notes == ()


def test_of_gmail_labels_are_read_where_the_settings_name_them():
    assert names(chosen(GMAIL, is_gmail=True, folders=("Kunden",))) == [
        ("[Gmail]/Gesendet", "sent"),
        ("Kunden", "other"),
    ]


def test_gmails_all_mail_may_be_hidden_which_is_said():
    choice = chosen([line for line in GMAIL if b"\\All" not in line[0]], is_gmail=True)
    assert names(choice) == [("INBOX", "inbox"), ("[Gmail]/Gesendet", "sent")]
    assert "Show in IMAP" in choice.notes[0]


def test_all_mail_of_another_server_is_a_copy():
    assert names(chosen([*DOVECOT, ((b"\\All",), "/", "Everything")])) == names(chosen(DOVECOT))


def test_folders_without_end_take_no_stack():
    deep = [((), "/", "/".join(["x"] * depth)) for depth in range(1, 1500)]
    assert len(readable(deep)) == 1499
