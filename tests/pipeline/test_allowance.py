"""A day's downloads are counted across connections and runs."""

from __future__ import annotations

import pytest

from repliquette.errors import ThrottledError
from repliquette.mailbox.budget import GMAIL_DAY_BYTES
from repliquette.pipeline.allowance import KeptMeter

KIM, ANA = "kim@gmail.example", "ana@gmail.example"


def test_a_restart_does_not_begin_the_day_anew(tmp_path):
    KeptMeter(tmp_path, KIM).count(GMAIL_DAY_BYTES - 1)
    again = KeptMeter(tmp_path, KIM)
    again.check()
    again.count(1)

    with pytest.raises(ThrottledError):
        KeptMeter(tmp_path, KIM).check()
    KeptMeter(tmp_path, ANA).check()


@pytest.mark.parametrize("kept", [b"", b"\xff\xfe", b"tomorrow many"], ids=["empty", "no_text", "nonsense"])
def test_a_file_that_says_nothing_costs_a_day_at_most(tmp_path, kept):
    KeptMeter(tmp_path, KIM).count(5)
    [file] = tmp_path.iterdir()
    file.write_bytes(kept)

    assert KeptMeter(tmp_path, KIM).budget.spent == 0


def test_the_file_names_nobody(tmp_path):
    KeptMeter(tmp_path, KIM).count(5)
    [file] = tmp_path.iterdir()

    assert "kim" not in file.name + file.read_text()
