"""Roles of folders: flags of the server first, then names in many languages."""

from __future__ import annotations

import pytest

from repliquette.mailbox.folders import NAMES, in_reading_order, role_of, role_of_gmail
from repliquette.model import Folder, FolderRole


@pytest.mark.parametrize(
    ("name", "separator", "role"),
    [
        ("INBOX", "/", "inbox"),
        ("inbox", "/", "inbox"),
        ("[Gmail]/Sent Mail", "/", "sent"),
        ("[Google Mail]/Gesendet", "/", "sent"),
        ("[Gmail]/Messages envoyés", "/", "sent"),
        ("INBOX.Sent", ".", "sent"),
        ("INBOX.Entwürfe", ".", "drafts"),
        ("Entwu\N{COMBINING DIAERESIS}rfe", "/", "drafts"),
        ("Sent Items", "/", "sent"),
        ("sent_items", "/", "sent"),
        ("_sent_mail", "/", "sent"),
        ("Gesendete Elemente", "/", "sent"),
        ("Éléments envoyés", "/", "sent"),
        ("Elementos enviados", "/", "sent"),
        ("Posta inviata", "/", "sent"),
        ("Verzonden items", "/", "sent"),
        ("Itens Enviados", "/", "sent"),
        ("Skickat", "/", "sent"),
        ("Sendt post", "/", "sent"),
        ("Elementy wysłane", "/", "sent"),
        ("送信済みアイテム", "/", "sent"),
        ("已发送邮件", "/", "sent"),
        ("Kopie robocze", "/", "drafts"),
        ("下書き", "/", "drafts"),
        ("Archives/2024", "/", "archive"),
        ("Archiv.Kunden", ".", "archive"),
        ("deleted_items", "/", "trash"),
        ("Papierkorb/Alt", "/", "trash"),
        ("Junk E-mail", "/", "junk"),
        ("Uønsket e-mail", "/", "junk"),
        ("[Gmail]/Alle Nachrichten", "/", "all"),
        ("all_documents", "/", "all"),
        ("Consent", "/", "other"),
        ("Clients/Sent", "/", "other"),
        ("", "/", "other"),
        ("Sent", "", "sent"),
    ],
)
def test_names_tell_the_role(name, separator, role):
    assert role_of(name, separator=separator) == role


@pytest.mark.parametrize(
    ("flags", "role"),
    [
        ([b"\\HasNoChildren", b"\\Sent"], "sent"),
        ([b"\\DRAFTS"], "drafts"),
        ([b"\\AllMail"], "all"),
        ([b"\\HasNoChildren"], "trash"),
    ],
    ids=["rfc-6154", "any-case", "xlist", "no-role-flag"],
)
def test_flags_count_more_than_names(flags, role):
    assert role_of("Trash", flags) == role


def test_no_name_has_two_roles():
    """A name in two lists would be decided by their order."""
    seen = {}
    for role, names in NAMES.items():
        for name in (name.strip() for line in names.splitlines() for name in line.split(",") if name.strip()):
            assert seen.setdefault(name, role) is role, name


def test_inbox_and_sent_come_first():
    folders = [
        Folder("Zoo", FolderRole.OTHER),
        Folder("Archive", FolderRole.ARCHIVE),
        Folder("Sent Items", FolderRole.SENT),
        Folder("Sent", FolderRole.SENT),
        Folder("INBOX", FolderRole.INBOX),
    ]
    assert [f.name for f in in_reading_order(folders)] == ["INBOX", "Sent", "Sent Items", "Archive", "Zoo"]


@pytest.mark.parametrize(
    ("labels", "role"),
    [
        (["\\Inbox", "\\Important"], "inbox"),
        (["\\Sent"], "sent"),
        (["\\Inbox", "\\Sent"], "sent"),
        (["Customers"], "other"),
        ([], "other"),
        (["Sent", "Gesendet"], "other"),
        (["\\Draft"], None),
        (["\\Sent", "\\Trash"], None),
        (["\\Chats"], None),
        (["\\SENT"], "sent"),
    ],
    ids=["inbox", "sent", "to-myself", "label", "archived", "labels-of-my-own", "draft", "deleted", "chat", "any-case"],
)
def test_gmails_own_labels_tell_the_role_of_a_message(labels, role):
    """A label that the owner named "Sent" makes nothing theirs: a filter puts any stranger's mail there."""
    assert role_of_gmail(labels) == role
