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
        (", ".join(f"a{n}@bakery.example" for n in range(101)), ("crowd", "multitude", "everybody", "assembly")),
    ],
    ids=["nobody", "undisclosed", "itself", "13", "41", "61", "101"],
)
def test_addressing(to, seen):
    assert _shapes(to=to) == seen


@pytest.mark.parametrize("greeting", ["Dear Mr Holt,", "Hi Ben,", "Ben -", "Lieber Ben,", "Hello Ben Holt!", "ben\n"])
def test_a_greeting_by_name(greeting):
    assert _shapes(text=f"{greeting} the flour is here.") == ("greets_by_name",)


@pytest.mark.parametrize("greeting", ["Dear Piet,", "Ladies and gentlemen,", "Dear friends,"])
def test_a_greeting_by_no_name_of_a_recipient(greeting):
    assert _shapes(text=f"{greeting} the flour is here.") == ()


@pytest.mark.parametrize("greeting", ["Dear customer,", "Hi all,", "To all users:", "Liebe Mitglieder,", "Folks -"])
def test_a_greeting_to_many(greeting):
    assert _shapes(text=f"{greeting} the flour is here.") == ("greets_all",)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Dear Ben, I have the flour.", ("greets_by_name", "person_to_person")),
        ("Dear Ben, the flour is here.", ("greets_by_name",)),
        ("I have the flour.", ()),
    ],
    ids=["I to you", "no I", "no you"],
)
def test_a_person_to_a_person(text, seen):
    assert _shapes(text=text) == seen


def test_all_of_a_few_are_a_round_of_friends():
    """The words "Hi all" to four people ask each of them; to one address they went to a list."""
    few = ", ".join(f"a{n}@bakery.example" for n in range(4))

    assert _shapes(to=few, text="Hi all, who brings the flour?") == ()


def test_a_list_is_not_called_by_name():
    assert _shapes(to="participants@mill.example", text="Participants: the flour is here.") == ("greets_all",)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Look <https://mill.example/a>", ("only_a_link",)),
        ("flour https://mill.example/a for you and for me too, as ever " * 6, ("links",)),
        ("flour https://mill.example/a for me " * 16, ("many_links",)),
        ("The mill is shut on Mondays. " * 7, ("impersonal",)),
        ("The mill is shut on Mondays, and I am sorry. " * 7, ()),
        ("Hours of the mill and of the bakery beside it: https://mill.example/a " * 4, ("impersonal_link",)),
        ("[IMAGE]\n[image: a mill]\n[cid:1] flour", ("images",)),
        ("A Mill Reborn\nBy Ada Holt\nIt turns again.", ("byline",)),
        ("It was ground\nby Ada Holt", ()),
        ("This will\nplease you\nas it\npleased\nme:\nBy Ada Holt", ()),
        ("Rye\n==========\nWheat\n----------\nOats\n**********", ("rules",)),
        ("THE MILL\nTHE BREAD\nTHE FIELDS\nTHE WEATHER\nTHE RIVER", ("headlines",)),
        ("Rye  12.50\nOats  3.10\nWheat  4.00\nSpelt  6.20", ("table",)),
        ("Rye: yes\nOats: no\nWheat: yes\nSpelt: later", ("fields",)),
        ("Rye $3, oats $4, wheat $5 and spelt 20%.", ("prices",)),
        ("<html><body>flour</body></html>", ("raw_markup",)),
    ],
    ids=[
        "link",
        "links",
        "many links",
        "impersonal",
        "speaks of itself",
        "impersonal link",
        "images",
        "byline",
        "by",
        "an article passed on",
        "rules",
        "headlines",
        "table",
        "fields",
        "prices",
        "markup",
    ],
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
    assert _shapes(text=f"I {'word          ' * 400}\n") == ()
