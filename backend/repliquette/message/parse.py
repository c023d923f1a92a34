"""Any bytes to a `Message`, or to an `Unreadable` with the reason; never an exception (S23).

Bounds come first (`limits`), then one pass over the head and the parts.  What is
mended on the way is remarked: "charset_repaired", "truncated", "no_date",
"hidden_text", "pgp", "smime", "tnef", and "text_unread" where only the header was
fetched (see `needs_text`).  Attachments are named, never opened (S27).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from repliquette.limits import FRESH_CHARS, MESSAGE_BYTES, NAME_CHARS, QUOTED_CHARS, SIGNATURE_CHARS, SUBJECT_CHARS
from repliquette.message import identity, particulars, report
from repliquette.message.addresses import addresses, sender
from repliquette.message.body import attached, read_body
from repliquette.message.characters import composed, visible
from repliquette.message.headers import Headers, decoded, split_head
from repliquette.message.kind import Judgement, Traits, head_tells, kind_of
from repliquette.message.language import guess
from repliquette.message.lore import Lore
from repliquette.message.parts import Part, parts
from repliquette.message.sealed import seals
from repliquette.message.text import Parts, split
from repliquette.model import NOTHING_CAME, Address, Message, RawMessage, Unreadable

_ANNOUNCED = re.compile(r"\s*(?:\[[^\]]*\]\s*)?(?:fwd?|fw|wg|tr|rv|enc|i|doorst|vs|vb)\s*(?:\[\d+\])?:", re.IGNORECASE)
_WRITTEN = ("from", "date", "subject", "to", "message-id", "received", "return-path", "mime-version", "content-type")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DIRECTORY_CHARS = 500
# Without one of these no mail is surely sent to many: most letters need no closer look.
_MASS = re.compile(
    rb"^(?:list-|precedence|feedback-id|errors-to|x-campaign|x-mailer: *(?:mass|dm)|(?:return-path|from):.*(?:bounce|news|owner|return-|announce|errors))",
    re.IGNORECASE | re.MULTILINE,
)
_ONE_TEXT = re.compile(r"\s*(?:$|text/(?:plain|html)\b|multipart/(?:alternative|related)\b)", re.IGNORECASE)
_DIRECTORY_PATH = re.compile(r"\s*(?:<[^>]*>|@\w+)\s*$")


@dataclass(frozen=True, slots=True)
class _Head:
    """The head, read."""

    headers: Headers
    sender: Address
    subject: str


def parse(raw: RawMessage, lore: Lore) -> Message | Unreadable:
    """Read one message.  Hostile, cut or empty input gives `Unreadable`, never an exception."""
    if not raw.raw:
        return Unreadable(NOTHING_CAME, raw.key)
    try:
        return _parse(raw, lore)
    except Exception as error:  # noqa: BLE001 - S23: one hostile message must not stop the other 999
        return Unreadable(f"This message cannot be read ({type(error).__name__}).", raw.key)


def needs_text(header: bytes, lore: Lore) -> bool:
    """Whether more than this header must be read; false for mass mail that says so itself, for certain.

    Certain is what has far more signs of mass mail than of a machine, none of another
    kind, and is one text without attachments; a way off the list (RFC 2369) helps.
    Always read: posts to discussion lists (they may be for me), automatic answers, bounces,
    calls, invitations, and what a header calls a booking (for the days of my own travel).
    Whoever comes to need more of newsletters, such as the price of a ticket, must say so here.
    """
    if not _MASS.search(header):
        return True
    try:
        remarks: set[str] = set()
        headers, _ = split_head(unix(header), remarks)
        media = headers.first("content-type")
        if not _ONE_TEXT.match(media):
            return True
        subject = _subject(headers, remarks)
        return not head_tells(Traits(headers, (media,), _sender(headers, remarks), subject, ""), lore)
    except Exception:  # noqa: BLE001 - S23: what cannot be told is read
        return True


def _parse(raw: RawMessage, lore: Lore) -> Message | Unreadable:
    remarks: set[str] = {"truncated"} if raw.truncated or len(raw.raw) > MESSAGE_BYTES else set()
    headers, content = split_head(unix(raw.raw[:MESSAGE_BYTES]), remarks)
    if not any(headers.has(name) for name in _WRITTEN):
        return Unreadable("This is not a mail message: it has no header.", raw.key)
    if not content.strip() and raw.size > len(raw.raw):
        remarks.add("text_unread")
    head = _Head(headers, _sender(headers, remarks), _subject(headers, remarks))
    every = parts(headers, content, remarks)
    leaves = tuple(leaf for leaf in every if not leaf.enclosed)
    remarks |= seals(leaves)
    zones = _zones(leaves, head, lore, remarks)
    if len(every) > len(leaves):
        inner = attached(leaves, [leaf for leaf in every if leaf.enclosed], remarks)
        zones = replace(zones, forwarded="\n\n".join(filter(None, (zones.forwarded, inner))))
    traits = _traits(head, leaves, zones)
    return _message(raw, traits, leaves, zones, kind_of(traits, lore), remarks, lore)


def unix(raw: bytes) -> bytes:
    """Line ends as LF (CR-only mail exists), without a byte order mark or an mbox "From " line."""
    if raw.startswith(_UTF16):
        raw = raw.decode("utf-16", "replace").encode("utf-8")
    text = raw.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    return text.partition(b"\n")[2] if text.startswith((b"From ", b">From ")) else text


def _sender(headers: Headers, remarks: set[str]) -> Address:
    found = sender(headers, remarks)
    if found.name or not headers.has("x-from"):
        return found
    return Address(found.email, _directory_name(headers.first("x-from")[:_DIRECTORY_CHARS], found.email))


def _directory_name(text: str, email: str) -> str:
    """The name that an Exchange export kept beside the address: "Lee, Kim </O=…>" is Kim Lee."""
    name = visible(_DIRECTORY_PATH.sub("", text), NAME_CHARS).strip("\"' ")
    last, comma, first = name.partition(",")
    full = f"{first.strip()} {last.strip()}" if comma and "," not in first else name
    return "" if "@" in full or full == email else full


def _subject(headers: Headers, remarks: set[str]) -> str:
    return composed(visible(decoded(headers.first("subject"), remarks), SUBJECT_CHARS))


def forwards(subject: str) -> bool:
    """Whether a subject announces a forward ("Fwd:", "WG:", …)."""
    return _ANNOUNCED.match(subject) is not None


def _zones(leaves: tuple[Part, ...], head: _Head, lore: Lore, remarks: set[str]) -> Parts:
    body = read_body(leaves, remarks)
    return split(body.text, lore, forward=forwards(head.subject), older=body.older)


def _traits(head: _Head, leaves: tuple[Part, ...], zones: Parts) -> Traits:
    types = (head.headers.first("content-type"), *(f"{p.type} {p.headers.first('content-type')}" for p in leaves))
    text = zones.fresh or zones.quoted
    return Traits(head.headers, types, head.sender, head.subject, text, zones.footer, report.words(leaves))


def _message(
    raw: RawMessage,
    head: Traits,
    leaves: tuple[Part, ...],
    zones: Parts,
    judged: Judgement,
    remarks: set[str],
    lore: Lore,
) -> Message:
    headers = head.headers
    date, utc_offset = identity.sent_at(headers, raw.internal_date, remarks)
    if headers.first("received"):
        remarks.add("delivered")
    language = guess(zones.fresh or head.subject, lore)
    told = particulars.read(judged, head, leaves, language)
    if len(zones.fresh) > FRESH_CHARS:
        remarks.add("truncated")
    content = (head.sender.email, date.isoformat(), head.subject, zones.fresh[:FRESH_CHARS])
    message_id = identity.message_id(headers, *content)
    return Message(
        message_id=message_id,
        date=date,
        sender=head.sender,
        subject=head.subject,
        fresh=zones.fresh[:FRESH_CHARS],
        to=addresses(headers.every("to"), remarks),
        cc=addresses(headers.every("cc"), remarks),
        reply_to=addresses(headers.every("reply-to"), remarks),
        kind=judged.kind,
        kind_evidence=tuple(replace(evidence, message_id=message_id) for evidence in judged.evidence),
        in_reply_to=identity.message_ids(headers.every("in-reply-to")),
        references=identity.message_ids(headers.every("references")),
        utc_offset=utc_offset,
        language=language,
        quoted=zones.quoted[:QUOTED_CHARS],
        forwarded=zones.forwarded[:FRESH_CHARS],
        signature=zones.signature[:SIGNATURE_CHARS],
        attachments=tuple(
            leaf.name or leaf.type for leaf in leaves if not leaf.inline or leaf.type == "message/rfc822"
        ),
        flags=raw.flags,
        remarks=frozenset(remarks) | judged.remarks,
        voicemail=told.voicemail,
        bounce=told.bounce,
        receipt=told.receipt,
        invitation=told.invitation,
        gmail_thread=raw.gmail_thread,
        gmail_message=raw.gmail_message,
        exchange_thread=identity.exchange_thread(headers),
        key=raw.key,
        role=raw.role,
    )
