"""Address fields (RFC 5322 §3.4) to `Address`: the address is the identity, the name decoration.

One pass, no recursion: quotes, comments and groups are understood, 20,000
addresses cost what `limits.ADDRESSES` allow.  An address that can be read in two
ways (CVE-2023-27043) or not at all gives the empty `email`: sender unknown (S24).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from repliquette.limits import ADDRESSES, NAME_CHARS
from repliquette.message.headers import decoded
from repliquette.model import Address

_FIELD_CHARS = 64 * 1024
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@[^\s@<>()\\,;:\"]{1,253}")
_QUOTED_LOCAL = re.compile(r"\"[^\"\\\r\n]{1,62}\"@[^\s@<>()\\,;:\"]{1,253}")
# Cc, Cf (bidi, zero-width, soft hyphen), unassigned, private use and surrogates never belong in a name.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ue000-\uf8ff\ud800-\udfff\U000e0000-\U000e007f]+"
)
_SPACE = re.compile(r"\s+")


def visible(text: str, most: int) -> str:
    """One line of text without controls, bidi and zero-width characters, at most `most` characters."""
    return _SPACE.sub(" ", _UNSEEN.sub(" ", text) if not text.isascii() or not text.isprintable() else text).strip()[
        :most
    ]


def addresses(values: list[str], remarks: set[str]) -> tuple[Address, ...]:
    """All mailboxes of a field that may stand several times; unreadable ones only where nothing else is."""
    text = ", ".join(values)[:_FIELD_CHARS]
    found = [address for n, item in enumerate(_items(text)) if n < ADDRESSES for address in [_address(item, remarks)]]
    return tuple(dict.fromkeys(a for a in found if a.email or a.name))


def _items(text: str) -> Iterator[str]:
    """The field cut at commas and group marks that stand outside quotes, comments and angle brackets."""
    start, quoted, depth, angle = 0, False, 0, False
    for at, char in enumerate(text):
        if quoted:
            quoted = char != '"' or text[at - 1] == "\\"
        elif char == '"' and not depth:
            quoted = True
        elif char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
        elif depth:
            continue
        elif char in "<>":
            angle = char == "<"
        elif char in ",;" and not angle:
            yield text[start:at]
            start = at + 1
        elif char == ":" and not angle and "@" not in text[start:at]:
            start = at + 1  # the name of a group
    yield text[start:]


def _address(item: str, remarks: set[str]) -> Address:
    item = item.strip()
    before, bracket, rest = item.rpartition("<")
    if bracket and not before.count("<"):
        inside, _, behind = rest.partition(">")
        return Address(
            _email(inside) if not behind.strip("> )\"'") or "@" not in behind else "", _name(before, remarks)
        )
    if bracket:
        return Address("", _name(before, remarks))
    comment = re.search(r"\(([^()]*)\)\s*$", item)
    bare = item[: comment.start()] if comment else item
    email = _email(bare)
    return Address(email, _name(comment[1] if comment else "" if email else bare, remarks))


def _email(text: str) -> str:
    bare = text.strip().strip("'").removeprefix("mailto:").strip()
    if not (_ADDRESS.fullmatch(bare) or _QUOTED_LOCAL.fullmatch(bare)) or _UNSEEN.search(bare):
        return ""
    local, _, domain = bare.rpartition("@")
    return f"{local}@{_domain(domain)}".lower()


def _domain(domain: str) -> str:
    return domain if domain.isascii() else _punycode(domain)


@lru_cache(maxsize=256)
def _punycode(domain: str) -> str:
    """A domain that mixes scripts (а look-alike) in its ASCII form; one in a single script as it is."""
    scripts = {unicodedata.name(c, "?").split()[0] for c in domain if c.isalpha()}
    if len(scripts) < 2:  # noqa: PLR2004 - one script is honest
        return unicodedata.normalize("NFC", domain)
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return "".join(c if c.isascii() else "-" for c in domain)


def _name(text: str, remarks: set[str]) -> str:
    words = decoded(re.sub(r"\\(.)", r"\1", text.strip().strip('"')), remarks)
    return visible(words.replace('"', ""), NAME_CHARS).strip("' ")
