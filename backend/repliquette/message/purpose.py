"""What a call is about, in a few of the caller's own words: no greeting, name, number or goodbye.

Speech has no full stops: the matter begins where people say that it does ("I'm
calling about", "I wondered", "could you") and ends with the sentence, or where they
turn to how they can be reached.  Where nobody says so, the rest after the greeting.
"""

from __future__ import annotations

import re

_CHARS = 140
_LEAST_WORDS = 3
_FILLER = re.compile(r"\b(?:um+|uh+|er+m*|ähm?|euh|eh|you know|i mean|sort of)\b,?\s*", re.IGNORECASE)
_MATTER = re.compile(
    r"\b(?:(?:i'm|i am|i was|we're|it's) (?:just |only )?(?:calling|ringing|phoning) (?:you )?(?:about|for|to|because|regarding|with|whoever)|(?:calling|ringing) (?:about|regarding|for)|it's about|it is about|regarding"
    r"|(?:i|we) (?:just )?(?:wondered|was wondering|were wondering|wish|want(?:ed)?|need(?:ed)?|would like|'d like|have|'ve got)\b|(?:i|we)'d like|we've got|(?:can|could|would|will|do|are) (?:you|we|i)\b|who (?:will|can)|when (?:will|can)|please\b"
    r"|ich (?:rufe an|wollte|möchte|hätte|bräuchte|tät|würde)|es geht (?:um|darum)|wegen\b|könn(?:t|ten) (?:sie|ihr|wir)|j'appelle (?:pour|au sujet|à propos)|je voudrais|je voulais|est-ce que|c'est (?:pour|au sujet|à propos)"
    r"|(?:llamo|le llamo|te llamo) (?:por|para)|quería|quisiera|chiamo (?:per)|volevo|vorrei|ik bel (?:over|voor)|ik wil|queria|gostaria)",
    re.IGNORECASE,
)
_REACH = re.compile(
    r"[,.;]?\s*\b(?:(?:please |can you |could you |if you could |would you )?(?:call|ring|phone) me\b|(?:please |if you could )?(?:call|ring) (?:me )?back|give me a (?:call|ring)|my (?:number|telephone|phone|mobile) (?:number )?is|you can reach me|i'm on \d|please call"
    r"|thank(?:s| you)|bye\b|cheers\b|speak soon|talk soon|rufen\s?(?:sie|s)?\b|rückruf|danke\b|tschüss|auf wiederhören|tu me rappelles|rappele[zr]|merci\b|au revoir|gracias|adiós|grazie|that's all|all the best|ta-?ra)",
    re.IGNORECASE,
)
_UNHEARD = re.compile(r"\[(?:inaudible|pause|noise|unklar)\]", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_GREETING = re.compile(
    r"^(?:\.{2,}|…)?\s*(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|hallo|guten (?:tag|morgen|abend)|grüß gott|bonjour|oui|hola|ciao|buongiorno)\b[ ,]*(?:there\b|again\b)?[ ,]*)+",
    re.IGNORECASE,
)


def purpose(spoken: str) -> str:
    """The matter in at most 140 characters, cut at a word, or "" where nobody spoke."""
    clean = " ".join(_GREETING.sub("", _FILLER.sub("", _UNHEARD.sub("…", spoken))).split())
    sentences = [_cut(sentence) for sentence in _SENTENCE.split(clean)]
    begun = [sentence[found.start() :] for sentence in sentences if (found := _MATTER.search(sentence))]
    told = next((words for words in (*begun, *sentences[1:], *sentences) if len(words.split()) >= _LEAST_WORDS), clean)
    return _short(told.strip(" ,.;-"))


def _cut(sentence: str) -> str:
    """Without what comes after the matter: how to reach the caller, thanks, a goodbye."""
    found = next((m for m in _REACH.finditer(sentence) if m.start() > 0), None)
    return sentence[: found.start()] if found else ("" if _REACH.match(sentence) else sentence)


def _short(words: str) -> str:
    if len(words) <= _CHARS:
        return words
    return words[:_CHARS].rpartition(" ")[0].rstrip(" ,.;-") + "…"
