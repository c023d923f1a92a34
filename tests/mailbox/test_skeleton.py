r"""The skeleton of a message: what is fetched of it, and that it reads like the whole.

`whole` takes a message apart as a server does (the scripted server's own reader of MIME); the
same is proved with Dovecot on real mail in tests/server.
"""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message as Mail

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repliquette.limits import PAGE_BYTES, PARTS_READ, TEXT_BYTES
from repliquette.mailbox import skeleton, structure, wire
from repliquette.mailbox.skeleton import Piece
from repliquette.mailbox.structure import Part

HEAD = b'Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="m"\r\n\r\n'


def part(section: str, media: str, size: int = 10, **more) -> Part:
    return Part(section, media, size=size, **more)


def multipart(section: str, kind: str, *parts: Part, boundary: bytes = b"m") -> Part:
    return Part(section, f"multipart/{kind}", ((b"boundary", boundary),), parts=parts)


def sections(pieces) -> list[str]:
    return [piece.section for piece in pieces]


ATTACHED = {"disposition": b"ATTACHMENT", "filing": ((b"filename", b"x"),)}


@pytest.mark.parametrize(
    ("media", "more", "read"),
    [
        pytest.param("text/plain", {}, True, id="a text"),
        pytest.param(
            "text/plain", {"parameters": ((b"name", b"x.txt"),)}, True, id="a text with a name is still a text"
        ),
        pytest.param("text/plain", ATTACHED, False, id="an attached text"),
        pytest.param("text/html", {}, True, id="a page"),
        pytest.param("text/html", {"parameters": ((b"name", b"x.html"),)}, False, id="a page with a name"),
        pytest.param("text/html", {"filing": ((b"filename*0*", b"x.html"),)}, False, id="a page with a long name"),
        pytest.param("text/calendar", ATTACHED, True, id="an attached calendar"),
        pytest.param("application/ics", ATTACHED, True, id="a calendar by its other name"),
        pytest.param("message/delivery-status", {}, True, id="a bounce"),
        pytest.param("message/disposition-notification", {}, True, id="a receipt"),
        pytest.param("message/rfc822", ATTACHED, True, id="a forwarded message"),
        pytest.param("text/rfc822-headers", {}, True, id="what bounced"),
        pytest.param("application/pdf", {}, False, id="a document"),
        pytest.param("image/png", {"disposition": b"inline"}, False, id="a picture"),
        pytest.param("text/csv", {}, False, id="a table"),
        pytest.param("text/plain", {"size": 0}, False, id="nothing"),
    ],
)
def test_what_is_fetched(media, more, read):
    one = part("1", media, **({"size": 10} | more))
    assert bool(skeleton.plan(one).first) == read
    assert bool(skeleton.plan(multipart("", "mixed", one)).first) == read


def test_nothing_is_fetched_where_nothing_is_known():
    assert skeleton.plan(None).first == ()


def test_parts_are_cut_and_say_so():
    plan = skeleton.plan(
        multipart("", "mixed", part("1", "text/plain", TEXT_BYTES + 1), part("2", "text/html", PAGE_BYTES))
    )
    assert plan.first == (Piece("1", TEXT_BYTES, TEXT_BYTES + 1), Piece("2", PAGE_BYTES, PAGE_BYTES))
    assert [piece.is_cut for piece in plan.first] == [True, False]


def test_a_message_of_a_thousand_texts_is_cut():
    many = [part(str(n), "text/plain") for n in range(1, 1000)]
    plan = skeleton.plan(multipart("", "mixed", *many))
    assert (len(plan.first), plan.is_cut) == (PARTS_READ, True)


@pytest.mark.parametrize(
    ("text", "encoding", "missing"),
    [
        pytest.param(b"Hello\r\n", b"7bit", [], id="words"),
        pytest.param(b" \r\n\t\r\n", b"7bit", ["2"], id="blanks"),
        pytest.param(b"=20=\r\n\r\n", b"Quoted-Printable", ["2"], id="blanks as quoted-printable"),
        pytest.param(b"=C2=A0", b"quoted-printable", ["2"], id="a no-break space"),
        pytest.param(b"SGVsbG8=\r\n", b"base64", [], id="words as base64"),
        pytest.param(b"IA0K\r\n", b"BASE64", ["2"], id="blanks as base64"),
        pytest.param(b"SGVsb", b"base64", ["2"], id="cut base64 is no reason to miss anything"),
        pytest.param(b"-----BEGIN PGP MESSAGE-----\r\n", b"7bit", ["2"], id="sealed"),
        pytest.param(b"", b"7bit", ["2"], id="nothing"),
    ],
)
def test_the_page_of_an_alternative_is_fetched_where_the_text_is_blank(text, encoding, missing):
    """A reader looks at one of the two; the page is most of the bytes of all mail."""
    root = multipart(
        "", "alternative", part("1", "text/plain", encoding=encoding), part("2", "text/html", encoding=b"base64")
    )
    plan = skeleton.plan(root)
    assert sections(plan.first) == ["1"]
    assert sections(plan.missing({"1": text} if text else {})) == missing


def test_alternatives_in_alternatives_count_for_themselves():
    """As `message.parts` numbers them: a page in `related` belongs to the alternative around it."""
    inner = multipart("3", "alternative", part("3.1", "text/plain"), part("3.2", "text/html"), boundary=b"i")
    related = multipart("2", "related", part("2.1", "text/html"), part("2.2", "image/png"), boundary=b"r")
    root = multipart("", "alternative", part("1", "text/plain"), related, inner)
    plan = skeleton.plan(root)
    assert sections(plan.first) == ["1", "3.1"]
    assert sections(plan.missing({"1": b" ", "3.1": b"words"})) == ["2.1"]
    assert sections(plan.missing({"1": b"words", "3.1": b" "})) == ["3.2"]


def test_pages_without_a_text_beside_them_are_fetched_at_once():
    alternative = multipart("1", "alternative", part("1.1", "text/html"), part("1.2", "text/calendar"), boundary=b"a")
    plan = skeleton.plan(multipart("", "mixed", alternative, part("2", "text/html")))
    assert sorted(sections(plan.first)) == ["1.1", "1.2", "2"]
    assert plan.then == ()


def test_one_part_is_its_head_and_its_bytes():
    assert skeleton.build(b"A: b\r\n\r\n", part("1", "text/plain"), {"1": b"raw =C3\r\n"}) == b"A: b\r\n\r\nraw =C3\r\n"


def test_a_message_that_is_an_attachment_has_a_body():
    """Without any it would look like one whose text was not read."""
    raw = skeleton.build(b"A: b\r\n\r\n", part("1", "application/pdf"), {})
    assert raw.partition(b"\r\n\r\n")[2].strip()


@pytest.mark.parametrize("head", [b"A: b", b"A: b\r\n", b"A: b\r\n\r\n"])
def test_a_head_that_was_cut_ends_all_the_same(head):
    assert skeleton.build(head, part("1", "text/plain"), {"1": b"x"}) == b"A: b\r\n\r\nx"


def test_all_parts_stand_in_their_places():
    file = part(
        "2", "application/pdf", parameters=((b"name", b'a "b"\\.pdf'),), encoding=b"base64", disposition=b"attachment"
    )
    inner = multipart(
        "1", "alternative", part("1.1", "text/plain", encoding=b"8bit"), part("1.2", "text/html"), boundary=b"n"
    )
    mail = message_from_bytes(
        skeleton.build(HEAD, multipart("", "mixed", inner, file), {"1.1": b"Gr\xc3\xbc\xc3\x9fe\r\n"})
    )
    assert [walked.get_content_type() for walked in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    assert leaf(mail, 0).get_payload(decode=True) == b"Gr\xc3\xbc\xc3\x9fe\r\n"
    assert leaf(mail, 1).get_payload() == ""
    assert leaf(mail, 2).get_filename() == 'a "b"\\.pdf'
    assert leaf(mail, 2)["content-transfer-encoding"] == "base64"
    assert not mail.defects


def leaf(mail: Mail, number: int) -> Mail:
    return [walked for walked in mail.walk() if not walked.is_multipart()][number]


def test_a_lost_boundary_is_made_up():
    inner = Part("1", "multipart/alternative", parts=(part("1.1", "text/plain"),))
    mail = message_from_bytes(skeleton.build(HEAD, multipart("", "mixed", inner), {"1.1": b"here"}))
    assert leaf(mail, 0).get_payload() == "here"


NAMES = st.binary(min_size=1, max_size=30)


@given(NAMES, NAMES)
def test_no_parameter_adds_a_line(name, value):
    """What a sender puts into a name stays in its line."""

    def lines(name: bytes, value: bytes) -> list[bytes]:
        png = part("1", "image/png", parameters=((name, value),), disposition=value, encoding=name)
        return skeleton.build(HEAD, multipart("", "mixed", png), {}).split(b"\n")

    assert all(line.endswith(b"\r") and line.count(b"\r") == 1 for line in lines(name, value)[:-1])
    assert len(lines(name, value)) == len(lines(b"name", b"value"))


def test_a_structure_from_the_wire_makes_a_skeleton():
    words = (
        b'(("text" "plain" NIL NIL NIL "7bit" 5 1)("image" "png" NIL NIL NIL "base64" 900) "mixed" ("boundary" "m"))'
    )
    root = structure.read(wire.tokens([words])[0])
    assert root is not None
    raw = skeleton.build(HEAD, root, {"1": b"Hello"})
    assert raw == HEAD + (
        b"--m\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: 7bit\r\n\r\nHello\r\n"
        b"--m\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n--m--\r\n"
    )
