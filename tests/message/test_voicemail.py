"""Voicemail notices of several systems, in our own words."""

from __future__ import annotations

import json

import pytest

from repliquette.message.parse import parse
from repliquette.message.voicemail import read
from repliquette.model import Kind, Message, RawMessage, Voicemail


@pytest.mark.parametrize(
    ("subject", "text", "language", "said"),
    [
        (
            "Voice message",
            'From: 020 7946 0330\nLength: 1:05\n\n"Good morning, this is Agnes Mbeki about the piano, ring me after six"',
            "en",
            Voicemail(
                "Agnes Mbeki",
                "020 7946 0330",
                65,
                "Good morning, this is Agnes Mbeki about the piano, ring me after six",
            ),
        ),
        (
            "Voicemail (2 minutes 3 seconds)",
            "Caller: HARBOUR OFFICE <01632 960774>\nTranscription is off.",
            "en",
            Voicemail("Harbour Office", "01632 960774", 123, ""),
        ),
        (
            "Neue Nachricht auf Ihrer Mailbox",
            "Anrufer: +49 30 23125 900\nDauer: 0:12 Min.\n\nGuten Tag hier ist Frau Lindner der Schlüssel liegt unten",
            "de",
            Voicemail(
                "Frau Lindner", "+49 30 23125 900", 12, "Guten Tag hier ist Frau Lindner der Schlüssel liegt unten"
            ),
        ),
        (
            "Message vocal",
            "Vous avez reçu un message de 9 secondes.\n\n« C'est Denis Roche, rappelez-moi au 01 99 00 12 34 »",
            "fr",
            Voicemail("Denis Roche", "01 99 00 12 34", 9, "C'est Denis Roche, rappelez-moi au 01 99 00 12 34"),
        ),
        ("Missed call", "", "", Voicemail()),
    ],
    ids=["english", "no transcript", "german", "french", "nothing"],
)
def test_read(subject, text, language, said):
    assert read(subject, text, language) == said


@pytest.mark.shared
def test_notices(shared, lore):
    lines = (shared / "eval" / "dev" / "voicemail.jsonl").read_text("utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    messages = [parse(RawMessage(case["messages"][-1].encode()), lore) for case in cases]
    read_ = [m.voicemail for m in messages if isinstance(m, Message) and m.kind is Kind.VOICEMAIL]
    wanted = [case["expect"]["voicemail"] for case in cases]

    assert len(read_) == len(cases)
    assert sum(v.number == w["number"] for v, w in zip(read_, wanted, strict=True)) >= 6
    assert sum(v.duration_s == w["duration_s"] for v, w in zip(read_, wanted, strict=True)) == len(cases)
