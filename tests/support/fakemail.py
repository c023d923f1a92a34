"""Invented conversations for looking at the panel: the JSON of docs/architecture.md, told in sentences of our own.

Each is written as one would tell it: who, what they asked, the words that prove it.
Times are hours before "now", so that a screenshot never grows old.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ME = {"email": "kim@sample.example", "name": "Kim Lee"}


@dataclass(frozen=True, slots=True)
class Told:
    """One conversation; `asks` are words of `text`, `drafts` maps a label to a reply."""

    id: str
    name: str
    email: str
    tier: str
    reason: str
    title: str
    subject: str
    hours: float
    text: str = ""
    asks: str = ""
    standing: str = "owed"
    due_in: float | None = None
    letters: tuple[int, int] = (0, 0)
    pace: float | None = None
    drafts: dict[str, str] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    signs: tuple[dict[str, Any], ...] = ()
    earlier: str = ""
    quoted: str = ""
    back_in: int | None = None
    proof: str = ""


TOLD = tuple(Told(**told) for told in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["told"])


def details(now: datetime) -> dict[str, dict[str, Any]]:
    """Every conversation as `GET /conversations/{id}` gives it, by id, the most pressing first."""
    ordered = sorted(TOLD, key=lambda told: told.due_in if told.due_in is not None else 1e9)
    return {told.id: _detail(told, now) for told in ordered}


def entry(detail: dict[str, Any]) -> dict[str, Any]:
    """The same as a row of `GET /conversations`."""
    opened = ("confidence", "return_date", "who", "evidence", "messages", "suggestions")
    words = next((e["words"] for e in detail["evidence"] if e["words"]), detail["messages"][0]["text"])
    who = {k: detail["who"][k] for k in ("email", "name")}
    return {k: v for k, v in detail.items() if k not in opened} | {
        "who": who,
        "tier": detail["who"]["tier"],
        "words": words,
        "last": detail["since"],
        "messages": len(detail["messages"]),
    }


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _detail(told: Told, now: datetime) -> dict[str, Any]:
    since = now - timedelta(hours=told.hours)
    due = None if told.due_in is None else now + timedelta(hours=told.due_in)
    who = {"email": told.email, "name": told.name}
    return {
        "id": told.id,
        "account": ME["email"],
        "subject": told.subject,
        "standing": told.standing,
        "reason": told.reason,
        "title": told.title,
        "also": [],
        "marks": [],
        "confidence": 0.83,
        "since": _iso(since),
        "due": due and _iso(due),
        "late": bool(due and due < now),
        "draft_saved": False,
        "return_date": (now + timedelta(days=told.back_in)).date().isoformat() if told.back_in else None,
        "who": who
        | {
            "tier": told.tier,
            "received": told.letters[0],
            "sent": told.letters[1],
            "their_median_hours": told.pace,
            "my_median_hours": None,
            "never_draft": False,
        },
        "evidence": list(_evidence(told)),
        "messages": list(_messages(told, who, since)),
        "suggestions": [
            {
                "style": "brief" if "Short" in label else "warm",
                "action": "answer",
                "label": label,
                "subject": f"Re: {told.subject.removeprefix('Re: ')}",
                "body": body,
                "to": [who],
                "facts": list(told.facts),
                "warning": "",
            }
            for label, body in told.drafts.items()
        ],
    }


def _evidence(told: Told) -> Any:
    if told.asks:
        start = told.text.index(told.asks)
        yield {
            "signal": told.reason,
            "title": told.proof or "Asks in so many words",
            "words": told.asks,
            "where": "fresh",
            "message_id": f"{told.id}-2",
            "start": start,
            "end": start + len(told.asks),
            "weight": 2.0,
            "document": "000 People Asking for Free Stuff" if told.reason == "free_stuff" else "",
        }
    nowhere = {
        "signal": "ledger",
        "words": "",
        "where": "ledger",
        "message_id": "",
        "start": 0,
        "end": 0,
        "document": "",
    }
    yield from (nowhere | sign for sign in told.signs)


def _messages(told: Told, who: dict[str, str], since: datetime) -> Any:
    shape = {"cc": [], "kind": "person", "subject": told.subject, "attachments": []}
    if told.earlier:
        yield shape | {
            "id": f"{told.id}-1",
            "date": _iso(since - timedelta(hours=20)),
            "from": ME,
            "to": [who],
            "mine": True,
            "text": told.earlier,
            "quoted": "",
        }
    if told.text:
        yield shape | {
            "id": f"{told.id}-2",
            "date": _iso(since),
            "from": who,
            "to": [ME],
            "mine": False,
            "text": told.text,
            "quoted": told.quoted,
        }
