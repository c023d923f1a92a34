"""A verdict -> suggestions: drafts that speak to the matter and invent nothing.

The words come from `rules/replies/`, the facts from the conversation and the
settings; a sentence whose fact is not known is left out.  Nothing is suggested
where nobody owes anything, or for a person the owner never wants drafts for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from repliquette.model import Address, Conversation, Kind, Message, Owner, Person, Standing, Style, Suggestion, Verdict
from repliquette.replies import addressing, facts, names
from repliquette.replies.templates import Language, Reply, Templates, load

_FOREIGN = "They write in another language; this draft is in English."

__all__ = ["Templates", "load", "suggest"]


def suggest(
    verdict: Verdict, conversation: Conversation, person: Person, owner: Owner, now: datetime, templates: Templates
) -> tuple[Suggestion, ...]:
    """The drafts to choose from, most fitting first.  The verdict carries its `due` time already."""
    if verdict.standing is Standing.SETTLED or person.never_draft:
        return ()
    message = addressing.answered(verdict, conversation)
    language = templates.language(message.language)
    known = facts.gather(
        verdict, conversation, message, person, owner=owner, now=now, voice=language.voice, things=language.things
    )
    route = addressing.route(message, owner)
    if not templates.speaks(message.language):
        route = replace(route, warning=f"{_FOREIGN} {route.warning}".rstrip())
    who = _called(message, route.to, owner, templates.names)
    frame = _Frame(message.subject, route, owner, known, language, who)
    replies = language.replies_for(verdict, message.kind)
    return tuple(frame.write(reply) for reply in replies if reply.fits(known))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all drafts of one conversation share."""

    subject: str
    route: addressing.Route
    owner: Owner
    known: facts.Facts
    language: Language
    who: names.Called

    def write(self, reply: Reply) -> Suggestion:
        voice, stranger = self.language.voice, self.known.stranger
        parts = (
            voice.greet(self.who, stranger=stranger),
            reply.render(self.known),
            voice.close(self._manner(reply), self.owner, stranger=stranger),
        )
        body = "\n\n".join(p for p in parts if p) + "\n"
        warnings = (reply.file.warning, self.route.warning)
        return Suggestion(
            style=reply.file.style,
            action=reply.file.action,
            label=reply.file.label,
            subject=self._subject(reply),
            body=body,
            to=self.route.to,
            in_reply_to=self.route.in_reply_to,
            references=self.route.references,
            facts=reply.used(self.known, body),
            warning=" ".join(w for w in warnings if w),
        )

    def _manner(self, reply: Reply) -> Style:
        # Few words may comfort; a clipped "Best," under them does not.
        return Style.WARM if reply.file.action == "condole" else reply.file.style

    def _subject(self, reply: Reply) -> str:
        # Somebody who never got my message would take a "Re:" for a trick (document 002, shady tactics).
        unseen = reply.file.action == "resend"
        return (addressing.bare_subject if unseen else addressing.reply_subject)(self.subject)


def _called(message: Message, to: tuple[Address, ...], owner: Owner, words: names.NameWords) -> names.Called:
    """Whom the draft greets: the caller of a voicemail, the one who wrote, or the only one to whom I wrote."""
    if message.kind is Kind.VOICEMAIL:
        return names.called(Address("", message.voicemail.caller if message.voicemail else ""), words)
    if not owner.is_me(message.sender):
        return names.called(message.sender, words, message)
    return names.called(to[0], words) if len(to) == 1 else names.Called()
