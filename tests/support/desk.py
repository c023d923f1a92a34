"""A desk with made-up entries, for the digest: the doors of `pipeline.desk.Desk` without a store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from repliquette.model import (
    Address,
    Coverage,
    Entry,
    Reason,
    Standing,
    Style,
    Suggestion,
    Tier,
    Verdict,
)
from support.mail import NOW


@dataclass(frozen=True)
class FakePage:
    entries: tuple[Entry, ...]
    total: int


@dataclass(frozen=True)
class FakeShown:
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True)
class FakeSettings:
    name: str = "Kim Lee"
    time_zone: str = "Europe/Berlin"


@dataclass
class FakeDesk:
    rows: list[Entry] = field(default_factory=list)
    read: tuple[Coverage, ...] = ()
    settings: FakeSettings = FakeSettings()

    def entries(self, *, standing=None, reason=None, limit=50):
        fitting = [
            e for e in self.rows if standing in (None, e.verdict.standing) and reason in (None, e.verdict.reason)
        ]
        return FakePage(tuple(fitting[:limit]), len(fitting))

    def show(self, conversation_id):
        no = "Hi,\n\nThank you for asking. My answer is no.\n\nBest,\nKim\n"
        kind = no.replace("asking", "thinking of me")
        return FakeShown(
            (
                Suggestion(Style.WARM, "decline", "Kind no", "Re: x", kind, ()),
                Suggestion(Style.BRIEF, "decline", "Short no", "Re: x", no, ()),
            )
        )

    def counts(self):
        return {s: len([e for e in self.rows if e.verdict.standing is s]) for s in Standing}

    def coverage(self):
        return self.read


def entry(reason: Reason, standing: Standing = Standing.OWED, *, who="Ana Ruiz", words="…", ago=48, due=24, **more):
    """A row `ago` hours old and due in `due` hours (None: never)."""
    verdict = Verdict(
        standing,
        reason,
        "m@test.example",
        NOW - timedelta(hours=ago),
        due=None if due is None else NOW + timedelta(hours=due),
        return_date=more.pop("return_date", None),
    )
    address = more.pop("address", "ana@client.example")
    key = more.pop("id", f"{reason}-{who}-{ago}")
    return Entry(
        key, "kim@northwind.example", "Plans", Address(address, who), Tier.CLIENT, words, verdict, verdict.since
    )
