"""Logging in: the credential is tried once, and a refusal says what to do (S22).

A password goes by AUTHENTICATE PLAIN or LOGIN; a `Token` of OAuth by OAUTHBEARER
(RFC 7628) or XOAUTH2, and where that is refused, one newer token is fetched and
tried.  Nothing is tried a third time.
"""

from __future__ import annotations

import imaplib
import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from imapclient import IMAPClient
from imapclient.exceptions import LoginError as RefusedLogin

from repliquette.errors import LoginError, ServerError, ThrottledError
from repliquette.mailbox import providers
from repliquette.mailbox.backoff import trouble
from repliquette.mailbox.grant import Token
from repliquette.mailbox.words import guard, plain_words
from repliquette.settings import AccountSetting

# A refusal that is not about the password (RFC 5530).
PASSING_TROUBLE = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN)\]", re.IGNORECASE)
# A part of the server is starting, or another login of ours is ending: worth another try in seconds.
SOON_OVER = re.compile(r"\[(UNAVAILABLE|INUSE)\]", re.IGNORECASE)

# What a server's JSON says of a token: its own words, or statuses of HTTP.
TOKEN_TROUBLE = {
    "invalid_token": "the access has run out, or was withdrawn",
    "401": "the access has run out, or was withdrawn",
    "insufficient_scope": "the access does not cover IMAP",
    "403": "the access does not cover IMAP",
    "invalid_request": "the server did not understand the token",
    "400": "the server did not understand the token, or the access does not cover IMAP",
}
SCOPE_TROUBLE = frozenset({"insufficient_scope", "403", "400"})


def log_in(client: IMAPClient, account: AccountSetting, password: str, place: str) -> None:
    """Try a password, or a `Token`, once: a second try of a password may lock the account (S22)."""
    login = guard(account.login, "user name")
    guard(password, "password")
    if isinstance(password, Token):
        _show_token(client, account, password, place)
        return
    try:
        if client.has_capability("AUTH=PLAIN"):
            client.plain_login(login, password)  # carries any character, as base64
        else:
            quoted = login.replace("\\", "\\\\").replace('"', '\\"')
            client.login(f'"{quoted}"', password)
    except UnicodeEncodeError as error:
        raise LoginError(
            f"The user name or password for {account.address} has characters that {place} does not understand.",
            hint="Choose a password of plain letters, digits and signs for mail programs.",
        ) from error
    except (RefusedLogin, OSError) as error:
        raise _refused(account, place, error) from error


def _show_token(client: IMAPClient, account: AccountSetting, token: Token, place: str) -> None:
    """Try a token, and where it is refused one that is newer, on the same connection."""
    for mechanism in (OAUTHBEARER, XOAUTH2):
        if client.has_capability(f"AUTH={mechanism.name}"):
            break
    else:
        raise LoginError(
            f"{place} lets nobody in by OAuth 2.",
            seen=plain_words(b" ".join(client.capabilities())),
            hint=f"Take oauth out of the account {account.address} in your settings, and give it a password.",
        )
    try:
        _try_token(client, account, token, place, mechanism)
    except LoginError:
        if token.renew is None:
            raise
        _try_token(client, account, token.renew(), place, mechanism)


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A way of SASL to show a token: what is said first, and what after the server's complaint."""

    name: str
    first: Callable[[AccountSetting, str], str]
    last: bytes


# RFC 7628 §3.1 (a name in GS2 writes "=" and "," otherwise), and the older one that Microsoft knows alone.
OAUTHBEARER = Mechanism(
    "OAUTHBEARER",
    lambda account, token: (
        f"n,a={account.login.replace('=', '=3D').replace(',', '=2C')},\1"
        f"host={account.host}\1port={account.port}\1auth=Bearer {token}\1\1"
    ),
    b"\1",
)
XOAUTH2 = Mechanism("XOAUTH2", lambda account, token: f"user={account.login}\1auth=Bearer {token}\1\1", b"")


def _try_token(client: IMAPClient, account: AccountSetting, token: str, place: str, mechanism: Mechanism) -> None:
    complaints: list[bytes] = []

    def answer(challenge: bytes) -> bytes:
        if challenge:  # the token did not please; the server wants a word before its NO
            complaints.append(challenge)
            return mechanism.last
        return mechanism.first(account, token).encode()

    try:
        client.sasl_login(mechanism.name, answer)
    except (RefusedLogin, OSError) as error:
        raise _refused_token(account, place, error, complaints) from error


def _refused_token(
    account: AccountSetting, place: str, error: Exception, complaints: list[bytes]
) -> LoginError | ServerError:
    seen, passing = _words_of(error)
    if passing:
        return _broke_off(place, seen)
    complaint = _complaint(complaints[-1]) if complaints else ""
    return LoginError(
        f"The server refused the access that was granted to Repliquette for {account.address}.",
        seen="; ".join(part for part in (complaint, seen) if part),
        hint=f"To grant it anew: repliquette setup {account.address}. If it stays so, IMAP may be switched off there.",
    )


def _complaint(raw: bytes) -> str:
    """The JSON of RFC 7628 §3.2.2 in plain words."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        return plain_words(raw)
    status = plain_words(said.get("status", ""))
    scope = plain_words(said.get("scope", ""))
    word = TOKEN_TROUBLE.get(status, f"status {status}")
    return f"{word} (it wants the scope {scope})" if scope and status in SCOPE_TROUBLE else word


def _refused(account: AccountSetting, place: str, error: Exception) -> LoginError | ServerError:
    seen, passing = _words_of(error)
    if passing:
        return _broke_off(place, seen)
    enter = (
        f"It was printed by: {shlex.join(account.password_command)}"
        if account.password_command
        else f"To enter it: repliquette setup {account.address}"
    )
    return LoginError(
        f"The server refused the password for {account.address}.",
        seen=seen,
        hint=f"{_advice(account)} {enter}",
    )


def _advice(account: AccountSetting) -> str:
    provider = providers.provider_at(account.host) or providers.provider_of(account.address)
    if provider and provider.host == account.host and provider.page:
        return f"{provider.advice} (docs/providers.md has the steps.)"
    return "Many providers want an app password for mail programs."


def _words_of(error: Exception) -> tuple[str, bool]:
    """What the server said, and whether that is passing trouble rather than a refusal."""
    cause = error.__context__ if isinstance(error, RefusedLogin) else error
    seen = plain_words(cause.args[0] if cause and cause.args else error)
    passing = isinstance(cause, (imaplib.IMAP4.abort, OSError)) or PASSING_TROUBLE.search(seen)
    return seen, bool(passing) or trouble(seen) is not None


def _broke_off(place: str, seen: str) -> ServerError:
    seconds = trouble(seen)
    if seconds is None or SOON_OVER.search(seen):
        return ServerError(f"{place} broke off the login.", seen=seen, hint="Try again in a few minutes.")
    said = f"{place} broke off the login: it asks to be left alone for a while."
    return ThrottledError(said, retry_after_s=seconds, seen=seen, hint="It is tried again then; nothing is lost.")
