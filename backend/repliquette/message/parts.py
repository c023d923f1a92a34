"""The body of a message: its parts (RFC 2046), decoded, without opening a single attachment (S27).

The walk is iterative and bounded: at most `limits.PARTS` parts, `limits.PARTS_DEEP`
deep; what lies deeper is not looked at ("truncated").  A nested message is an
attachment whose own parts follow it, marked `enclosed`; one inside that stays closed.  Names of attachments are
claims of the sender: reduced to a base name.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from repliquette.limits import NAME_CHARS, PARTS, PARTS_DEEP, TEXT_CHARS
from repliquette.message.characters import visible
from repliquette.message.charset import decode
from repliquette.message.headers import Headers, base64_bytes, parameter, split_head

_TYPE = re.compile(r"\s*([\w.+-]{1,60}/[\w.+-]{1,100})")
_TEXT_BYTES = 4 * TEXT_CHARS
_BOUNDARY_LINE = re.compile(rb"(?:\A|\n)--([!-~][ -~]{0,69}?)[ \t]*\n")
_BOUNDARY_WITHIN = 20_000
_MESSAGES = {"message/rfc822", "message/global"}


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the tree: its media type (lower case), claimed name, and bytes still encoded.

    Leaves of one `multipart/alternative` say the same and share its number in
    `alternative` (0: none); `enclosed` ones belong to an attached message.
    """

    headers: Headers
    type: str
    body: bytes
    name: str = ""
    inline: bool = True
    alternative: int = 0
    enclosed: bool = False

    def text(self, remarks: set[str]) -> str:
        """The words of a text part, at most `limits.TEXT_CHARS` of them."""
        raw = _unpacked(self.body, self.headers.first("content-transfer-encoding"))
        if len(raw) > _TEXT_BYTES:
            remarks.add("truncated")
        declared = parameter(self.headers.first("content-type"), "charset", remarks)
        return decode(raw[:_TEXT_BYTES], declared, remarks)[:TEXT_CHARS]


def _unpacked(body: bytes, encoding: str) -> bytes:
    match encoding.partition(";")[0].strip().strip("\"'").lower():
        case "base64":
            return base64_bytes(body[: 2 * _TEXT_BYTES])
        case "quoted-printable":
            return quopri.decodestring(body[: 4 * _TEXT_BYTES])
        case "x-uuencode" | "uuencode" | "x-uue":
            return b"".join(_uudecoded(body[: 2 * _TEXT_BYTES]))
        case _:
            return body


def _uudecoded(body: bytes) -> Iterator[bytes]:
    """The lines between "begin 644 name" and "end"; a faulty line is passed over."""
    for line in body.partition(b"begin ")[2].split(b"\n")[1:]:
        if line.strip() == b"end":
            return
        try:
            yield binascii.a2b_uu(line)
        except binascii.Error:
            continue


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the tree something lies; `default` is the type of what declares none."""

    depth: int = 0
    alternative: int = 0
    enclosed: bool = False
    default: str = "text/plain"


@dataclass(frozen=True, slots=True)
class _Branch:
    """A part that is looked at: leaf, multipart or message."""

    headers: Headers
    body: bytes
    place: _Place

    @property
    def media(self) -> str:
        found = _TYPE.match(self.headers.first("content-type"))
        return found[1].lower() if found else self.place.default


def parts(headers: Headers, body: bytes, remarks: set[str]) -> tuple[Part, ...]:
    """The leaves in reading order."""
    found: list[Part] = []
    waiting: list[tuple[bytes, _Place]] = []
    branch: _Branch | None = _Branch(headers, body, _Place())
    groups = 0
    while branch is not None and len(found) < PARTS:
        groups += 1
        pieces = _pieces(branch, remarks)
        if pieces is None:
            found.append(_leaf(branch, remarks))
        waiting.extend(_below(branch, pieces, groups))
        # Split only what is looked at: of a million boundaries most never are.
        branch = _split(*waiting.pop(), remarks) if waiting else None
    if branch is not None:
        remarks.add("truncated")
    return tuple(found)


def _split(raw: bytes, place: _Place, remarks: set[str]) -> _Branch:
    return _Branch(*split_head(raw, remarks, inner=True), place)


def _below(branch: _Branch, pieces: list[bytes] | None, group: int) -> Iterator[tuple[bytes, _Place]]:
    """What lies inside, last first: the parts of a multipart, the message of a message/rfc822."""
    media, place = branch.media, branch.place
    if pieces is not None:
        group = group if media == "multipart/alternative" else place.alternative
        default = "message/rfc822" if media == "multipart/digest" else "text/plain"
        below = _Place(place.depth + 1, group, place.enclosed, default)
        yield from ((piece, below) for piece in reversed(pieces))
    elif media in _MESSAGES and not place.enclosed:
        raw = _unpacked(branch.body, branch.headers.first("content-transfer-encoding"))
        yield raw.lstrip(b"\n"), _Place(place.depth + 1, enclosed=True)


def _pieces(branch: _Branch, remarks: set[str]) -> list[bytes] | None:
    """The parts of a multipart; None where there are none, or too deep."""
    if not branch.media.startswith("multipart/"):
        return None
    if branch.place.depth >= PARTS_DEEP:
        remarks.add("truncated")
        return None
    boundary = parameter(branch.headers.first("content-type"), "boundary", remarks)
    declared = boundary.encode("utf-8", "replace").rstrip()
    return [*_between(branch.body, declared)] or [*_between(branch.body, _seen_boundary(branch.body))] or None


def _seen_boundary(body: bytes) -> bytes:
    """The first line that looks like a boundary, where the declared one is lost or wrong."""
    found = _BOUNDARY_LINE.search(body[:_BOUNDARY_WITHIN])
    return found[1] if found else b""


def _between(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """What stands between the boundary lines; a missing closing line is forgiven."""
    if not boundary:
        return
    mark = b"--" + boundary
    start: int | None = None
    for count, (at, end, closing) in enumerate(_boundary_lines(body, mark)):
        if start is not None:
            yield body[start : max(start, at - 1)]
        start = end
        if closing or count > PARTS:
            return
    if start is not None:
        yield body[start:]


def _boundary_lines(body: bytes, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each boundary line begins, where the next line begins, and whether it is the closing one."""
    at = 0 if body.startswith(mark) else body.find(b"\n" + mark) + 1
    while at or body.startswith(mark):
        end = body.find(b"\n", at)
        end = len(body) if end < 0 else end
        tail = body[at + len(mark) : end].strip(b" \t")
        if tail in {b"", b"--"}:
            yield at, end + 1, tail == b"--"
        at = body.find(b"\n" + mark, end) + 1
        if not at:
            return


def _leaf(branch: _Branch, remarks: set[str]) -> Part:
    headers, place = branch.headers, branch.place
    disposition = headers.first("content-disposition")
    name = parameter(disposition, "filename", remarks) or parameter(headers.first("content-type"), "name", remarks)
    attached = disposition.strip().lower().startswith("attachment")
    inline = not attached and not (name and branch.media != "text/plain")
    # A multipart whose boundary cannot be found is read as the text it is.
    media = "text/plain" if branch.media.startswith("multipart/") else branch.media
    return Part(headers, media, branch.body, base_name(name), inline, place.alternative, place.enclosed)


def base_name(name: str) -> str:
    """The last component of a claimed file name, visible characters only, at most `limits.NAME_CHARS`."""
    return visible(re.split(r"[/\\]", name)[-1], 10 * NAME_CHARS)[-NAME_CHARS:].strip(". ")
