"""A suggestion -> the bytes of a draft (RFC 5322), and the id by which it is found again.

S29: whatever stands in a name, subject, id or body, the header block holds
exactly the fields written here, each once.  Control characters are taken out
before anything is assembled, and `EmailMessage` refuses line breaks besides.
No "X-" field is written: a recipient learns nothing about the program.

Message-IDs and references are passed without angle brackets.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address as Mailbox
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, quote
from typing import Any

from repliquette.limits import NAME_CHARS
from repliquette.model import Address, Suggestion

# RFC 2606: never a real host, so the id tells nothing about this machine or its owner.
_ID_DOMAIN = "draft.invalid"
# RFC 5322 §2.1.1 ends a line at 998 characters; an id is never folded (§3.6.4).
_ID_CHARS = 900
_LINE_CHARS = 68  # behind the longest field name a line stays within the 78 of §2.1.1
_ID = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[^\s@<>,;:()\"\[\]\\]+")


class _Policy(EmailPolicy):
    """SMTP line ends, and folding of our own where the stdlib's loses something.

    It encodes an id longer than a line, and it drops the second mailbox behind
    a long name that is not ASCII (found by the property test of this module).
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        """A header field as bytes, with its line end."""
        if isinstance(value, AddressHeader):
            lines = ",\r\n ".join(_mailbox_text(m) for m in value.addresses)
        elif name in ("In-Reply-To", "References"):
            lines = "\r\n ".join(value.split())
        else:
            lines = _folded(value)
        return f"{name}: {lines}\r\n".encode("ascii")


def _folded(text: str) -> str:
    """Unstructured text (RFC 5322 §2.2.1) on short lines, as encoded words (RFC 2047) where it must be."""
    plain_words = text.isascii() and "=?" not in text and all(len(w) < _LINE_CHARS for w in text.split())
    lines = textwrap.wrap(text, _LINE_CHARS, break_long_words=False, break_on_hyphens=False)
    return "\r\n ".join(lines) if plain_words else Header(text, "utf-8").encode(linesep="\r\n")


def _mailbox_text(mailbox: Mailbox) -> str:
    name = mailbox.display_name
    if not name:
        return mailbox.addr_spec
    is_plain = name.isascii() and "=?" not in name
    written = f'"{quote(name)}"' if is_plain else Header(name, "utf-8").encode(linesep="\r\n")
    return f"{written}\r\n <{mailbox.addr_spec}>"


_POLICY = _Policy(linesep="\r\n", cte_type="7bit")


def message_id(conversation_id: str, suggestion: Suggestion) -> str:
    """The Message-ID of a draft: the same conversation, answer and words give the same id."""
    digest = hashlib.sha256()
    for part in (conversation_id, suggestion.in_reply_to, suggestion.subject, suggestion.body):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return f"{digest.hexdigest()[:40]}@{_ID_DOMAIN}"


def edited(suggestion: Suggestion, *, body: str, subject: str | None = None) -> Suggestion:
    """The suggestion with the owner's words; recipients and thread stay as they were."""
    return replace(suggestion, body=body, subject=suggestion.subject if subject is None else one_line(subject))


def to_bytes(suggestion: Suggestion, sender: Address, date: datetime, message_id: str) -> bytes:
    """The draft as a message with CRLF line ends.

    An address that cannot be written in a header is left out, as `recipient`
    tells; `date` is aware.  Ids that are no ids (RFC 5322 §3.6.4) are left out.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _mailboxes([sender])
    for field, people in (("To", suggestion.to), ("Cc", suggestion.cc)):
        if mailboxes := _mailboxes(people):
            mail[field] = mailboxes
    mail["Subject"] = one_line(suggestion.subject)
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = f"<{message_id}>"
    for field, ids in (("In-Reply-To", [suggestion.in_reply_to]), ("References", suggestion.references)):
        if written := " ".join(f"<{i}>" for i in ids if is_id(i)):
            mail[field] = written
    # Quoted-printable survives every server and reads in the raw; the choice never depends on the words.
    mail.set_content(plain(suggestion.body), charset="utf-8", cte="quoted-printable")
    return mail.as_bytes()


def is_id(text: str) -> bool:
    """Whether a text can stand between the angle brackets of a Message-ID."""
    return len(text) <= _ID_CHARS and _ID.fullmatch(text) is not None


def is_writable(address: Address) -> bool:
    """Whether mail can be addressed to it by a header that every server accepts (no SMTPUTF8)."""
    return _mailbox(address) is not None


def one_line(text: str) -> str:
    """A text without control and direction characters, its white space single."""
    return " ".join("".join(_printable(c, keep="") for c in text).split())


def plain(body: str) -> str:
    """A body without control characters, its lines ended by a newline."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_printable(c, keep="\n\t") for c in lines).strip("\n") + "\n"


def _printable(char: str, *, keep: str) -> str:
    if char in keep:
        return char
    category = unicodedata.category(char)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    if category == "Cs":
        return "\ufffd"
    return "" if char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff" else char


def _mailboxes(people: Iterable[Address]) -> list[Mailbox]:
    return [mailbox for person in people if (mailbox := _mailbox(person)) is not None]


def _mailbox(address: Address) -> Mailbox | None:
    if not _ADDRESS.fullmatch(address.email):
        return None
    local, _, domain = address.email.rpartition("@")
    try:
        return Mailbox(
            one_line(address.name)[:NAME_CHARS].rstrip(), addr_spec=f"{local}@{domain.encode('idna').decode('ascii')}"
        )
    except (HeaderParseError, UnicodeError, ValueError):
        return None
