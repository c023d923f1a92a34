"""The words of RFC 9051 §9: what a client's line says, and how a server writes strings and sets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Token = bytes | list["Token"]
NIL = b"NIL"
LITERAL_END = re.compile(rb"\{(\d+)(\+?)\}\r\n\Z")
_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n")
_QUOTED = re.compile(rb'"((?:[^"\\\r\n]|\\["\\])*)"')
# A section may hold blanks and brackets: BODY.PEEK[HEADER.FIELDS (Subject)]<0.9>.
_ATOM = re.compile(rb'(?:[^\s()"\[{]|\[[^\]]*\])+')
_PLAIN = re.compile(rb"[\x20\x21\x23-\x5b\x5d-\x7e]*")


class BadCommandError(Exception):
    """The line is none of the grammar, or of the commands known here."""


@dataclass(frozen=True, slots=True)
class Command:
    """`name` is upper case, with its "UID" where it has one; `line` is all that was said, literals included."""

    tag: bytes
    name: str
    arguments: list[Token]
    line: bytes

    @classmethod
    def read(cls, line: bytes) -> Command:
        """A line with its literals in place; what cannot be read has the name "" (RFC 9051 §7.1.3: BAD)."""
        tag, _, rest = line.partition(b" ")
        try:
            words = tokens(rest.removesuffix(b"\r\n"))
        except BadCommandError:
            return cls(tag, "", [], line)
        count = 2 if words[:1] and isinstance(words[0], bytes) and words[0].upper() == b"UID" else 1
        name = b" ".join(word for word in words[:count] if isinstance(word, bytes))
        return cls(tag, name.decode("latin-1").upper(), words[count:], line)


def tokens(line: bytes) -> list[Token]:
    """Atoms, strings and bracketed lists of a line."""
    stack: list[list[Token]] = [[]]
    at = 0
    while at < len(line):
        if line[at] in b" ":
            at += 1
        elif line[at] in b"(":
            stack.append([])
            at += 1
        elif line[at] in b")":
            if len(stack) == 1:
                raise BadCommandError("a bracket too much")
            closed = stack.pop()
            stack[-1].append(closed)
            at += 1
        else:
            word, at = _word(line, at)
            stack[-1].append(word)
    if len(stack) > 1:
        raise BadCommandError("an open bracket")
    return stack[0]


def _word(line: bytes, at: int) -> tuple[bytes, int]:
    if found := _LITERAL.match(line, at):
        end = found.end() + int(found[1])
        return line[found.end() : end], end
    if found := _QUOTED.match(line, at):
        return re.sub(rb"\\(.)", rb"\1", found[1]), found.end()
    if found := _ATOM.match(line, at):
        return found[0], found.end()
    raise BadCommandError(f"no word: {line[at : at + 20]!r}")


def word(token: Token) -> bytes:
    """A token that must not be a list."""
    if isinstance(token, list):
        raise BadCommandError("a list where a word was due")
    return token


def words(token: Token) -> list[bytes]:
    """The words of a list, or the one word."""
    return [word(one) for one in token] if isinstance(token, list) else [token]


def string(value: str | bytes) -> bytes:
    """A quoted string where it can be one, else a literal."""
    data = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    if _PLAIN.fullmatch(data.replace(b"\\", b"").replace(b'"', b"")):
        return b'"' + re.sub(rb'([\\"])', rb"\\\1", data) + b'"'
    return literal(data)


def literal(data: bytes) -> bytes:
    """A literal, announced."""
    return b"{%d}\r\n" % len(data) + data


def parse_set(said: bytes, numbers: Sequence[int]) -> list[int]:
    """The `numbers` (in ascending order) that a set names, as "2,5:*"; "*" is the largest, and ranges have no direction."""
    chosen: set[int] = set()
    largest = numbers[-1] if numbers else 0
    for piece in said.split(b","):
        first, colon, last = piece.partition(b":")
        ends = [largest if end == b"*" else _number(end) for end in (first, last if colon else first)]
        chosen.update(number for number in numbers if min(ends) <= number <= max(ends))
    return [number for number in numbers if number in chosen]


def _number(said: bytes) -> int:
    if not re.fullmatch(rb"[1-9]\d{0,9}", said):
        raise BadCommandError(f"no number: {said!r}")
    return int(said)


def write_set(numbers: Iterable[int]) -> bytes:
    """Numbers as a set, ranges joined: "1:3,7"."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return b",".join(b"%d" % first if first == last else b"%d:%d" % (first, last) for first, last in runs)
