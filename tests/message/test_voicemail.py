"""Voicemail notices of several systems, in our own words."""

from __future__ import annotations

import json

import pytest

from repliquette.message.parse import parse
from repliquette.message.spokennumbers import fold
from repliquette.message.voicemail import read
from repliquette.model import Kind, Message, RawMessage, Voicemail

PIANO = "Good morning, this is Agnes Mbeki, I'm calling about the piano, ring me after six"
KEY = "Guten Tag hier ist Frau Lindner von der Schreinerei, ich wollte fragen ob der Schlüssel passt"
TILES = "C'est Denis Roche, je voulais savoir si les tuiles sont là, rappelez-moi au 01 99 00 12 34"


@pytest.mark.parametrize(
    ("subject", "text", "language", "said"),
    [
        (
            "Voice message",
            f'From: 020 7946 0330\nLength: 1:05\n\n"{PIANO}"',
            "en",
            Voicemail("Agnes Mbeki", "020 7946 0330", 65, "I'm calling about the piano", "+442079460330", PIANO),
        ),
        (
            "Voicemail (2 minutes 3 seconds)",
            "Caller: HARBOUR OFFICE <01632 960774>\nTranscription is off.",
            "en",
            Voicemail("Harbour Office", "01632 960774", 123, "", "+441632960774"),
        ),
        (
            "Neue Nachricht auf Ihrer Mailbox",
            f"Anrufer: +49 30 23125 900\nDauer: 0:12 Min.\n\n{KEY}",
            "de",
            Voicemail(
                "Frau Lindner", "+49 30 23125 900", 12, "ich wollte fragen ob der Schlüssel passt", "+493023125900", KEY
            ),
        ),
        (
            "Message vocal",
            f"Vous avez reçu un message de 9 secondes.\n\n« {TILES} »",
            "fr",
            Voicemail(
                "Denis Roche", "01 99 00 12 34", 9, "je voulais savoir si les tuiles sont là", "+33199001234", TILES
            ),
        ),
        ("Missed call", "", "", Voicemail()),
    ],
    ids=["english", "no transcript", "german", "french", "nothing"],
)
def test_read(subject, text, language, said):
    assert read(subject, text, language) == said


@pytest.mark.parametrize(
    ("spoken", "language", "digits"),
    [
        ("call oh one six three two, nine six oh, double seven four", "en", "01632960774"),
        ("null dreißig, dreiundzwanzig zwölf fünf neun null null", "de", "03023125900"),
        ("au zéro un quatre-vingt-dix-neuf soixante-douze zéro zéro trente et un", "fr", "0199720031"),
        ("al seis doce treinta y cuatro cincuenta y seis setenta y ocho", "es", "612345678"),
        ("bel nul zes twaalf vierendertig zesenvijftig achtenzeventig", "nl", "0612345678"),
        ("we need three or four of the twenty", "en", ""),
    ],
)
def test_spoken_numbers_become_digits(spoken, language, digits):
    assert "".join(c for c in fold(spoken, language) if c.isdigit()) == digits


def test_a_number_that_the_caller_says_wins_over_the_one_he_calls_from():
    text = 'From: 020 7946 0330\n\n"This is Tom, ring me on oh one six three two nine six oh double seven four please"'

    assert read("Voice message", text, "en").number_e164 == "+441632960774"


def test_the_number_of_an_order_is_none_to_call():
    text = 'From: 020 7946 0330\n\n"Hello, this is Tom about order number 4155550132, when will it come?"'

    assert read("Voice message", text, "en").number == "020 7946 0330"


@pytest.mark.parametrize(
    ("text", "caller"),
    [
        ("\"Hello it's Jon Price, that's J O H N, about the roof of the shed\"", "John Price"),
        ('"Hi this is doctor Okoro from the clinic about your results"', "Dr Okoro"),
        ('"Hello, this is Miss Farrow, Leo\'s aunt, he forgot his boots again"', "Miss Farrow (Leo's aunt)"),
        ('"Hi Nadia Priest here about the tenor part"', "Priest"),
        ('Caller: unknown\n\n"the gate is open again and the goats are in the road"', ""),
        (
            '"ahoy this is Captain Novik about the berth"\n[directory: "SY KITTIWAKE - Capt. Nowik"]',
            "Captain Nowik, SY Kittiwake",
        ),
    ],
    ids=["spelled", "title", "kin", "greeted first", "nobody", "directory"],
)
def test_callers(text, caller):
    assert read("Voice message", text, "en").caller == caller


def test_the_purpose_is_short():
    call = read("Voice message", "\"Hello it's Ada, could you " + "bring the ladder and " * 30 + '"', "en")

    assert call.purpose.startswith("could you bring the ladder")
    assert len(call.purpose) <= 141
    assert len(call.transcript) > 500


@pytest.mark.shared
def test_notices(shared, lore):
    lines = (shared / "eval" / "dev" / "voicemail.jsonl").read_text("utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    messages = [parse(RawMessage(case["messages"][-1].encode()), lore) for case in cases]
    calls = [m.voicemail for m in messages if isinstance(m, Message) and m.kind is Kind.VOICEMAIL]
    wanted = [case["expect"]["voicemail"] for case in cases]
    pairs = list(zip(calls, wanted, strict=True))

    assert all(_digits(v.number) == _digits(w["number"]) for v, w in pairs)
    assert all(v.duration_s == w["duration_s"] for v, w in pairs)
    assert sum(v.caller.casefold() == w["caller"].casefold() for v, w in pairs) >= 0.85 * len(pairs)
    assert all(bool(v.purpose) == bool(w["purpose"]) and len(v.purpose) <= 141 for v, w in pairs)


def _digits(number: str) -> str:
    return "".join(c for c in number if c.isdigit())
