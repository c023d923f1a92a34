"""A real Dovecot 2.3 for the tests: rootless, on free loopback ports, one directory, gone afterwards.

Started as root, it runs as "nobody" (Dovecot refuses mail users with UID 0); else as whoever runs
the tests.  Mail lies in Maildirs apart from Dovecot's own index and control files, so that a test
can compare every byte and every flag of a mailbox before and after.

    with Dovecot() as server:
        kim = server.add_user("kim@example.org", {"INBOX": [b"From: ...", Mail(b"...", flags="S")]})
        before = kim.snapshot()
        ImapSource.connect(kim.account(), kim.password)
"""

from __future__ import annotations

import grp
import os
import pwd
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import trustme
from imapclient import imap_utf7

from repliquette.settings import AccountSetting

PROGRAM = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else None)
PASSWORD = "open-sesame"
START_SECONDS = 15.0
SOME_DAY = datetime(2026, 1, 5, 9, tzinfo=UTC)

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
default_process_limit = 30
default_client_limit = 200
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login{mechanisms}
auth_failure_delay = 0
mail_max_userip_connections = 50
mail_location = maildir:~/Maildir:INDEX=~/index:CONTROL=~/control
mail_fsync = never
mail_save_crlf = yes
{oauth}# A file of users would be read again only once a second: too slow for users on demand.
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    special_use = \\Drafts
    auto = subscribe
  }}
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = subscribe
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = subscribe
  }}
  mailbox Archive {{
    special_use = \\Archive
    auto = subscribe
  }}
}}
protocol imap {{
  rawlog_dir = %h/rawlog
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
  service_count = 0
  process_min_avail = 1
}}
service anvil {{
  chroot =
  # Without this, a refused login delays the next ones by up to 15 s.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""

OAUTH = """passdb {{
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = {home}/oauth2.conf
}}
"""
INTROSPECTION = """introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
timeout_msecs = 5000
"""


def missing() -> str:
    """Why the rig cannot run here, or ""."""
    if PROGRAM is None:
        return "Dovecot is not installed (apt-get install dovecot-imapd)"
    version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
    return "" if version.startswith("2.3.") else f"the rig is written for Dovecot 2.3, here is {version.strip()}"


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to lay into a Maildir; `flags` are Maildir letters ("S" seen, "R" answered, …)."""

    raw: bytes
    date: datetime | None = None
    flags: str = ""

    @property
    def internal_date(self) -> datetime:
        """The date given, else that of the Date header, else some day."""
        header = re.search(rb"(?im)^date:(.*)$", self.raw.partition(b"\n\n")[0])
        if self.date or not header:
            return self.date or SOME_DAY
        try:
            return parsedate_to_datetime(header[1].decode("ascii", "replace").strip())
        except ValueError:
            return SOME_DAY


@dataclass(frozen=True, slots=True)
class MailUser:
    """A mailbox of the running server, and what a client needs to log in."""

    address: str
    password: str
    host: str
    port: int
    plain_port: int
    ca_file: Path
    home: Path

    def account(self, **changes: Any) -> AccountSetting:
        """The settings of this account, with `changes`."""
        given = {"address": self.address, "host": self.host, "port": self.port, "ca_file": self.ca_file}
        return AccountSetting(**(given | changes))

    def place(self, folder: str) -> Path:
        """The Maildir of a folder (Maildir++: ".Sent" beside the inbox's "cur")."""
        inbox = self.home / "Maildir"
        if folder.upper() == "INBOX":
            return inbox
        return inbox / ("." + imap_utf7.encode(folder.replace("/", ".")).decode("ascii"))

    def deliver(self, folder: str, *mails: bytes | Mail) -> None:
        """Lay messages into a folder, made where it is missing, as a delivery agent would."""
        place = self.place(folder)
        for part in ("cur", "new", "tmp"):
            (place / part).mkdir(parents=True, exist_ok=True)
        # Dovecot numbers messages in the order of these names.
        first = 1_000_000_000 + sum(1 for _ in place.glob("*/*.rig*"))
        for number, mail in enumerate((m if isinstance(m, Mail) else Mail(m) for m in mails), first):
            path = place / "cur" / f"{number}.M1P1.rig:2,{mail.flags}"
            path.write_bytes(mail.raw)
            stamp = mail.internal_date.timestamp()
            os.utime(path, (stamp, stamp))
        _give_away(self.home)

    def snapshot(self) -> dict[str, bytes]:
        """Every message file by its path, which holds its flags, with its bytes."""
        inbox = self.home / "Maildir"
        files = (path for path in inbox.rglob("*") if path.is_file() and path.parent.name in {"cur", "new"})
        return {str(path.relative_to(inbox)): path.read_bytes() for path in files}

    def messages(self, folder: str) -> list[bytes]:
        """The bytes of every message of a folder, oldest first."""
        files = [path for part in ("cur", "new") for path in (self.place(folder) / part).glob("*")]
        return [path.read_bytes() for path in sorted(files)]

    def flags(self, folder: str) -> list[str]:
        r"""The Maildir flags of the same messages ("D" is \Draft)."""
        files = [path for part in ("cur", "new") for path in (self.place(folder) / part).glob("*")]
        return [path.name.partition(":2,")[2] for path in sorted(files)]

    def renumber(self) -> None:
        """Give every folder that was opened a new UIDVALIDITY, as a restored or moved server does."""
        shutil.rmtree(self.home / "index")
        for numbers in (self.home / "control").rglob("dovecot-uidlist"):
            text = numbers.read_text()
            numbers.write_text(re.sub(r"V(\d+)", lambda found: f"V{int(found[1]) + 1}", text, count=1))

    def commands(self) -> list[str]:
        """Every command that clients sent after their login, without tags (the server's own record)."""
        lines: list[str] = []
        for log in sorted((self.home / "rawlog").glob("*.in")):
            text = log.read_bytes().decode("utf-8", "replace")
            lines += re.findall(r"(?m)^(?:\d+\.\d+ )?[A-Z0-9]+ ([A-Z][A-Z0-9]+(?: .*?)?)\r?$", text)
        return lines


class Dovecot:
    """The server; a context manager.

    With `introspection`, the address (RFC 7662) where an identity provider is asked
    about tokens, it lets them in by OAUTHBEARER and XOAUTH2 too.
    """

    def __init__(self, *, introspection: str = "", more: str = "") -> None:
        """`more` is added to the configuration."""
        self._more = more
        self._introspection = introspection
        self._directory = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self._process: subprocess.Popen[bytes] | None = None
        self.host = "127.0.0.1"
        self.port = 0
        self.plain_port = 0
        self.ca_file = self._directory / "ca.pem"

    def __enter__(self) -> Self:
        self.port, self.plain_port = _free_ports(2)
        self._write_certificate()
        self._write_config()
        _give_away(self._directory)
        self.start()
        return self

    def start(self) -> None:
        """Start, or start again after `stop`, on the same ports."""
        self._process = subprocess.Popen(
            [*_as_user(self._owner), str(PROGRAM), "-F", "-c", str(self._directory / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
        )
        self._wait_until_it_answers()

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    def stop(self) -> None:
        """Stop; mail and ports are kept."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def add_user(
        self, address: str, folders: Mapping[str, Iterable[bytes | Mail]] = MappingProxyType({"INBOX": ()})
    ) -> MailUser:
        """A user with these messages, oldest first; an earlier user of that address is forgotten."""
        home = self._directory / "mail" / address.lower()
        shutil.rmtree(home, ignore_errors=True)
        (home / "rawlog").mkdir(parents=True)
        user = MailUser(address, PASSWORD, self.host, self.port, self.plain_port, self.ca_file, home)
        for folder, mails in folders.items():
            user.deliver(folder, *mails)
        _give_away(self._directory / "mail")
        return user

    def log(self) -> str:
        """What Dovecot has to say; for a failing test."""
        return (self._directory / "log").read_text("utf-8", "replace")

    def _write_certificate(self) -> None:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.ca_file)
        certificate = authority.issue_cert("localhost", self.host)
        certificate.private_key_pem.write_to_path(self._directory / "key.pem")
        (self._directory / "cert.pem").write_bytes(b"".join(c.bytes() for c in certificate.cert_chain_pems))

    def _write_config(self) -> None:
        (self._directory / "run").mkdir()
        text = CONFIG.format(
            home=self._directory,
            mechanisms=" oauthbearer xoauth2" if self._introspection else "",
            oauth=OAUTH.format(home=self._directory) if self._introspection else "",
            password=PASSWORD,
            user=self._owner.pw_name,
            group=grp.getgrgid(self._owner.pw_gid).gr_name,
            uid=self._owner.pw_uid,
            gid=self._owner.pw_gid,
            port=self.port,
            plain_port=self.plain_port,
        )
        (self._directory / "dovecot.conf").write_text(text + self._more)
        (self._directory / "oauth2.conf").write_text(INTROSPECTION.format(url=self._introspection))

    def _wait_until_it_answers(self) -> None:
        context = ssl.create_default_context(cafile=self.ca_file)
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                with (
                    socket.create_connection((self.host, self.port), timeout=5) as plain,
                    context.wrap_socket(plain, server_hostname=self.host) as secure,
                ):
                    assert secure.recv(4) == b"* OK"
                    return
            except OSError:
                if time.monotonic() > end:
                    raise AssertionError(f"Dovecot did not start:\n{self.log()}") from None
                time.sleep(0.02)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def _as_user(owner: pwd.struct_passwd) -> list[str]:
    if os.getuid() != 0:
        return []
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]


def _give_away(place: Path) -> None:
    if os.getuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    for path in (place, *place.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
