"""Words of servers that ask to be left alone, and those that do not."""

from __future__ import annotations

import pytest

from repliquette.errors import Exit, ServerError, ThrottledError
from repliquette.mailbox.backoff import HOUR, MINUTE, MOST_S, trouble


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Request is throttled. Suggested Backoff Time: 297522 milliseconds", 297.522),
        ("BAD Request is throttled. Suggested Backoff Time: 299 milliseconds", 1.0),
        ("Suggested Backoff Time: 30 seconds", 30.0),
        ("Server is busy, retry after 120 s", 120.0),
        ("[THROTTLED] Rate exceeded", 10 * MINUTE),
        ("[UNAVAILABLE] request is throttled. backoff 5000", 5.0),
        ("[OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", HOUR),
        ("Account exceeded bandwidth limits", HOUR),
        ("[ALERT] Too many simultaneous connections. (Failure)", 10 * MINUTE),
        ("[LIMIT] Rate limit hit", 10 * MINUTE),
        ("BAD User is authenticated but not connected.", 5 * MINUTE),
        ("[UNAVAILABLE] Temporary authentication failure.", 5 * MINUTE),
        ("Suggested Backoff Time: 999999999999 milliseconds", MOST_S),
        ("Suggested Backoff Time: 0 milliseconds", 1.0),
        ("[AUTHENTICATIONFAILED] Invalid credentials", None),
        ("[NONEXISTENT] Unknown mailbox: the backoffice", None),
        ("BYE Logging out", None),
        ("", None),
    ],
)
def test_how_long_a_server_asks_to_be_left_alone(words, seconds):
    assert trouble(words) == seconds


def test_a_throttled_error_is_a_servers_and_knows_how_long():
    error = ThrottledError("imap.slow.example asks for a pause.", retry_after_s=30.0, hint="Wait.")
    assert isinstance(error, ServerError)
    assert (error.code, error.exit, error.retry_after_s) == ("throttled", Exit.SERVER, 30.0)
    assert str(error) == "imap.slow.example asks for a pause.\nWait."
