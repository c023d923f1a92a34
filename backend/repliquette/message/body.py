"""The words of a message: of each set of alternatives the plain text, or where it is empty, the HTML as text.

Parts that are no alternatives follow each other.  All pages together are made of at
most `limits.HTML_BYTES` and `_TAGS` tags.  Composed letters (NFC), no NUL.  Knows from where on the structure of a page says
that all is older mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from repliquette.limits import HTML_BYTES, TEXT_CHARS
from repliquette.message.characters import composed
from repliquette.message.flowed import unflowed
from repliquette.message.headers import decoded, parameter, split_head
from repliquette.message.html import HtmlText, html_to_text
from repliquette.message.parts import Part
from repliquette.message.sealed import unarmoured

_BETWEEN = "\n\n"
_PLAIN = {"text/plain", "text/enriched"}
_TEXT = _PLAIN | {"text/html"}
_TAGS = 10_000  # of all pages; a long newsletter has 5,000, and tables nested 40,000 deep took 7 s
_SAME_CHARS = 60
_HTML_START = re.compile(r"\s{0,100}(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z-]{1,60}>")
_HEAD = (("From", "from"), ("Date", "date"), ("To", "to"), ("Subject", "subject"))
_FIELD_CHARS = 500


@dataclass(frozen=True, slots=True)
class Body:
    """The text, and the offset at which an HTML page itself says that older mail begins, or None."""

    text: str
    older: int | None = None


def read_body(leaves: Iterable[Part], remarks: set[str]) -> Body:
    """What a reader sees first; remarks "hidden_text" and "pgp"."""
    inline = [leaf for leaf in leaves if leaf.inline and leaf.type in _TEXT]
    chosen = [page for page in _chosen(inline, remarks) if page.text.strip()]
    text = _composed(_BETWEEN.join(page.text for page in chosen))
    if any(page.hidden for page in chosen):
        remarks.add("hidden_text")
    # Only the last page can say that all that follows is older.
    if not chosen or chosen[-1].older is None:
        return Body(text)
    return Body(text, len(text) - len(_composed(chosen[-1].text[chosen[-1].older :])))


def attached(leaves: Sequence[Part], enclosed: Iterable[Part], remarks: set[str]) -> str:
    """What the attached message of `leaves` says, below its own From, Date, To and Subject."""
    outer = next((leaf for leaf in leaves if leaf.type == "message/rfc822"), None)
    if outer is None:
        return read_body(enclosed, remarks).text
    headers, _ = split_head(outer.body[:TEXT_CHARS].lstrip(b"\n"), remarks, inner=True)
    fields = [(name, decoded(headers.first(key), remarks)[:_FIELD_CHARS]) for name, key in _HEAD]
    head = "\n".join(f"{name}: {value}" for name, value in fields if value)
    return f"{head}{_BETWEEN}{read_body(enclosed, remarks).text}".strip()


def _chosen(leaves: list[Part], remarks: set[str]) -> Iterator[HtmlText]:
    """The plain leaves of each set of alternatives, or its pages where those say nothing."""
    # Plain text wins wherever it stands, so it is read first.
    plain = _plain_texts(leaves, remarks)
    spoken = {leaves[n].alternative for n, text in plain.items() if text.strip()} - {0}
    heard = _folded("".join(plain.values()))
    room, tags = HTML_BYTES, _TAGS
    for n, leaf in enumerate(leaves):
        if n in plain and not _HTML_START.match(plain[n]):
            yield HtmlText(plain[n])
        elif n in plain or leaf.alternative not in spoken:
            html = _shallow((plain.get(n) or leaf.text(remarks))[:room], tags, remarks)
            room, tags = room - len(html), tags - html.count("<")
            page = html_to_text(html)
            # Some programs send both forms side by side and forget to say that they are one.
            if n in plain or _folded(page.text)[:_SAME_CHARS] not in heard:
                yield page


def _plain_texts(leaves: list[Part], remarks: set[str]) -> dict[int, str]:
    """The plain texts by number of leaf, until there are enough characters."""
    texts: dict[int, str] = {}
    room = TEXT_CHARS
    for n, leaf in enumerate(leaves):
        if leaf.type in _PLAIN and room > 0:
            texts[n] = _plain(leaf, remarks)
            room -= len(texts[n])
    return texts


def _folded(text: str) -> str:
    return "".join(text.split())


def _shallow(html: str, tags: int, remarks: set[str]) -> str:
    """HTML with as many tags as honest mail has: deep nesting takes any parser quadratic time."""
    if html.count("<") <= tags:
        return html
    remarks.add("truncated")
    return "<".join(html.split("<", tags)[:tags])


def _plain(leaf: Part, remarks: set[str]) -> str:
    text = unarmoured(leaf.text(remarks), remarks)
    media = leaf.headers.first("content-type")
    if leaf.type == "text/enriched":
        return _TAG.sub("", text)
    if parameter(media, "format", remarks).lower() != "flowed":
        return text
    return unflowed(text, delete_space=parameter(media, "delsp", remarks).lower() == "yes")


def _composed(text: str) -> str:
    return composed(text).replace("\x00", "")
