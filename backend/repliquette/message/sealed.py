"""Mail that is sealed or wrapped: PGP (RFC 4880, 3156), S/MIME (RFC 8551), TNEF (winmail.dat).

Noticed, never opened (S27): the remarks "pgp", "smime", "tnef" say why there is
little to read.  The armour of clear-signed text is taken off, for it is not part of
the letter; an encrypted block says nothing and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from repliquette.message.parts import Part

_TYPES = {
    "application/pgp-encrypted": "pgp",
    "application/pgp-signature": "pgp",
    "application/pgp-keys": "pgp",
    "application/pgp": "pgp",
    "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime",
    "application/pkcs7-signature": "smime",
    "application/x-pkcs7-signature": "smime",
    "application/ms-tnef": "tnef",
    "application/vnd.ms-tnef": "tnef",
}
# Programs that do not know the type send application/octet-stream with a telling name.
_NAMES = {"smime.p7m": "smime", "smime.p7s": "smime", "winmail.dat": "tnef", "win.dat": "tnef", "encrypted.asc": "pgp"}
_ARMOUR = re.compile(r"^-----(BEGIN|END) PGP (SIGNED MESSAGE|SIGNATURE|MESSAGE|PUBLIC KEY BLOCK)-----[ \t]*$")
_HASH = re.compile(r"(?:Hash|Charset|Version|Comment|NotDashEscaped): ")


def seals(leaves: Iterable[Part]) -> set[str]:
    """The remarks that the types and names of parts call for."""
    marks = (_TYPES.get(leaf.type) or _NAMES.get(leaf.name.lower()) for leaf in leaves)
    return {mark for mark in marks if mark}


def unarmoured(text: str, remarks: set[str]) -> str:
    """Text without PGP's lines; those of a signed text lose their "- " escapes."""
    if "-----BEGIN PGP" not in text:
        return text
    remarks.add("pgp")
    return "\n".join(_spoken(text.split("\n")))


def _spoken(rows: list[str]) -> Iterator[str]:
    """The rows outside blocks, and those of signed text."""
    block, header = "", False
    for row in rows:
        found = _ARMOUR.match(row)
        if found:
            block = found[2] if found[1] == "BEGIN" else ""
            header = block == "SIGNED MESSAGE"
        elif header and (_HASH.match(row) or not row.strip()):
            header = bool(row.strip())
        elif block in {"", "SIGNED MESSAGE"}:
            header = False
            yield row.removeprefix("- ") if block else row
