"""Address fields (RFC 5322 §3.4) to `Address`: the address is the identity, the name decoration (S24).

One pass, no recursion: quotes, comments and groups are understood, 20,000
addresses cost what `limits.ADDRESSES` allow.  An address that can be read in two
ways (CVE-2023-27043) or not at all gives the empty `email`: sender unknown.  A name
that poses as another address is dropped ("name_is_address").  How a domain is
shown, `domains` tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from repliquette.limits import ADDRESSES, NAME_CHARS
from repliquette.message.characters import UNSEEN, visible
from repliquette.message.domains import shown
from repliquette.message.headers import Headers, decoded
from repliquette.model import Address

_FIELD_CHARS = 64 * 1024
_DOMAIN = r"@[^\s@<>()\\,;:\"]{1,253}"
_ADDRESS = re.compile(rf"[^\s@<>()\[\]\\,;:\"]{{1,64}}{_DOMAIN}")
_QUOTED_LOCAL = re.compile(rf"\"[^\"\\\r\n]{{1,62}}\"{_DOMAIN}")
_COMMENT = re.compile(r"\(([^()]*)\)\s*$")
_ROUTE = re.compile(r"@[^\s:<>]{1,500}:(?=[^\s:]{1,400}@)")
_NAMELESS = re.compile(r"[^\w]*")


def sender(headers: Headers, remarks: set[str]) -> Address:
    """Who wrote it: From, else Sender; nobody where two From fields name two addresses ("ambiguous_sender")."""
    named = [found[0] for value in headers.every("from") if (found := addresses([value], remarks))]
    known = {address.email: address for address in named if address.email}
    if len(known) > 1:
        remarks.add("ambiguous_sender")
        return Address("")
    if known:
        return next(iter(known.values()))
    other = addresses(headers.every("sender")[:1], remarks) if not named else ()
    return (*named, *other, Address(""))[0]


def addresses(values: list[str], remarks: set[str]) -> tuple[Address, ...]:
    """All mailboxes of a field that may stand several times; those without an address keep their name."""
    text = ", ".join(values)[:_FIELD_CHARS]
    found: list[Address] = []
    before = ""
    for number, item in enumerate(_items(text)):
        if number >= ADDRESSES:
            remarks.add("truncated")
            break
        # "Lee, Kim <kim@x.example>" without quotes: the comma belongs to the name.
        address = _address(f"{before}{item}" if "<" in item else item, remarks)
        if before and "<" in item:
            found.pop()
        found.append(address)
        before = f"{item.strip()}, " if item.strip() and "@" not in item and not address.email else ""
    return tuple(dict.fromkeys(a for a in found if a.email or a.name))


def _items(text: str) -> Iterator[str]:
    """The field cut at commas and group marks that stand outside quotes, comments and angle brackets."""
    start, quoted, depth, angle = 0, False, 0, False
    for found in _MARK.finditer(text):
        char, at = found[0], found.start()
        if quoted:
            quoted = char != '"'
        elif char == '"' and not depth:
            quoted = True
        elif char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
        elif depth or len(char) > 1:
            continue
        elif char in "<>":
            angle = char == "<"
        elif char in ",;" and not angle:
            yield text[start:at]
            start = at + 1
        elif char == ":" and not angle and "@" not in text[start:at]:
            start = at + 1  # the name of a group
    yield text[start:]


_MARK = re.compile(r'\\.|["(),;<>:]', re.DOTALL)


def _address(item: str, remarks: set[str]) -> Address:
    item = item.strip()
    before, bracket, rest = item.rpartition("<")
    if not bracket:
        return _bare(item, remarks)
    inside, _, behind = rest.partition(">")
    email = "" if "<" in before or "@" in behind else _email(inside)
    name = before if before.strip() or not behind.strip().startswith("(") else behind.strip()[1:].partition(")")[0]
    return Address(email, _name(name.partition("<")[0], email, remarks))


def _bare(item: str, remarks: set[str]) -> Address:
    """An address without angle brackets, its comment as the name; or only a name."""
    comment = _COMMENT.search(item)
    bare = item[: comment.start()] if comment else item
    email = _email(bare)
    return Address(email, _name(comment[1] if comment else "" if email else bare, email, remarks))


def _email(text: str) -> str:
    bare = text.strip().strip("'").removeprefix("mailto:").strip()
    bare = _ROUTE.sub("", bare, count=1) if bare.startswith("@") else bare
    if not (_ADDRESS.fullmatch(bare) or _QUOTED_LOCAL.fullmatch(bare)) or UNSEEN.search(bare):
        return ""
    local, _, domain = bare.rpartition("@")
    return f"{local}@{shown(domain)}".lower()


def _name(text: str, email: str, remarks: set[str]) -> str:
    words = decoded(re.sub(r"\\(.)", r"\1", text.strip().strip('"')), remarks)
    name = visible(words.replace('"', ""), NAME_CHARS).strip("' ")
    return _honest(name, email, remarks) if "@" in name else name


def _honest(name: str, email: str, remarks: set[str]) -> str:
    """A name without the addresses in it: another one than the sender's would be believed."""
    claimed = [found.lower() for found in _ADDRESS.findall(name)]
    if any(claim != email for claim in claimed) and email:
        remarks.add("name_is_address")
    rest = visible(_ADDRESS.sub("", name), NAME_CHARS).strip("'<>()[] ,;:-")
    return "" if _NAMELESS.fullmatch(rest) else rest
