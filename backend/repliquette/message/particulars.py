"""What a message of a certain kind says beyond its text, for `Message`: call, bounce, receipt, invitation."""

from __future__ import annotations

from dataclasses import dataclass

from repliquette.message import bounce, invitation, receipt, voicemail
from repliquette.message.kind import Judgement, Traits
from repliquette.message.parts import Part
from repliquette.model import Bounce, Invitation, Kind, Receipt, Voicemail


@dataclass(frozen=True, slots=True)
class Particulars:
    """At most one of a voicemail, a bounce and a receipt; a calendar part may come with any kind."""

    voicemail: Voicemail | None = None
    bounce: Bounce | None = None
    receipt: Receipt | None = None
    invitation: Invitation | None = None


def read(judged: Judgement, traits: Traits, leaves: tuple[Part, ...], language: str) -> Particulars:
    """Read what the kind promises; `language` is an ISO 639-1 code or ""."""
    calls = judged.kind is Kind.VOICEMAIL
    return Particulars(
        voicemail.read(traits.subject, traits.text, language) if calls else None,
        bounce.read(traits.headers, leaves, _whole(traits, leaves)) if judged.kind is Kind.BOUNCE else None,
        receipt.read(traits.subject, leaves) if judged.kind is Kind.AUTOMATED and "receipt" in judged.remarks else None,
        invitation.read(leaves),
    )


def _whole(traits: Traits, leaves: tuple[Part, ...]) -> str:
    """The first text with all its zones: servers write the cause below what looks like a quote."""
    plain = (leaf.text(set()) for leaf in leaves if leaf.type == "text/plain")
    return next((text for text in plain if text.strip()), traits.text)
