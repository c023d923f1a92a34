"""HTML mail to the text its sender meant a reader to see.

Lists, table rows, paragraphs and quotes keep their shape ("- ", "1. ", " | ", "> ");
links keep their words.  Scripts, styles, comments and images vanish; what is
hidden (display:none, zero size, white on white) is dropped and noticed, for it
is how text is smuggled past readers.  What mail programs mark as older mail, as
the introduction of a quote or as a signature is kept as such, whatever its
language.  The walk is iterative: depth costs nothing.  Rules of a style sheet are
not applied, only styles on the elements themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from repliquette.limits import HTML_BYTES, TEXT_CHARS
from repliquette.message.htmlmarks import Mark, is_hidden, mark_of
from repliquette.message.page import Page

_DROPPED = frozenset(
    [
        "script",
        "style",
        "head",
        "title",
        "noscript",
        "template",
        "svg",
        "object",
        "iframe",
        "select",
        "textarea",
        "map",
        "-comment",
    ]
)
_BLOCK = frozenset(
    [
        "p",
        "div",
        "table",
        "tr",
        "ul",
        "ol",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "section",
        "article",
        "header",
        "footer",
        "center",
        "dl",
        "dt",
        "dd",
        "hr",
        "form",
        "body",
        "td",
        "th",
    ]
)
_AIRY = frozenset(["p", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table"])
_NODES = 200_000


@dataclass(frozen=True, slots=True)
class HtmlText:
    """The visible text, whether words were hidden beside it, and from which offset on it is older mail."""

    text: str
    hidden: bool = False
    older: int | None = None


def html_to_text(html: str) -> HtmlText:
    """The visible text of HTML, of at most `limits.HTML_BYTES` of it; never raises on bad markup."""
    tree = LexborHTMLParser(html[:HTML_BYTES])
    page = Page()
    waiting: list[tuple[LexborNode, bool]] = [(tree.root, True)] if tree.root is not None else []
    for _ in range(_NODES):
        if not waiting:
            break
        node, opening = waiting.pop()
        if not opening:
            _leave(page, node)
        elif _enter(page, node):
            waiting.append((node, False))
            waiting.extend((child, True) for child in reversed(list(node.iter(include_text=True))))
    text, older = page.finished(TEXT_CHARS)
    return HtmlText(text, page.hidden, older)


def _enter(page: Page, node: LexborNode) -> bool:
    """Write what opens with this node; false where its children are not for readers."""
    tag = node.tag or ""
    if tag == "-text":
        page.write(node.text_content or "")
        return False
    if tag in _DROPPED or _hides(page, node):
        return False
    if tag == "br":
        page.break_line()
    elif tag == "img":
        page.write(_emoji(node))
    elif tag in _BLOCK:
        page.end_line(blank=tag in _AIRY)
        _open(page, tag, node)
    page.mark(mark_of(node))
    return True


def _hides(page: Page, node: LexborNode) -> bool:
    hidden = is_hidden(node)
    if hidden and re.search(r"\w", node.text()):
        page.hidden = True
    return hidden


def _emoji(node: LexborNode) -> str:
    """Webmail draws emoji as images; every other image is decoration or a counter of readers."""
    attributes = node.attributes
    return (attributes.get("alt") or "") if "data-emoji" in attributes or "goomoji" in attributes else ""


def _open(page: Page, tag: str, node: LexborNode) -> None:
    match tag:
        case "blockquote":
            page.quotes += 1
        case "pre":
            page.preformatted += 1
        case "ol" | "ul":
            page.open_list(_first_number(node) if tag == "ol" else None)
        case "li":
            page.open_item()
        case "hr":
            page.rule()
        case "tr":
            page.open_row()
        case "td" | "th":
            page.open_cell()


def _first_number(node: LexborNode) -> int:
    start = node.attributes.get("start") or ""
    return int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1  # noqa: PLR2004 - no list is longer


def _leave(page: Page, node: LexborNode) -> None:
    tag = node.tag or ""
    if tag in _BLOCK:
        page.end_line(blank=tag in _AIRY)
    match tag:
        case "blockquote":
            page.quotes -= 1
        case "pre":
            page.preformatted -= 1
        case "ol" | "ul":
            page.close_list()
        case "tr":
            page.close_row()
    if mark_of(node) is Mark.INTRODUCTION:
        page.close_introduction()
