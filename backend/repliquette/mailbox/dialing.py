"""The way to an IMAP server: verified TLS, before any credential byte (S16, S17).

Implicit TLS (RFC 8314), 1.2 or later; certificate and host name are always checked.
A plain or pre-authenticated server is refused; there is no setting that accepts
more, but a private certificate authority.
"""

from __future__ import annotations

import logging
import socket
import ssl

from imapclient import IMAPClient, SocketTimeout

from repliquette.errors import ServerError
from repliquette.limits import CONNECT_TIMEOUT_S, READ_TIMEOUT_S
from repliquette.mailbox.stream import BoundedImap
from repliquette.mailbox.words import NONSENSE, guard, plain_words
from repliquette.settings import AccountSetting

IMAPS = 993
# IMAPClient notes user names and commands at the level DEBUG; none of that is ever logged (S34).
logging.getLogger("imapclient").setLevel(logging.CRITICAL)


class Client(IMAPClient):  # type: ignore[misc]  # imapclient ships no types
    """IMAPClient over our own reader."""

    def _create_IMAP4(self) -> BoundedImap:  # noqa: N802 - IMAPClient's own name
        return BoundedImap(self.host, self.port, ssl_context=self.ssl_context, timeout=self._timeout.connect)


def dial(account: AccountSetting, place: str) -> Client:
    """Connect, without logging in; ServerError says what cannot be trusted or reached."""
    guard(account.host, "host")
    context = trusting(account)
    timeout = SocketTimeout(CONNECT_TIMEOUT_S, READ_TIMEOUT_S)
    try:
        client = Client(account.host, account.port, ssl_context=context, timeout=timeout)
    except NONSENSE as error:
        raise _unusable(place, error) from error
    client._imap.debug = 0  # noqa: SLF001 - IMAPClient formats every answer for a log that nobody reads: 5 times slower
    client.normalise_times = False
    if client._imap.state != "NONAUTH":  # noqa: SLF001 - imaplib says so nowhere else
        client.shutdown()
        raise ServerError(
            f"{place} claims that we are logged in already, which no mail provider does.",
            hint="Check host and port: something else answers there.",
        )
    return client


def trusting(account: AccountSetting) -> ssl.SSLContext:
    """What certificates are believed: the system's authorities, or the one that the settings name."""
    try:
        context = ssl.create_default_context(cafile=account.ca_file)
    except OSError as error:
        raise ServerError(
            f"The certificate authority {account.ca_file} cannot be read.",
            seen=str(error),
            hint="Correct ca_file in your settings, or remove it.",
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _unusable(place: str, error: Exception) -> ServerError:
    seen = plain_words(error) or type(error).__name__
    if isinstance(error, ssl.SSLCertVerificationError):
        what = f"The certificate of {place} cannot be trusted, so nothing was sent to it."
        hint = "Check the host name; a server with its own certificate authority needs ca_file in the settings."
        return ServerError(what, seen=plain_words(error.verify_message), hint=hint)
    if isinstance(error, ssl.SSLError):
        what = f"{place} does not speak TLS from the first byte, so nothing was sent to it."
        return ServerError(what, seen=seen, hint=f"Use the port for IMAP over TLS, usually {IMAPS}.")
    if isinstance(error, socket.gaierror):
        return ServerError(f"There is no server by the name of {place}.", seen=seen, hint="Check the host name.")
    hint = "Check host and port in the settings, and whether this machine is online."
    return ServerError(f"{place} cannot be reached over IMAP.", seen=seen, hint=hint)
