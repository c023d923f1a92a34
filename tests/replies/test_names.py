from __future__ import annotations

import pytest

from repliquette.model import Address
from repliquette.replies.names import Called, NameWords, called
from repliquette.rulebook import files
from support.mail import message

WORDS = files.read(files.shipped_rules() / "replies" / "names.toml", NameWords)


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Ana Ruiz", "Ana"),
        ("Ruiz, Ana", "Ana"),
        ("RUIZ, ANA MARIA", "Ana"),
        ("ana ruiz", "Ana"),
        ('"Ana Ruiz"', "Ana"),
        ("Dr. Ana Ruiz", "Ana"),
        ("Ana Ruiz, PhD", "Ana"),
        ("Ana Ruiz (Client Ltd)", "Ana"),
        ("Ana Ruiz via Slack", "Ana"),
        ("Ana from Client", "Ana"),
        ("Ana Ruiz - Sales", "Ana"),
        ("J. Robert Teller", "Robert"),
        ("Gerrit van der Meulen", "Gerrit"),
        ("Jean-Luc Petit", "Jean-Luc"),
        ("O'Neill, Siobhán", "Siobhán"),
        ("Ana", "Ana"),
        ("Della Marsh", "Della"),
        ("Sister Bernadette Quill", "Bernadette"),
        ("李娜", "李娜"),
    ],
)
def test_greets_by_the_first_name(shown, name):
    assert called(Address("x@client.example", shown), WORDS) == Called(name)


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Dr. Ruiz", "Dr. Ruiz"),
        ("Mme Texier (Urbanisme)", "Mme Texier"),
        ("Mr SMITH", "Mr Smith"),
        ("Col. J. Hargreave", "Col. Hargreave"),
    ],
)
def test_a_title_with_one_name_is_kept(shown, name):
    assert called(Address("x@client.example", shown), WORDS) == Called(name, titled=True)


@pytest.mark.parametrize(
    "shown",
    [
        *["", "info", "Client Support", "The Ferry Lane Fair", "Acme, Inc.", "Acme GmbH", "Sales Team", "HR"],
        *["ana.ruiz@client.example", "Dave/Lorna Clark", "Ann & Bob Smith", "Ann and Bob", "J Smith", "Client"],
        *["{{7*7}}", "{{ name }}", "[First Name]", "<b>Ana</b>", "Ana\r\nBcc: x@evil.example", "%FNAME%", "$name"],
        *["A" * 5000, "Ana " * 1000, "***WIN***", "€ 100 for you", "☎ Ana", "123", "van der Meulen"],
    ],
)
def test_greets_nobody_by_what_is_no_name(shown):
    """A company, a role, a couple or a trick gives no name; "Hello," is never wrong."""
    assert called(Address("x@client.example", shown), WORDS) == Called()


def test_direction_marks_in_a_name_are_dropped():
    assert called(Address("x@client.example", "\u202eAna\u202c Ruiz"), WORDS).name == "Ana"


@pytest.mark.parametrize(
    ("text", "signature", "name"),
    [
        ("Could you call me?\n\nPippa", "", "Pippa"),
        ("Could you call me?", "Pippa Greaves\nGreaves Travel", "Pippa"),
        ("Could you call me?", "Greaves Travel Ltd", ""),
        ("Could you call me?", "G", ""),
    ],
)
def test_without_a_display_name_the_signature_tells(text, signature, name):
    letter = message(text, sender=Address("office@greaves.example"), signature=signature)

    assert called(letter.sender, WORDS, letter).name == name


def test_a_surname_that_is_signed_is_no_first_name():
    letter = message("See attached.\nStrohmeyer", sender=Address("k@postweg.example", "K. Strohmeyer"))

    assert called(letter.sender, WORDS, letter) == Called()


def test_the_signature_of_somebody_else_tells_nothing():
    assert called(Address("office@greaves.example"), WORDS, message("Call me\nPippa")) == Called()
