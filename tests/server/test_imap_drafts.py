r"""Drafts in a real Dovecot: saved once, with \Draft, and nothing else touched."""

from __future__ import annotations

import imaplib
import ssl

import pytest

from repliquette.errors import ServerError, SettingsError
from repliquette.mailbox.imap import ImapDraftBox
from support.dovecot import Mail
from support.faultserver import Certificate, FaultServer

ID = "c0ffee@repliquette.example"
DRAFT = (
    b"From: Nadia <nadia@draft.example>\r\nTo: jo@buyer.example\r\nSubject: Re: Pallets\r\n"
    b"Message-ID: <c0ffee@repliquette.example>\r\n\r\nOn Thursday, Jo.\r\n"
)


def save(user, raw=DRAFT, message_id=ID):
    box = ImapDraftBox.connect(user.account(), user.password)
    try:
        return box.append_draft(raw, message_id)
    finally:
        box.close()


@pytest.fixture
def user(dovecot):
    folders = {"INBOX": [Mail(b"Subject: Pallets\n\nWhen?\n", flags="S")], "Drafts": [b"Subject: mine\n\nhalf\n"]}
    return dovecot.add_user("nadia@draft.example", folders)


@pytest.mark.server
def test_a_draft_lies_in_drafts_with_its_flag(user):
    before = user.snapshot()
    receipt = save(user)
    assert (receipt.message_id, receipt.folder, receipt.uid, receipt.created) == (ID, "Drafts", 2, True)
    assert DRAFT in user.messages("Drafts")
    assert sorted(user.flags("Drafts")) == ["", "DS"]
    assert before.items() <= user.snapshot().items()
    assert len(user.snapshot()) == len(before) + 1


@pytest.mark.server
def test_a_draft_saved_twice_lies_there_once(user):
    first = save(user)
    second = save(user)
    assert not second.created
    assert (second.folder, second.uid) == (first.folder, first.uid)
    assert user.messages("Drafts").count(DRAFT) == 1


@pytest.mark.server
def test_a_longer_message_id_is_another_draft(user):
    """HEADER search is by substring (RFC 9051 §6.4.4); the angle brackets make it exact."""
    other = DRAFT.replace(b"<c0ffee@", b"<more-c0ffee@")
    save(user, other, "more-" + ID)
    assert save(user).created


@pytest.mark.server
def test_a_draft_that_the_owner_deleted_can_be_saved_again(user):
    save(user)
    context = ssl.create_default_context(cafile=user.ca_file)
    with imaplib.IMAP4_SSL(user.host, user.port, ssl_context=context) as client:
        client.login(user.address, user.password)
        client.select("Drafts")
        client.store("2", "+FLAGS", r"(\Deleted)")
    assert save(user).created


@pytest.mark.server
def test_the_draft_box_says_nothing_but_append(user):
    """S19: on the wire of its connection, APPEND is the only command that changes anything."""
    save(user)
    said = [" ".join(command.split()[: 2 if command.startswith("UID") else 1]) for command in user.commands()]
    assert said == ["LIST", "EXAMINE", "UID SEARCH", "APPEND", "LOGOUT"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate.make(tmp_path_factory.mktemp("authority"), "127.0.0.1")


def drafts_on(certificate, **answers):
    return FaultServer(tls=certificate.context, ca_file=certificate.ca_file, answers=answers)


def save_on(server, **settings):
    box = ImapDraftBox.connect(server.account(**settings), "secret")
    try:
        return box.append_draft(DRAFT, ID)
    finally:
        box.close()


def test_the_flag_of_the_server_wins_over_a_name(certificate):
    listed = (
        b'* LIST () "." "Drafts"\r\n* LIST (\\Drafts) "." "INBOX.Angefangenes"\r\n'
        b'* LIST (\\Drafts) "." "INBOX.Angefangenes.Alt"\r\n%TAG% OK done\r\n'
    )
    with drafts_on(certificate, LIST=listed) as server:
        assert save_on(server).folder == "INBOX.Angefangenes"


def test_without_uidplus_the_receipt_has_no_uid(certificate):
    with drafts_on(certificate) as server:
        receipt = save_on(server)
    assert (receipt.uid, receipt.created) == (None, True)
    assert DRAFT in server.heard


def test_a_mailbox_without_drafts_is_told(certificate):
    with (
        drafts_on(certificate, LIST=b'* LIST () "/" INBOX\r\n%TAG% OK done\r\n') as server,
        pytest.raises(ServerError, match=r"no Drafts folder(?s:.*)Save any draft"),
    ):
        save_on(server)
    assert "APPEND" not in server.commands


def test_a_name_above_other_folders_holds_no_drafts(certificate):
    r"""\Noselect: it can be listed and not opened."""
    listed = b'* LIST (\\Noselect) "/" Drafts\r\n* LIST () "/" Drafts/Kim\r\n%TAG% OK done\r\n'
    with drafts_on(certificate, LIST=listed) as server:
        assert save_on(server).folder == "Drafts/Kim"


@pytest.mark.parametrize(
    ("name", "error"),
    [("Half done", None), ("Half-done", "no folder named Half-done for drafts")],
    ids=["there", "not-there"],
)
def test_the_settings_name_the_folder_for_drafts(certificate, name, error):
    listed = b'* LIST (\\Drafts) "/" Drafts\r\n* LIST () "/" "Half done"\r\n%TAG% OK done\r\n'
    with drafts_on(certificate, LIST=listed) as server:
        if error:
            with pytest.raises(SettingsError, match=error):
                save_on(server, drafts_folder=name)
        else:
            assert save_on(server, drafts_folder=name).folder == name


def test_a_refused_append_is_told_with_the_words_of_the_server(certificate):
    with (
        drafts_on(certificate, APPEND=b"%TAG% NO [OVERQUOTA] mailbox is full\r\n") as server,
        pytest.raises(ServerError, match=r"did not save the draft in Drafts(?s:.*)mailbox is full"),
    ):
        save_on(server)
