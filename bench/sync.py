"""How fast a mailbox is brought in, judged, and kept up to date; on real Dovecot, against `mbsync` and `mu`.

A generated mailbox (`mailboxes`) is served over TLS on loopback.  Each program reads it
as a user of its own, whose index Dovecot has to build first.  Measured, each beside its
target:

- the first sync with verdicts (the command itself), against `mbsync` and `mu index` together;
- the first list in it: when what is newer than 90 days is judged (98 % of it);
- the peak of its memory, all processes together (PSS: shared pages count once);
- the fetch stage alone, against a bare socket that says the same commands and counts bytes;
- a sync without changes, and of ten new messages, within the process after login;
- what one new message costs here, against a mailbox of a tenth of the size (with --tenth).

Needs Dovecot 2.3; `mbsync` and `mu` (apt-get install isync maildir-utils) or --alone.

Run: python bench/sync.py [--messages N] [--maildir DIR] [--tenth] [--quick] [--json FILE]
"""

from __future__ import annotations

import argparse
import imaplib
import json
import os
import platform
import resource
import shutil
import socket
import sqlite3
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "tests")]

import mailboxes
from mailboxes import OWNER
from repliquette.cli.session import Session
from repliquette.mailbox.imap import ImapSource
from repliquette.message import lore
from repliquette.message.parse import needs_text
from repliquette.model import FolderRole
from repliquette.pipeline.sync import quiet
from repliquette.rulebook.files import shipped_rules
from support.dovecot import Dovecot, MailUser

CLI = [sys.executable, "-c", "from repliquette.cli import main; main()"]
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
RECENT = timedelta(days=90)
MOST_OF = 0.98  # a conversation may still be joined with an older one
FETCHED = 10_000
TICK_S = 0.05
TAIL = 4096  # the last line of an answer is shorter

SETTINGS = """name = "Kim Harbour"
time_zone = "UTC"

[[account]]
address = "{address}"
host = "{host}"
port = {port}
ca_file = "{ca}"
password_command = ["printf", "%s", "{password}"]
"""

# By name: of the certificate, mbsync looks at names only.
MBSYNC = """IMAPAccount bench
Host localhost
Port {port}
User {user}
Pass {password}
SSLType IMAPS
CertificateFile {ca}

IMAPStore remote
Account bench

MaildirStore local
Path {place}/
Inbox {place}/INBOX
SubFolders Verbatim

Channel all
Far :remote:
Near :local:
Patterns INBOX Sent
Create Near
Sync Pull
SyncState *
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the table; `holds` is None where there is no target."""

    what: str
    value: str
    beside: str = ""
    ratio: float | None = None
    target: str = ""
    holds: bool | None = None


@dataclass(frozen=True, slots=True)
class First:
    """A first sync: seconds in all, of processors, to the first list; peak memory in MiB, processes at the peak."""

    seconds: float
    processors: float
    first_list: float
    memory: float
    processes: int
    conversations: int


# The server and its users ----------------------------------------------------------------------


@contextmanager
def served(maildir: Path) -> Iterator[Callable[[str], MailUser]]:
    """A Dovecot, and a way to make users that all have this mail, each with an index of its own."""
    give_away(maildir)
    with Dovecot() as server:

        def user(address: str) -> MailUser:
            made = server.add_user(address, {})
            (made.home / "rawlog").rmdir()  # a record of every byte is no part of the measurement
            (made.home / "Maildir").symlink_to(maildir.resolve())
            return made

        yield user


def give_away(maildir: Path) -> None:
    """Dovecot does not serve root; it must be able to read what root has made."""
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", "nobody", str(maildir)], check=True)
        for place in (maildir, *maildir.parents):
            if place.parts[:2] == ("/", "tmp") and len(place.parts) > 2:
                place.chmod(place.stat().st_mode | 0o055)


def home_of(user: MailUser, place: Path) -> Path:
    """A home of Repliquette with this account; the address is the owner's whatever the user's name on the server."""
    home = place / f"home-{user.address}"
    home.mkdir()
    settings = SETTINGS.format(
        address=user.address, host=user.host, port=user.port, ca=user.ca_file, password=user.password
    )
    (home / "settings.toml").write_text(settings)
    return home


# The first sync ----------------------------------------------------------------------------------


def first_sync(home: Path) -> First:
    """The command, watched from outside."""
    store = home / "repliquette.sqlite"
    used, start = processors(), time.perf_counter()
    process = subprocess.Popen(
        [*CLI, "--home", str(home), "sync", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
    )  # fmt: skip
    judged: list[tuple[float, int]] = []
    peak = (0.0, 0)
    while process.poll() is None:
        peak = max(peak, memory(process.pid))
        judged.append((time.perf_counter() - start, recent(store)))
        time.sleep(TICK_S)
    seconds = time.perf_counter() - start
    out, error = process.communicate()
    if process.returncode:
        sys.exit(f"sync failed ({process.returncode}): {out[-2000:]}{error[-2000:]}")
    final = recent(store)
    first_list = next((at for at, count in judged if count and count >= MOST_OF * final), seconds)
    return First(seconds, processors() - used, first_list, peak[0], peak[1], count_of(store))


def processors() -> float:
    """Seconds that processors have worked for programs that we started and that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def environment() -> dict[str, str]:
    """The environment with the mailbox's own now."""
    return os.environ | {"REPLIQUETTE_NOW": NOW.isoformat()}


def memory(pid: int) -> tuple[float, int]:
    """MiB of a process and all it has started (PSS), and how many those are."""
    total, seen, left = 0, 0, [pid]
    while left:
        one = left.pop()
        with suppress(OSError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            seen += 1
            for thread in Path(f"/proc/{one}/task").iterdir():
                left += map(int, (thread / "children").read_text().split())
    return total / 1024, seen


def recent(store: Path) -> int:
    """How many conversations of the last 90 days are judged."""
    return asked(store, "SELECT count(*) FROM conversations WHERE last >= ?", (NOW - RECENT).timestamp())


def count_of(store: Path) -> int:
    """How many conversations are judged."""
    return asked(store, "SELECT count(*) FROM conversations")


def asked(store: Path, query: str, *values: float) -> int:
    """A number from the store; 0 where there is none yet."""
    if not store.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=1)) as connection:
            return int(connection.execute(query, values).fetchone()[0])
    except sqlite3.OperationalError:
        return 0


# What others do -----------------------------------------------------------------------------------


def mbsync_and_mu(user: MailUser, place: Path) -> tuple[float, float, float]:
    """Seconds of `mbsync` into an empty Maildir, of `mu index` over it, and of processors for both."""
    mail, settings = place / "mbsync", place / "mbsyncrc"
    (mail / "INBOX").mkdir(parents=True)
    settings.write_text(
        MBSYNC.format(port=user.port, user=user.address, password=user.password, ca=user.ca_file, place=mail)
    )
    used = processors()
    pulled = timed(["mbsync", "-c", str(settings), "-a"])
    run(["mu", "init", f"--muhome={place / 'mu'}", f"--maildir={mail}", f"--my-address={OWNER}"])
    indexed = timed(["mu", "index", "--quiet", f"--muhome={place / 'mu'}"])
    shutil.rmtree(mail)
    return pulled, indexed, processors() - used


def timed(command: Sequence[str]) -> float:
    """Seconds of a program."""
    start = time.perf_counter()
    run(command)
    return time.perf_counter() - start


def run(command: Sequence[str]) -> None:
    """Run a program that must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
    if done.returncode:
        sys.exit(f"{command[0]} failed: {done.stdout[-1000:]}{done.stderr[-1000:]}")


# The fetch stage ----------------------------------------------------------------------------------


def fetch_stage(user: MailUser, rounds: int) -> tuple[float, float, int, int]:
    """Messages a second through our fetch and through a bare socket; messages, bytes."""
    commands = recorded(user)
    ours, bare, octets, count = [], [], 0, 0
    for _ in range(rounds):
        seconds, count = our_fetch(user)
        ours.append(count / seconds)
        seconds, octets = bare_fetch(user, commands)
        bare.append(count / seconds)
    return statistics.median(ours), statistics.median(bare), count, octets


def recorded(user: MailUser) -> list[str]:
    """The FETCH commands that reading the newest messages of the inbox takes, by the server's own record."""
    log = user.home / "rawlog"
    log.mkdir()
    if os.getuid() == 0:
        shutil.chown(log, "nobody")
    our_fetch(user)
    commands = [command for command in user.commands() if command.startswith("UID FETCH")]
    shutil.rmtree(log)
    return commands


def our_fetch(user: MailUser) -> tuple[float, int]:
    """Seconds and messages, the wish for texts included, the login left out."""
    with closing(ImapSource.connect(user.account(), user.password)) as source:
        inbox = next(f for f in source.folders() if f.role is FolderRole.INBOX)
        uids = source.changes(inbox, None).added[:FETCHED]
        start = time.perf_counter()
        count = sum(1 for _ in source.fetch(inbox, uids, wants()))
        return time.perf_counter() - start, count


def wants() -> Callable[[bytes], bool]:
    """What a sync asks of a header before it fetches the text."""
    known = lore.load(shipped_rules())
    return lambda header: needs_text(header, known)


def bare_fetch(user: MailUser, commands: Sequence[str]) -> tuple[float, int]:
    """Seconds and bytes of the same commands, where nothing is looked at but the end of each answer."""
    context = ssl.create_default_context(cafile=str(user.ca_file))
    with (
        socket.create_connection((user.host, user.port), timeout=60) as plain,
        context.wrap_socket(plain, server_hostname=user.host) as secure,
    ):
        secure.recv(1000)
        said(secure, b"L", f"LOGIN {user.address} {user.password}")
        said(secure, b"E", "EXAMINE INBOX")
        start = time.perf_counter()
        octets = sum(said(secure, b"F%d" % n, command) for n, command in enumerate(commands))
        return time.perf_counter() - start, octets


def said(secure: ssl.SSLSocket, tag: bytes, command: str) -> int:
    """Say a command and count the bytes until its end."""
    secure.sendall(tag + b" " + command.encode() + b"\r\n")
    octets, tail = 0, b""
    buffer = memoryview(bytearray(1 << 18))
    while True:
        size = secure.recv_into(buffer)
        octets += size
        tail = (tail + bytes(buffer[max(0, size - TAIL) : size]))[-TAIL:]
        last = tail[: -len(b"\r\n")].rpartition(b"\r\n")[2]
        if tail.endswith(b"\r\n") and last.startswith(tag + b" "):
            if not last.startswith(tag + b" OK"):
                sys.exit(f"the server refused {command[:100]!r}: {last!r}")
            return octets
        if not size:
            sys.exit(f"the server closed the connection at {command[:100]!r}")


# After the first sync ---------------------------------------------------------------------------


def later_sync(home: Path, user: MailUser, new: int, rounds: int, *, seed: int) -> float:
    """Milliseconds of a sync that finds so many new messages, within the process after login; the median."""
    taken = []
    session = Session(home)
    setting = session.settings.account[0]
    with closing(session), session.source(setting) as source:
        session.intake(setting, quiet).read(source)
        for number in range(rounds):
            deliver(user, new, seed + number)
            start = time.perf_counter()
            report = session.intake(setting, quiet).read(source)
            taken.append((time.perf_counter() - start) * 1000)
            if report.new != new:
                sys.exit(f"{new} messages were delivered, {report.new} were found")
    return statistics.median(taken)


def deliver(user: MailUser, count: int, seed: int) -> None:
    """Append new messages as another client or a delivery agent would."""
    if not count:
        return
    context = ssl.create_default_context(cafile=str(user.ca_file))
    with imaplib.IMAP4_SSL(user.host, user.port, ssl_context=context) as client:
        client.login(user.address, user.password)
        letters = mailboxes.Correspondent(seed, NOW).letters(count * 5)
        for letter in [one for one in letters if one.folder == "INBOX"][-count:]:
            client.append("INBOX", None, imaplib.Time2Internaldate(letter.date), letter.make())


# The whole ------------------------------------------------------------------------------------------


def measure(maildir: Path, place: Path, given: argparse.Namespace) -> tuple[list[Figure], float]:
    """All figures of one mailbox, and the milliseconds that one new message costs."""
    figures = _Told()
    rounds = 3 if given.quick else 5
    with served(maildir) as user:
        kim = user(OWNER)
        first = first_sync(home := home_of(kim, place))
        figures.tell(*of_first(first))
        if not given.alone:
            figures.tell(*against_others(first, *mbsync_and_mu(user("mbsync@harbour.example"), place)))
        ours, bare, count, octets = fetch_stage(user("fetch@harbour.example"), rounds)
        figures.tell(
            Figure(
                f"fetch stage, {count:,} messages, {octets / 1e6:.0f} MB",
                f"{ours:,.0f} messages/s",
                f"bare socket, same commands: {bare:,.0f} messages/s",
                round(ours / bare, 2),
                ">= 0.5",
                ours / bare >= 0.5,
            )
        )
        nothing = later_sync(home, kim, 0, rounds, seed=0)
        command = statistics.median(timed([*CLI, "--home", str(home), "sync"]) * 1000 for _ in range(3))
        ten = later_sync(home, kim, 10, rounds, seed=1000)
        one = later_sync(home, kim, 1, rounds + 2, seed=2000)
        figures.tell(
            limited("sync without changes, after login", nothing, 150, f"the whole command: {command:,.0f} ms"),
            limited("ten new messages, after login", ten, 400),
            Figure("one new message, after login", f"{one:.0f} ms"),
        )
    return figures, one


class _Told(list[Figure]):
    """Figures, each told as soon as it is known: a large run takes minutes."""

    def tell(self, *figures: Figure) -> None:
        """Keep and print."""
        self.extend(figures)
        for one in figures:
            print(f"{one.what}: {one.value} {one.beside}", file=sys.stderr, flush=True)


def against_others(first: First, pulled: float, indexed: float, used: float) -> list[Figure]:
    """The first sync beside `mbsync` and `mu`: by the clock, and in seconds of processors, which other work slows less."""
    ratio = first.seconds / (pulled + indexed)
    return [
        Figure(
            "first sync with verdicts",
            f"{first.seconds:.1f} s",
            f"mbsync {pulled:.1f} s + mu index {indexed:.1f} s",
            round(ratio, 2),
            "<= 0.8",
            ratio <= 0.8,
        ),
        Figure(
            "the same in seconds of processors (the server's left out)",
            f"{first.processors:.1f} s",
            f"mbsync and mu {used:.1f} s",
            round(first.processors / used, 2),
        ),
    ]


def of_first(first: First) -> list[Figure]:
    """What else the first sync shows."""
    return [
        Figure("first sync, in seconds", f"{first.seconds:.1f} s", f"{first.conversations:,} conversations judged"),
        Figure("first list (the last 90 days)", f"{first.first_list:.1f} s", "", None, "< 5 s", first.first_list < 5),
        Figure(
            "peak memory of all processes (PSS)",
            f"{first.memory:.0f} MiB",
            f"{first.processes} processes",
            None,
            "< 250 MiB",
            first.memory < 250,
        ),
    ]


def limited(what: str, milliseconds: float, most: float, beside: str = "") -> Figure:
    """A duration with its target."""
    return Figure(what, f"{milliseconds:.0f} ms", beside, None, f"< {most:.0f} ms", milliseconds < most)


def table(figures: Sequence[Figure]) -> str:
    """Markdown."""
    rows = ["| what | measured | beside | ratio | target | holds |", "| --- | --- | --- | --- | --- | --- |"]
    marks = {True: "yes", False: "**no**", None: ""}
    rows += [
        f"| {f.what} | {f.value} | {f.beside} | {'' if f.ratio is None else f.ratio} | {f.target} | {marks[f.holds]} |"
        for f in figures
    ]
    return "\n".join(rows)


def main() -> int:
    """Print the table; 0 where all targets hold."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--messages", type=int, help="10,000 where not said; 2,000 with --quick")
    arguments.add_argument("--maildir", type=Path, help="where the mailbox lies, or is made; else a temporary folder")
    arguments.add_argument("--tenth", action="store_true", help="also a mailbox of a tenth of the size")
    arguments.add_argument("--alone", action="store_true", help="without mbsync and mu")
    arguments.add_argument("--quick", action="store_true", help="fewer messages and rounds, without mbsync and mu")
    arguments.add_argument("--json", type=Path, help="write the figures there as well")
    given = arguments.parse_args()
    given.messages = given.messages or (2_000 if given.quick else 10_000)
    given.alone = given.alone or given.quick
    os.environ["REPLIQUETTE_NOW"] = NOW.isoformat()
    with tempfile.TemporaryDirectory(prefix="bench-sync-") as temporary:
        place = Path(temporary)
        figures, one = measure(laid(given.maildir or place / "mail", given.messages), place, given)
        if given.tenth:
            (tenth := place / "tenth").mkdir()
            smaller, base = measure(laid(tenth / "mail", given.messages // 10), tenth, given)
            ratio = one / base
            figures.append(
                Figure(
                    "one new message, against a tenth of the mail",
                    f"{one:.0f} ms",
                    f"{base:.0f} ms",
                    round(ratio, 2),
                    "<= 1.5",
                    ratio <= 1.5,
                )
            )
            print(f"{given.messages // 10:,} messages\n\n{table(smaller)}\n")
    print(f"{given.messages:,} messages; {machine()}\n\n{table(figures)}")
    if given.json:
        given.json.write_text(json.dumps([asdict(f) for f in figures], indent=1))
    return 1 if any(f.holds is False for f in figures) else 0


def laid(maildir: Path, count: int) -> Path:
    """The mailbox, made where it is not there yet."""
    if not (maildir / "cur").is_dir():
        mailboxes.lay(maildir, count, now=NOW)
    return maildir


def machine() -> str:
    """What it was measured on."""
    return f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
