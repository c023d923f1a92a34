"""How each account is doing, as the service tells it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from repliquette.pipeline.status import Board, Note, State, Status

KIM, ANA = "kim@northwind.example", "ana@northwind.example"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def now():
    """A clock that goes a minute each time it is asked."""
    times = (NOON + timedelta(minutes=n) for n in range(100))
    return lambda: next(times)


def test_a_state_has_a_beginning_and_the_last_reading_is_kept(now):
    board = Board([KIM, ANA], now)
    board.set(KIM, State.READING, synced_at=NOON)
    board.progress(KIM, "Reading INBOX", 200, 1000)
    reading = board.all()[0]
    board.set(KIM, State.OFFLINE, trouble="No way there.", next_try=NOON)
    board.set(KIM, State.WAITING)

    assert (reading.since, reading.step, reading.done, reading.total) == (
        NOON + timedelta(minutes=2),
        "Reading INBOX",
        200,
        1000,
    )
    assert board.all() == (
        Status(KIM, State.WAITING, NOON + timedelta(minutes=5), synced_at=NOON),
        Status(ANA, State.STOPPED, NOON + timedelta(minutes=1)),
    )


def test_the_file_says_what_the_board_says_and_goes_with_the_service(tmp_path, now):
    board, note = Board([KIM], now), Note(tmp_path)
    note.follow(board)
    board.set(KIM, State.THROTTLED, trouble="Später, bitte.", next_try=NOON)
    seen = Note(tmp_path).read()
    note.close()

    assert seen == board.all()
    assert Note(tmp_path).read() == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"accounts": [{"state": "asleep"}]}'], ids=["empty", "half", "list", "strange"]
)
def test_a_file_of_another_kind_says_nothing(tmp_path, text):
    (tmp_path / "status.json").write_text(text, "utf-8")

    assert Note(tmp_path).read() == ()


def test_progress_is_not_written_thousands_of_times(tmp_path, now):
    """A first reading of a large mailbox has a step every few milliseconds."""
    board, note = Board([KIM], now), Note(tmp_path)
    note.follow(board)
    for done in range(50):
        board.progress(KIM, "Reading INBOX", done, 50)

    assert Note(tmp_path).read()[0].done < 5
