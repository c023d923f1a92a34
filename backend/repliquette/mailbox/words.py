"""What may be said to a server, and what a server said, fit for eyes.

Every argument of a command passes `guard` (S18); the server's words pass
`plain_words` before a person sees them (S22).
"""

from __future__ import annotations

import imaplib

from repliquette.errors import ServerError
from repliquette.limits import SERVER_WORDS_CHARS

# What imaplib and IMAPClient raise when a server talks nonsense, besides their own errors: they
# trust its grammar, and an answer without a piece or with another type ends in any of these.
NONSENSE = (imaplib.IMAP4.error, OSError, ValueError, TypeError, LookupError, AttributeError)


def guard(value: str, what: str) -> str:
    """The value itself, if it can be one argument of one command; CR, LF and NUL raise ServerError (S18)."""
    if any(character in value for character in "\r\n\0"):
        raise ServerError(
            f"The {what} contains a line end or a NUL, which no IMAP command can carry.",
            seen=plain_words(value),
            hint=f"Check the {what} in your settings.",
        )
    return value


def plain_words(words: object) -> str:
    """What a server said, fit for a person's eyes: printable, one line, bounded."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return "".join(c for c in text if c.isprintable()).strip()[:SERVER_WORDS_CHARS]
