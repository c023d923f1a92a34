"""The program as its user runs it: a subprocess with a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Ran:
    """How a run ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What it printed for programs."""
        return json.loads(self.out)


@dataclass
class Program:
    """`repliquette` with its settings and data in `home`, and a clock that stands where `now` says."""

    home: Path
    now: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str, given: str = "") -> Ran:
        """Run it; `given` is typed in."""
        environment = {**os.environ, "REPLIQUETTE_HOME": str(self.home), "COLUMNS": "200", **self.environment}
        if self.now:
            environment["REPLIQUETTE_NOW"] = self.now
        command = [sys.executable, "-c", "from repliquette.cli import main; main()", *words]
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, env=environment, timeout=120, check=False
        )
        return Ran(done.returncode, done.stdout, done.stderr)
