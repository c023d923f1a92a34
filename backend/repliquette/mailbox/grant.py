"""What a provider of OAuth 2 granted: a token that stands where a password would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self


class Token(str):
    """An access token (RFC 6750).  It is a `str`, so whatever carries a password carries it as well.

    `entrance.log_in` alone looks at the difference.  `renew` fetches another one where
    the server refuses this one; None where this one is as new as can be.
    """

    __slots__ = ("renew",)
    renew: Callable[[], Token] | None

    def __new__(cls, value: str, renew: Callable[[], Token] | None = None) -> Self:
        """Hold a token and the way to a newer one."""
        token = super().__new__(cls, value)
        token.renew = renew
        return token

    def __repr__(self) -> str:
        return "Token(…)"  # tracebacks and logs show arguments by their repr (S34)
