"""Logging in: the credential is tried once, and a refusal says what to do (S22)."""

from __future__ import annotations

import imaplib
import re
import shlex

from imapclient import IMAPClient
from imapclient.exceptions import LoginError as RefusedLogin

from repliquette.errors import LoginError, ServerError
from repliquette.mailbox.words import guard, plain_words
from repliquette.settings import AccountSetting

# A refusal that is not about the password (RFC 5530).
PASSING_TROUBLE = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN)\]", re.IGNORECASE)


def log_in(client: IMAPClient, account: AccountSetting, password: str, place: str) -> None:
    """Try the password once: a second try may lock the account (S22)."""
    login = guard(account.login, "user name")
    guard(password, "password")
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


def _refused(account: AccountSetting, place: str, error: Exception) -> LoginError | ServerError:
    cause = error.__context__ if isinstance(error, RefusedLogin) else error
    words = cause.args[0] if cause and cause.args else error
    seen = plain_words(words)
    if isinstance(cause, (imaplib.IMAP4.abort, OSError)) or PASSING_TROUBLE.search(seen):
        return ServerError(f"{place} broke off the login.", seen=seen, hint="Try again in a few minutes.")
    enter = (
        f"It was printed by: {shlex.join(account.password_command)}"
        if account.password_command
        else f"To enter it: repliquette setup {account.address}"
    )
    return LoginError(
        f"The server refused the password for {account.address}.",
        seen=seen,
        hint=f"Many providers want an app password for mail programs. {enter}",
    )
