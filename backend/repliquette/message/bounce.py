"""A bounce read: which address failed, and whether for good (document 000, "Huh…What?").

RFC 3464 first; then Exim's X-Failed-Recipients; then the words of servers that know
neither: addresses near what they say of a failure, above the returned message.
What no words tell stays empty; a report of success is no failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from repliquette.message import report
from repliquette.message.headers import Headers
from repliquette.message.parts import Part
from repliquette.model import Bounce

_FAILED_MOST = 50
_DIAGNOSTIC_CHARS = 300
_TEXT_CHARS = 8_000
_NEAR_LINES = 2
# Where the returned message begins.
_RETURNED = re.compile(
    r"^[ \t>]*(?:-{2,} ?(?:this is a copy|below this line|the (?:header|body|original)|(?:included is a copy of )?(?:original|returned) m|message header|enclosed|start of)"
    r"|(?:original|returned) (?:message|mail)(?: (?:header|follow|text)s?)?(?: follows?)?\s*:?\s*-*$|received:\s|return-path:\s|begin forwarded message"
    r"|message-id:\s|mime-version:\s|the following is (?:a copy|the (?:first|start))|.*(?:copy|headers?|content) of (?:the|your) (?:original )?(?:message|mail).*:\s*$)",
    re.IGNORECASE | re.MULTILINE,
)
_CUE = re.compile(
    r"fail|fatal|undeliver|not (?:be )?(?:deliver|reach|found|exist|accept)|(?:could|did|do|does|was|were|has|have)(?: not|n't)|unknown|unable|error|reject|invalid"
    r"|no such|refus|quota|full|disabled|inactive|bounce|return|suspend|recipient|rcpt to|delay|\b[45]\d\d\b|zugestellt|n'a pas|no se",
    re.IGNORECASE,
)
_ENHANCED = re.compile(r"(?<![\d.])([45])\.\d{1,3}\.\d{1,3}(?![\d.])")
_REPLY_CODE = re.compile(r"(?:^|[\s(:<#\[])([45])[0-7]\d(?=[ \-.#:>)])", re.MULTILINE)
_FOR_GOOD = re.compile(
    r"user unknown|unknown (?:user|recipient|address)|no such (?:user|address|mailbox|recipient|person)|(?:do(?:es)?|did)(?: not|n't) exist|permanent|address(?:es)? (?:not found|rejected)"
    r"|not (?:a )?(?:known|valid|listed)|invalid (?:user|address|recipient|mailbox)|address(?: \w+)? (?:couldn't|could not) be found|(?:disabled|deactivated|discontinued|not active)|(?:host|domain)(?: name)? (?:unknown|not found)|nxdomain",
    re.IGNORECASE,
)
_FOR_NOW = re.compile(
    r"delay|will (?:keep|continue|be) (?:trying|to try|retr)|temporar|(?:try|tried) again later|not yet been|over ?quota|(?:quota|storage).{0,20}exceed|mailbox(?: is)?(?: \w+)? full|greylist",
    re.IGNORECASE,
)
_SERVERS = ("mailer-daemon@", "postmaster@", "post_master@", "mail-daemon@")


def read(headers: Headers, leaves: Iterable[Part], text: str) -> Bounce:
    """What the report says, or else the words; `text` is all of the first text part."""
    leaves = tuple(leaves)
    told = [f for leaf in leaves if leaf.type in report.DELIVERY for f in report.groups(leaf)]
    named = tuple(report.addresses(" ".join(headers.every("x-failed-recipients"))))
    if found := _reported([f for f in told if f.has("final-recipient") or f.has("original-recipient")], named):
        return found
    own = frozenset(a for name in ("to", "from", "sender") for a in report.addresses(headers.first(name)))
    said = _above_returned(text)
    near = tuple(_near_cues(said, own))
    if not near:
        said = text[:_TEXT_CHARS]
        near = tuple(_near_cues(said, own)) or tuple(_returned_to(leaves)) or tuple(_near_cues(said, frozenset()))
    diagnostic = _diagnostic(said)
    return Bounce(_few(named or near), _permanent(f"{diagnostic}\n{said}"), diagnostic)


def _returned_to(leaves: Iterable[Part]) -> Iterator[str]:
    """Whom the returned message was for, where it is enclosed."""
    for leaf in leaves:
        if leaf.type in ("message/rfc822", "text/rfc822-headers"):
            yield from report.addresses(next(report.groups(leaf)).first("to"))


def _reported(recipients: Iterable[Headers], named: tuple[str, ...]) -> Bounce | None:
    """The failed recipients of RFC 3464 groups; None where there is none with an address."""
    bad = [f for f in recipients if report.value(f, "action").lower()[:9] not in ("delivered", "relayed", "expanded")]
    failed = [report.address(report.value(f, "original-recipient", "final-recipient")) for f in bad]
    failed = [a or report.address(report.value(f, "final-recipient")) for a, f in zip(failed, bad, strict=True)]
    if not any(failed) and not (bad and named):
        return None
    first = bad[0]
    diagnostic = report.value(first, "diagnostic-code", "status")
    status = {"5": True, "4": False}.get(report.value(first, "status")[:1])
    lasting = _permanent(diagnostic) or status  # Gmail gives 4.0.0 even to domains that do not exist
    delayed = report.value(first, "action").lower().startswith("delayed")
    return Bounce(_few(filter(None, failed)) or _few(named), lasting and not delayed, diagnostic[:_DIAGNOSTIC_CHARS])


def _few(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:_FAILED_MOST]


def _above_returned(text: str) -> str:
    """What the server itself says; all of it where the returned message comes first."""
    text = text[:_TEXT_CHARS]
    mark = next((m for m in _RETURNED.finditer(text) if text[: m.start()].strip()), None)
    return text[: mark.start()] if mark else text


def _near_cues(said: str, own: frozenset[str]) -> Iterator[str]:
    """Addresses on or beside a line that speaks of a failure; else the first one anywhere."""
    lines = said.splitlines()
    near = {n + d for n, line in enumerate(lines) if _CUE.search(line) for d in range(-1, _NEAR_LINES + 1)}
    found = [(n, a) for n, line in enumerate(lines) for a in report.addresses(line) if a not in own]
    found = [(n, a) for n, a in found if not a.startswith(_SERVERS)] or found
    yield from [a for n, a in found if n in near] or [a for _, a in found[:1]]


def _diagnostic(said: str) -> str:
    """The line that gives a code, else the one that says it in words."""
    lines = [" ".join(line.split()) for line in said.splitlines()]
    for sign in (_ENHANCED, _REPLY_CODE, _FOR_GOOD, _FOR_NOW):
        if line := next((line for line in lines if sign.search(line)), ""):
            return line[:_DIAGNOSTIC_CHARS]
    return ""


def _permanent(words: str) -> bool | None:
    """By the enhanced status code (RFC 3463), the reply code, then by the words."""
    if code := _ENHANCED.search(words) or _REPLY_CODE.search(words):
        return code[1] == "5"
    if _FOR_NOW.search(words):
        return False
    return True if _FOR_GOOD.search(words) else None
