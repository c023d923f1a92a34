"""The examples of rule files played: each is a small conversation that is judged like any other.

`rules check` and the tests run them; a rule writer sees what a file really does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from repliquette.clock import local_date
from repliquette.conversation.people import Ledger
from repliquette.conversation.turn import Addressed
from repliquette.message.lore import Lore
from repliquette.model import Absence, Address, Conversation, Message, Owner, Person, Tier, Verdict
from repliquette.reasons.decide import decide
from repliquette.reasons.rules import Rule, Rulebook
from repliquette.reasons.scene import Relation
from repliquette.reasons.schema import ExampleFile, OtherFile

ME = Address("kim@lee-works.example", "Kim Lee")
_SENT = datetime(2026, 5, 5, 9, 30, tzinfo=UTC)  # a Tuesday
_THEY = {
    Relation.STRANGER: Address("ana@ruiz.example", "Ana Ruiz"),
    Relation.MET: Address("ana@ruiz.example", "Ana Ruiz"),
    Relation.KNOWN: Address("ana@ruiz.example", "Ana Ruiz"),
    Relation.COLLEAGUE: Address("ana@lee-works.example", "Ana Ruiz"),
}
_COUNTS = {Relation.STRANGER: (0, 0), Relation.MET: (2, 0), Relation.KNOWN: (9, 7), Relation.COLLEAGUE: (0, 0)}
_OTHERS = tuple(Address(f"{n}@north.example", n.title()) for n in ("tom", "mia", "uli", "bea", "leo", "ida", "max"))


@dataclass(frozen=True, slots=True)
class Played:
    """An example and its verdict; `holds` where the verdict is what the example says."""

    rule: Rule
    example: ExampleFile
    verdict: Verdict

    @property
    def holds(self) -> bool:
        """Whether the reason is (or, for `match = false`, is not) the main one."""
        same = (self.verdict.standing, self.verdict.reason) == (self.rule.standing, self.rule.reason)
        return same is self.example.match


def play(book: Rulebook, lore: Lore) -> Iterator[Played]:
    """All examples of a rulebook, judged."""
    for rule in book:
        for example in rule.examples:
            yield Played(rule, example, judge(example, book, lore))


def judge(example: ExampleFile, book: Rulebook, lore: Lore) -> Verdict:
    """The verdict on one example."""
    they = _they(example)
    received, sent = _COUNTS[example.relation]
    tier = Tier.COLLEAGUE if example.relation is Relation.COLLEAGUE else Tier.STRANGER
    person = Person(
        they.email,
        they.name,
        received,
        sent,
        unanswered=example.unanswered,
        tier=tier,
        always_first=example.always_first,
    )
    day = local_date(_SENT, "UTC")
    away = (Absence(day, day, "example"),) if example.away else ()
    owner = Owner(frozenset({ME.email}), ME.name, absences=away)
    messages = _messages(example, they)
    now = messages[-1].date + example.judged
    return decide(Conversation("example", messages), Ledger([person]), owner, now, book, lore)


def _they(example: ExampleFile) -> Address:
    usual = _THEY[example.relation]
    return Address(example.sender, usual.name) if example.sender else usual


def _messages(example: ExampleFile, they: Address) -> tuple[Message, ...]:
    hours = sum(m.hours for m in example.before)
    start = _SENT - timedelta(hours=hours)
    earlier = []
    for number, other in enumerate(example.before):
        earlier.append(_other(other, f"before{number}", start, they))
        start += timedelta(hours=other.hours)
    last = _last(example, they, continues=bool(example.before))
    later = []
    for number, other in enumerate(example.after):
        start += timedelta(hours=other.hours)
        later.append(_other(other, f"after{number}", start, they))
    return (*earlier, last, *later)


def _other(other: OtherFile, name: str, date: datetime, they: Address) -> Message:
    sender, to = (ME, they) if other.mine else (they, ME)
    return Message(name, date, sender, other.subject, other.text, (to,), kind=other.kind, language="en")


def _last(example: ExampleFile, they: Address, *, continues: bool) -> Message:
    sender, receiver = (ME, they) if example.mine else (they, ME)
    to, cc = _recipients(example, receiver)
    return Message(
        message_id="example",
        date=_SENT,
        sender=sender,
        subject=example.subject,
        fresh=example.text,
        to=to,
        cc=cc,
        kind=example.kind,
        references=("before0",) if continues else (),
        attachments=example.attachments,
        remarks=frozenset(example.remarks),
        language="en",
    )


def _recipients(example: ExampleFile, receiver: Address) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    if example.mine or example.addressed is Addressed.ALONE:
        return (receiver,), ()
    if example.addressed is Addressed.FEW:
        return (receiver, *_OTHERS[:2]), ()
    if example.addressed is Addressed.MANY:
        return (receiver, *_OTHERS), ()
    if example.addressed is Addressed.CC:
        return _OTHERS[:1], (receiver,)
    return (Address("list@north.example"),), ()
