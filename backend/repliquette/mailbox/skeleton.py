r"""A message rebuilt from its head, its structure and the few parts that were fetched.

`message.parse` reads the skeleton as it reads the whole message with its attachments
emptied: every part is there with its type, name and disposition, and those that
a verdict may look at have their bytes, still in their transfer encoding.  Of
alternatives the HTML is fetched only where the plain text is blank, for only then
is it read.  Nothing of an attachment is ever asked for.
"""

from __future__ import annotations

import binascii
import quopri
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from repliquette.limits import PAGE_BYTES, PARTS_READ, TEXT_BYTES
from repliquette.mailbox.structure import Parameters, Part

_TEXTS = frozenset({"text/plain", "text/enriched"})
_PAGE = "text/html"
# What machines wrote for machines, read whatever its disposition; a returned message tells what bounced.
_REPORTS = frozenset({
    "message/delivery-status", "message/global-delivery-status",
    "message/disposition-notification", "message/global-disposition-notification",
    "message/feedback-report", "text/rfc822-headers",
    "text/calendar", "application/ics",
    "message/rfc822", "message/global",
})  # fmt: skip
_BLANK = b" \t\r\n\f\v\xa0\xc2\0"  # a no-break space in UTF-8 and in Latin-1
_CRLF = b"\r\n"
_UNREAD = b"(an attachment)\r\n"


class Piece(NamedTuple):
    """A part worth fetching: its section, and how many bytes of it at most."""

    section: str
    most: int
    size: int

    @property
    def is_cut(self) -> bool:
        """Whether there is more of it."""
        return self.size > self.most


class Plan(NamedTuple):
    """What to fetch of a message: `first`, and `then` the pages of alternatives whose texts turn out blank.

    `then` holds the sections of those texts, with their encoding, and the pages that stand in for them.
    """

    first: tuple[Piece, ...]
    then: tuple[tuple[tuple[Part, ...], tuple[Piece, ...]], ...] = ()
    is_cut: bool = False

    def missing(self, fetched: Mapping[str, bytes]) -> tuple[Piece, ...]:
        """The pages to fetch after all, now that the texts are known."""
        return tuple(
            page
            for texts, pages in self.then
            if all(_is_blank(fetched.get(text.section, b""), text.encoding) for text in texts)
            for page in pages
        )


def plan(root: Part | None) -> Plan:
    """What is worth fetching of a message of this structure; nothing where there is none."""
    if root is None:
        return Plan(())
    if not root.is_multipart:
        return Plan(tuple(_pieces([root])))
    first: list[Part] = []
    groups: dict[int, tuple[list[Part], list[Part]]] = {}
    for group, leaf in _grouped(root, 0):
        if not _is_read(leaf):
            continue
        if group and leaf.media in _TEXTS:
            groups.setdefault(group, ([], []))[0].append(leaf)
        if group and leaf.media == _PAGE:
            groups.setdefault(group, ([], []))[1].append(leaf)
        else:
            first.append(leaf)
    first += [page for texts, pages in groups.values() if not texts for page in pages]
    then = tuple((tuple(texts), tuple(_pieces(pages))) for texts, pages in groups.values() if texts and pages)
    return Plan(tuple(_pieces(first[:PARTS_READ])), then, len(first) > PARTS_READ)


def build(head: bytes, root: Part, fetched: Mapping[str, bytes]) -> bytes:
    """The bytes of the skeleton; parts that were not fetched are empty."""
    if not head.endswith(b"\r\n\r\n"):  # a head that was cut, or has no body
        head = head.rstrip(_CRLF) + b"\r\n\r\n"
    if not root.is_multipart:
        # A message without any body would look like one that was not read.
        return head + fetched.get(root.section, b"" if _is_read(root) else _UNREAD)
    return b"".join((head, *_inside(root, fetched)))


def _pieces(parts: list[Part]) -> Iterator[Piece]:
    return (
        Piece(part.section, PAGE_BYTES if part.media == _PAGE else TEXT_BYTES, part.size)
        for part in parts
        if part.size and _is_read(part)
    )


def _is_read(part: Part) -> bool:
    """Whether a reader would look into it: as `message.parts` tells inline texts from attachments."""
    media = part.media
    if media in _REPORTS:
        return True
    if part.disposition.lower().startswith(b"attachment"):
        return False
    return media in _TEXTS or (media == _PAGE and not _is_named(part))


def _is_named(part: Part) -> bool:
    names = (key.lower() for key, value in (*part.parameters, *part.filing) if value)
    return any(key.startswith((b"name", b"filename")) for key in names)


def _grouped(part: Part, group: int) -> Iterator[tuple[int, Part]]:
    """Leaves, each with the number of the innermost multipart/alternative around it (0: none)."""
    if not part.is_multipart:
        yield group, part
    if part.media == "multipart/alternative":
        group = id(part)
    for inner in part.parts:
        yield from _grouped(inner, group)


def _is_blank(body: bytes, encoding: bytes) -> bool:
    """Whether a text says nothing: then a reader looks at the page beside it (as where it is all sealed)."""
    if b"-----BEGIN PGP" in body:
        return True
    match encoding.lower():
        case b"base64":
            try:
                body = binascii.a2b_base64(body)
            except binascii.Error:
                return True  # let the page speak
        case b"quoted-printable":
            body = quopri.decodestring(body)
    return not body.strip(_BLANK)


def _inside(part: Part, fetched: Mapping[str, bytes]) -> Iterator[bytes]:
    """The parts of a multipart between its boundary lines."""
    mark = b"--" + (part.parameter(b"boundary").rstrip() or b"=_part_%s" % part.section.encode("ascii"))
    for inner in part.parts:
        yield mark + _CRLF + _head(inner) + _CRLF
        yield from _inside(inner, fetched) if inner.is_multipart else (fetched.get(inner.section, b""),)
        yield _CRLF
    yield mark + b"--\r\n"


def _head(part: Part) -> bytes:
    parameters = part.parameters
    if part.is_multipart and not part.parameter(b"boundary"):
        parameters = (*parameters, (b"boundary", b"=_part_%s" % part.section.encode("ascii")))
    lines = [b"Content-Type: " + part.media.encode("latin-1") + _written(parameters)]
    if part.encoding:
        lines.append(b"Content-Transfer-Encoding: " + _one_line(part.encoding))
    if part.disposition:
        lines.append(b"Content-Disposition: " + _one_line(part.disposition) + _written(part.filing))
    return b"\r\n".join(lines) + _CRLF


def _written(parameters: Parameters) -> bytes:
    return b"".join(b'; %s="%s"' % (_one_line(name), _escaped(value)) for name, value in parameters)


def _escaped(value: bytes) -> bytes:
    return _one_line(value).replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def _one_line(value: bytes) -> bytes:
    return b" ".join(value.split(b"\n")).replace(b"\r", b"") if b"\n" in value or b"\r" in value else value
