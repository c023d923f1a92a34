"""Dates as their writers meant them.  Tuesday, 5 March 2024, noon UTC is the day of sending."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repliquette.message import dates
from repliquette.message.parse import parse
from repliquette.model import Message, RawMessage

SENT = datetime(2024, 3, 5, 12, tzinfo=UTC)
US = timedelta(hours=-6)


def day(found) -> str | None:
    return found.day.isoformat() if found else None


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("I am out of the office until Friday, March 15.", "2024-03-18"),
        ("I am out of the office until Monday, March 18.", "2024-03-18"),
        ("I am away through Thursday 14 March.", "2024-03-15"),
        ("On holiday from 7 to 13 March.", "2024-03-14"),
        ("Back on Monday, March 18th.", "2024-03-18"),
        ("I return to my desk on the 20th.", "2024-03-20"),
        ("Away until 12 March, back in the office on the 14th.", "2024-03-14"),
        ("I'm on leave until the end of April.", "2024-05-01"),
        ("I will be back in two weeks.", "2024-03-19"),
        ("I'll be back next week.", "2024-03-11"),
        ("Back tomorrow!", "2024-03-06"),
        ("I am travelling and return November 8.", "2024-11-08"),
        ("Ich bin bis einschließlich 15. März im Urlaub.", "2024-03-18"),
        ("Am 18. März bin ich wieder da.", "2024-03-18"),
        ("Ich bin ab dem 18.3. wieder im Büro.", "2024-03-18"),
        ("Je suis absente jusqu'au 15 mars.", "2024-03-18"),
        ("De retour le lundi 18 mars.", "2024-03-18"),
        ("Estoy de vacaciones. Vuelvo el 18 de marzo.", "2024-03-18"),
        ("Estaré fuera de la oficina hasta el viernes 15 de marzo.", "2024-03-18"),
        ("Sono in ferie fino al 15 marzo.", "2024-03-18"),
        ("Ik ben terug op 18 maart.", "2024-03-18"),
        ("Estou de férias até 15 de março.", "2024-03-18"),
        ("Jeg er tilbage den 18. marts.", "2024-03-18"),
        ("I am out of the office until further notice, call me on May 3.", None),
        ("I no longer work here; my last day was 1 March.", None),
        ("I am away with the children.", None),
        ("I was back on 3 March.", None),
        ("The concert is on 18 March.", None),
        ("The offer is valid until 18 March.", None),
    ],
)
def test_return_date(text, back, lore):
    assert day(dates.return_date(text, SENT, lore)) == back


@pytest.mark.parametrize(
    ("text", "offset", "back"),
    [
        ("Back on 04/05/2024.", US, "2024-04-05"),
        ("Back on 04/05/2024.", timedelta(hours=1), "2024-05-04"),
        ("Out 03/28/2024, back on 04/05/2024.", timedelta(0), "2024-04-05"),
        ("Back on 2024-04-05.", US, "2024-04-05"),
        ("Zurück am 04.05.2024.", US, "2024-05-04"),
    ],
)
def test_order_of_day_and_month(text, offset, back, lore):
    assert day(dates.return_date(text, SENT, lore, utc_offset=offset)) == back


def test_days_count_in_the_senders_zone(lore):
    """Half past eleven at night in Denver is tomorrow in Greenwich."""
    late = datetime(2024, 3, 6, 6, 30, tzinfo=UTC)

    assert day(dates.return_date("Back tomorrow.", late, lore, utc_offset=timedelta(hours=-7))) == "2024-03-06"


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        ("I'll send it back on Thursday.", "2024-03-07"),
        ("I will get back to you next week.", "2024-03-15"),
        ("You'll have the drawings by Friday, I see Ned on Thursday.", "2024-03-08"),
        ("I'll call you today.", "2024-03-05"),
        ("Ich schicke Ihnen das Angebot bis Freitag.", "2024-03-08"),
        ("Je vous envoie le devis avant vendredi.", "2024-03-08"),
        ("Te mando el plano mañana.", "2024-03-06"),
        ("I'll have the figures to you by close of play Thursday.", "2024-03-07"),
        ("You'll hear from us within two weeks.", "2024-03-19"),
        ("I'll send the key in a couple of days.", "2024-03-07"),
        ("I'll send the key in a couple\n  of  days.", "2024-03-07"),
        ("I'll reply by 05/04/2024.", None),  # 5 April or 4 May
        ("I'll reply by Friday, 05/04/2024.", "2024-04-05"),
        ("Sie bekommen die Unterlagen bis zum 15. März.", "2024-03-15"),
        ("Je vous rappelle demain matin.", "2024-03-06"),
        ("I'm with you on the plan and will send a draft by Friday.", "2024-03-08"),
        ("Te lo mando en una semana.", "2024-03-12"),
        ("Ik bel je morgen.", "2024-03-06"),
        ("Ti mando tutto entro venerdì.", "2024-03-08"),
        ("Mando-lhe o contrato até sexta-feira.", "2024-03-08"),
        ("Jag skickar ritningen på fredag.", "2024-03-08"),
        ("I won't be able to send it by Friday.", None),
        ("I'll never forget Friday.", None),
        ("We met on Thursday.", None),
        ("I'll think about it.", None),
    ],
)
def test_promised_date(text, promised, lore):
    assert day(dates.promised_date(text, SENT, lore)) == promised


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Could you send it by Friday?", "2024-03-08"),
        ("We need it no later than March 12th.", "2024-03-12"),
        ("Please answer before the end of the week.", "2024-03-08"),
        ("Bitte bis spätestens 12. März zurücksenden.", "2024-03-12"),
        ("Merci de répondre avant le 12 mars.", "2024-03-12"),
        ("Necesitamos la respuesta antes del 12 de marzo.", "2024-03-12"),
        ("Abstracts are due 15/03.", "2024-03-15"),
        ("Abstracts are due 04/05.", None),  # 4 May or 5 April
        ("Bitte geben Sie uns bis Montag Bescheid.", "2024-03-11"),
        ("Date limite : 20 mars.", "2024-03-20"),
        ("El plazo termina el 20 de marzo.", "2024-03-20"),
        ("Graag uiterlijk 15 maart reageren.", "2024-03-15"),
        ("La scadenza è il 20 marzo.", "2024-03-20"),
        ("O prazo termina a 20 de março.", "2024-03-20"),
        ("Senast den 20 mars, tack.", "2024-03-20"),
        ("I am away until 15 March.", None),
        ("Send it by Friday, for I am away until 15 March.", "2024-03-08"),
        ("He stood by the door on Friday.", None),
    ],
)
def test_deadline(text, due, lore):
    assert day(dates.deadline(text, SENT, lore)) == due


def test_the_words_and_their_place_are_told(lore):
    text = "Dear Kim — I’m off to sea. Back on Monday, 18 March, with luck."

    found = dates.return_date(text, SENT, lore)

    assert found == dates.Found(date(2024, 3, 18), "Back on Monday, 18 March", 27, 51)
    assert text[found.start : found.end] == found.words


def test_words_that_our_shapes_do_not_know_go_to_dateparser_without_its_warnings(lore):
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        found = dates.return_date("I am away; back on 18th of this March 2024 or so", SENT, lore, language="en")

    assert found is None or found.day.year == 2024


@pytest.mark.shared
def test_away_notes(shared, lore):
    """A floor against falling back, no measure of skill: the cue words were written with these notes in view."""
    lines = (shared / "eval" / "dev" / "away.jsonl").read_text("utf-8").splitlines()
    right = wrong = 0
    for case in map(json.loads, lines):
        message = parse(RawMessage(case["messages"][-1].encode()), lore)
        assert isinstance(message, Message)
        found = day(
            dates.return_date(
                message.fresh, message.date, lore, language=message.language, utc_offset=message.utc_offset
            )
        )
        right += found == case["expect"]["return_date"]
        wrong += found not in (None, case["expect"]["return_date"])

    assert right / len(lines) >= 0.95
    assert wrong == 0


@given(
    st.lists(
        st.sampled_from(
            [
                "back",
                "until",
                "by",
                "on",
                "the",
                "31",
                "June",
                "99",
                "/",
                "2024-13-41",
                "next week",
                "in 999 months",
                "zurück",
                "end of",
                "Monday",
                "I'll send",
            ]
        )
        | st.text(max_size=8),
        max_size=12,
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_no_text_raises_and_every_day_lies_ahead(lore, words):
    text = " ".join(words)

    found = [f(text, SENT, lore, language="en") for f in (dates.return_date, dates.promised_date, dates.deadline)]

    assert all(SENT.date() <= one.day <= SENT.date() + timedelta(days=370) for one in found if one)


WORDS = [
    "I'll", "send", "back", "until", "on", "in", "a couple  of", "two", "days", "weeks", "month", "next", "Friday",
    "bis zum", "ab", "jusqu'au", "31", "30.", "2/29", "29 February", "2023", "9999", "0", "March", "tomorrow", "hasta",
    "el lunes", "the week of", "1st", "through", "31.11.", "\n", "\u00a0", ".", "from", "to", "-", "99999999999",
]  # fmt: skip


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_no_words_make_the_reader_stumble(lore, words):
    """S23: every order of date words is a date, a doubt or none; never an exception."""
    text = "I am out of the office. " + " ".join(words)
    for door in (dates.return_date, dates.promised_date, dates.deadline, dates.away):
        door(text, SENT, lore)
