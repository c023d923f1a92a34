r"""The scripted server, answering by a table: a command → the bytes of every answer to it, with %TAG% for the tag.

    with FaultServer(tls=some_certificate.context, answers={"LIST": b"* BYE\r\n"}) as server: ...
    assert server.commands == ["CAPABILITY", "LOGIN", ...]

What the table lacks, a healthy server answers, with an empty inbox and a folder for drafts.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from support.imapserver import Account, Certificate, Fault, ImapServer, Profile
from support.imapserver.faults import Does, Exchange
from support.imapserver.mailbox import Mailbox

__all__ = ["Certificate", "FaultServer"]


def _says(command: str, words: bytes) -> Does:
    """These words; to AUTHENTICATE, once the client has shown its credential."""

    async def does(exchange: Exchange) -> None:
        if exchange.command.name == "AUTHENTICATE":
            await exchange.say(b"+ \r\n")
            await exchange.session.hear()
        await exchange.say(words)

    return does


class _AnyFolder(Account):
    """Every folder is there, and empty."""

    def get(self, name: str) -> Mailbox:
        return super().get(name) or self.add(name)


class FaultServer(ImapServer):
    """A context manager.  Without `tls` it listens in clear."""

    def __init__(
        self,
        tls: ssl.SSLContext | None = None,
        greeting: bytes = b"* OK ready\r\n",
        capabilities: bytes = b"IMAP4rev1",
        answers: Mapping[str, bytes] = MappingProxyType({}),
        ca_file: Path | None = None,
    ) -> None:
        """`answers` by the first words of a command ("LIST", "UID FETCH")."""
        said = {"GREETING": greeting, **answers}
        faults = [Fault(command, _says(command, words), nth=None) for command, words in said.items()]
        profile = Profile(capabilities.decode(), capabilities.decode())
        mail = _AnyFolder([("INBOX", ()), ("Drafts", ("\\Drafts",)), ("Sent", ("\\Sent",))])
        self.ca_file = ca_file
        super().__init__(Certificate(tls, ca_file) if tls else None, profile, mail, faults)
