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
from repliquette.message.charset import decode, decode_words

_FIELD = re.compile(r"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_MBOX_LINES = ("From ", ">From ")
# After a line that is no field, these show that the head goes on; no letter begins with them.
_SURE = re.compile(
    r"(?:message-id|mime-version|content-[a-z-]+|received|return-path|references|x-[a-z-]+)[ \t]*:", re.IGNORECASE
)
_LOOK_AHEAD = 10
_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}\"?([\w.:+-]{1,60})", re.IGNORECASE)
_TEXT = r"((?:[^?=]|=(?!\?[^=])|\?(?!=)){0,2000})"
_ENCODED = re.compile(rf"=\?([^?\s]{{0,60}})\?([bBqQ])\?{_TEXT}(?:\?=|\?$|$)")
_BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{0,60}\?[bBqQ]\?)")
_PARAMETER = re.compile(r"""[;\s]\s{0,9}([^\s=;"]{1,80})\s{0,9}=\s{0,9}(?:"((?:[^"\\]|\\.)*)"|([^;]*))""")
_SEGMENT = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?$")
_PARAMETER_CHARS = 4_000
_NO_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_BASE64_PIECES = 1_000


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


def split_head(raw: bytes, remarks: set[str], *, inner: bool = False) -> tuple[Headers, bytes]:
    """The head and the body of a message, or of a part (`inner`), whose line ends are LF already.

    A line that is neither field nor continuation ends the head (a lost empty line),
    unless fields follow that only a head has: then it is a fold without its blank.
    """
    head, body = _cut(raw)
    if len(head) > HEADER_BYTES:
        remarks.add("truncated")
        kept = head[:HEADER_BYTES]
        head = kept.rpartition(b"\n")[0] or kept
    raw_rows = head.split(b"\n")
    fields, end = _fields(_rows(raw_rows, remarks, inner=inner))
    if not fields and inner and head.strip():
        body = raw
    elif end < len(raw_rows):
        body = raw[sum(len(row) + 1 for row in raw_rows[:end]) :]
    return Headers(tuple(fields[:HEADERS_KEPT])), body


def _cut(raw: bytes) -> tuple[bytes, bytes]:
    if raw.startswith(b"\n"):
        return b"", raw[1:]
    head, _, body = raw.partition(b"\n\n")
    return head, body


def _rows(rows: list[bytes], remarks: set[str], *, inner: bool) -> list[str]:
    """The lines of a head as text: UTF-8 (RFC 6532), else the charset that the head declares or shows."""
    head = b"\n".join(rows)
    if head.isascii():
        return head.decode("ascii").split("\n")
    odd = [n for n, row in enumerate(rows) if not _is_utf8(row)]
    texts = [row.decode("utf-8", "replace") for row in rows]
    declared = _CHARSET.search(head)
    # A guess costs milliseconds, and parts may be many: they go without.
    reading = decode_words if inner else decode
    if odd:
        name = declared[1].decode("ascii") if declared else "x-unknown"
        read = reading(b"\n".join(rows[n] for n in odd), name, remarks).split("\n")
        for n, text in zip(odd, read, strict=False):
            texts[n] = text
    return texts


def _is_utf8(row: bytes) -> bool:
    try:
        row.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _fields(rows: list[str]) -> tuple[list[tuple[str, str]], int]:
    """Names and unfolded values, and the number of the row at which the body begins."""
    fields: list[tuple[str, list[str]]] = []
    for at, row in enumerate(rows):
        if row[:1] in {" ", "\t"} and fields:
            fields[-1][1].append(row.strip())
        elif found := _FIELD.match(row):
            fields.append((found[1].lower(), [found[2].strip()]))
        elif fields and row.strip() and not row.startswith(_MBOX_LINES):
            if not any(_SURE.match(later) for later in rows[at + 1 : at + _LOOK_AHEAD]):
                return _joined_fields(fields), at
            fields[-1][1].append(row.strip())
    return _joined_fields(fields), len(rows)


def _joined_fields(fields: list[tuple[str, list[str]]]) -> list[tuple[str, str]]:
    return [(name, " ".join(pieces)) for name, pieces in fields]


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
        name = word[1].lower().partition("*")[0]
        if pending and (word.start() != at or name != charset):
            yield decode_words(pending, charset, remarks)
            pending = b""
        yield value[at : word.start()]
        charset, at = name, word.end()
        pending += _unpacked(word[2], word[3])
    if pending:
        yield decode_words(pending, charset, remarks)
    yield value[at:]


def _unpacked(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(raw, header=True)
    return base64_bytes(raw)


def base64_bytes(raw: bytes) -> bytes:
    """Base64 as far as it can be read: foreign characters skipped, padding mended, also in the middle."""
    clean = raw.translate(None, _NO_BASE64).rstrip(b"=")
    return b"".join(_base64(piece) for piece in clean.split(b"=", _BASE64_PIECES)[:_BASE64_PIECES])


def _base64(clean: bytes) -> bytes:
    whole = clean[: len(clean) - (len(clean) % 4 == 1)]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def parameter(value: str, name: str, remarks: set[str]) -> str:
    """A parameter of a structured field (RFC 2045), RFC 2231 pieces joined and decoded, or ""."""
    if name not in value.lower():
        return ""
    pieces: dict[int, tuple[str, bool]] = {}
    plain = ""
    for key, quoted, bare in _PARAMETER.findall(value[:_PARAMETER_CHARS]):
        segment = _SEGMENT.match(key.lower())
        if segment is None or segment[1] != name:
            continue
        text = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare.strip().lstrip('"')
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
    return decoded(decode_words(raw, charset or "utf-8", remarks), remarks)
