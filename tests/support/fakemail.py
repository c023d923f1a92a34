"""Invented conversations for looking at the panel: the JSON of docs/architecture.md, told in sentences of our own.

Each is written as one would tell it: who, what they asked, the words that prove it.
Times are hours before "now", so that a screenshot never grows old.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
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
    text: str
    asks: str
    hours: float
    standing: str = "owed"
    due_in: float | None = 24
    letters: tuple[int, int] = (0, 0)
    pace: float | None = None
    drafts: dict[str, str] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    signs: tuple[tuple[str, float, str], ...] = ()
    earlier: str = ""
    quoted: str = ""
    back_in: int | None = None
    proof: str = ""


ANA_WARM = """Hi Ana,

thank you for asking about the two tickets. I have none to give away this year, and I would rather tell you now than leave you waiting.

The early price is open until the end of the month, and I would be glad to see you both there.

Warm wishes
Kim"""

TOLD = (
    Told(
        "a1",
        "Rosa Lindqvist",
        "rosa@lindqvist.example",
        "friend",
        "hard_journey",
        "hard times",
        "Re: Sunday",
        "Dear Kim,\n\nI am sorry that I went quiet. My father died on Thursday, and the house is full of casseroles and cousins. "
        "I don't need anything. I only wanted you to hear it from me.\n\nRosa",
        "My father died on Thursday",
        30,
        due_in=-6,
        letters=(64, 71),
        pace=5.0,
        drafts={
            "With sympathy": "Dear Rosa,\n\nI am so sorry about your father. Thank you for telling me yourself; please do not think about answering this.\n\n"
            "I will call on Sunday evening, and if you would rather not pick up, I will understand.\n\nWith love\nKim"
        },
        facts=("your father",),
    ),
    Told(
        "a2",
        "Deniz Aydın",
        "deniz@harbour.example",
        "client",
        "priority",
        "comes first",
        "Contract for the spring issue",
        "Hello Kim,\n\nour lawyer is done. We need your yes or no by tomorrow noon, otherwise the printer gives our slot away "
        "and we pay the cancellation.\n\nBest\nDeniz",
        "We need your yes or no by tomorrow noon",
        3,
        due_in=2,
        letters=(38, 40),
        pace=2.0,
        drafts={
            "Yes": "Hello Deniz,\n\nyes, go ahead; the contract is fine as it stands.\n\nKim",
            "Need an hour": "Hello Deniz,\n\nI am reading the contract now and you will have my yes or no this evening.\n\nKim",
        },
    ),
    Told(
        "a3",
        "Tomasz Nowak",
        "tomasz@nowak.example",
        "colleague",
        "promised",
        "I said I would get back",
        "The seating plan",
        "Lovely, thanks. No hurry at all, whenever you have looked at the plan with Ines.",
        "whenever you have looked at the plan",
        74,
        due_in=-26,
        letters=(112, 97),
        pace=1.0,
        earlier="I'll check with Ines and get back to you on Friday.",
        drafts={
            "Keep it": "Hi Tomasz,\n\nI said Friday and let it slip; sorry. Ines and I are happy with the plan, only table four wants the window.\n\nKim"
        },
    ),
    Told(
        "a4",
        "Miguel Ferreira",
        "miguel@ferreira.example",
        "acquaintance",
        "travel",
        "came while I was away",
        "A room in May?",
        "Hi Kim,\n\nhope the mountains were kind. Would the small room be free from the 9th to the 12th of May?\n\nMiguel",
        "Would the small room be free from the 9th to the 12th of May?",
        120,
        due_in=20,
        letters=(6, 5),
        pace=20.0,
        drafts={
            "Back again": "Hi Miguel,\n\nthank you for your patience; I came back yesterday. Yes, the small room is free from the 9th to the 12th.\n\nKim"
        },
    ),
    Told(
        "a5",
        "Priya Raman",
        "priya@raman.example",
        "colleague",
        "ask",
        "asked me something",
        "Numbers for the board",
        "Kim, could you send me the February figures again? The file I have stops at the 19th.",
        "could you send me the February figures again?",
        5,
        due_in=19,
        letters=(51, 46),
        pace=3.0,
        drafts={
            "Short": "Hi Priya,\n\nhere are the February figures, complete this time.\n\nKim",
            "Tomorrow": "Hi Priya,\n\nI have your note; the complete file follows tomorrow morning.\n\nKim",
        },
    ),
    Told(
        "a6",
        "Jonas",
        "jonas@brightlane.example",
        "acquaintance",
        "ask",
        "asked me something",
        "The recording",
        "🎤🎪 Did the microphone survive? And may I use the second take for the trailer?",
        "may I use the second take for the trailer?",
        21,
        due_in=3,
        letters=(9, 8),
        pace=11.0,
        drafts={"Yes": "Hi Jonas,\n\nit survived. Use the second take, gladly.\n\nKim"},
    ),
    Told(
        "a7",
        "Elin Sørby",
        "elin@filmclub.example",
        "acquaintance",
        "courteous_no",
        "owed a courteous no",
        "Will you sit on our jury?",
        "Dear Kim,\n\nthe film club has grown up and wants a jury. We would be honoured if you joined it: three evenings in November, "
        "soup included. Shall I put your name down?\n\nElin",
        "We would be honoured if you joined it",
        96,
        due_in=-48,
        letters=(7, 4),
        pace=30.0,
        drafts={
            "Kind no": "Dear Elin,\n\nthank you for thinking of me for the jury. I cannot give it three evenings this November, and a half-present "
            "juror is no help to you.\n\nI will be in the audience, and at the soup.\n\nKim",
            "Short no": "Dear Elin,\n\nthank you for asking me. I cannot join the jury this year, and I wish the club a full house.\n\nKim",
            "Yes": "Dear Elin,\n\nwith pleasure; please put my name down.\n\nKim",
        },
    ),
    Told(
        "18c2f0a1b2c3d4e5",
        "Ana Ruiz",
        "ana@ruiz-events.example",
        "client",
        "free_stuff",
        "free stuff",
        "Festival weekend",
        "Hi Kim,\n\nit was so good to see the programme! Could you get us two tickets for the Saturday concert? My sister has never been, and you know "
        "how the prices are.\n\nHugs\nAna",
        "Could you get us two tickets",
        46.8,  # Monday, 10:12, as the fixture page shows it, where now is RealDesk's
        due_in=-10,
        letters=(11, 10),
        pace=3.0,
        drafts={
            "Kind no": ANA_WARM,
            "Short no": "Hi Ana,\n\nthank you for asking. I have no free tickets this year; the early price is open until the end of the month.\n\nKim",
            "Yes": "Hi Ana,\n\ntwo tickets for the Saturday concert will wait for you at the desk.\n\nKim",
            "Later": "Hi Ana,\n\nI will know on Monday whether there are two tickets left, and will tell you either way.\n\nKim",
        },
        facts=("Ana", "two tickets", "Saturday concert"),
        signs=(
            ("Somebody who is near enough to ask", 0.6, "000 People Asking for Free Stuff"),
            ("A client pays for other things", -0.4, ""),
        ),
        quoted="On Monday Kim Lee wrote:\n> The programme is out! I thought of you when I saw Saturday.",
    ),
    Told(
        "a9",
        "Bastien Roche",
        "b.roche@atelier-roche.example",
        "stranger",
        "free_stuff",
        "free stuff",
        "Pick your brain?",
        "Hello,\n\nI follow your work with interest. Can I buy you a coffee and pick your brain for an hour about starting a festival of my own?\n\nBastien",
        "pick your brain for an hour",
        80,
        due_in=-32,
        drafts={
            "Kind no": "Dear Bastien,\n\nthank you for your kind words. I keep my hours for the people I work with, so I cannot meet.\n\nKim"
        },
    ),
    Told(
        "b1",
        "Growth Partners",
        "kyle@growth-partners.example",
        "stranger",
        "cold_outreach",
        "cold outreach",
        "Quick question, Kim",
        "Hi Kim,\n\nI help festivals like yours sell 40 % more seats. Do you have 15 minutes this week? Happy to work around your calendar.\n\nKyle",
        "Do you have 15 minutes this week?",
        49,
        due_in=23,
        drafts={
            "Kind no": "Hello Kyle,\n\nthank you for writing. We are not looking for help with sales, and I would rather say so than leave you guessing.\n\nKim",
            "By referral": "Hello Kyle,\n\nI take up new services only when somebody I know recommends them.\n\nKim",
        },
    ),
    Told(
        "b2",
        "Marta from Lumen",
        "marta@lumen-lights.example",
        "stranger",
        "cold_outreach",
        "cold outreach",
        "Re: following up",
        "Just floating this to the top of your inbox. Are you the right person to talk to about stage lighting?",
        "Are you the right person to talk to about stage lighting?",
        100,
        due_in=-28,
        drafts={
            "Kind no": "Hello Marta,\n\nI am, and our lighting is settled for two years. Thank you for asking.\n\nKim"
        },
    ),
    Told(
        "b3",
        "خالد منصور",
        "khaled@mansour.example",
        "stranger",
        "unclear",
        "cannot tell what they want",
        "سؤال",
        "مرحبا كيم، بخصوص ما تحدثنا عنه. الملف مرفق.",
        "بخصوص ما تحدثنا عنه",
        26,
        due_in=22,
        drafts={"Ask": "Hello Khaled,\n\nthank you for the file. What would you like me to do with it?\n\nKim"},
    ),
    Told(
        "18c2f0a1b2c3d4e6",
        "Ben Okafor",
        "ben@okafor.example",
        "client",
        "away",
        "is away",
        "Stage plan",
        "I am out of the office until Tuesday and will read your mail on Wednesday.",
        "out of the office until Tuesday",
        70,
        standing="awaiting",
        due_in=52,
        letters=(33, 35),
        pace=6.0,
        back_in=1,
        earlier="Ben, which of the two stage plans shall we send to the city?",
        drafts={
            "Follow up": "Hi Ben,\n\nwelcome back. Which of the two stage plans shall we send to the city? One word is enough.\n\nKim"
        },
    ),
    Told(
        "c2",
        "Hedda Voss",
        "hedda@voss.example",
        "friend",
        "promised",
        "said they would answer",
        "The cabin",
        "Let me ask Nils, I'll tell you on the weekend.",
        "I'll tell you on the weekend",
        150,
        standing="awaiting",
        due_in=-20,
        letters=(80, 77),
        pace=8.0,
        earlier="Would you two lend us the cabin for the first week of July?",
        drafts={
            "Light reminder": "Dear Hedda,\n\nyou wanted to ask Nils about the cabin. Is there news? A no is fine, too.\n\nKim"
        },
    ),
    Told(
        "c3",
        "City Permits",
        "permits@city.example",
        "acquaintance",
        "overdue",
        "most likely forgot",
        "Permit 2207",
        "",
        "",
        200,
        standing="awaiting",
        due_in=-30,
        letters=(4, 6),
        earlier="May we put the second gate on Mill Street? We need to know before we print the map.",
        drafts={
            "Follow up": "Hello,\n\nmay I ask once more about the second gate on Mill Street (permit 2207)? We print the map on the 20th.\n\nKim Lee"
        },
    ),
    Told(
        "d1",
        "Sam Ortega",
        "sam@ortega.example",
        "client",
        "closing",
        "thanks, it is settled",
        "Re: Invoice 118",
        "Perfect, thank you. See you on Thursday!",
        "See you on Thursday",
        28,
        standing="settled",
        due_in=None,
        letters=(25, 27),
        pace=4.0,
    ),
    Told(
        "d2",
        "Rail Tickets",
        "no-reply@rail.example",
        "stranger",
        "automated",
        "written by a machine",
        "Your booking",
        "Your seats are booked. Coach 7, seats 41 and 42.",
        "Your seats are booked",
        40,
        standing="settled",
        due_in=None,
    ),
)


def details(now: datetime) -> dict[str, dict[str, Any]]:
    """Every conversation as `GET /conversations/{id}` gives it, by id, the most pressing first."""
    ordered = sorted(TOLD, key=lambda told: told.due_in if told.due_in is not None else 1e9)
    return {told.id: _detail(told, now) for told in ordered}


def entry(detail: dict[str, Any]) -> dict[str, Any]:
    """The same as a row of `GET /conversations`."""
    same = (
        "id",
        "account",
        "subject",
        "standing",
        "reason",
        "title",
        "also",
        "marks",
        "since",
        "due",
        "late",
        "draft_saved",
    )
    words = next((e["words"] for e in detail["evidence"] if e["words"]), detail["messages"][0]["text"])
    who = {k: detail["who"][k] for k in ("email", "name")}
    return {k: detail[k] for k in same} | {
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
    for title, weight, document in told.signs:
        yield {
            "signal": "ledger",
            "title": title,
            "words": "",
            "where": "ledger",
            "message_id": "",
            "start": 0,
            "end": 0,
            "weight": weight,
            "document": document,
        }


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
