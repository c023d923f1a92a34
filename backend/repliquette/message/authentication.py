"""What the owner's own mail server found out about the sender (Authentication-Results, RFC 8601).

Anybody may write such a field, so only the topmost one counts, and only where its
authserv-id is one that the owner's account names (S25, RFC 8601 §5).  All else is
"unknown", never "pass".
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from repliquette.message.headers import Headers

_FIELD = "authentication-results"
_CHARS = 4_000
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r";\s*(spf|dkim|dmarc)(?:/\d+)?\s*=\s*([a-z]+)(?=[\s;]|$)", re.IGNORECASE)
_KNOWN = {"none", "pass", "fail", "softfail", "policy", "neutral", "temperror", "permerror"}
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Authentication:
    """The results by method, in the words of RFC 8601 §2.7, or "unknown"."""

    spf: str = UNKNOWN
    dkim: str = UNKNOWN
    dmarc: str = UNKNOWN


def authentication(headers: Headers, authserv_ids: AbstractSet[str]) -> Authentication:
    """The results of the topmost field, if one of `authserv_ids` (lower case, exact) wrote it."""
    value = _COMMENT.sub(" ", headers.first(_FIELD)[:_CHARS])
    words = value.partition(";")[0].split()
    if not words or words[0].lower() not in authserv_ids:
        return Authentication()
    found: dict[str, str] = {}
    for method, result in _RESULT.findall(value):
        found.setdefault(method.lower(), _known(result.lower()))
    return Authentication(**found)


def _known(result: str) -> str:
    return result if result in _KNOWN else UNKNOWN
