"""What servers say they can do, before and after the login.

Gmail's line after the login is the one that MailKit #1396 logged; the others are
put together from the providers' documents and greetings.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """Two CAPABILITY lines."""

    before: str
    after: str

    @classmethod
    def of(cls, *capabilities: str) -> Profile:
        """A server that says the same before and after."""
        line = " ".join(("IMAP4rev1", *capabilities))
        return cls(line, line)

    def has(self, capability: str) -> bool:
        """Whether a logged-in client may use it; QRESYNC brings CONDSTORE with it (RFC 7162 §3.2.3)."""
        words = self.after.split()
        return capability in words or (capability == "CONDSTORE" and "QRESYNC" in words)


BARE = Profile.of()
PLAIN = Profile.of("AUTH=PLAIN", "IDLE", "UIDPLUS", "SPECIAL-USE")
WINDOWS = Profile.of("AUTH=PLAIN", "IDLE", "UIDPLUS", "SPECIAL-USE", "ESEARCH")
CONDSTORE = Profile.of("AUTH=PLAIN", "IDLE", "UIDPLUS", "SPECIAL-USE", "ESEARCH", "ENABLE", "CONDSTORE")
QRESYNC = Profile.of("AUTH=PLAIN", "IDLE", "UIDPLUS", "SPECIAL-USE", "ESEARCH", "ENABLE", "CONDSTORE", "QRESYNC")
GMAIL = Profile(
    "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR AUTH=XOAUTH2 AUTH=PLAIN "
    "AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER",
    "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS COMPRESS=DEFLATE ENABLE MOVE "
    "CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584",
)
MICROSOFT = Profile.of("IMAP4", "AUTH=PLAIN", "AUTH=XOAUTH2", "SASL-IR", "UIDPLUS", "MOVE", "ID", "IDLE", "LITERAL+")
YAHOO = Profile.of("SASL-IR", "AUTH=PLAIN", "AUTH=XOAUTH2", "ID", "MOVE", "XYMHIGHESTMODSEQ", "UIDPLUS", "LITERAL+")
