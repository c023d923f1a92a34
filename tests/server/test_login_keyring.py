"""Passwords in a real Secret Service: gnome-keyring on a D-Bus of its own, everything in a temporary folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from repliquette.errors import Exit

LETTER = b"""From: Ana <ana@client.example>
To: kim@ring.example
Subject: Doors
Date: Mon, 2 Mar 2026 09:00:00 +0000
Message-ID: <doors@client.example>

Hi Kim, which colour should the doors have?
"""
PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")
LACKING = [program for program in PROGRAMS if shutil.which(program) is None]

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(bool(LACKING), reason=f"not installed: {', '.join(LACKING)} (apt: dbus gnome-keyring)"),
]

# Runs inside the session: unlocks a new keyring, then does what the command line would do.
READY = """
from time import sleep
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection
bus = Proxy(message_bus, open_dbus_connection())
while not bus.NameHasOwner("org.freedesktop.secrets")[0]:
    sleep(0.05)  # the daemon goes to the background before it can be spoken to
"""
SCRIPT = """
import json, subprocess, sys
subprocess.run(["gnome-keyring-daemon", "--unlock", "--components=secrets"], input=b"login", check=True,
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
%READY%
import keyring
from repliquette.errors import LoginError
from repliquette.mailbox import login
from repliquette.settings import AccountSetting

kim = AccountSetting(address="kim@ring.example", host="imap.ring.example")
seen = {"backend": type(keyring.get_keyring()).__module__}
def attempt(call, *words):
    try:
        return call(kim, *words)
    except LoginError as error:
        return str(error)
seen["before"] = attempt(login.find_password)
login.save_password(kim, "pässwörd one")
login.save_password(kim, "pässwörd two")
seen["kept"] = attempt(login.find_password)
seen["deleted"] = [login.delete_password(kim), login.delete_password(kim)]
seen["after"] = attempt(login.find_password)
print(json.dumps(seen))
"""


def run(tmp_path, *command: str, script: str = SCRIPT) -> dict:
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    places = {name: str(tmp_path / name) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "HOME")}
    environment = {"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(runtime), **places}
    done = subprocess.run(
        [*command, sys.executable, "-c", script.replace("%READY%", READY)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,  # a watchdog: five programs start in it, on a machine that may be busy
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_password_is_kept_replaced_and_forgotten(tmp_path):
    seen = run(tmp_path, "dbus-run-session", "--")
    assert seen["backend"].startswith("keyring.backends.")
    assert seen["before"].startswith("No password for kim@ring.example is kept")
    assert seen["kept"] == "pässwörd two"
    assert seen["deleted"] == [True, False]
    assert seen["after"].startswith("No password for kim@ring.example is kept")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert all("pässwörd".encode() not in path.read_bytes() for path in files)
    assert any(path.suffix == ".keyring" for path in files)


SETUP = """
import json, subprocess, sys
subprocess.run(["gnome-keyring-daemon", "--unlock", "--components=secrets"], input=b"login", check=True,
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
%READY%
def program(*words, given=""):
    done = subprocess.run([sys.executable, "-c", "from repliquette.cli import main; main()", *words],
                          input=given, capture_output=True, text=True)
    return [done.returncode, done.stdout, done.stderr]
add = ["setup", ADDRESS, "--host", HOST, "--port", PORT, "--ca-file", CA]
wrong = program(*add, given="no-sesame\\n")
print(json.dumps({"wrong": wrong, "after_wrong": program("owed"), "right": program(*add, given=PASSWORD + "\\n"),
                  "sync": program("sync", "--json")}))
"""


def test_setup_asks_tries_once_and_keeps_the_password(tmp_path, dovecot):
    """A wrong password leaves nothing behind; the right one lies in the keyring and nowhere else."""
    user = dovecot.add_user("kim@ring.example", {"INBOX": [LETTER]})
    values = {"ADDRESS": user.address, "HOST": user.host, "PORT": str(user.port), "CA": str(user.ca_file)}
    head = "".join(f"{name} = {value!r}\n" for name, value in {**values, "PASSWORD": user.password}.items())

    seen = run(tmp_path, "dbus-run-session", "--", script=head + SETUP)

    code, _, words = seen["wrong"]
    assert code == Exit.LOGIN
    assert "refused the password" in words
    assert seen["after_wrong"][0] == Exit.SETTINGS
    assert seen["right"][0] == 0, seen["right"]
    assert "which colour" in seen["right"][1]
    assert json.loads(seen["sync"][1]) == [{"account": user.address, "new": 0, "judged": 0}]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "settings.toml" for path in files)
    assert all(user.password.encode() not in path.read_bytes() for path in files)


def test_a_machine_without_a_keyring_is_told_the_way_out(tmp_path):
    """A headless server: no D-Bus, so no Secret Service."""
    script = SCRIPT.partition("import keyring\n")[2].partition('login.save_password(kim, "pässwörd one")')[0]
    seen = run(tmp_path, "env", script=f"import json, keyring\n{script}print(json.dumps(seen))")
    assert seen["before"].startswith("This system has no keyring that keeps a password safe.")
    assert "password_command" in seen["before"]
