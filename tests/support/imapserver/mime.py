"""The parts of a message by their bytes, as RFC 2045 nests and RFC 9051 §6.4.5.1 numbers them.

The stdlib's `email` reads the headers; the bodies are cut here, because a server
hands out the very bytes that lie in its mailbox.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from functools import cached_property

_HEADER_END = re.compile(rb"\A\r\n|\r\n\r\n")


@dataclass(frozen=True)
class Part:
    """`header` holds its empty line; `inside` are the parts of a multipart, or the message that a message/rfc822 is."""

    header: bytes
    body: bytes
    inside: tuple[Part, ...]
    default: str

    @cached_property
    def head(self) -> Message:
        """The header, read."""
        head = message_from_bytes(self.header, policy=policy.compat32)
        head.set_default_type(self.default)
        return head

    @property
    def kind(self) -> str:
        """Type and subtype, lower case."""
        return self.head.get_content_type()

    @property
    def is_multipart(self) -> bool:
        """Whether `inside` are its parts."""
        return bool(self.inside) and not self.is_message

    @property
    def is_message(self) -> bool:
        """Whether `inside` is one message."""
        return self.kind == "message/rfc822"


def read(raw: bytes, default: str = "text/plain") -> Part:
    """A message or part with all that is in it."""
    end = _HEADER_END.search(raw)
    cut = end.end() if end else len(raw)
    bare = Part(raw[:cut], raw[cut:], (), default)
    if bare.is_message:
        return Part(bare.header, bare.body, (read(bare.body),), default)
    boundary = bare.head.get_boundary() if bare.kind.startswith("multipart/") else None
    if not boundary:
        return bare
    inner = "message/rfc822" if bare.kind == "multipart/digest" else "text/plain"
    return Part(bare.header, bare.body, tuple(read(piece, inner) for piece in _cut(bare.body, boundary)), default)


def _cut(body: bytes, boundary: str) -> list[bytes]:
    """What lies between the delimiters; the line end before one belongs to it (RFC 2046 §5.1.1)."""
    delimiter = re.compile(rb"(?m)^--" + re.escape(boundary.encode("latin-1", "replace")) + rb"(--)?[ \t]*\r?(?:\n|\Z)")
    pieces: list[bytes] = []
    start: int | None = None
    for found in delimiter.finditer(body):
        if start is not None:
            pieces.append(body[start : max(start, found.start() - 2)])
        start = found.end()
        if found[1]:
            return pieces
    return pieces if start is None else [*pieces, body[start:]]


def section(root: Part, name: bytes) -> bytes | None:
    """What BODY[name] is, e.g. "", "HEADER", "1.2.MIME", "HEADER.FIELDS (Subject)"; None where there is no such part."""
    found = re.fullmatch(rb"((?:\d+\.?)*)([A-Z.]*)(?: \((.*)\))?", name, re.IGNORECASE)
    if not found:
        return None
    numbers = [int(number) for number in found[1].split(b".") if number]
    part = _part(root, numbers)
    if part is None:
        return None
    return _aspect(part, found[2].upper(), (found[3] or b"").upper().split(), is_whole=not numbers)


def _part(root: Part, numbers: list[int]) -> Part | None:
    part = root
    for depth, number in enumerate(numbers):
        if depth and part.is_message:
            [part] = part.inside
        elif depth and not part.is_multipart:
            return None
        if part.is_multipart:
            if not 1 <= number <= len(part.inside):
                return None
            part = part.inside[number - 1]
        elif number != 1:
            return None
    return part


def _aspect(part: Part, aspect: bytes, fields: list[bytes], *, is_whole: bool) -> bytes | None:
    if aspect == b"":
        return part.header + part.body if is_whole else part.body
    if aspect == b"MIME":
        return part.header
    message = part if is_whole else next(iter(part.inside), None) if part.is_message else None
    if message is None:
        return None
    if aspect == b"TEXT":
        return message.body
    if aspect == b"HEADER":
        return message.header
    return chosen(message.header, fields, others=aspect == b"HEADER.FIELDS.NOT")


def chosen(header: bytes, names: list[bytes], *, others: bool = False) -> bytes:
    """The named fields of a header (or all `others`), folded lines included, and an empty line."""
    fields = re.findall(rb"(?m)^[^\s:]+[ \t]*:.*\r\n(?:[ \t].*\r\n)*", header)
    kept = [field for field in fields if (field.partition(b":")[0].strip().upper() in names) is not others]
    return b"".join(kept) + b"\r\n"
