"""The program of one reading process: bytes in by its standard input, messages out by its standard output.

`readers` starts it and alone speaks to it.  It loads the rules once, says that it is
ready, and answers each batch until its input ends: that happens also when the process
that started it is killed, so that none is left behind.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from repliquette.message.lore import load
from repliquette.message.parse import parse
from repliquette.model import RawMessage
from repliquette.rulebook.files import shipped_rules

READY = "ready"


def send(one: object, stream: BinaryIO) -> None:
    """Write one object for the process at the other end; OSError where it has gone."""
    pickle.dump(one, stream, pickle.HIGHEST_PROTOCOL)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """The next object; EOFError or UnpicklingError where the other end has gone.

    Nobody but the two processes of this program can write into their pipe.
    """
    return pickle.load(stream)  # noqa: S301 - see above


def answer(batches: Iterable[list[RawMessage]], own: Path | None, out: BinaryIO) -> None:
    """Read every batch and send what was read."""
    lore = load(shipped_rules(), own)
    send(READY, out)
    for raws in batches:
        send([parse(raw, lore) for raw in raws], out)


def main(own: str) -> None:
    """Serve until the input ends; `own` is the folder of the owner's rules, or ""."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints must not spoil an answer
    try:
        answer(iter(lambda: receive(sys.stdin.buffer), None), Path(own) if own else None, out)
    except (EOFError, OSError, pickle.UnpicklingError):
        os._exit(0)  # whoever asked has gone: there is nothing to save, and nobody to tell
