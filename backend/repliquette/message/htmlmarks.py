"""What mail programs say in their markup: hidden, older mail, introduction of a quote, signature.

Gmail, Outlook (desktop, web, mobile), Apple Mail, Thunderbird, Yahoo and Proton name
these elements; Outlook on the web puts "x_" before the names of what it quotes.
"""

from __future__ import annotations

import re
from enum import StrEnum

from selectolax.lexbor import LexborNode

_HIDDEN = re.compile(
    r"display:none|visibility:hidden|font-size:[01](?:px|pt|em|%)?(?:;|!|$)"
    r"|(?:^|;)(?:max-height|max-width|opacity|line-height):0(?:px|pt|em|%)?(?:;|!|$)"
    r"|(?:^|;)(?:height|width):0(?:px|pt)?;(?:.*;)?overflow:hidden|overflow:hidden;(?:.*;)?(?:height|width):0(?:px|pt)?(?:;|$)"
    r"|mso-hide:all|(?:^|;)color:transparent|text-indent:-\d{3,}|(?:left|top):-\d{4,}px|clip:rect\(0"
)
_COLOR = re.compile(r"(?:^|;)color:([^;!]+)")
_BACKGROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_OLDER = re.compile(
    r"(?:x_)*(?:divRplyFwdMsg|appendonsend|OutlookMessageHeader|mail-editor-reference-message-container"
    r"|reply-intro|stopSpelling|yahoo_quoted\w*|ymail_android_quoted\w*)",
    re.ASCII,
)
_INTRODUCTION = re.compile(r"(?:x_)*(?:gmail_attr|moz-cite-prefix|moz-email-headers-table|gmail_quote_attribution)")
_SIGNATURE = re.compile(
    r"(?:x_)*(?:gmail_signature|moz-signature|protonmail_signature_block[\w-]*|Signature|ms-outlook-mobile-signature)"
)
# Outlook's line above From/Sent/To/Subject, in the colours that its versions have had.
_OUTLOOK_LINE = re.compile(r"border-top:solid#?(?:e1e1e1|b5c4df|windowtext)1\.0pt")
_STYLE_CHARS = 1_000


class Mark(StrEnum):
    """What an element is for, by the mail program that made it."""

    NONE = ""
    OLDER = "older"
    INTRODUCTION = "introduction"
    SIGNATURE = "signature"


_NAMES = ((_OLDER, Mark.OLDER), (_INTRODUCTION, Mark.INTRODUCTION), (_SIGNATURE, Mark.SIGNATURE))


def mark_of(node: LexborNode) -> Mark:
    """What an element is for; most say nothing."""
    attributes = node.attributes
    if not attributes:
        return Mark.NONE
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".split()
    for name in names:
        for pattern, mark in _NAMES:
            if pattern.fullmatch(name):
                return mark
    style = _squeezed(attributes.get("style"))
    return Mark.OLDER if "border-top" in style and _OUTLOOK_LINE.search(style) else Mark.NONE


def is_hidden(node: LexborNode) -> bool:
    """Whether the element itself says that nobody is to see it."""
    attributes = node.attributes
    if "hidden" in attributes:
        return True
    style = _squeezed(attributes.get("style"))
    return bool(style) and (_HIDDEN.search(style) is not None or _is_white_on_white(style))


def _is_white_on_white(style: str) -> bool:
    color, background = _COLOR.search(style), _BACKGROUND.search(style)
    return color is not None and background is not None and color[1] == background[1]


def _squeezed(style: str | None) -> str:
    return re.sub(r"\s+", "", style[:_STYLE_CHARS]).lower() if style else ""
