"""Who says to be me without being me.

Anybody can write my address into From.  Mail of mine lies in Sent, or was put
where it lies by my own program and has passed no server; what was delivered into
the inbox in my name is a list's copy, or a lie.  It settles nothing, promises
nothing and announces no absence.
"""

from __future__ import annotations

from dataclasses import replace

from repliquette.model import FolderRole, Kind, Message, Owner

DELIVERED_TO = frozenset({FolderRole.INBOX, FolderRole.JUNK, FolderRole.OTHER})
FALSE_CLAIM = "claims_to_be_me"


def without_false_claim(message: Message, owner: Owner) -> Message:
    """The message; one that only claims to be mine counts as written by a machine, and is remarked."""
    is_claim = owner.is_me(message.sender) and message.role in DELIVERED_TO and "delivered" in message.remarks
    if not is_claim:
        return message
    return replace(message, kind=Kind.AUTOMATED, remarks=message.remarks | {FALSE_CLAIM})
