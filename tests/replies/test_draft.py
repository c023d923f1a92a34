from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repliquette.model import Address, Style, Suggestion
from repliquette.replies import draft
from support.mail import ANA, BEN, ME, NOW

TEXT = st.text(max_size=300)
EMAIL = st.one_of(st.just("ana@client.example"), st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.example", fullmatch=True), TEXT)
PEOPLE = st.lists(st.builds(Address, EMAIL, TEXT), max_size=3).map(tuple)
IDS = st.one_of(st.from_regex(r"[!-;=?-~]{1,400}@[a-z]{1,9}\.example", fullmatch=True), TEXT)
SUGGESTIONS = st.builds(
    Suggestion,
    style=st.just(Style.WARM),
    action=st.just("decline"),
    label=TEXT,
    subject=TEXT,
    body=TEXT,
    to=PEOPLE,
    cc=PEOPLE,
    in_reply_to=IDS,
    references=st.lists(IDS, max_size=4).map(tuple),
)


def suggestion(**more) -> Suggestion:
    values = {"subject": "Re: Plans", "body": "No, thank you.\n", "to": (ANA,), "in_reply_to": "m1@client.example"}
    return Suggestion(Style.WARM, "decline", "Kind no", **(values | more))


def written(chosen: Suggestion, sender: Address = ME):
    raw = draft.to_bytes(chosen, sender, NOW, draft.message_id("c1", chosen))
    return message_from_bytes(raw, policy=SMTP)


def words(mail) -> str:
    return mail.get_content().replace("\r\n", "\n")


def test_has_the_fields_of_a_reply_and_no_others():
    mail = written(suggestion(cc=(BEN,), references=("m0@client.example", "m1@client.example")))

    assert mail.keys() == [
        *["From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References"],
        *["Content-Type", "Content-Transfer-Encoding", "MIME-Version"],
    ]
    assert mail["From"] == "Kim Lee <kim@northwind.example>"
    assert mail["To"] == "Ana Ruiz <ana@client.example>"
    assert mail["Cc"].addresses[0].addr_spec == BEN.email
    assert mail["Date"].datetime == NOW
    assert mail["In-Reply-To"] == "<m1@client.example>"
    assert mail["References"].split() == ["<m0@client.example>", "<m1@client.example>"]
    assert words(mail) == "No, thank you.\n"


@given(SUGGESTIONS, TEXT)
def test_what_is_parsed_is_what_was_written(chosen, name):
    """S29: no field of a suggestion can add, drop or change a header."""
    mail = written(chosen, Address("kim@northwind.example", name))

    people = {
        "To": [a for a in chosen.to if draft.is_writable(a)],
        "Cc": [a for a in chosen.cc if draft.is_writable(a)],
    }
    ids = {"In-Reply-To": [chosen.in_reply_to], "References": list(chosen.references)}
    ids = {field: [f"<{i}>" for i in values if draft.is_id(i)] for field, values in ids.items()}
    fixed = {"From", "Subject", "Date", "Message-ID", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    expected = fixed | {field for field, values in (people | ids).items() if values}
    assert sorted(mail.keys()) == sorted(expected)
    assert mail["Subject"] == draft.one_line(chosen.subject)
    for field, values in ids.items():
        assert (mail[field] or "").split() == values
    for field, values in people.items():
        local = [a.addr_spec.partition("@")[0] for a in mail[field].addresses] if values else []
        assert local == [a.email.rpartition("@")[0] for a in values]
    assert words(mail) == draft.plain(chosen.body)


@given(SUGGESTIONS)
def test_every_line_can_travel(chosen):
    """RFC 5322 §2.1.1: CRLF line ends, no line beyond 998 characters, nothing but ASCII."""
    raw = draft.to_bytes(chosen, ME, NOW, draft.message_id("c1", chosen))

    lines = raw.split(b"\r\n")
    assert max(len(line) for line in lines) <= 998
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert raw.isascii()


@pytest.mark.parametrize(
    "name",
    ["0¡¡¡𐀀𐀀𐀀𐀀𐀀𐀀", "Ruiz, Ana", 'Ana "Nan" Ruiz', "=?utf-8?q?Bcc?=", "Ж" * 99, "x" * 5000],
    ids=["wide", "comma", "quotes", "encoded_word", "cyrillic", "endless"],
)
def test_no_name_hides_the_recipient_behind_it(name):
    """The stdlib's folding lost the second of these."""
    mail = written(suggestion(to=(Address("ana@client.example", name), BEN)))

    assert [a.addr_spec for a in mail["To"].addresses] == ["ana@client.example", BEN.email]
    # Reading back, the stdlib leaves the blank between two encoded words in (RFC 2047 §6.2 drops it).
    assert mail["To"].addresses[0].display_name.replace(" ", "") == name[:100].replace(" ", "")


def test_long_ids_stay_whole():
    """A folded or encoded id is another id: the thread would be lost."""
    ids = tuple(f"{'x' * 150}{n}@mail.example" for n in range(40))

    mail = written(suggestion(references=ids, in_reply_to=ids[-1]))

    assert mail["References"].split() == [f"<{i}>" for i in ids]
    assert mail["In-Reply-To"] == f"<{ids[-1]}>"


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ana",
        "a b@client.example",
        "ana@",
        "ana@client.example\r\nBcc: x@evil.example",
        "jörg@client.example",
        "a@b@c",
    ],
)
def test_an_address_that_is_none_is_left_out(email):
    assert "To" not in written(suggestion(to=(Address(email, "Ana"),)))


def test_a_domain_in_any_script_is_written_in_ascii():
    assert written(suggestion(to=(Address("ana@münchen.example"),)))["To"] == "ana@xn--mnchen-3ya.example"


def test_the_id_is_the_same_for_the_same_words_and_another_for_others():
    one = suggestion()

    assert draft.message_id("c1", one) == draft.message_id("c1", suggestion(references=("other@client.example",)))
    others = [
        draft.message_id("c2", one),
        draft.message_id("c1", suggestion(body="Yes.\n")),
        draft.message_id("c1", suggestion(subject="Re: Plan")),
        draft.message_id("c1", suggestion(in_reply_to="m2@client.example")),
    ]
    assert draft.is_id(draft.message_id("c1", one))
    assert len({draft.message_id("c1", one), *others}) == 5


def test_an_edited_draft_keeps_recipients_and_thread():
    changed = draft.edited(suggestion(), body="Rather not.\n", subject="Re: Plans\r\nBcc: x@evil.example")

    assert (changed.body, changed.subject) == ("Rather not.\n", "Re: Plans Bcc: x@evil.example")
    assert (changed.to, changed.in_reply_to) == ((ANA,), "m1@client.example")
    assert draft.edited(suggestion(), body="x").subject == "Re: Plans"


def test_the_date_is_that_of_the_writing():
    late = NOW + timedelta(days=1)

    mail = message_from_bytes(draft.to_bytes(suggestion(), ME, late, "x@draft.invalid"), policy=SMTP)

    assert mail["Date"].datetime == late
