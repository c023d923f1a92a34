"""The vocabulary: every word that two rooms of this package share.

Names follow RFC 5322 (message, address, references), RFC 9051 (folder, UID,
UIDVALIDITY) and `reasons.md` of the project's contract (standing, reason).
All data is frozen; times are aware UTC; addresses are lower-case addr-specs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum


class Standing(StrEnum):
    """Who owes whom: the owner, the others, or nobody."""

    OWED = "owed"
    AWAITING = "awaiting"
    SETTLED = "settled"


class Reason(StrEnum):
    """Why a reply is missing, or why none is due.  Names are a public contract.

    `PROMISED` stands on both sides: I promised (owed), or they did (awaiting).
    """

    HARD_JOURNEY = "hard_journey"
    FREE_STUFF = "free_stuff"
    COLD_OUTREACH = "cold_outreach"
    COURTEOUS_NO = "courteous_no"
    TRAVEL = "travel"
    PROMISED = "promised"
    UNCLEAR = "unclear"
    PRIORITY = "priority"
    ASK = "ask"

    BOUNCED = "bounced"
    AWAY = "away"
    UNWELL = "unwell"
    TOO_SOON = "too_soon"
    WEAK_ASK = "weak_ask"
    ONE_SIDED = "one_sided"
    OVERDUE = "overdue"

    AUTOMATED = "automated"
    BULK = "bulk"
    FYI = "fyi"
    CLOSING = "closing"
    NO_MEANS_NO = "no_means_no"
    SAID_NO = "said_no"
    ANSWERED = "answered"
    DISMISSED = "dismissed"


# In the order of the contract's tables: of several that fit, the first is the main one.
OWED_REASONS = (
    Reason.HARD_JOURNEY,
    Reason.FREE_STUFF,
    Reason.COLD_OUTREACH,
    Reason.COURTEOUS_NO,
    Reason.TRAVEL,
    Reason.PROMISED,
    Reason.UNCLEAR,
    Reason.PRIORITY,
    Reason.ASK,
)
AWAITING_REASONS = (
    Reason.BOUNCED,
    Reason.AWAY,
    Reason.UNWELL,
    Reason.TOO_SOON,
    Reason.PROMISED,
    Reason.WEAK_ASK,
    Reason.ONE_SIDED,
    Reason.OVERDUE,
)
SETTLED_REASONS = (
    Reason.AUTOMATED,
    Reason.BULK,
    Reason.FYI,
    Reason.CLOSING,
    Reason.NO_MEANS_NO,
    Reason.SAID_NO,
    Reason.ANSWERED,
    Reason.DISMISSED,
)
REASONS = {
    Standing.OWED: OWED_REASONS,
    Standing.AWAITING: AWAITING_REASONS,
    Standing.SETTLED: SETTLED_REASONS,
}


class Kind(StrEnum):
    """Who or what wrote a message."""

    PERSON = "person"
    AUTOMATED = "automated"
    BULK = "bulk"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    INVITATION = "invitation"
    VOICEMAIL = "voicemail"


# A turn of a conversation is taken by a human being; everything else is a note.
HUMAN_KINDS = frozenset({Kind.PERSON, Kind.VOICEMAIL, Kind.INVITATION})


class Tier(StrEnum):
    """How near a person is to the owner; lists are ordered by it."""

    FAMILY = "family"
    FRIEND = "friend"
    CLIENT = "client"
    COLLEAGUE = "colleague"
    ACQUAINTANCE = "acquaintance"
    STRANGER = "stranger"


class FolderRole(StrEnum):
    """What a folder is for (RFC 6154 special-use, plus the inbox)."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    ARCHIVE = "archive"
    JUNK = "junk"
    TRASH = "trash"
    ALL = "all"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox (RFC 5322 §3.4): `email` is the identity, `name` only decoration.

    `email` is the lower-cased addr-spec, or "" where the sender cannot be told.
    """

    email: str
    name: str = ""

    @property
    def domain(self) -> str:
        """The part after the last "@", or ""."""
        return self.email.rpartition("@")[2]

    @property
    def shown(self) -> str:
        """The name for a person's eyes, or the address where there is none."""
        return self.name or self.email


@dataclass(frozen=True, slots=True)
class Folder:
    """A mailbox of the server, by its decoded name."""

    name: str
    role: FolderRole


@dataclass(frozen=True, slots=True)
class MessageKey:
    """Where a message lies: unique for good within one account (RFC 9051 §2.3.1.1)."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class RawMessage:
    """What a source delivers: the bytes (perhaps only the first of them) and what the server knows."""

    raw: bytes
    key: MessageKey | None = None
    role: FolderRole = FolderRole.INBOX
    flags: frozenset[str] = frozenset()
    internal_date: datetime | None = None
    gmail_thread: int | None = None
    gmail_message: int | None = None
    truncated: bool = False
    # Octets of the whole message, of which `raw` may be what was worth fetching; 0 where unknown.
    size: int = 0
    # Gmail's labels; its own begin with a backslash ("\Inbox").
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Voicemail:
    """What a voicemail notice says: who called, from where, how long (seconds), what for.

    `number` is as written, `number_e164` as dialled from anywhere ("" where the
    country cannot be told).  `transcript` is what the caller said, `purpose` the
    matter in a few of those words.
    """

    caller: str = ""
    number: str = ""
    duration_s: int | None = None
    purpose: str = ""
    number_e164: str = ""
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail server says of a message that did not arrive (RFC 3464).

    `permanent` is False where trying again later may help, None where it does not say.
    """

    failed: tuple[str, ...] = ()
    permanent: bool | None = None
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a mail program says became of a message (RFC 8098).

    `message_id` is of that message, `opened` False where it was deleted unread.
    """

    message_id: str = ""
    recipient: str = ""
    opened: bool | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a calendar says (RFC 5546): `method` in lower case ("request", "reply", "cancel", ...).

    `start` is the local midnight of an `all_day` event, taken as UTC.
    """

    method: str = ""
    start: datetime | None = None
    organiser: Address | None = None
    summary: str = ""
    all_day: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One message, read: everything later rooms may know of it, and nothing else.

    `fresh` is what the sender newly wrote; evidence offsets count its characters.
    `quoted`, `forwarded` and `signature` are kept apart and bounded (see `limits`).
    `remarks` are short facts about the reading: "charset_repaired", "hidden_text",
    "no_date", "truncated", "delivered" (it came through a mail server), "has_unsubscribe", "list_post", "booking",
    "text_unread" (only the header was fetched), "pgp", "smime", …
    """

    message_id: str
    date: datetime
    sender: Address
    subject: str = ""
    fresh: str = ""
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    kind: Kind = Kind.PERSON
    kind_evidence: tuple[Evidence, ...] = ()
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    utc_offset: timedelta = timedelta(0)
    language: str = ""
    quoted: str = ""
    forwarded: str = ""
    signature: str = ""
    attachments: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    remarks: frozenset[str] = frozenset()
    voicemail: Voicemail | None = None
    bounce: Bounce | None = None
    receipt: Receipt | None = None
    invitation: Invitation | None = None
    gmail_thread: int | None = None
    gmail_message: int | None = None
    exchange_thread: str = ""
    key: MessageKey | None = None
    role: FolderRole = FolderRole.INBOX

    @property
    def recipients(self) -> tuple[Address, ...]:
        """Everybody in To and Cc, in that order."""
        return self.to + self.cc

    @property
    def is_human(self) -> bool:
        """Whether a human being took a turn by this message."""
        return self.kind in HUMAN_KINDS


# The reason of a message of which nothing came: a server may hand it out another time.
NOTHING_CAME = "Nothing of this message could be had: it came empty."


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that could not be read; `reason` is a sentence for the owner."""

    reason: str
    key: MessageKey | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Messages that belong together, oldest first."""

    id: str
    messages: tuple[Message, ...]
    account: str = ""

    @property
    def subject(self) -> str:
        """The first subject that is not empty."""
        return next((m.subject for m in self.messages if m.subject), "")

    @property
    def last(self) -> Message:
        """The newest message."""
        return self.messages[-1]


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which the owner did not answer mail: [start, end], both ends included."""

    start: date
    end: date
    source: str = ""


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of an account: the "me" of every rule."""

    addresses: frozenset[str]
    name: str = ""
    time_zone: str = "UTC"
    absences: tuple[Absence, ...] = ()
    always_first: frozenset[str] = frozenset()

    def is_me(self, address: Address) -> bool:
        """Whether an address is one of mine."""
        return address.email in self.addresses

    @property
    def domains(self) -> frozenset[str]:
        """The domains of my addresses (public mail providers included)."""
        return frozenset(a.rpartition("@")[2] for a in self.addresses)

    @property
    def first_name(self) -> str:
        """The name a friend would use, or ""."""
        return next(iter(self.name.split()), "")


@dataclass(frozen=True, slots=True)
class Person:
    """A line of the ledger: what has passed between the owner and one address.

    `received` and `sent` count earlier messages from and to them, outside the
    conversation being judged.  `unanswered` counts my latest conversations in a
    row that they left without an answer, the one being judged among them.
    """

    address: str
    name: str = ""
    received: int = 0
    sent: int = 0
    first: datetime | None = None
    last: datetime | None = None
    unanswered: int = 0
    their_median_hours: float | None = None
    my_median_hours: float | None = None
    tier: Tier = Tier.STRANGER
    always_first: bool = False
    never_draft: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a verdict says what it says: a signal and the words that show it.

    `where` names the place: "fresh", "subject", "quoted", "header", "ledger",
    "thread" or "settings".  `start` and `end` are offsets into that text of the message
    `message_id` (0, 0 where no words are meant).  `weight` is what the signal
    counts towards `reason`; `document` is the line behind the rule.
    """

    signal: str
    words: str = ""
    where: str = "fresh"
    message_id: str = ""
    start: int = 0
    end: int = 0
    weight: float = 0.0
    reason: str = ""
    title: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to "does somebody owe somebody a reply, and why?".

    `message_id` names the message judged, `since` when it came.  `due` is the
    last courteous moment of an owed reply, or the next follow-up of an awaited
    one.  `marks` are words such as "chaser" or "shady".
    """

    standing: Standing
    reason: Reason
    message_id: str
    since: datetime
    also: tuple[Reason, ...] = ()
    confidence: float = 0.5
    evidence: tuple[Evidence, ...] = ()
    due: datetime | None = None
    return_date: date | None = None
    marks: frozenset[str] = frozenset()

    def is_late(self, now: datetime) -> bool:
        """Whether the courteous moment has passed."""
        return self.standing is not Standing.SETTLED and self.due is not None and self.due < now


class Style(StrEnum):
    """How a draft speaks."""

    BRIEF = "brief"
    WARM = "warm"
    FIRM = "firm"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A reply that the owner may edit and save.

    `action` is "decline", "answer", "ask", "condole", "keep", "follow_up",
    "resend", "release" or "wait".  `label` is the word on the button
    ("Kind no").  `facts` are the pieces of `body` that came from the
    conversation or the settings.  `body` is plain text without a placeholder.
    """

    style: Style
    action: str
    label: str
    subject: str
    body: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    warning: str = ""


@dataclass(frozen=True, slots=True)
class DraftReceipt:
    """Where a saved draft lies.  `created` is false where the same draft was there already."""

    message_id: str
    folder: str
    uid: int | None = None
    created: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the lists: one conversation, judged.

    `who` is the other side; `words` is the ask in the sender's own words.
    """

    id: str
    account: str
    subject: str
    who: Address
    tier: Tier
    words: str
    verdict: Verdict
    last: datetime
    messages: int = 1
    draft_saved: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was read of an account: the honest sentence behind every list.

    `unreadable` pairs the place of a message ("INBOX 17") with the reason.  Everything
    that arrived on `complete_since` or later was read; None where nothing is certain yet.
    """

    account: str
    read: int
    total: int
    oldest: datetime | None = None
    newest: datetime | None = None
    synced_at: datetime | None = None
    unreadable: tuple[tuple[str, str], ...] = field(default=())
    complete_since: date | None = None
