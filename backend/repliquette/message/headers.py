"""The head of a message or part: RFC 5322 fields unfolded, RFC 2047 and RFC 2231 decoded.

Written for hostile mail instead of the stdlib's policies, which raise on a few
hundred bytes and take seconds on many encoded words (security.md, fact 4):
everything here is bounded and linear.  Beyond a bound the rest stays as written.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from repliquette.limits import ENCODED_WORDS, HEADER_BYTES, HEADERS_KEPT
from repliquette.message.charset import decode

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_PARAMETER = re.compile(r""";\s*([^\s=;"]{1,80})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))""")
_SEGMENT = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?$")
_PARAMETER_CHARS = 8_000


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields in order, names in lower case, values unfolded but not decoded."""

    fields: tuple[tuple[str, str], ...]

    def first(self, name: str) -> str:
        """The first value of a field, or ""."""
        return next((value for field, value in self.fields if field == name), "")

    def every(self, name: str) -> list[str]:
        """All values of a field."""
        return [value for field, value in self.fields if field == name]

    def has(self, name: str) -> bool:
        """Whether the field is there, be it empty."""
        return any(field == name for field, _ in self.fields)


def split_head(raw: bytes, remarks: set[str]) -> tuple[Headers, bytes]:
    """The head and the body of a message or part whose line ends are LF already.

    A line that is neither field nor continuation ends the head (a lost empty line).
    """
    head, body = _cut(raw)
    if len(head) > HEADER_BYTES:
        remarks.add("truncated")
        kept = head[:HEADER_BYTES]
        head = kept.rpartition(b"\n")[0] or kept
    fields: list[list[bytes]] = []
    at = 0
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1][1] += b" " + line.strip()
        elif found := _FIELD.match(line):
            fields.append([found[1].lower(), found[2].strip()])
        elif fields and line.strip() and not line.startswith((b"From ", b">From ")):
            body = raw[at:]
            break
        at += len(line) + 1
    return Headers(tuple((n.decode("ascii"), _text(v, remarks)) for n, v in fields[:HEADERS_KEPT])), body


def _cut(raw: bytes) -> tuple[bytes, bytes]:
    if raw.startswith(b"\n"):
        return b"", raw[1:]
    head, _, body = raw.partition(b"\n\n")
    return head, body


def _text(value: bytes, remarks: set[str]) -> str:
    return value.decode("ascii") if value.isascii() else decode(value, "utf-8", remarks)


def decoded(value: str, remarks: set[str]) -> str:
    """A field's value for people: RFC 2047 words decoded, in the broken forms of real mail too."""
    if "=?" not in value:
        return value
    joined = _BETWEEN.sub(r"\1", value)
    return "".join(_runs(joined, remarks))


def _runs(value: str, remarks: set[str]) -> Iterator[str]:
    """Plain stretches and decoded words; neighbours of one charset are joined first, for cut characters."""
    at, pending, charset = 0, b"", ""
    for count, word in enumerate(_ENCODED.finditer(value)):
        if count == ENCODED_WORDS:
            break
        if pending and (word.start() != at or word[1].lower() != charset):
            yield decode(pending, charset, remarks)
            pending = b""
        yield value[at : word.start()]
        charset, at = word[1].lower().partition("*")[0], word.end()
        pending += _unpacked(word[2], word[3])
    if pending:
        yield decode(pending, charset, remarks)
    yield value[at:]


def _unpacked(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(raw, header=True)
    return base64_bytes(raw)


def base64_bytes(raw: bytes) -> bytes:
    """Base64 as far as it can be read: foreign characters skipped, padding mended."""
    clean = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    clean = clean[: len(clean) - (len(clean) % 4 == 1)]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def parameter(value: str, name: str, remarks: set[str]) -> str:
    """A parameter of a structured field (RFC 2045), RFC 2231 pieces joined and decoded, or ""."""
    pieces: dict[int, tuple[str, bool]] = {}
    plain = ""
    for key, quoted, bare in _PARAMETER.findall(value[:_PARAMETER_CHARS]):
        segment = _SEGMENT.match(key.lower())
        if segment is None or segment[1] != name:
            continue
        text = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare.strip()
        if segment[2] or segment[3]:
            pieces.setdefault(int(segment[2] or 0), (text, bool(segment[3])))
        else:
            plain = plain or text
    return _joined(pieces, remarks) if pieces else decoded(plain, remarks)


def _joined(pieces: dict[int, tuple[str, bool]], remarks: set[str]) -> str:
    charset, raw = "", b""
    for number, (text, escaped) in sorted(pieces.items()):
        words = text
        if number == 0 and escaped and text.count("'") >= 2:  # noqa: PLR2004 - charset'language'text
            charset, _, words = text.split("'", 2)
        raw += unquote_to_bytes(words) if escaped else words.encode("utf-8", "replace")
    return decode(raw, charset or "utf-8", remarks)
