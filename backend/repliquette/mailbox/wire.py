r"""Our own reader of IMAP answers (RFC 9051 §7, §9), for the commands that carry mail.

IMAPClient reads a byte at a time and formats all it reads; this takes lines and
literals whole and finds tokens by one expression, ten times faster.  A server may
answer in any order, in several lines, and add what nobody asked for (EXISTS,
EXPUNGE, flags of other messages): the reader passes on all, the caller takes what it
asked for.  What is no IMAP ends in imaplib's own errors, which `Connection.speaking`
turns into words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from repliquette.limits import ANSWERS_MOST, FETCH_BYTES, GMAIL_ID, LITERALS, NESTED
from repliquette.mailbox.stream import BoundedImap

_LITERAL = re.compile(rb"\{(\d{1,20})\}\r\n\Z")
_TOKENS = re.compile(rb'[()]|"(?:[^"\\]|\\.)*"|[^()\s"]+', re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_FETCH = re.compile(rb"\d+ FETCH \(", re.IGNORECASE)
_UID = re.compile(rb"[( ]UID (\d{1,10})(?=[ )])", re.IGNORECASE)
_NIL = frozenset({b"NIL", b"nil", b"Nil"})
_DIGITS = 19
_TAGS = count(1)

# One untagged answer without its "* ": text, literal, text, literal, … text.
Pieces = list[bytes]


class Literal(bytes):
    """The bytes of a literal: data, whatever they look like."""

    __slots__ = ()


# A token as it stands (a quoted string with its quotes), a literal, or a list of tokens.
Token = bytes | list["Token"]


def command(imap: BoundedImap, words: bytes, literal: int = FETCH_BYTES) -> Iterator[Pieces]:
    """Send one command and give its untagged answers, at last the text of the OK that ends it.

    `words` are of our own making and hold no line end (S18); `literal` bounds each literal.
    Raises imaplib's `error` with the server's words where it says NO or BAD, `abort` where
    it says BYE or what is no IMAP, TimeoutError when the time is up.  Read it to its end.
    """
    return answers(imap, send(imap, words), literal)


def send(imap: BoundedImap, words: bytes) -> bytes:
    """Send one command; its tag."""
    if b"\r" in words or b"\n" in words or b"\0" in words:
        raise ValueError("a command with a line end")
    tag = b"R%d" % next(_TAGS)
    imap.send(b"%s %s\r\n" % (tag, words))
    return tag


def answers(imap: BoundedImap, tag: bytes, literal: int = FETCH_BYTES) -> Iterator[Pieces]:
    """The untagged answers until the command of `tag` is done, then the text of its OK."""
    for _ in range(ANSWERS_MOST):
        pieces = read(imap, literal)
        if pieces[0].startswith(tag + b" OK"):
            yield [pieces[0].partition(b" ")[2]]
            return
        yield from untagged(imap, pieces, tag)
    raise imap.abort(f"more than {ANSWERS_MOST} answers to one command")


def untagged(imap: BoundedImap, pieces: Pieces, tag: bytes) -> Iterator[Pieces]:
    """An answer without its "* "; nothing for a "+"; imaplib's errors for what ends a command or all of them."""
    said, _, text = pieces[0].partition(b" ")
    if said == b"*":
        if text[:3].upper() == b"BYE":
            raise imap.abort(text[3:].decode("utf-8", "replace"))
        yield [text, *pieces[1:]]
    elif said == tag:
        raise imap.error(text.decode("utf-8", "replace"))
    elif said != b"+":
        raise imap.abort(f"an answer to no question: {pieces[0][:100]!r}")


def read(imap: BoundedImap, most: int = FETCH_BYTES) -> Pieces:
    """One answer, its literals taken whole; the lines without their ends."""
    line = imap.readline()
    if not line.endswith(b"}\r\n"):
        return [_line(imap, line)]
    pieces: Pieces = []
    while found := _LITERAL.search(line):
        size = int(found[1])
        if size > most or len(pieces) > 2 * LITERALS:
            raise imap.abort(f"the server announced {size} bytes where at most {most} were asked for")
        pieces += (line[: found.start()], imap.read(size))
        line = imap.readline()
    pieces.append(_line(imap, line))
    return pieces


def _line(imap: BoundedImap, line: bytes) -> bytes:
    if not line.endswith(b"\n"):
        raise imap.abort("the server hung up in the middle of an answer")
    return line.rstrip(b"\r\n")


def tokens(pieces: Pieces) -> list[Token]:
    """The tokens of an answer, brackets as lists; ValueError where they do not match or nest too deep."""
    top: list[Token] = []
    here, above = top, []
    for number, piece in enumerate(pieces):
        if number % 2:
            here.append(Literal(piece))
            continue
        for token in _TOKENS.findall(piece):
            if token == b"(":
                inner: list[Token] = []
                here.append(inner)
                above.append(here)
                here = inner
                if len(above) > NESTED:
                    raise ValueError("brackets nest too deep")
            elif token == b")":
                if not above:
                    raise ValueError("a bracket closes that was never opened")
                here = above.pop()
            else:
                here.append(token)
    if above:
        raise ValueError("a bracket is never closed")
    return top


def string(token: Token | None) -> bytes | None:
    """The value of a string or an atom; None for NIL and for lists."""
    if type(token) is bytes:
        if token[:1] == b'"':
            return _ESCAPED.sub(rb"\1", token[1:-1]) if b"\\" in token else token[1:-1]
        return None if token in _NIL else token
    return token if isinstance(token, Literal) else None


def number(token: Token | None) -> int | None:
    """A number that a store can hold, or None."""
    if not isinstance(token, bytes) or not token.isdigit() or len(token) > _DIGITS:
        return None
    return value if (value := int(token)) <= GMAIL_ID else None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one FETCH answer says: items by upper-case name (of `BODY[1]<0>` without `<0>`).

    `broken` where its brackets do not match; then the UID alone may be known.
    """

    uid: int | None
    items: dict[bytes, Token]
    broken: bool = False


def fetched(pieces: Pieces) -> Fetched | None:
    """An untagged answer read as FETCH; None for every other."""
    if not _FETCH.match(pieces[0]):
        return None
    try:
        inner = tokens(pieces)[2]
    except ValueError:
        return Fetched(_uid(pieces), {}, broken=True)
    if not isinstance(inner, list):
        return Fetched(_uid(pieces), {}, broken=True)
    pairs = zip(inner[::2], inner[1::2], strict=False)
    items = {_item(name): value for name, value in pairs if isinstance(name, bytes)}
    return Fetched(number(items.get(b"UID")), items)


@lru_cache(maxsize=256)
def _item(name: bytes) -> bytes:
    return name.partition(b"<")[0].upper()


def _uid(pieces: Pieces) -> int | None:
    """The UID of an answer that cannot be read as a whole."""
    found = _UID.search(pieces[0]) or _UID.search(pieces[-1])
    return int(found[1]) if found else None
