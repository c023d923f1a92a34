"""`repliquette show FILE.eml`: what is read of one mail file, safe to look at, without a mailbox."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from repliquette.cli import main
from repliquette.errors import Exit
from support.program import Program

NOTE = """\
From: Ann Ferry <ann@ropeworks.example>
Reply-To: desk@ropeworks.example
To: Kim <kim@quay.example>
Subject: Automatic reply: the hawser
Date: Tue, 5 Mar 2024 12:00:00 +0100
Message-ID: <one@ropeworks.example>
In-Reply-To: <zero@quay.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=xx

--xx
Content-Type: text/plain; charset=utf-8

Ahoy,

I am away from 6 March until 15 March.

--\u0020
Ann Ferry, ropes since 1902

On Mon, 4 Mar 2024, Kim wrote:
> How thick is the hawser?
--xx
Content-Type: application/pdf
Content-Disposition: attachment; filename="prices.pdf"

not really a PDF
--xx--
"""

HOSTILE = (
    b'From: "\x1b]0;owned\x07" <e@evil.example>\nDate: Tue, 5 Mar 2024 12:00:00 +0000\nSubject: [bold]hi\xe2\x80\xae\x1b[2J\n'
    b"Content-Type: text/plain; charset=utf-8\n\n[red]Pay\x1b[31m me\xc2\x9b2J \xe2\x80\xaenow[/red]\r\x08\x00\n"
)
DANGEROUS = ("\x1b", "\x07", "\x08", "\x00", "\x9b", "\u202e", "\r")


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.eml"
    path.write_text(NOTE, "utf-8")
    return path


def shown(*words: str | Path) -> str:
    ran = CliRunner().invoke(main, ["show", *map(str, words)], catch_exceptions=False)
    assert ran.exit_code == Exit.OK, ran.output
    return ran.output


def test_everything_read_is_shown_and_no_mailbox_needed(letter, tmp_path):
    ran = Program(tmp_path / "home")("show", str(letter))

    assert (ran.code, ran.err) == (Exit.OK, "")
    for words in (
        "Ann Ferry <ann@ropeworks.example>",
        "Tue 05 Mar 2024 12:00 +0100",
        "auto reply",
        "auto-submitted: auto-replied",
        "from Wed 6 Mar 2024, back Mon 18 Mar 2024",
        "prices.pdf",
        "── signature",
        "> How thick is the hawser?",
    ):
        assert words in ran.out
    assert "not really a PDF" not in ran.out
    assert not list(tmp_path.rglob("*.sqlite*"))


def test_json_says_the_same_with_offsets_that_fit(letter):
    data = json.loads(shown(letter, "--json"))

    zones = {zone["kind"]: data["text"][zone["start"] : zone["end"]] for zone in data["zones"]}
    assert "".join(zones.values()) == data["text"]
    assert zones["quoted"].strip().endswith("> How thick is the hawser?")
    assert "since 1902" in zones["signature"]
    away = data["away"]
    assert (away["first"], away["back"], away["kind"]) == ("2024-03-06", "2024-03-18", "through")
    assert data["fresh"][away["start"] : away["end"]].startswith(away["words"])
    assert data["attachments"] == ["prices.pdf"]
    assert data["headers"]["in-reply-to"] == "zero@quay.example"
    assert any(evidence["where"] == "header" for evidence in data["evidence"])
    assert (data["promised"], data["deadline"]) == (None, None)


def test_doubt_is_shown_with_both_readings(tmp_path):
    path = tmp_path / "a.eml"
    path.write_text("From: a@b.example\nDate: Mon, 16 Feb 2026 09:00:00 +0000\n\nI am away and return on 05/03/2026.\n")

    out = " ".join(shown(path).split())  # however wide the terminal is

    assert "no sure day of return (day or month: the words allow Thu 5 Mar 2026 or Sun 3 May 2026)" in out


def test_a_promise_and_a_deadline_are_shown(tmp_path):
    path = tmp_path / "a.eml"
    path.write_text(
        "From: a@b.example\nDate: Tue, 5 Mar 2024 12:00:00 +0000\n\nI'll ring on Thursday. Please pay by 20 March.\n"
    )

    out = shown(path)

    assert "Promised    Thu 7 Mar 2024" in out
    assert "Deadline    Wed 20 Mar 2024" in out


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_a_hostile_message_cannot_speak_to_the_terminal(tmp_path, form):
    path = tmp_path / "evil.eml"
    path.write_bytes(HOSTILE)

    out = shown(path, *form)

    assert not [char for char in DANGEROUS if char in out]
    assert "[red]Pay" in out


def test_colours_tell_the_zones_apart(letter, tmp_path):
    """On a terminal; a heading tells them apart without."""
    ran = Program(tmp_path / "home", environment={"FORCE_COLOR": "1", "TERM": "xterm-256color"})("show", str(letter))

    assert "\x1b[36m> How thick is the hawser?" in ran.out
    assert "\x1b[1;32m" in ran.out


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("missing.eml", None, Exit.UNKNOWN, "There is no file"),
        ("shopping.txt", b"milk\nbread\n", Exit.FAILED, "not a mail message"),
        ("empty.eml", b"", Exit.FAILED, "cannot be shown"),
        ("folder.eml", "folder", Exit.FAILED, "cannot be read"),
    ],
)
def test_what_cannot_be_shown_is_said(tmp_path, name, content, code, words):
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)

    ran = Program(tmp_path / "home")("show", str(path))

    assert ran.code == code
    assert words in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["crlf", "cr"])
def test_line_ends_make_no_difference(letter, end):
    expected = shown(letter)
    letter.write_bytes(NOTE.replace("\n", end).encode())

    assert shown(letter) == expected
