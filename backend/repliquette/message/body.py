"""The words of a message: of each set of alternatives the plain text, or where it is empty, the HTML as text.

Composed letters (NFC), no NUL.  Knows from where on the structure of a page says
that all is older mail.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from repliquette.message.characters import composed
from repliquette.message.flowed import unflowed
from repliquette.message.headers import parameter
from repliquette.message.html import HtmlText, html_to_text
from repliquette.message.parts import Part

_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Body:
    """The text, and the offset at which an HTML page itself says that older mail begins, or None."""

    text: str
    older: int | None = None


def read_body(leaves: Iterable[Part], remarks: set[str]) -> Body:
    """What a reader sees first; remarks "hidden_text" and "pgp"."""
    chosen = _chosen([leaf for leaf in leaves if leaf.inline and leaf.type in {"text/plain", "text/html"}], remarks)
    text = _composed(_BETWEEN.join(page.text for page in chosen))
    if any(page.hidden for page in chosen):
        remarks.add("hidden_text")
    if "-----BEGIN PGP" in text:
        remarks.add("pgp")
    # Only the last page can say that all that follows is older.
    if not chosen or chosen[-1].older is None:
        return Body(text)
    return Body(text, len(text) - len(_composed(chosen[-1].text[chosen[-1].older :])))


def _chosen(leaves: list[Part], remarks: set[str]) -> list[HtmlText]:
    """The plain leaves of each set of alternatives, or its pages where those say nothing."""
    plain = {id(leaf): HtmlText(_plain(leaf, remarks)) for leaf in leaves if leaf.type == "text/plain"}
    spoken = {leaf.alternative for leaf in leaves if id(leaf) in plain and plain[id(leaf)].text.strip()}
    said = [
        plain[id(leaf)] if id(leaf) in plain else html_to_text(leaf.text(remarks))
        for leaf in leaves
        if (leaf.type == "text/plain") == (leaf.alternative in spoken)
    ]
    return [page for page in said if page.text.strip()]


def _plain(leaf: Part, remarks: set[str]) -> str:
    text = leaf.text(remarks)
    media = leaf.headers.first("content-type")
    if parameter(media, "format", remarks).lower() != "flowed":
        return text
    return unflowed(text, delete_space=parameter(media, "delsp", remarks).lower() == "yes")


def _composed(text: str) -> str:
    return composed(text).replace("\x00", "")
