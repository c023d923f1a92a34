"""HTML mail to the text its sender meant a reader to see.

Lists, table rows, paragraphs and quotes keep their shape ("- ", " | ", "> ");
links keep their words.  Scripts, styles, comments and images vanish; what is
hidden (display:none, zero size, white on nothing) is dropped and noticed, for it
is how text is smuggled past readers.  The walk is iterative: depth costs nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from repliquette.limits import HTML_BYTES, TEXT_CHARS

_DROPPED = {
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
}
_BLOCK = {
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
}
_AIRY = {"p", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table"}
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|font-size:0(?:px|pt|em|%)?(?:;|!|$)|(?:max-height|max-width|opacity):0(?:px)?(?:;|!|$)|mso-hide:all|(?:^|;)color:transparent"
)
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_BLANKS = re.compile(r"\n{3,}")
_NODES = 200_000
_QUOTES_DEEP = 20


@dataclass(frozen=True, slots=True)
class HtmlText:
    """The visible text, and whether words were hidden beside it."""

    text: str
    hidden: bool = False


class _Page:
    """Lines in the making."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line = ""
        self.quotes = 0
        self.pre = 0
        self.hidden = False

    def write(self, text: str) -> None:
        if self.pre:
            first, *more = text.replace("\r", "").split("\n")
            self.line += first
            for row in more:
                self.end_line()
                self.line = row
            return
        words = _SPACE.sub(" ", text)
        self.line += words.lstrip() if not self.line or self.line.endswith(" ") else words

    def end_line(self, *, blank: bool = False) -> None:
        mark = "> " * self.quotes
        if self.line.strip():
            self.lines.append(mark + self.line.rstrip())
        self.line = ""
        if blank and self.lines and self.lines[-1].strip("> "):
            self.lines.append(mark.rstrip())


def html_to_text(html: str) -> HtmlText:
    """The visible text of HTML, of at most `limits.HTML_BYTES` of it; never raises on bad markup."""
    tree = LexborHTMLParser(html[:HTML_BYTES])
    page = _Page()
    waiting: list[tuple[LexborNode, bool]] = [(tree.root, True)] if tree.root is not None else []
    for _ in range(_NODES):
        if not waiting:
            break
        node, opening = waiting.pop()
        if not opening:
            _close(page, node.tag or "")
        elif _enter(page, node):
            waiting.append((node, False))
            waiting.extend((child, True) for child in reversed(list(node.iter(include_text=True))))
    page.end_line()
    return HtmlText(_BLANKS.sub("\n\n", "\n".join(page.lines)).strip()[:TEXT_CHARS], page.hidden)


def _enter(page: _Page, node: LexborNode) -> bool:
    """Write what opens with this node; false where its children are not for readers."""
    tag = node.tag or ""
    if tag == "-text":
        page.write(node.text_content or "")
        return False
    if tag in _DROPPED or _is_hidden(page, node):
        return False
    if tag == "br":
        _break(page)
    elif tag in _BLOCK:
        page.end_line(blank=tag in _AIRY)
        _open(page, tag)
    elif tag in {"td", "th"} and page.line.strip():
        page.line = page.line.rstrip() + " | "
    return True


def _break(page: _Page) -> None:
    if page.line.strip():
        page.end_line()
    else:
        page.end_line(blank=True)


def _open(page: _Page, tag: str) -> None:
    if tag == "blockquote":
        page.quotes = min(page.quotes + 1, _QUOTES_DEEP)
    elif tag == "pre":
        page.pre += 1
    elif tag == "li":
        page.line = "- "
    elif tag == "hr":
        page.lines.append("> " * page.quotes + "_" * 32)


def _close(page: _Page, tag: str) -> None:
    if tag in _BLOCK:
        page.end_line(blank=tag in _AIRY)
    if tag == "blockquote":
        page.quotes = max(page.quotes - 1, 0)
    elif tag == "pre":
        page.pre -= 1


def _is_hidden(page: _Page, node: LexborNode) -> bool:
    attributes = node.attributes
    style = (attributes.get("style") or "").replace(" ", "").lower()
    hidden = "hidden" in attributes or (style and _HIDDEN.search(style) is not None)
    if hidden and re.search(r"\w", node.text()):
        page.hidden = True
    return bool(hidden)
