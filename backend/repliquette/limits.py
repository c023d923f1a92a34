"""Every cap, each with the reason for its value.

Mail is written by strangers; whatever has no bound here will one day be too
large.  A reader of a limit says what happens beyond it, and nothing is lost
silently: a cut text carries the remark "truncated".
"""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB

# Reading from the server ---------------------------------------------------------------------
# Header and first text part of all but freak messages fit; attachments follow later in the body.
FETCH_BYTES = 256 * KIB
# One round trip per batch; heads and texts of 500 take some 5 MB.
FETCH_BATCH = 500
FETCH_BATCH_BYTES = 4 * MIB  # of texts at once, where a few are long
# What is kept of a text has 20,000 characters; three times that in base64, and the quoted mail below it.
TEXT_BYTES = 64 * KIB
# Fetched only where there is no plain text.  Word's styles alone take 50 KiB before the first sentence.
PAGE_BYTES = 128 * KIB
# Of the header as it is transferred: with its line ends of two characters more than HEADER_BYTES.
RAW_HEADER_BYTES = 72 * KIB
# Halving 500 messages finds one broken among them in nine tries; a server that refuses more refuses us.
REFUSALS_MOST = 100
PARTS_READ = 20  # texts, reports and calendars of one message
# A server that is slower than this is treated as gone (seconds).
CONNECT_TIMEOUT_S = 20.0
READ_TIMEOUT_S = 60.0
# A byte a second must not hold us for ever (S20): every command ends, in this time and what its bytes take.
COMMAND_TIMEOUT_S = 120.0
SLOWEST_BYTES_S = 16 * KIB  # slower lines belong to telephones of the last century
ANSWER_BYTES = 16 * MIB  # what a command may bring that asks for no mail; 100,000 UIDs are 0.7 MB
LINE_BYTES = 1_000_000  # as imaplib; windows of UIDs stay below
ANSWERS_MOST = 1_000_000  # lines in answer to one command: the flags of a very large folder
ANSWERS_A_MESSAGE = 20  # its flags may change while it is fetched, and each change is an answer
LITERALS = 1_000  # in one answer: as many as a message has parts, and some
NESTED = 200  # brackets in brackets; a structure needs two for a level
UIDS_MOST = 1_000_000  # a set "1:4294967295" takes 12 bytes to say and 100 GB to hold
GOODBYE_TIMEOUT_S = 2.0  # nothing is lost where a server does not answer to LOGOUT
# imaplib's own line cap is 1,000,000 bytes; a search answer of 100,000 UIDs is 589 kB.
UID_WINDOW = 50_000
SERVER_WORDS_CHARS = 300  # of what a server says, a person reads a sentence or two
PASSWORD_COMMAND_TIMEOUT_S = 60.0  # time to unlock a password safe by hand

# Waiting for mail ------------------------------------------------------------------------------
IDLE_MOST_S = 540.0  # RFC 2177 says below 29 minutes; routers forget silent connections after ten
IDLE_LEAST_S = 60.0  # a server that hangs up sooner is asked once a minute and no more
POLL_S = 60.0  # folders that are not idled on, and servers without IDLE
# How old what another program marked may be.  Where mod-sequences tell it, all numbers of a folder are compared
# once a day, for what a server kept back; where nothing does (Microsoft 365, Yahoo), every quarter of an hour:
# three searches a folder, 2 MB for 100,000 messages.
COUNT_TOLD_S = 86_400
COUNT_UNTOLD_S = 900
WAIT_SLICE_S = 10.0  # sleep and another network are noticed within a slice
SLEEP_SLACK_S = 20.0  # a slice on a busy machine may last longer; a sleep lasts far longer
HEARTBEAT_S = 20.0  # a server that does not answer NOOP by then is gone
RECONNECT_FIRST_S = 1.0
RECONNECT_MOST_S = 300.0
CALM_S = 60.0  # a connection that held so long was a good one: the next failure is a new one

GMAIL_ID = 2**63 - 1  # Gmail's ids are times of 61 bits; SQLite's integers end here, and mail may claim any number

# Reading a message ---------------------------------------------------------------------------
MESSAGE_BYTES = 10 * MIB  # the parser's input; more is cut
HEADER_BYTES = 64 * KIB  # real headers are below 30 KiB even with long ARC chains
HEADERS_KEPT = 200
PARTS = 500
PARTS_DEEP = 50  # the stdlib recurses once a level; 1,000 levels overflow its stack
ADDRESSES = 500  # 20,000 addresses take the stdlib 1.9 s
ENCODED_WORDS = 200  # 20,000 take the stdlib 2.1 s
HTML_BYTES = 1 * MIB
TEXT_CHARS = 200_000  # text considered at all
FRESH_CHARS = 20_000  # text kept: ten screens say what they want to say
QUOTED_CHARS = 4_000  # enough to see what a reply answers
SIGNATURE_CHARS = 1_000
SUBJECT_CHARS = 500
NAME_CHARS = 100
REFERENCES = 100

# Logging in ------------------------------------------------------------------------------------
# Identity providers and autoconfig pages answer within a second or not at all; a question ends after this.
WEB_TIMEOUT_S = 15.0
WEB_ANSWER_BYTES = 64 * KIB  # the largest tokens have 4 KiB, the longest autoconfig pages 20
DNS_TIMEOUT_S = 5.0
CONSENT_S = 120.0  # security.md S32; who needs longer starts again
TOKEN_MARGIN_S = 60  # an access token that ends while we log in is no token
# Windows keeps 2,560 bytes a secret, in UTF-16; a refresh token of Microsoft's may have 2,000 characters.
SECRET_PART_CHARS = 1_200
SECRET_PARTS = 10  # more than any provider's token needs

# Rules -----------------------------------------------------------------------------------------
PHRASE_CHARS = 500  # longer patterns are unreadable before they are slow
# For each small set of phrases; re2's own 8 MiB are thrown away and built anew under varied mail.
PHRASE_SET_BYTES = 64 * MIB
RULE_FILE_BYTES = 256 * KIB

# The local service (security.md S9) --------------------------------------------------------------
REQUEST_BYTES = 64 * KIB  # a draft of 50 KiB is a book
PAGE_SIZE = 50
PAGE_SIZE_MOST = 200
TOKEN_FAILURES_A_MINUTE = 20
PAIR_CODE_LIFE_S = 120
PAIR_CODE_TRIES = 3
PAGE_LINK_LIFE_S = 120
PAGE_SESSION_LIFE_S = 30 * 86_400  # the browser forgets the cookie when it is closed; we do after a month
REQUEST_HEADER_BYTES = 16 * KIB  # browsers send two; a lookup's subject and ids fit eight times
SERVICE_THREADS = 4  # one reader asks; an IMAP append may hold one for a while
CONNECTIONS = 100  # idle ones cost a descriptor each, and no thread
CONNECTION_IDLE_S = 60  # a panel that asks once a minute keeps its connection
SERVICE_STOP_S = 2  # what a session manager and a person at Ctrl+C wait for

# Conversations ---------------------------------------------------------------------------------
SUBJECT_THREAD_DAYS = 30  # same subject and people belong together only for so long
CONVERSATION_MESSAGES = 200  # older ones of a longer thread are not judged
