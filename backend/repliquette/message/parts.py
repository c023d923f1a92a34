"""The body of a message: its parts (RFC 2046), decoded, without opening a single attachment (S27).

The walk is iterative and bounded: at most `limits.PARTS` parts, `limits.PARTS_DEEP`
deep; what lies deeper is not looked at ("truncated").  A nested message is an
attachment.  Names of attachments are claims of the sender: reduced to a base name.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from repliquette.limits import NAME_CHARS, PARTS, PARTS_DEEP, TEXT_CHARS
from repliquette.message.addresses import visible
from repliquette.message.charset import decode
from repliquette.message.headers import Headers, base64_bytes, parameter, split_head

_TYPE = re.compile(r"\s*([\w.+-]{1,60}/[\w.+-]{1,100})")
_TEXT_BYTES = 4 * TEXT_CHARS


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the tree: its media type (lower case), claimed name, and bytes still encoded."""

    headers: Headers
    type: str
    body: bytes
    name: str = ""
    inline: bool = True

    def text(self, remarks: set[str]) -> str:
        """The words of a text part, at most `limits.TEXT_CHARS` of them."""
        raw = _unpacked(self.body, self.headers.first("content-transfer-encoding"))
        if len(raw) > _TEXT_BYTES:
            remarks.add("truncated")
        declared = parameter(self.headers.first("content-type"), "charset", remarks)
        return decode(raw[:_TEXT_BYTES], declared, remarks)[:TEXT_CHARS]


def _unpacked(body: bytes, encoding: str) -> bytes:
    match encoding.partition(";")[0].strip().lower():
        case "base64":
            return base64_bytes(body[: 2 * _TEXT_BYTES])
        case "quoted-printable":
            return quopri.decodestring(body[: 4 * _TEXT_BYTES])
        case _:
            return body


def parts(headers: Headers, body: bytes, remarks: set[str]) -> tuple[Part, ...]:
    """The leaves in reading order."""
    found: list[Part] = []
    waiting = [(headers, body, 0)]
    while waiting:
        if len(found) == PARTS:
            remarks.add("truncated")
            break
        head, content, depth = waiting.pop()
        media = _media_type(head)
        boundary = parameter(head.first("content-type"), "boundary", remarks) if media.startswith("multipart/") else ""
        if boundary and depth < PARTS_DEEP:
            waiting.extend(
                (*split_head(piece, remarks), depth + 1) for piece in reversed([*_pieces(content, boundary)])
            )
        else:
            found.append(_leaf(head, media, content, remarks))
            if boundary:
                remarks.add("truncated")
    return tuple(found)


def _media_type(headers: Headers) -> str:
    found = _TYPE.match(headers.first("content-type"))
    return found[1].lower() if found else "text/plain"


def _pieces(content: bytes, boundary: str) -> Iterator[bytes]:
    """What stands between the boundary lines; a missing closing line is forgiven."""
    mark = rb"(?:^|\n)--" + re.escape(boundary.encode("utf-8", "replace").rstrip()) + rb"(--)?[ \t]*(?=\n|\Z)"
    start = None
    for count, line in enumerate(re.finditer(mark, content)):
        if start is not None:
            yield content[start : line.start()]
        start = line.end() + 1
        if line[1] or count > PARTS:
            return
    if start is not None:
        yield content[start:]


def _leaf(headers: Headers, media: str, body: bytes, remarks: set[str]) -> Part:
    disposition = headers.first("content-disposition")
    name = parameter(disposition, "filename", remarks) or parameter(headers.first("content-type"), "name", remarks)
    attached = disposition.strip().lower().startswith("attachment")
    return Part(headers, media, body, base_name(name), inline=not attached and not (name and media != "text/plain"))


def base_name(name: str) -> str:
    """The last component of a claimed file name, visible characters only, at most `limits.NAME_CHARS`."""
    return visible(re.split(r"[/\\]", name)[-1], 10 * NAME_CHARS)[-NAME_CHARS:].strip(". ")
