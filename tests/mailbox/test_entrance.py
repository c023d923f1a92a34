"""How a token is shown to a server, and what its refusals become; Dovecot's own are in tests/server/test_oauth."""

from __future__ import annotations

import base64
from contextlib import ExitStack

import pytest
from imapclient.exceptions import LoginError as RefusedLogin

from repliquette.errors import LoginError, ServerError, ThrottledError
from repliquette.mailbox import entrance
from repliquette.mailbox.connection import Connection
from repliquette.mailbox.grant import Token
from repliquette.settings import AccountSetting
from support.imapserver import Fault, ImapServer, Profile

GOOGLES = b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'


REFUSAL = b"NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"


def complaining(complaint, refusal):
    """Refuse a token: ask for it, complain in JSON, hear the client's word, say NO."""

    async def does(exchange):
        await exchange.say(b"+ \r\n")
        await exchange.session.hear()
        if complaint is not None:
            await exchange.say(b"+ " + base64.b64encode(complaint) + b"\r\n")
            await exchange.session.hear()
        await exchange.say(b"%TAG% " + refusal + b"\r\n")

    return does


@pytest.fixture
def refusing(certificate):
    with ExitStack() as stack:

        def start(mechanism, complaint=GOOGLES, refusal=REFUSAL):
            fault = Fault("AUTHENTICATE", complaining(complaint, refusal), nth=None)
            profile = Profile.of(f"AUTH={mechanism.decode()}")
            return stack.enter_context(ImapServer(certificate, profile, faults=[fault]))

        yield start


def said(line):
    return base64.b64decode(line)


@pytest.mark.parametrize(
    ("mechanism", "first", "last"),
    [
        (b"XOAUTH2", b"user=k=i,m@fault.example\1auth=Bearer t0ken\1\1", b""),
        (
            b"OAUTHBEARER",
            b"n,a=k=3Di=2Cm@fault.example,\1host=127.0.0.1\1port=%d\1auth=Bearer t0ken\1\1",
            b"\1",
        ),
    ],
    ids=["xoauth2", "oauthbearer"],
)
def test_what_goes_over_the_wire(refusing, mechanism, first, last):
    """RFC 7628 §3.1 and Google's XOAUTH2; after the complaint the client owes one more word."""
    server = refusing(mechanism)
    with pytest.raises(LoginError):
        Connection(server.account(username="k=i,m@fault.example"), Token("t0ken"))

    at = next(n for n, line in enumerate(server.heard) if b"AUTHENTICATE" in line)
    assert server.heard[at].split()[1:] == [b"AUTHENTICATE", mechanism]
    assert said(server.heard[at + 1]) == (first % server.port if b"%d" in first else first)
    assert said(server.heard[at + 2]) == last


@pytest.mark.parametrize(
    ("complaint", "words"),
    [
        (GOOGLES, "does not cover IMAP (it wants the scope https://mail.google.com/)"),
        (b'{"status":"401","schemes":"bearer"}', "the access has run out, or was withdrawn"),
        (b'{"status":"invalid_token"}', "the access has run out, or was withdrawn"),
        (b'{"status":"\\u001b[31m999"}', "status [31m999"),
        (b"not \x1bjson", "not json"),
        (b"[" * 20_000, "[[["),
        (None, "[AUTHENTICATIONFAILED] Invalid credentials (Failure)"),
    ],
    ids=["google", "401", "rfc", "control-characters", "no-json", "nested", "no-complaint"],
)
def test_the_servers_complaint_becomes_words(refusing, complaint, words):
    server = refusing(b"XOAUTH2", complaint)
    with pytest.raises(LoginError, match="refused the access that was granted") as caught:
        Connection(server.account(), Token("t0ken"))
    assert words in caught.value.seen
    assert "repliquette setup kim@fault.example" in caught.value.hint
    assert "t0ken" not in str(caught.value)


def test_one_renewal_and_never_a_third_try(refusing):
    server = refusing(b"XOAUTH2")
    renewals = []

    def renew():
        renewals.append(1)
        return Token("newer", renew)

    with pytest.raises(LoginError):
        Connection(server.account(), Token("old", renew))
    assert (len(renewals), server.commands.count("AUTHENTICATE"), server.connections) == (1, 2, 1)


def test_trouble_is_no_refusal_and_renews_nothing(refusing):
    server = refusing(b"XOAUTH2", None, b"NO [UNAVAILABLE] later")
    with pytest.raises(ServerError, match="broke off the login"):
        Connection(server.account(), Token("t", lambda: pytest.fail("renewed")))


def test_a_server_that_asks_to_be_left_alone_at_the_login_is_no_refusal(refusing):
    server = refusing(b"XOAUTH2", None, b"NO [THROTTLED] Too many requests. Suggested Backoff Time: 90000 milliseconds")
    with pytest.raises(ThrottledError) as caught:
        Connection(server.account(), Token("t", lambda: pytest.fail("renewed")))
    assert caught.value.retry_after_s == 90


def test_a_refused_password_is_told_with_the_page_of_its_provider():
    """The commonest failure of all: one's own password where an app password is wanted."""
    gmail = AccountSetting(address="kim@gmail.com", host="imap.gmail.com")
    refused = entrance._refused(gmail, "imap.gmail.com:993", RefusedLogin("no"))
    assert "https://myaccount.google.com/apppasswords" in refused.hint
    assert "repliquette setup kim@gmail.com" in refused.hint


def test_a_server_without_oauth_is_told_and_hears_nothing(refusing):
    server = refusing(b"PLAIN")
    with pytest.raises(LoginError, match="lets nobody in by OAuth 2") as caught:
        Connection(server.account(), Token("t0ken"))
    assert "AUTHENTICATE" not in server.commands
    assert "AUTH=PLAIN" in caught.value.seen


def test_a_token_with_a_line_end_is_refused_before_it_is_said(refusing):
    """S18."""
    server = refusing(b"XOAUTH2")
    with pytest.raises(ServerError, match="contains a line end"):
        Connection(server.account(), Token("t\r\nX1 LOGOUT"))
    assert "AUTHENTICATE" not in server.commands


def test_a_token_does_not_show_itself():
    """Tracebacks and logs show arguments by their repr."""
    assert repr(Token("s3cret")) == "Token(…)"
    assert Token("s3cret") == "s3cret"
