"""One family of errors: each says what happened, what was seen, and what to do.

A docstring is the sentence a user would say about the situation.  The command
line and the API turn these, and only these, into words for a person.
"""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path


class Exit(IntEnum):
    """Exit codes of the command line."""

    OK = 0
    FAILED = 1
    USAGE = 2
    SETTINGS = 3
    RULES = 4
    LOGIN = 5
    SERVER = 6
    UNKNOWN = 7
    BUSY = 8


class RepliquetteError(Exception):
    """Something went wrong, and Repliquette knows what."""

    code = "failed"
    exit = Exit.FAILED

    def __init__(self, what: str, *, seen: str = "", hint: str = "") -> None:
        """Keep the three parts: `what` happened, what was `seen`, and the `hint` what to do."""
        super().__init__(what)
        self.what = what
        self.seen = seen
        self.hint = hint

    def __str__(self) -> str:
        """All three parts on up to three lines."""
        seen = f"Seen: {self.seen}" if self.seen else ""
        return "\n".join(part for part in (self.what, seen, self.hint) if part)


class SettingsError(RepliquetteError):
    """My settings have a mistake."""

    code = "settings"
    exit = Exit.SETTINGS


class RuleError(RepliquetteError):
    """A rule file has a mistake; file, line and a caret tell where."""

    code = "rules"
    exit = Exit.RULES

    def __init__(
        self, what: str, *, file: Path, line: int = 0, source: str = "", column: int = 0, hint: str = ""
    ) -> None:
        """Point at `column` (from 0) of the `source` line number `line` (from 1; 0 = the whole file)."""
        self.file = file
        self.line = line
        place = f"{file}:{line}" if line else str(file)
        caret = f"    {source}\n    {' ' * column}^" if source else ""
        super().__init__(f"{place}: {what}" + (f"\n{caret}" if caret else ""), hint=hint)


class LoginError(RepliquetteError):
    """The server refused my name and password, or no safe place keeps them."""

    code = "login"
    exit = Exit.LOGIN


class ServerError(RepliquetteError):
    """The mail server cannot be reached, cannot be trusted, or misbehaved."""

    code = "server"
    exit = Exit.SERVER


class ThrottledError(ServerError):
    """The mail server asks to be left alone for a while."""

    code = "throttled"

    def __init__(self, what: str, *, retry_after_s: float, seen: str = "", hint: str = "") -> None:
        """Keep how long to wait (seconds)."""
        super().__init__(what, seen=seen, hint=hint)
        self.retry_after_s = retry_after_s


class UnknownError(RepliquetteError):
    """I named a conversation, account or file that is not there."""

    code = "unknown"
    exit = Exit.UNKNOWN


class BusyError(RepliquetteError):
    """Another run of Repliquette is at work on the same store."""

    code = "busy"
    exit = Exit.BUSY
