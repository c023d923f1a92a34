"""The text of a message taken apart: what is new, quoted, forwarded, signature, footer.

Only `fresh` speaks for the sender, so a doubtful line stays fresh.  Answers
between quotes stay fresh; a message that only forwards has an empty `fresh`.
Every line of the text ends up in exactly one part.
"""

from __future__ import annotations

from dataclasses import dataclass

from repliquette.limits import TEXT_CHARS
from repliquette.message.closing import take_footer, take_signature
from repliquette.message.html import HtmlText, html_to_text
from repliquette.message.lore import Lore
from repliquette.message.quotes import Border, Lines, joined, sift

__all__ = ["HtmlText", "Parts", "html_to_text", "split"]


@dataclass(frozen=True, slots=True)
class Parts:
    """The zones of a text; each may be empty."""

    fresh: str
    quoted: str = ""
    forwarded: str = ""
    signature: str = ""
    footer: str = ""


def split(text: str, lore: Lore, *, forward: bool = False) -> Parts:
    """Take a text apart (at most `limits.TEXT_CHARS` of it).

    `forward` says that the subject announces a forward ("FW:"), so that an
    original below the text is something passed on, not something answered.
    """
    lines = Lines(text[:TEXT_CHARS], lore.quotes)
    cut = lines.cut()
    end = len(lines.rows) if cut is None else cut.line
    fresh, quoted = sift(lines, end)
    footer = take_footer(fresh, lore.quotes)
    signature = take_signature(fresh, lore.quotes)
    older = lines.rows[end:]
    new = joined(fresh).strip()
    passed_on = (
        cut is not None and cut.border is not Border.QUOTED and (forward or cut.border is Border.FORWARDED or not new)
    )
    return Parts(
        fresh=new,
        quoted=joined(quoted if passed_on else quoted + older),
        forwarded=joined(older) if passed_on else "",
        signature=joined(signature),
        footer=joined(footer),
    )
