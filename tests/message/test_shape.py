"""What a message looks like from afar."""

from __future__ import annotations

import pytest

from repliquette.message.headers import Headers
from repliquette.message.shape import shapes
from repliquette.model import Address

SENDER = Address("ada@mill.example", "Ada")
TO = "Ben Holt <ben@bakery.example>"


def _shapes(to: str = TO, subject: str = "flour", text: str = "The flour is here. Ada") -> tuple[str, ...]:
    return shapes(Headers((("to", to),) if to else ()), SENDER, subject, text)


def test_a_letter_has_no_shape():
    assert _shapes() == ()


@pytest.mark.parametrize(
    ("to", "seen"),
    [
        ("", ("no_recipient",)),
        ("undisclosed-recipients:;", ("no_recipient",)),
        ("Ada <ada@mill.example>", ("to_itself",)),
        (", ".join(f"a{n}@bakery.example" for n in range(13)), ("crowd",)),
        (", ".join(f"a{n}@bakery.example" for n in range(41)), ("crowd", "multitude")),
        (", ".join(f"a{n}@bakery.example" for n in range(61)), ("crowd", "multitude", "everybody")),
    ],
    ids=["nobody", "undisclosed", "itself", "13", "41", "61"],
)
def test_addressing(to, seen):
    assert _shapes(to=to) == seen


@pytest.mark.parametrize("greeting", ["Dear Mr Holt,", "Hi Ben,", "Ben -", "Lieber Ben,", "Hello Ben Holt!", "ben\n"])
def test_a_greeting_by_name(greeting):
    assert _shapes(text=f"{greeting} the flour is here.") == ("greets_by_name",)


@pytest.mark.parametrize("greeting", ["Dear customer,", "Hi all,", "Dear Piet,", "Ladies and gentlemen,"])
def test_a_greeting_by_no_name_of_a_recipient(greeting):
    assert _shapes(text=f"{greeting} the flour is here.") == ()


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Look <https://mill.example/a>", ("only_a_link",)),
        ("flour https://mill.example/a for you and for me too, as ever " * 6, ("links",)),
        ("flour https://mill.example/a for you " * 16, ("many_links",)),
        ("Rye\n==========\nWheat\n----------\nOats\n**********", ("rules",)),
        ("THE MILL\nTHE BREAD\nTHE FIELDS\nTHE WEATHER\nTHE RIVER", ("headlines",)),
        ("Rye  12.50\nOats  3.10\nWheat  4.00\nSpelt  6.20", ("table",)),
        ("Rye: yes\nOats: no\nWheat: yes\nSpelt: later", ("fields",)),
        ("Rye $3, oats $4, wheat $5 and spelt 20%.", ("prices",)),
        ("<html><body>flour</body></html>", ("raw_markup",)),
    ],
    ids=["link", "links", "many links", "rules", "headlines", "table", "fields", "prices", "markup"],
)
def test_face(text, seen):
    assert _shapes(text=text) == seen


@pytest.mark.parametrize(
    ("subject", "seen"),
    [("Mill news, vol. 12", ("dated_subject",)), ("Report 3/12/2026", ("dated_subject",)), ("Re: flour", ("answer",))],
)
def test_subject(subject, seen):
    assert _shapes(subject=subject) == seen


def test_blank_columns_cost_no_time():
    """Once such a line took a minute; what is slow here never ends."""
    assert _shapes(text=f"{'word          ' * 400}\n") == ()
