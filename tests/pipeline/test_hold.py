"""One process at a time, and who it is."""

from __future__ import annotations

import os
import threading

import pytest

from repliquette.errors import BusyError
from repliquette.pipeline.hold import Hold


def test_threads_share_it_and_other_runs_are_told_who_has_it(tmp_path):
    mine = Hold(tmp_path)
    with mine, mine, pytest.raises(BusyError) as busy, Hold(tmp_path):
        pass

    assert str(os.getpid()) in str(busy.value)
    assert "--wait" in busy.value.hint


def test_it_is_free_when_the_last_thread_is_done(tmp_path):
    mine = Hold(tmp_path)
    with mine:
        with mine:
            pass
        with pytest.raises(BusyError), Hold(tmp_path):
            pass
    with Hold(tmp_path):
        pass


def test_who_waits_gets_it_after_the_other(tmp_path):
    first, taken = Hold(tmp_path), []
    first.__enter__()
    release = threading.Timer(0.1, first.__exit__)
    release.start()
    with Hold(tmp_path, wait_s=30):
        taken.append("second")
    release.join()

    assert taken == ["second"]
    assert not (tmp_path / "sync.pid").exists()
