"""Runs of a sync that are ended by SIGKILL, each in a process of its own that was forked from one with the rules loaded.

Started as a program: it reads orders from its standard input, a line of JSON each, and
answers with a line.  An order names the store, the server, and at which commit the run
shall die ("commits", negative: just before it), or after how many seconds ("seconds"), or
neither.  Tests use `Nursery`, its other end.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import event

from repliquette.mailbox.imap import ImapSource
from repliquette.pipeline.knowledge import Knowledge, know
from repliquette.pipeline.sync import Intake, Pace
from repliquette.settings import AccountSetting
from repliquette.store import Store
from support.dovecot import MailUser
from support.mail import NOW, OWNER


class Nursery:
    """The program, from the side of a test; a context manager."""

    def __init__(self, user: MailUser) -> None:
        self._user = user

    def __enter__(self) -> Self:
        tests = str(Path(__file__).parents[1])
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([tests, *filter(None, sys.path)])}
        command = [sys.executable, "-c", "from support.cut_off import main; main()"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        assert self._process.wait(30) == 0
        assert self._process.stdout
        self._process.stdout.close()

    def sync(self, store: Path, **death: float) -> dict[str, Any]:
        """One run; tells whether it was "killed", how many "commits" it made and how many "seconds" it took."""
        user = self._user
        order = {"store": str(store), "address": user.address, "host": user.host, "port": user.port}
        order |= {"ca_file": str(user.ca_file), "password": user.password} | death
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def main() -> None:
    """Do what is ordered."""
    knowledge = know()
    for line in sys.stdin:
        order = json.loads(line)
        begun = time.monotonic()
        read, write = os.pipe()
        child = os.fork()
        if not child:
            os._exit(_run(order, knowledge, write))
        os.close(write)
        if "seconds" in order:
            time.sleep(order["seconds"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        with os.fdopen(read) as told:
            commits = int(told.read() or 0)
        killed = os.WIFSIGNALED(status)
        assert killed or os.WEXITSTATUS(status) == 0, order
        answer = {"killed": killed, "commits": commits, "seconds": time.monotonic() - begun}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _run(order: dict[str, Any], knowledge: Knowledge, told: int) -> int:
    names = ("address", "host", "port", "ca_file")
    account = AccountSetting.model_validate({name: order[name] for name in names})
    store = Store(Path(order["store"]))
    commits = _count_commits(store, order.get("commits", 0))
    source = ImapSource.connect(account, order["password"])
    try:
        Intake(store, order["address"], OWNER, knowledge, NOW, pace=Pace(batch=20, first=40, every=60)).read(source)
    finally:
        source.close()
        store.close()
    os.write(told, str(commits[0]).encode())
    return 0


def _count_commits(store: Store, death: int) -> list[int]:
    commits = [0]

    @event.listens_for(store._engine, "commit")
    def _(connection: Any) -> None:
        commits[0] += 1
        if commits[0] == abs(death):
            if death > 0:
                connection.connection.dbapi_connection.execute("COMMIT")
            os.kill(os.getpid(), signal.SIGKILL)

    return commits
