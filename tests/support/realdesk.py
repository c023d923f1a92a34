"""A mailbox on Dovecot, set up and synced by the program as its owner would, and `serve` over it as a process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Self, cast

from support.dovecot import MailUser
from support.program import Program

KIM = "kim@sample.example"
NOW = "2026-03-04T09:00:00Z"
START_S = 30.0


class RealDesk:
    """`mailbox` read at NOW; the service listens on `port` from enter to exit."""

    def __init__(self, mailbox: MailUser, home: Path, port: int) -> None:
        self.mailbox = mailbox
        self.program = Program(home, NOW)
        self._port = port
        self._home = home
        self._said = home / "serve.txt"

    def __enter__(self) -> Self:
        box = self.mailbox
        done = self.program(
            "setup", box.address, "--host", box.host, "--port", str(box.port), "--ca-file", str(box.ca_file),
            "--name", "Kim Lee", "--password-command", f"{sys.executable} -c \"print('{box.password}')\"",
        )  # fmt: skip
        assert done.code == 0, done.err
        environment = os.environ | {"REPLIQUETTE_HOME": str(self._home), "REPLIQUETTE_NOW": NOW, "COLUMNS": "200"}
        command = [sys.executable, "-c", "from repliquette.cli import main; main()", "serve", "--port", str(self._port)]
        with self._said.open("w") as said:
            self._serving = subprocess.Popen(command, stderr=said, env=environment)
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._serving.terminate()
        assert self._serving.wait(START_S) == 0

    def code(self) -> str:
        """Six digits, as the terminal shows them."""
        return self.program("pair").out.strip()

    def link(self) -> str:
        """The one-time link to the page, as the terminal shows it."""
        return next(word for word in self._said.read_text().split() if word.startswith("http://"))

    def draft(self) -> EmailMessage:
        """The one draft in the Drafts folder."""
        [raw] = self.mailbox.messages("Drafts")
        return cast("EmailMessage", message_from_bytes(raw, policy=policy.default))

    def _wait(self) -> None:
        end = time.monotonic() + START_S
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self._port}/api/v1/health").close()
            except OSError:
                assert time.monotonic() < end, self._said.read_text()
                time.sleep(0.05)
            else:
                return
