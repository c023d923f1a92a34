"""History as the usual programs quote it, in the words and at the hour of the one who replies."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from repliquette.demo.quoting import App, Quoted, with_history
from repliquette.model import Address

QUOTED = Quoted(
    sender=Address("bo@b.example", "Bo Ek"),
    to=(Address("nora@a.example", "Nora"),),
    date=datetime(2026, 3, 3, 9, 5, tzinfo=ZoneInfo("Europe/Berlin")),
    subject="Tea",
    text="Tea?\n\nBo",
)
TAILS = {
    "gmail-en": (App.GMAIL, "en", "On Tue, 3 Mar 2026 at 09:05, Bo Ek <bo@b.example> wrote:\n\n> Tea?\n>\n> Bo"),
    "gmail-de": (App.GMAIL, "de", "Am Di., 3. Mär. 2026 um 09:05 Uhr schrieb Bo Ek <bo@b.example>:\n\n> Tea?\n>\n> Bo"),
    "gmail-fr": (App.GMAIL, "fr", "Le mar. 3 mars 2026 à 09:05, Bo Ek <bo@b.example> a écrit :\n\n> Tea?\n>\n> Bo"),
    "gmail-es": (
        App.GMAIL,
        "es",
        "El mar, 3 mar 2026 a las 09:05, Bo Ek (<bo@b.example>) escribió:\n\n> Tea?\n>\n> Bo",
    ),
    "apple": (App.APPLE, "en", "> On 3 Mar 2026, at 09:05, Bo Ek <bo@b.example> wrote:\n>\n> Tea?\n>\n> Bo"),
    "outlook-de": (
        App.OUTLOOK,
        "de",
        f"{'_' * 32}\nVon: Bo Ek <bo@b.example>\nGesendet: Dienstag, 3. März 2026 09:05\nAn: Nora <nora@a.example>\nBetreff: Tea\n\nTea?\n\nBo",
    ),
}


@pytest.mark.parametrize(("app", "language", "tail"), TAILS.values(), ids=TAILS.keys())
def test_below_the_reply(app, language, tail):
    assert with_history("Yes!", QUOTED, app, language).text == f"Yes!\n\n{tail}"


def test_above_the_reply():
    text = with_history("Yes!", QUOTED, App.INLINE, "en").text
    assert text == "On Tue, 3 Mar 2026 at 09:05, Bo Ek <bo@b.example> wrote:\n> Tea?\n>\n> Bo\n\nYes!"


def test_nothing_quoted():
    assert with_history("Yes!", QUOTED, App.BARE, "en").text == "Yes!"


def test_gmail_quotes_in_html_too():
    """The quotation is a `gmail_quote` block, and nobody's words become markup."""
    html = with_history("1 < 2", QUOTED, App.GMAIL, "en").html
    assert "<div>1 &lt; 2</div>" in html
    assert '<blockquote class="gmail_quote"' in html
    assert "Bo Ek &lt;bo@b.example&gt;" in html
