"""BODYSTRUCTURE and ENVELOPE (RFC 9051 §7.5.2) of a message; a test compares them with Dovecot's."""

from __future__ import annotations

import re
from email.utils import getaddresses

from support.imapserver.grammar import NIL, string
from support.imapserver.mime import Part

_PARAMETER = re.compile(r';\s*([^=\s;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)')


def body_structure(part: Part) -> bytes:
    """The extensible form, with disposition, language and location."""
    if part.is_multipart:
        inner = b"".join(body_structure(piece) for piece in part.inside)
        subtype = string(part.kind.partition("/")[2])
        return b"(" + b" ".join([inner, subtype, _parameters(part, "content-type"), *_extension(part)]) + b")"
    return b"(" + b" ".join([*_basic(part), _field(part, "content-md5"), *_extension(part)]) + b")"


def _basic(part: Part) -> list[bytes]:
    main, _, subtype = part.kind.partition("/")
    parameters = _parameters(part, "content-type")
    if main == "text" and parameters == NIL:
        parameters = b'("charset" "us-ascii")'
    fields = [
        string(main),
        string(subtype),
        parameters,
        _field(part, "content-id"),
        _field(part, "content-description"),
    ]
    encoding = string((_text(part, "content-transfer-encoding") or "7bit").split(";")[0].strip())
    size = [encoding, str(len(part.body)).encode()]
    lines = str(part.body.count(b"\n")).encode()
    if part.is_message:
        return [*fields, *size, envelope(part.inside[0]), body_structure(part.inside[0]), lines]
    return [*fields, *size, lines] if main == "text" else [*fields, *size]


def _extension(part: Part) -> list[bytes]:
    disposition = _text(part, "content-disposition")
    kind = disposition.partition(";")[0].strip()
    said = b"(" + string(kind) + b" " + _parameters(part, "content-disposition") + b")" if kind else NIL
    languages = [string(word) for word in re.findall(r"[\w-]+", _text(part, "content-language"))]
    language = b"(" + b" ".join(languages) + b")" if languages else NIL
    return [said, language, _field(part, "content-location")]


def _parameters(part: Part, field: str) -> bytes:
    """As they stand in the message: RFC 2231 and encoded words are left to the client."""
    found = _PARAMETER.findall(_text(part, field))
    pairs = [string(name) + b" " + string(_unquoted(value)) for name, value in found]
    return b"(" + b" ".join(pairs) + b")" if pairs else NIL


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _text(part: Part, field: str) -> str:
    value = part.head.get(field)
    return "" if value is None else re.sub(r"\r?\n", "", str(value)).strip()


def _field(part: Part, field: str) -> bytes:
    return string(_text(part, field)) if field in part.head else NIL


def envelope(message: Part) -> bytes:
    """Date, subject, six lists of addresses, In-Reply-To, Message-ID."""
    sender = _addresses(message, "from")
    others = (_addresses(message, name) for name in ("sender", "reply-to"))
    lists = [sender, *(who if who != NIL else sender for who in others)]
    lists += [_addresses(message, name) for name in ("to", "cc", "bcc")]
    first, last = ("date", "subject"), ("in-reply-to", "message-id")
    fields = [*(_field(message, name) for name in first), *lists, *(_field(message, name) for name in last)]
    return b"(" + b" ".join(fields) + b")"


def _addresses(message: Part, field: str) -> bytes:
    pairs = [pair for pair in getaddresses([_text(message, field)]) if pair[1]]
    return b"(" + b"".join(_address(*pair) for pair in pairs) + b")" if pairs else NIL


def _address(name: str, email: str) -> bytes:
    local, _, host = email.rpartition("@")
    return b"(" + b" ".join([string(name) if name else NIL, NIL, string(local), string(host)]) + b")"
