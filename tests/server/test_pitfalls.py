"""Ten things that went wrong in other mail programs, by their issue numbers, and do not here.

Who fell into each is told in the docstrings.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack, closing, suppress

import pytest

from repliquette.errors import ServerError, ThrottledError
from repliquette.mailbox import changes, idling, stream
from repliquette.mailbox.idling import WaitingConnection
from repliquette.mailbox.imap import ImapSource
from repliquette.mailbox.patience import Habit, Stop
from repliquette.mailbox.watching import ServerWatch
from repliquette.model import Folder, FolderRole
from repliquette.pipeline.knowledge import know
from repliquette.store import Store
from support.imapserver import Account, Certificate, Fault, GmailAccount, ImapServer, profiles
from support.imapserver.faults import altered, choking, deaf, instead, lying, meanwhile, refused, stray, then
from support.mailroom import INBOX, LATE, SENT, Mailroom, content, letter, usual

FOLDER = Folder("INBOX", FolderRole.INBOX)


@pytest.fixture(scope="module")
def knowledge():
    return know()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate.make(tmp_path_factory.mktemp("authority"), "127.0.0.1")


@pytest.fixture
def new_room(tmp_path, certificate, knowledge):
    """A mailroom with an empty store; another one for the same server where it is given."""
    with ExitStack() as stack:
        numbers = iter(range(9))

        def room(profile=profiles.QRESYNC, mail=None, server=None):
            server = server or stack.enter_context(ImapServer(certificate, profile, mail or usual()))
            store = stack.enter_context(closing(Store(tmp_path / f"{next(numbers)}.sqlite")))
            return Mailroom(server, store, knowledge)

        yield room


def asked_texts(server) -> list[bytes]:
    """The commands that asked for the text of messages."""
    return [line for line in server.heard if b"BODY.PEEK[" in line.replace(b"BODY.PEEK[HEADER", b"")]


def is_as_new(room, new_room) -> None:
    """The store knows of all that lies there now what one knows that is filled from it now."""
    room.is_well_again()
    room.read()
    fresh = new_room(server=room.server)
    fresh.read()
    known, whole = content(room.store), content(fresh.store)
    assert {key: known["messages"].get(key) for key in whole["messages"]} == whole["messages"]
    assert known["places"] == whole["places"]


# 1 -------------------------------------------------------------------------------------------------


def test_1_a_new_uidvalidity_is_neither_ignored_nor_downloaded_blindly(new_room):
    """OfflineIMAP #62 and #633, mutt-wizard #779, thunderbird-android #1074, chatmail/core #5774, proton-bridge #220."""
    room = new_room()
    room.read()
    before = content(room.store)
    room.server.mail["INBOX"].renumber(shuffled=True)
    room.server.heard.clear()

    report = room.read()

    after = content(room.store)
    assert report.new == 0
    assert asked_texts(room.server) == []
    assert (after["messages"], after["conversations"]) == (before["messages"], before["conversations"])
    assert {validity for folder, validity, *_ in after["places"] if folder == "INBOX"} == {8}
    is_as_new(room, new_room)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault("EXAMINE", then(lambda mail: mail["INBOX"].renumber(shuffled=True))), id="after-examine"),
        pytest.param(
            Fault("UID FETCH", meanwhile(lambda mail: mail["INBOX"].renumber(shuffled=True))), id="before-heads"
        ),
        pytest.param(
            Fault("UID FETCH", meanwhile(lambda mail: mail["INBOX"].renumber(shuffled=True)), nth=2), id="before-texts"
        ),
        pytest.param(Fault("UID FETCH", then(lambda mail: mail["INBOX"].renumber()), nth=2), id="after-texts"),
    ],
)
def test_1_a_uidvalidity_that_changes_in_the_middle_of_a_session(new_room, fault):
    """The numbers mean other messages from one command to the next; no text gets under another's head for good."""
    room = new_room()
    room.server.faults = [fault]
    with suppress(ServerError):
        room.watched(room.read)
    is_as_new(room, new_room)


# 2 and 3 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "words", "seconds"),
    [
        pytest.param(
            profiles.CONDSTORE, b"NO [OVERQUOTA] Account exceeded command or bandwidth limits.", 3600, id="gmail"
        ),
        pytest.param(profiles.CONDSTORE, b"NO [THROTTLED] slower, please", 600, id="gmail-throttles"),
        pytest.param(
            profiles.MICROSOFT,
            b"BAD Request is throttled. Suggested Backoff Time: 30000 milliseconds",
            30,
            id="microsoft",
        ),
        pytest.param(profiles.MICROSOFT, b"BAD User is authenticated but not connected.", 300, id="not-connected"),
    ],
)
def test_2_and_3_a_server_that_asks_for_a_pause_is_left_alone_and_all_is_kept(new_room, profile, words, seconds):
    """2: chatwoot #6082, ha-email-sensor #16, home-assistant #155699.

    3: imapsync #212 and #272, node-imap #523, php-imap #464, MailKit #1494.
    """
    room = new_room(profile)
    room.server.faults = [Fault("UID FETCH", refused(words), nth=2)]
    with pytest.raises(ThrottledError) as told:
        room.read(told=True)
    assert told.value.retry_after_s == seconds
    assert room.server.commands.count("UID FETCH") == 2
    is_as_new(room, new_room)


@pytest.mark.parametrize(
    "profile", [profiles.GMAIL, profiles.MICROSOFT, profiles.QRESYNC], ids=["gmail", "microsoft", "any"]
)
def test_2_and_3_there_is_one_connection_and_one_login(new_room, profile):
    """Imapsync #61, wildduck #35: fifteen connections are Gmail's limit; Microsoft wants even fewer."""
    room = new_room(profile, GmailAccount() if profile is profiles.GMAIL else usual())
    room.read()
    assert (room.server.connections, room.server.open_most) == (1, 1)
    assert room.server.commands.count("AUTHENTICATE") + room.server.commands.count("LOGIN") == 1


# 4 -------------------------------------------------------------------------------------------------


@pytest.fixture
def watching(new_room):
    """A watch of the inbox over a reading connection, and its source."""
    with ExitStack() as stack:

        def watch(room, habit=None):
            connection = WaitingConnection(room.server.account(), "open-sesame")
            source = stack.enter_context(closing(ImapSource(room.server.account(), connection)))
            watch = ServerWatch(connection, habit or Habit())
            watch.look([FOLDER])
            return source, watch

        yield watch


def soon(does, *arguments):
    threading.Timer(0.1, does, arguments).start()


def test_4_an_idle_that_died_without_a_word_is_noticed(new_room, watching, monkeypatch):
    """Imapclient #349, angus-mail #176, offlineimap #439: IDLE is ended before the server forgets it, and NOOP must answer."""
    monkeypatch.setattr(idling, "HEARTBEAT_S", 0.3)
    room = new_room()
    room.server.faults = [Fault("IDLE", deaf)]
    habit = Habit()
    habit.idle_s = 0.2
    _, watch = watching(room, habit)
    soon(room.server.mail["INBOX"].deliver, *LATE[:1])
    with Stop() as stop, pytest.raises(ServerError, match="did not"):
        room.watched(lambda: watch.wait(stop, 20))


def test_4_a_server_that_hangs_up_on_idle_is_told_and_remembered(new_room, watching):
    """RFC 2177 speaks of 29 minutes; how long this server waits is learned from when it hung up."""
    room = new_room()
    room.server.faults = [Fault("IDLE", instead(b"+ idling\r\n* BYE idle for too long\r\n"))]
    habit = Habit()
    _, watch = watching(room, habit)
    with Stop() as stop, pytest.raises(ServerError, match="idle for too long"):
        room.watched(lambda: watch.wait(stop, 20))
    assert habit.idle_s < 540


def test_4_news_before_the_plus_is_news(new_room, watching):
    """Webklex/php-imap #258: EXISTS may come before "+"."""
    room = new_room()
    room.server.faults = [Fault("IDLE", stray(b"* 8 EXISTS\r\n"))]
    _, watch = watching(room)
    with Stop() as stop:
        assert room.watched(lambda: watch.wait(stop, 20)) == (FOLDER,)


# 5 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [b"NO [SERVERBUG] cannot", b"BAD Command Error. 12"], ids=["no", "bad"])
def test_5_one_message_that_the_server_chokes_on_takes_no_other_with_it(new_room, words):
    """MailKit #371, #919, #1393 and #1861, vmime #159, rspamd-iscan #21, go-imap #659: halves are asked for, then it alone."""
    mail = Account()
    for number in range(40):
        raw, date = letter(f"n{number}", "Any news of the crates?", ago=40 + number)
        mail["INBOX"].deliver(raw, date=date)
    room = new_room(mail=mail)
    room.server.faults = [Fault("UID FETCH", choking(17, words), nth=None)]

    room.watched(room.read)

    known = content(room.store)
    assert len(known["messages"]) == 39
    assert [uid for _, _, uid, why, _ in known["places"] if why] == [17]
    assert room.server.commands.count("UID FETCH") < 40
    is_as_new(room, new_room)


@pytest.mark.parametrize(
    "said", [b"NIL", b"((((", b'("TEXT")', b"({3}\r\nx)y 1)"], ids=["nil", "open", "short", "literal"]
)
def test_5_a_broken_structure_costs_nothing_but_bytes(new_room, said):
    """rspamd-iscan #21: no crash, no loop; the message is read from its own bytes."""
    room = new_room()
    room.server.faults = [Fault("UID FETCH", lying(1, "BODYSTRUCTURE", said), nth=None)]
    room.watched(room.read)
    assert "lease@letters.example" in content(room.store)["messages"]
    is_as_new(room, new_room)


# 6 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "profile",
    [profiles.BARE, profiles.WINDOWS, profiles.CONDSTORE, profiles.QRESYNC, profiles.MICROSOFT],
    ids=["bare", "esearch", "condstore", "qresync", "microsoft"],
)
def test_6_removed_messages_are_found_without_reading_the_folder_again(new_room, profile):
    """node-imap #377, msgvault #699 (104 minutes for 96,000 messages): a set of UIDs, and no FETCH."""
    room = new_room(profile)
    room.read()
    room.server.mail["INBOX"].expunge(2, 6)
    room.server.heard.clear()

    room.read()

    assert [line for line in room.server.heard if b"FETCH" in line and b"CHANGEDSINCE" not in line] == []
    assert {uid for folder, _, uid, *_ in content(room.store)["places"] if folder == "INBOX"} == {1, 3, 4, 5, 7}
    is_as_new(room, new_room)


# 7 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "pattern", "to"),
    [
        pytest.param(profiles.YAHOO, rb"(\* OK \[UIDNEXT)", rb"* OK [HIGHESTMODSEQ 102784]\r\n\1", id="yahoo"),
        pytest.param(profiles.QRESYNC, rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ 0", id="purelymail"),
        pytest.param(profiles.CONDSTORE, rb"HIGHESTMODSEQ \d+", b"NOMODSEQ", id="nomodseq"),
        pytest.param(profiles.CONDSTORE, rb"HIGHESTMODSEQ \d+", b"HIGHESTMODSEQ 1", id="stands-still"),
    ],
)
def test_7_mod_sequences_that_lie_cost_no_download_and_hide_nothing(new_room, profile, pattern, to):
    """Whiteout imap-client #40, Purelymail #446, node-imap #343, nextcloud/mail #10581."""
    room = new_room(profile)
    room.server.faults = [Fault("EXAMINE", altered(pattern, to), nth=None)]
    room.read()
    room.server.heard.clear()
    room.read()
    assert [line for line in room.server.heard if b"BODY" in line] == []

    inbox = room.server.mail["INBOX"]
    inbox.flag(1, "\\Answered")
    inbox.expunge(2)
    inbox.deliver(LATE[0], date=LATE[1])
    room.read()

    known = content(room.store)
    assert "late@letters.example" in known["messages"]
    assert {uid for folder, _, uid, *_ in known["places"] if folder == "INBOX"} == {1, 3, 4, 5, 6, 7, 8}
    is_as_new(room, new_room)


def test_7_enable_comes_before_any_folder_is_opened(new_room):
    """lswith/imap-mcp #8: afterwards it is too late (RFC 5161); an empty ENABLED, as iCloud's, is none."""
    room = new_room()
    room.read()
    said = room.server.commands
    assert "ENABLE" in said
    assert said.index("ENABLE") < said.index("EXAMINE")


# 8 -------------------------------------------------------------------------------------------------


def test_8_a_message_that_wanders_between_folders_is_read_once(new_room):
    """Mailspring #277, #443 and #1556 (Yandex: an endless loop of moves), mail-archiver #116 (14 hours)."""
    room = new_room()
    mail = room.server.mail
    room.read()
    before = content(room.store)
    room.server.heard.clear()
    for source, target in (("INBOX", "Archive"), ("Archive", "INBOX")) * 3:
        mail.move(max(mail[source].letters), source, target)
        assert room.read().new == 0
    after = content(room.store)
    assert asked_texts(room.server) == []
    assert after["messages"].keys() == before["messages"].keys()
    assert len(after["places"]) == len(INBOX) + len(SENT)
    is_as_new(room, new_room)


# 9 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", [profiles.PLAIN, profiles.WINDOWS], ids=["search", "esearch"])
def test_9_a_search_answer_stays_below_the_longest_line(new_room, profile, monkeypatch):
    """IMAPdedup #65 (246,410 messages), nylas sync-engine #313: scaled down, 300 far-apart UIDs in lines of 600 bytes."""
    mail = Account()
    box = mail["INBOX"]
    for _ in range(300):
        box.uidnext += 13_000_000
        box.deliver(b"Subject: x\n\nx\n")
    monkeypatch.setattr(changes, "UID_WINDOW", 40)
    monkeypatch.setattr(stream, "LINE_BYTES", 600)
    room = new_room(profile, mail)
    with closing(ImapSource.connect(room.server.account(), "open-sesame")) as source:
        assert source.changes(FOLDER, None).added == tuple(sorted(box.letters, reverse=True))
        assert source.census(FOLDER).present == frozenset(box.letters)


# 10 ------------------------------------------------------------------------------------------------


def test_10_what_idle_told_is_asked_for_again(new_room, watching):
    """Mailspring-Sync: a VANISHED said during IDLE is not repeated, so IDLE is a reason to look and never the truth."""
    room = new_room()
    inbox = room.server.mail["INBOX"]
    source, watch = watching(room)
    known = source.changes(FOLDER, None).cursor
    soon(inbox.expunge, 3)
    with Stop() as stop:
        assert room.watched(lambda: watch.wait(stop, 20)) == (FOLDER,)
    told = source.changes(FOLDER, known)
    assert told.vanished == (3,) or (not told.told and 3 not in source.census(FOLDER).present)


@pytest.mark.parametrize("profile", [profiles.PLAIN, profiles.QRESYNC], ids=["expunge", "vanished"])
def test_10_a_removal_in_the_middle_of_a_fetch_takes_no_other_message(new_room, profile):
    """thunderbird-android #2607: EXPUNGE has a message number alone, and the numbers behind it move."""
    room = new_room(profile)
    room.server.faults = [Fault("UID FETCH", meanwhile(lambda mail: mail["INBOX"].expunge(2)))]
    room.watched(room.read)
    is_as_new(room, new_room)


def test_10_answers_that_nobody_asked_for_change_nothing(new_room):
    """Flags of other messages, counts, and Yahoo's blank at the end of a search (imap_tools #97)."""
    room = new_room(profiles.YAHOO)
    room.server.faults = [
        Fault("UID FETCH", stray(b"* 3 EXPUNGE\r\n* 2 FETCH (UID 2 FLAGS (\\Answered \\Deleted))\r\n"), nth=None),
        Fault("UID SEARCH", altered(rb"(SEARCH[^\r]*)\r\n", rb"\1 \r\n"), nth=None),
    ]
    room.watched(room.read)
    is_as_new(room, new_room)
