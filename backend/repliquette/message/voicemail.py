"""A voicemail notice read: who called, from which number, for how long, what for (001: return every call)."""

from __future__ import annotations

from repliquette.model import Address, Voicemail


def read(subject: str, text: str, sender: Address, language: str = "") -> Voicemail:
    """What the notice says; fields it does not tell stay empty."""
    return Voicemail(purpose=text.strip()[:300])
