"""What wrote a message: a person, or one of the machines of `rules/kinds/`, with the evidence.

Headers speak first (RFC 3834 automatic replies, RFC 3464 delivery reports, RFC
2369 and 2919 lists, RFC 8098 receipts, RFC 5546 invitations), words where there
are none.  A kind needs signals that add up to 1.0; where several reach it the
first in `_ORDER` wins, of mass mail and machines the weightier; both together need a
little more.  Doubt falls to the person: a letter taken for a machine's
is lost, the reverse costs a glance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from repliquette.message import shape
from repliquette.message.headers import Headers
from repliquette.message.kindrules import Lookout, Place, Sign
from repliquette.message.lore import Lore
from repliquette.model import Address, Evidence, Kind
from repliquette.rulebook.normal import Normal

_ORDER = (Kind.BOUNCE, Kind.AUTO_REPLY, Kind.VOICEMAIL, Kind.INVITATION)
_ENOUGH = 1.0
_KIN = (Kind.BULK, Kind.AUTOMATED)
_ENOUGH_TOGETHER = 1.2
_DECLARED = frozenset({"list_id", "has_unsubscribe"})  # remarks of mass mail that says so itself
_SURE, _SURE_DECLARED = 1.7, 1.4
_TEXT_CHARS = 3_000  # a machine says early what it is; a footer says it last
_HEADER_CHARS = 2_000
_WHERE: dict[Place, str] = {
    "part": "header",
    "report": "header",
    "shape": "header",
    "sender": "header",
    "name": "header",
    "subject": "subject",
    "text": "fresh",
}


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a message tells its kind; `text` is the fresh text, `footer` what was cut below it.

    `report` holds the machine-readable parts: delivery status, receipt, calendar.
    """

    headers: Headers
    parts: tuple[str, ...]
    sender: Address
    subject: str
    text: str
    footer: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The kind, what shows it, and the remarks that signals carry ("receipt", "list_post", …)."""

    kind: Kind
    evidence: tuple[Evidence, ...]
    remarks: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Shown:
    sign: Sign
    words: str
    where: str = "header"
    start: int = 0
    end: int = 0


def kind_of(traits: Traits, lore: Lore) -> Judgement:
    """Judge; `Kind.PERSON` has no evidence, for nothing showed a machine."""
    shown = {(s.sign.kind.kind, s.sign.signal.id): s for s in _signs(traits, lore)}.values()
    kind = next((k for k in _ORDER if _weight(shown, k) >= _ENOUGH), None) or _machine(shown)
    remarks = frozenset(s.sign.signal.remark for s in shown if s.sign.signal.remark)
    return Judgement(kind, tuple(_evidence(s) for s in shown if s.sign.kind.kind is kind), remarks)


def _weight(shown: Iterable[_Shown], kind: Kind) -> float:
    return round(sum(s.sign.signal.weight for s in shown if s.sign.kind.kind is kind), 3)


def _machine(shown: Iterable[_Shown]) -> Kind:
    """Mass mail and machines are close kin: the likelier of them, or a person where neither is likely."""
    near = sorted((s.sign for s in shown if s.sign.kind.kind in _KIN), key=lambda sign: -sign.signal.weight)
    once = {sign.signal.id: sign.signal.weight for sign in near}
    likelier = max(_KIN, key=lambda kind: _weight(shown, kind))
    enough = _weight(shown, likelier) >= _ENOUGH or round(sum(once.values()), 3) >= _ENOUGH_TOGETHER
    return likelier if enough else Kind.PERSON


def _evidence(shown: _Shown) -> Evidence:
    signal, rule = shown.sign.signal, shown.sign.kind
    return Evidence(
        signal.id,
        shown.words,
        shown.where,
        "",
        shown.start,
        shown.end,
        signal.weight,
        rule.kind,
        signal.title or rule.title,
        rule.document,
    )


def head_tells(traits: Traits, lore: Lore) -> bool:
    """Whether the head alone makes this mass mail, by so much that parts and text could not change it.

    Away notes may be marked as bulk, so that one such mark is not enough; a `list_post` may
    be for me, and the text of what bears another remark matters too.  `traits` has no text.
    """
    shown = [*{(s.sign.kind.kind, s.sign.signal.id): s for s in _head_signs(traits, lore)}.values()]
    remarks = {s.sign.signal.remark for s in shown} - {""}
    if remarks - _DECLARED or any(s.sign.kind.kind in _ORDER and s.sign.signal.weight > 0 for s in shown):
        return False
    lead = _weight(shown, Kind.BULK) - max(_weight(shown, Kind.AUTOMATED), 0)
    return lead >= (_SURE_DECLARED if remarks else _SURE)


def _signs(traits: Traits, lore: Lore) -> Iterator[_Shown]:
    yield from _head_signs(traits, lore)
    places = lore.kinds.places
    yield from _at("report", traits.report, places["report"])
    yield from _at("text", traits.text[:_TEXT_CHARS], places["text"])
    footer = "\n".join((traits.text[_TEXT_CHARS:][-_TEXT_CHARS:], traits.footer[:_TEXT_CHARS])).strip()
    yield from (_Shown(s.sign, s.words) for s in _at("text", footer, places["text"]))


def _head_signs(traits: Traits, lore: Lore) -> Iterator[_Shown]:
    """What the head shows, and the shape of the text where there is one."""
    yield from _header_signs(traits.headers, lore)
    seen = " ".join(shape.shapes(traits.headers, traits.sender, traits.subject, traits.text))
    places: tuple[tuple[Place, str], ...] = (
        ("part", "\n".join(traits.parts)),
        ("shape", seen),
        ("sender", traits.sender.email.partition("@")[0]),
        ("name", traits.sender.name),
        ("subject", traits.subject),
    )
    for place, text in places:
        yield from _at(place, text, lore.kinds.places[place])


def _header_signs(headers: Headers, lore: Lore) -> Iterator[_Shown]:
    rules = lore.kinds
    for field, value in headers.fields:
        if field not in rules.headers:
            continue
        yield from (_Shown(sign, f"{field}: {value}"[:200]) for sign in rules.present[field])
        yield from (
            _Shown(s.sign, f"{field}: {s.words}"[:200])
            for s in _at("part", value[:_HEADER_CHARS], (rules.headers[field],))
        )


def _at(place: Place, text: str, lookouts: Iterable[Lookout]) -> Iterator[_Shown]:
    if not text:
        return
    normal = Normal(text)
    for lookout in lookouts:
        for hit in lookout.phrases.find(normal):
            yield _Shown(lookout.signs[hit.phrase], hit.words, _WHERE[place], hit.start, hit.end)
