"""How long a server asks to be left alone: one place that reads such words.

Response codes of RFC 5530 and RFC 9051 (UNAVAILABLE, LIMIT, INUSE), Gmail's THROTTLED and
OVERQUOTA, and the sentences of Microsoft and others that have no code at all.  What
asks for nothing is no such trouble, and a time that a server names is bounded: a
stranger's number must not silence a mailbox for a year.
"""

from __future__ import annotations

import re

MINUTE = 60.0
HOUR = 60 * MINUTE
LEAST_S = 1.0
MOST_S = 24 * HOUR  # Gmail closes an account for a day, and nobody for longer

# Seconds where a server gives no number.  The first that fits counts.
_WORDS = (
    # Gmail counts by the day; RFC 9208 means disk space by it, which reading does not need.
    (re.compile(r"\[OVERQUOTA\]|exceeded (?:command or )?bandwidth limits?", re.IGNORECASE), HOUR),
    (re.compile(r"\[THROTTLED\]|request is throttled|rate limit|too many requests", re.IGNORECASE), 10 * MINUTE),
    (re.compile(r"too many (?:simultaneous |concurrent )?connections|\[LIMIT\b", re.IGNORECASE), 10 * MINUTE),
    (re.compile(r"authenticated but not connected", re.IGNORECASE), 5 * MINUTE),
    (re.compile(r"\[UNAVAILABLE\]|\[INUSE\]|server busy|temporarily unavailable", re.IGNORECASE), 5 * MINUTE),
)
# "Suggested Backoff Time: 297522 milliseconds"; Exchange says it in several orders of words.
_SUGGESTED = re.compile(
    r"back[- ]?off(?: time)?\s*[:=]?\s*(\d{1,12})\s*(ms|milliseconds?|s|sec|seconds?)?\b", re.IGNORECASE
)
_RETRY = re.compile(
    r"(?:retry|try again) (?:after|in)\s*[:=]?\s*(\d{1,9})\s*(ms|milliseconds?|s|sec|seconds?)\b", re.IGNORECASE
)


def trouble(words: str) -> float | None:
    """Seconds to leave the server alone (1 to 86,400), by what it said with NO, BAD or BYE; None where it asks for none."""
    if found := _SUGGESTED.search(words) or _RETRY.search(words):
        is_seconds = (found[2] or "ms").lower().startswith("s")
        return _bounded(float(found[1]) if is_seconds else float(found[1]) / 1000)
    return next((seconds for pattern, seconds in _WORDS if pattern.search(words)), None)


def _bounded(seconds: float) -> float:
    return min(max(seconds, LEAST_S), MOST_S)
