"""BODYSTRUCTURE (RFC 9051 §7.5.2) as a small tree: which parts a message has, without a byte of them.

Servers and senders break it in every way; what is no such structure is None, and the
message is read from its bytes instead.  Bounded: `limits.PARTS` parts, `limits.PARTS_DEEP`
levels.  Names and parameters are claims of the sender, kept as bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from repliquette.limits import PARTS, PARTS_DEEP
from repliquette.mailbox.wire import Token, number, string

Parameters = tuple[tuple[bytes, bytes], ...]

_TYPE, _SUBTYPE, _PARAMETERS, _ENCODING, _SIZE = 0, 1, 2, 5, 6
# Where the disposition stands: behind the lines of a text, and envelope, structure and lines of a message.
_AFTER = {"message/rfc822": 11, "message/global": 11}
_AFTER_TEXT = 9
_AFTER_ANY = 8
_BOUNDARY_MOST = 70  # RFC 2046 §5.1.1
_UNACCOUNTED = 2_000  # the head of a part, a sentence for readers that know no MIME


class Part(NamedTuple):
    """A part: `section` is its number for FETCH ("" for a message's own multipart), `media` in lower case.

    `size` counts octets as they are transferred; `parts` are those of a multipart.
    """

    section: str
    media: str
    parameters: Parameters = ()
    encoding: bytes = b""
    size: int = 0
    disposition: bytes = b""
    filing: Parameters = ()
    parts: tuple[Part, ...] = ()

    def parameter(self, name: bytes) -> bytes:
        """A parameter of the media type, or b""."""
        return next((value for key, value in self.parameters if key.lower() == name), b"")

    @property
    def is_multipart(self) -> bool:
        """Whether it is made of parts."""
        return self.media.startswith("multipart/")

    def leaves(self) -> Iterator[Part]:
        """The parts that hold something, in reading order; attached messages are closed."""
        if not self.is_multipart:
            yield self
        for part in self.parts:
            yield from part.leaves()


def read(token: Token | None, size: int | None = None) -> Part | None:
    """The tree, or None where there is none that can be believed.

    `size` counts the octets of the message's body: parts that are far from making them up are wrong.
    """
    try:
        root = _part(token, "", 0)
    except (ValueError, LookupError):
        return None
    return root if _is_sound(root, frozenset()) and (size is None or _makes_up(root, size)) else None


def _is_sound(part: Part, outer: frozenset[bytes]) -> bool:
    """Whether the parts can have been told apart: boundaries that are there, short and different.

    A multipart of nothing but one empty text is what servers make up where they found no part at all.
    """
    if not part.is_multipart:
        return True
    boundary = part.parameter(b"boundary")
    if not boundary or boundary in outer or len(boundary) > _BOUNDARY_MOST or not part.parts:
        return False
    if len(part.parts) == 1 and not part.parts[0].is_multipart and not part.parts[0].size:
        return False
    return all(_is_sound(inner, outer | {boundary}) for inner in part.parts)


def _makes_up(root: Part, size: int) -> bool:
    """Whether the parts, and what heads of parts may take, are as long as the body."""
    sizes = [leaf.size for leaf in root.leaves()]
    return size - sum(sizes) <= _UNACCOUNTED * (1 + len(sizes))


def _part(token: Token | None, section: str, depth: int) -> Part:
    if not isinstance(token, list) or depth > PARTS_DEEP:
        raise ValueError("no part, or too deep")
    if isinstance(token[0], list):
        return _multipart(token, section, depth)
    media = _media(string(token[_TYPE]), string(token[_SUBTYPE]))
    size = number(token[_SIZE])
    if size is None:
        raise ValueError("a part without a size")
    disposition, filing = _disposition(
        token, _AFTER_TEXT if media.startswith("text/") else _AFTER.get(media, _AFTER_ANY)
    )
    return Part(
        section or "1",
        media,
        _parameters(token[_PARAMETERS]),
        string(token[_ENCODING]) or b"",
        size,
        disposition,
        filing,
    )


def _multipart(token: list[Token], section: str, depth: int) -> Part:
    count = next((n for n, inner in enumerate(token) if not isinstance(inner, list)), len(token))
    if count > PARTS:
        raise ValueError("too many parts")
    media = _media(b"multipart", string(token[count]))
    parts = tuple(
        _part(one, f"{section}.{n}" if section else str(n), depth + 1) for n, one in enumerate(token[:count], 1)
    )
    parameters = _parameters(token[count + 1]) if len(token) > count + 1 else ()
    disposition, filing = _disposition(token, count + 2)
    return Part(section, media, parameters, b"", 0, disposition, filing, parts)


@lru_cache(maxsize=1024)
def _media(family: bytes | None, kind: bytes | None) -> str:
    if not family or not kind:
        raise ValueError("a part without a type")
    return f"{family.decode('latin-1')}/{kind.decode('latin-1')}".lower()


def _parameters(token: Token) -> Parameters:
    """Names and values; () where there is NIL or something else."""
    if not isinstance(token, list):
        return ()
    pairs = zip(token[::2], token[1::2], strict=False)
    return tuple([(string(name) or b"", string(value) or b"") for name, value in pairs])


def _disposition(token: list[Token], at: int) -> tuple[bytes, Parameters]:
    """What Content-Disposition says; some servers leave out all extension data."""
    said = token[at] if len(token) > at else None
    if not isinstance(said, list) or not said:
        return b"", ()
    return string(said[0]) or b"", _parameters(said[1]) if len(said) > 1 else ()
