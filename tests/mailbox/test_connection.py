"""What a connection refuses, from servers that behave badly on purpose (S16 to S20, S22)."""

from __future__ import annotations

import base64
import logging
import socket
import ssl
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from repliquette.errors import LoginError, RepliquetteError, ServerError
from repliquette.mailbox.connection import (
    AppendingConnection,
    Connection,
    ReadingConnection,
)
from repliquette.mailbox.dialing import trusting
from repliquette.mailbox.imap import ImapDraftBox, ImapSource
from repliquette.mailbox.words import guard, plain_words
from repliquette.settings import AccountSetting
from support.faultserver import Certificate, FaultServer

PASSWORD = "correct-horse"


@pytest.fixture
def served(certificate):
    """Start a fault server with a good certificate; the test names its faults."""
    servers = []

    def start(**faults):
        server = FaultServer(tls=certificate.context, ca_file=certificate.ca_file, **faults)
        servers.append(server.__enter__())
        return server

    yield start
    for server in servers:
        server.__exit__()


def heard_a_credential(server) -> bool:
    said = b"".join(server.heard)
    return PASSWORD.encode() in said or b"LOGIN" in said or b"AUTHENTICATE" in said


@pytest.mark.parametrize(
    ("names", "trusted", "not_after"),
    [
        pytest.param(["wrong.example"], True, None, id="another-name"),
        pytest.param(["127.0.0.1"], False, None, id="unknown-authority"),
        pytest.param(["127.0.0.1"], True, datetime(2020, 1, 1, tzinfo=UTC), id="expired"),
    ],
)
def test_a_bad_certificate_is_refused_before_any_credential(tmp_path, certificate, names, trusted, not_after):
    """S16; and the words say what to do."""
    bad = Certificate.make(tmp_path, *names, not_after=not_after)
    ca_file = bad.ca_file if trusted else certificate.ca_file
    with FaultServer(tls=bad.context) as server:
        with pytest.raises(ServerError, match=r"cannot be trusted, so nothing was sent(?s:.*)Check the host name"):
            Connection(server.account(ca_file=ca_file), PASSWORD)
        assert server.heard == []


def test_a_plain_port_is_refused_before_any_credential(certificate):
    """S17: no STARTTLS, no clear text."""
    with FaultServer() as server:
        with pytest.raises(ServerError, match=r"does not speak TLS from the first byte(?s:.*)993"):
            Connection(server.account(ca_file=certificate.ca_file), PASSWORD)
        assert not heard_a_credential(server)


def test_tls_is_at_least_1_2(served):
    context = trusting(served().account())
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_a_preauthenticated_greeting_is_refused(served):
    """S17: a greeting that skips the login is an attack or a mistake."""
    server = served(greeting=b"* PREAUTH welcome\r\n")
    with pytest.raises(ServerError, match="claims that we are logged in already"):
        Connection(server.account(), PASSWORD)
    assert not heard_a_credential(server)


def test_a_server_that_says_bye_is_reported_with_its_words(served):
    server = served(greeting=b"* BYE \x1b[31mgo away\x07\r\n")
    with pytest.raises(ServerError, match="cannot be reached over IMAP") as caught:
        Connection(server.account(), PASSWORD)
    assert "go away" in caught.value.seen
    assert caught.value.seen.isprintable()


def test_nobody_listening_is_told_with_host_and_port(certificate):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    account = AccountSetting(address="kim@fault.example", host="127.0.0.1", port=port, ca_file=certificate.ca_file)
    with pytest.raises(ServerError, match=rf"127\.0\.0\.1:{port} cannot be reached(?s:.*)Check host and port"):
        Connection(account, PASSWORD)


def test_a_missing_authority_file_is_told(tmp_path, served):
    with pytest.raises(ServerError, match=r"certificate authority .*none\.pem cannot be read"):
        Connection(served().account(ca_file=tmp_path / "none.pem"), PASSWORD)


@pytest.mark.parametrize("capabilities", [b"IMAP4rev1 AUTH=PLAIN", b"IMAP4rev1"], ids=["sasl-plain", "login"])
def test_a_wrong_password_is_tried_once(served, capabilities):
    """S22: a second try may lock the account; what the server says is shown without control characters."""
    refusal = b"%TAG% NO [AUTHENTICATIONFAILED] \x1b[2JInvalid credentials\x00\r\n"
    server = served(capabilities=capabilities, answers={"AUTHENTICATE": refusal, "LOGIN": refusal})
    with pytest.raises(LoginError, match=r"refused the password for kim@fault\.example") as caught:
        Connection(server.account(), PASSWORD)
    assert server.connections == 1
    assert sum(command in {"LOGIN", "AUTHENTICATE"} for command in server.commands) == 1
    assert caught.value.seen == "[AUTHENTICATIONFAILED] [2JInvalid credentials"
    assert "app password" in caught.value.hint
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    "trouble",
    [b"%TAG% NO [UNAVAILABLE] backend down\r\n", b"* BYE restarting\r\n", b""],
    ids=["unavailable", "bye", "silence"],
)
def test_trouble_during_the_login_is_not_a_wrong_password(served, trouble, monkeypatch):
    monkeypatch.setattr("repliquette.mailbox.connection.READ_TIMEOUT_S", 0.3)
    server = served(answers={"LOGIN": trouble})
    with pytest.raises(ServerError, match="broke off the login"):
        Connection(server.account(), PASSWORD)


def test_a_plain_login_quotes_names_and_passwords(served):
    server = served()
    with Connection(server.account(username='k "im" \\x'), 'a "b" \\c'):
        pass
    login = next(line for line in server.heard if b"LOGIN" in line)
    assert login.partition(b" ")[2] == b'LOGIN "k \\"im\\" \\\\x" "a \\"b\\" \\\\c"\r\n'


def test_neither_name_nor_command_is_logged_at_any_level(served, caplog):
    """S34."""
    caplog.set_level(logging.DEBUG)
    with Connection(served().account(), PASSWORD) as connection:
        connection.examine("Canaries")
        connection.search("UID", "1:2")
    assert caplog.records == []


def test_sasl_plain_carries_any_character(served):
    server = served(capabilities=b"IMAP4rev1 AUTH=PLAIN")
    with Connection(server.account(), "pässwörd 日本"):
        pass
    sent = [base64.b64decode(line) for line in server.heard if b" " not in line]
    assert sent == ["\0kim@fault.example\0pässwörd 日本".encode()]


def test_a_password_that_the_server_cannot_take_is_told_and_not_sent(served):
    server = served()
    with pytest.raises(LoginError, match=r"characters that .* does not understand"):
        Connection(server.account(), "pässwörd")
    assert "LOGIN" not in server.commands


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"* LIST () " + b"x" * 2_000_000, id="endless-line"),
        pytest.param(b'* LIST () "/" {4294967296}\r\n', id="literal-of-4-GiB"),
        pytest.param(b"* LIST nonsense\r\n%TAG% OK done\r\n", id="bad-grammar"),
        pytest.param(b"* LIST (\r\n%TAG% OK done\r\n", id="open-bracket"),
        pytest.param(b"X9 OK another tag\r\n", id="another-tag"),
        pytest.param(b"%TAG% NO \x1b]0;title\x07 not today\r\n", id="refusal-with-escape-codes"),
        pytest.param(b"%TAG% BAD what\r\n", id="bad"),
        pytest.param(b"* BYE\r\n", id="bye"),
    ],
)
def test_nonsense_in_an_answer_ends_in_words(served, answer):
    """S20, S22: no crash, no endless memory, no control character on a person's terminal."""
    server = served(answers={"LIST": answer})
    with (
        Connection(server.account(), PASSWORD) as connection,
        pytest.raises(ServerError, match="did not list its folders") as caught,
    ):
        connection.list_folders()
    assert caught.value.seen
    assert caught.value.seen.isprintable()


def test_a_folder_without_uidvalidity_is_refused(served):
    """RFC 9051 §2.3.1.1: without it UIDs mean nothing."""
    server = served(answers={"EXAMINE": b"* 0 EXISTS\r\n%TAG% OK done\r\n"})
    with (
        Connection(server.account(), PASSWORD) as connection,
        pytest.raises(ServerError, match="did not open the folder INBOX"),
    ):
        connection.examine("INBOX")


INJECTION = 'x"\r\nX1 STORE 1:* +FLAGS (\\Deleted)\r\nX2 EXPUNGE'
WORDS = st.text(st.sampled_from('ab "\\{}()%*5+\r\n\0é☃<>@:') | st.characters(codec="utf-8"), min_size=1, max_size=20)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(user=WORDS, password=WORDS, folder=WORDS, term=WORDS)
@example(user=INJECTION, password="p", folder="f", term="t")
@example(user="u", password=INJECTION, folder="f", term="t")
@example(user="u", password="p", folder=INJECTION, term="t")
@example(user="u", password="p", folder="f", term=INJECTION)
@example(user="u", password="p", folder="f{5}", term="t{5}")
def test_no_argument_becomes_a_command(certificate, user, password, folder, term):
    """S18: whatever the words, the server never sees more commands than we make."""
    with FaultServer(tls=certificate.context, ca_file=certificate.ca_file) as server:
        try:
            with Connection(server.account(username=user), password) as connection:
                for call, word in ((connection.examine, folder), (connection.search, term)):
                    try:
                        call(word)
                    except ServerError:
                        continue
        except RepliquetteError:
            pass
        expected = ["CAPABILITY", "LOGIN", "CAPABILITY", "EXAMINE", "UID SEARCH", "LOGOUT"]
        assert len(server.heard) == len(server.commands) <= len(expected)
        remaining = iter(expected)
        assert all(command in remaining for command in server.commands)


@pytest.mark.parametrize("character", ["\r", "\n", "\0"])
def test_guard_names_what_it_refuses(character):
    with pytest.raises(ServerError, match="The folder name contains a line end or a NUL") as caught:
        guard(f"a{character}b", "folder name")
    assert caught.value.seen == "ab"


def test_a_message_id_that_is_not_ours_is_no_search_term(served):
    """S18: a sender-chosen value never reaches a SEARCH."""
    server = served()
    box = ImapDraftBox.connect(server.account(), PASSWORD)
    with pytest.raises(ValueError, match="not a Message-ID of ours"):
        box.append_draft(b"Subject: x\r\n\r\n", 'x"\r\nX1 EXPUNGE')
    box.close()
    assert server.commands == ["CAPABILITY", "LOGIN", "LOGOUT"]


def test_a_draft_with_a_nul_is_refused(served):
    server = served()
    with AppendingConnection(server.account(), PASSWORD) as connection, pytest.raises(ServerError, match="NUL"):
        connection.append_draft("Drafts", b"a\0b")
    assert "APPEND" not in server.commands


def test_the_two_connections_can_do_one_thing_each():
    """S19: what reads cannot append, what appends cannot fetch, and neither can do more."""
    shared = {name for name in dir(Connection) if not name.startswith("_")}
    assert shared == {"close", "examine", "list_folders", "search", "speaking"}
    assert set(dir(ReadingConnection)) - set(dir(Connection)) == {
        "enable",
        "fetch_flags",
        "fetch_items",
        "fetch_labels",
        "idle",
        "noop",
    }
    assert set(dir(AppendingConnection)) - set(dir(Connection)) == {"append_draft"}


def test_plain_words_are_bounded():
    assert plain_words(b"a\tb\xff" + b"x" * 1000) == "ab\N{REPLACEMENT CHARACTER}" + "x" * 297


def test_gmail_ids_are_asked_for_where_the_server_knows_them(served):
    fetched = (
        b"* 1 FETCH (X-GM-THRID 1278455344230334865 X-GM-MSGID 1278455344230334866 UID 5 FLAGS (\\Seen \\Recent) "
        b'INTERNALDATE "02-Mar-2026 10:00:00 +0100" RFC822.SIZE 14 BODY[]<0> {14}\r\nSubject: x\r\n\r\n)\r\n'
        b"%TAG% OK done\r\n"
    )
    server = served(capabilities=b"IMAP4rev1 X-GM-EXT-1", answers={"UID FETCH": fetched})
    source = ImapSource.connect(server.account(), PASSWORD)
    inbox = source.folders()[0]
    (message,) = source.fetch(inbox, [5, 6])
    source.close()
    assert (message.gmail_thread, message.gmail_message) == (1278455344230334865, 1278455344230334866)
    assert message.flags == {"\\Seen"}
    assert message.internal_date == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert b"X-GM-THRID X-GM-MSGID" in server.heard[-2]


@pytest.mark.parametrize("said", [b"9223372036854775808", b"0", b"NIL", b"abc"])
def test_a_gmail_id_that_is_none_is_left_out(served, said):
    """A number that no store can hold must not end the sync."""
    fetched = b"* 1 FETCH (X-GM-THRID " + said + b" UID 5 BODY[]<0> {14}\r\nSubject: x\r\n\r\n)\r\n%TAG% OK done\r\n"
    server = served(capabilities=b"IMAP4rev1 X-GM-EXT-1", answers={"UID FETCH": fetched})
    source = ImapSource.connect(server.account(), PASSWORD)
    (message,) = source.fetch(source.folders()[0], [5])
    source.close()
    assert message.gmail_thread is None


def test_a_server_without_uidnext_is_read_by_an_open_range(served):
    """RFC 9051: "n:*" names the last message even below n; it is not new."""
    opened = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n%TAG% OK done\r\n"
    server = served(answers={"EXAMINE": opened, "UID SEARCH": b"* SEARCH 2 9 4\r\n%TAG% OK done\r\n"})
    source = ImapSource.connect(server.account(), PASSWORD)
    inbox = source.folders()[0]
    first = source.changes(inbox, None)
    assert (first.added, first.cursor.uidnext) == ((9, 4, 2), 10)
    second = source.changes(inbox, first.cursor)
    assert (second.added, second.cursor.uidnext, second.reset) == ((), 10, False)
    source.close()
