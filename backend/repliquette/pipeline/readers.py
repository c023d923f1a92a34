"""Several processes that read messages side by side, while the next ones are fetched.

Reading is the work of a processor, and Python gives one processor to a process.  Each
process is a fresh interpreter (never a fork: this one has threads) that holds no mail
beyond its batch, ends with us however we end, and does not hear a Ctrl+C of the
terminal: we do.  A message that kills its reader is told from its neighbours and
becomes `Unreadable`.  Where no process can be started, messages are read right here.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import BinaryIO, Self, cast

from repliquette.message.lore import Lore
from repliquette.message.parse import parse
from repliquette.model import Message, RawMessage, Unreadable
from repliquette.pipeline.reader import READY, receive, send

MOST = 4  # more wait for the fetching
FEW = 40  # a batch that is read sooner than a process is asked
_PROGRAM = "import sys; from repliquette.pipeline.reader import main; main(sys.argv[1])"
_GONE = (EOFError, OSError, pickle.UnpicklingError)

Read = list[Message | Unreadable]


class _NoReaderError(Exception):
    """No process can be started here."""


class _Reader:
    """One process, started by `start` or when first asked, and anew after it died."""

    def __init__(self, own: Path | None) -> None:
        self._own = own
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False

    def read(self, raws: Sequence[RawMessage]) -> Read:
        """Ask; one of `_GONE` where the process died of it, `_NoReaderError` where there is none."""
        process = self._await()
        try:
            send(list(raws), _input(process))
            answer: Read = receive(_output(process))
        except _GONE:
            self.stop()
            raise
        return answer

    def start(self) -> None:
        """Start the process, and wait for nothing: that it cannot be started shows when it is asked."""
        # -P: what lies in the folder we were called from is no module of ours.
        command = [sys.executable, "-P", "-c", _PROGRAM, str(self._own or "")]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        with suppress(OSError):
            self._process = subprocess.Popen(  # noqa: S603 - this very interpreter, and words of our own
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True
            )

    def _await(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self.start()
        process = self._process
        if process is None:
            raise _NoReaderError
        with suppress(*_GONE):
            self._ready = self._ready or receive(_output(process)) == READY
        if not self._ready:
            self.stop()
            raise _NoReaderError
        return process

    def stop(self) -> None:
        """End the process; what it was reading is lost."""
        process, self._process, self._ready = self._process, None, False
        if process is None:
            return
        process.kill()
        for pipe in (_input(process), _output(process)):
            with suppress(OSError):  # what was not yet written cannot be written any more
                pipe.close()
        process.wait()


def _input(process: subprocess.Popen[bytes]) -> BinaryIO:
    assert process.stdin is not None
    return cast(BinaryIO, process.stdin)


def _output(process: subprocess.Popen[bytes]) -> BinaryIO:
    assert process.stdout is not None
    return cast(BinaryIO, process.stdout)


class Readers:
    """Reads batches in order of asking, several at a time; a context manager.

    `workers` is the number of processes: by default one for each processor, at most
    `MOST`; 0 reads everything right here.  They start with `warm`, or with the first
    batch that is larger than `FEW`.
    """

    def __init__(self, lore: Lore, own: Path | None = None, *, workers: int | None = None) -> None:
        """Read with `lore`, which other processes load from the shipped rules and the owner's `own`."""
        self._lore = lore
        self._own = own
        self._workers = min(os.cpu_count() or 1, MOST) if workers is None else workers
        self._idle: SimpleQueue[_Reader] = SimpleQueue()
        self._readers: list[_Reader] = []
        self._threads: ThreadPoolExecutor | None = None
        self._closed = False

    def warm(self) -> None:
        """Start the processes now: they load their rules while the first messages are on their way."""
        if self._workers and self._threads is None:
            self._open()
            for reader in self._readers:
                reader.start()

    @property
    def ahead(self) -> int:
        """How many batches are worth handing in before the first is taken out."""
        return 2 * self._workers

    def read(self, raws: Sequence[RawMessage]) -> Read:
        """The messages in the order given, spread over all processes."""
        share = max(-(-len(raws) // max(self._workers, 1)), FEW)
        asked = [self.submit(raws[at : at + share]) for at in range(0, len(raws), share)]
        return [message for batch in asked for message in batch.result()]

    def submit(self, raws: Sequence[RawMessage]) -> Future[Read]:
        """Hand in a batch; its result are the messages in the order given."""
        if self._workers and len(raws) >= FEW:
            return self._open().submit(self._beside, raws)
        done: Future[Read] = Future()
        done.set_result(self._here(raws))
        return done

    def _open(self) -> ThreadPoolExecutor:
        if self._threads is None:
            self._readers = [_Reader(self._own) for _ in range(self._workers)]
            for reader in self._readers:
                self._idle.put(reader)
            self._threads = ThreadPoolExecutor(self._workers, thread_name_prefix="readers")
        return self._threads

    def _here(self, raws: Sequence[RawMessage]) -> Read:
        return [parse(raw, self._lore) for raw in raws]

    def _beside(self, raws: Sequence[RawMessage]) -> Read:
        reader = self._idle.get()
        try:
            return self._asked(reader, raws)
        except _NoReaderError:
            return self._here(raws)
        finally:
            self._idle.put(reader)

    def _asked(self, reader: _Reader, raws: Sequence[RawMessage]) -> Read:
        """Ask for a batch; where the reader dies of it, for each message by itself."""
        try:
            return reader.read(raws)
        except _GONE:
            if self._closed:
                return []
        if len(raws) == 1:
            return [Unreadable("This message cannot be read (it ended the program that read it).", raws[0].key)]
        return [message for raw in raws for message in self._asked(reader, [raw])]

    def close(self) -> None:
        """End the processes; batches still asked for are given up."""
        self._closed = True
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._stop()  # whoever waits for an answer need not wait longer
            self._threads.shutdown()
            self._stop()  # and one that was just being started

    def _stop(self) -> None:
        for reader in self._readers:
            reader.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
