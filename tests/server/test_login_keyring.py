"""Passwords in a real Secret Service: gnome-keyring on a D-Bus of its own, everything in a temporary folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")
LACKING = [program for program in PROGRAMS if shutil.which(program) is None]

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(bool(LACKING), reason=f"not installed: {', '.join(LACKING)} (apt: dbus gnome-keyring)"),
]

# Runs inside the session: unlocks a new keyring, then does what the command line would do.
SCRIPT = """
import json, subprocess, sys
subprocess.run(["gnome-keyring-daemon", "--unlock", "--components=secrets"], input=b"login", check=True,
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
        [*command, sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
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


def test_a_machine_without_a_keyring_is_told_the_way_out(tmp_path):
    """A headless server: no D-Bus, so no Secret Service."""
    script = SCRIPT.partition("import keyring\n")[2].partition('login.save_password(kim, "pässwörd one")')[0]
    seen = run(tmp_path, "env", script=f"import json, keyring\n{script}print(json.dumps(seen))")
    assert seen["before"].startswith("This system has no keyring that keeps a password safe.")
    assert "password_command" in seen["before"]
