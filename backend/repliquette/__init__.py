"""Repliquette: a local assistant for reply etiquette.

It reads a mailbox over IMAP, finds the conversations in which somebody owes
somebody a reply, says why with the words that prove it, and drafts the
courteous reply.  `docs/architecture.md` is the map of this package.
"""

from __future__ import annotations

__version__ = "0.1.0"
