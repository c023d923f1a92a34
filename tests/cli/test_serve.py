"""`serve`, `pair` and the page's link with the real store, as two processes that share it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from repliquette.cli.serve import Teller
from repliquette.pipeline.status import Board, State
from support.program import Program

ORIGIN = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
LETTER = b"""From: Ana Ruiz <ana@client.example>\r
To: Kim Lee <kim@northwind.example>\r
Subject: The contract\r
Date: Mon, 2 Mar 2026 09:00:00 +0000\r
Message-ID: <contract@client.example>\r
\r
Hi Kim,\r
\r
could you send me the signed contract?\r
\r
Ana\r
"""


@pytest.fixture
def program(tmp_path):
    mail = tmp_path / "mail"
    mail.mkdir()
    (mail / "1.eml").write_bytes(LETTER)
    run = Program(tmp_path / "home", "2026-03-03T09:00:00Z")
    done = run("setup", "kim@northwind.example", "--name", "Kim Lee", "--archive", str(mail))
    assert done.code == 0, done.err
    return run


@contextmanager
def serving(program, port, *options):
    """The service, up; yields the link it prints."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from repliquette.cli import main; main()", "serve", "--port", str(port), *options],
        env={**os.environ, "REPLIQUETTE_HOME": str(program.home), "REPLIQUETTE_NOW": program.now},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for line in process.stderr:
            if found := re.search(r"http://\S+/open\?key=\S+", line):
                yield found[0]
                break
        else:
            raise AssertionError("serve printed no link")
    finally:
        process.send_signal(signal.SIGTERM)
        process.stderr.close()
        assert process.wait(timeout=20) == 0


def ask(port, method, path, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    wanted = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        wanted["Content-Type"] = "application/json"
    connection.request(method, path, None if body is None else json.dumps(body), wanted)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer, text


def test_a_browser_is_paired_sees_the_list_and_is_shown_out(program, free_port):
    with serving(program, free_port):
        code = program("pair").out.strip()
        answer, text = ask(
            free_port, "POST", "/api/v1/pair", {"code": code, "name": "Chromium"}, Origin=ORIGIN, Sec_Fetch_Site="none"
        )
        assert answer.status == 201
        bearer = {"Authorization": f"Bearer {json.loads(text)['token']}", "Sec_Fetch_Site": "none"}

        answer, text = ask(free_port, "GET", "/api/v1/conversations?standing=owed", **bearer)
        [row] = json.loads(text)["items"]
        opened, body = ask(free_port, "GET", f"/api/v1/conversations/{row['id']}", **bearer)
        found, where = ask(free_port, "GET", "/api/v1/lookup?message_id=contract@client.example", **bearer)
        [client] = program("pair", "--list", "--json").data
        program("pair", "--revoke", str(client["number"]))
        refused, _ = ask(free_port, "GET", "/api/v1/conversations", **bearer)

    assert row["words"] == "could you send me the signed contract?"
    assert opened.status == 200
    assert json.loads(body)["messages"][0]["from"]["email"] == "ana@client.example"
    assert found.status == 200
    assert json.loads(where)["id"] == row["id"]
    assert client == {"number": client["number"], "name": "Chromium", "origin": ORIGIN}
    assert refused.status == 401


def test_an_archive_has_no_drafts_folder_and_says_so(program, free_port):
    [row] = program("owed", "--json").data["items"]

    ran = program("draft", row["id"], "--save")

    assert ran.code == 3
    assert "archive and has no Drafts folder" in ran.err
    assert "Copy the words" in ran.err


def test_s8_reading_leaves_the_store_as_it_was(program, free_port):
    """No GET has a side effect: the file's bytes stay the same."""
    store = program.home / "repliquette.sqlite"
    with serving(program, free_port, "--no-sync"):
        code = program("pair").out.strip()
        _, text = ask(free_port, "POST", "/api/v1/pair", {"code": code, "name": "C"}, Origin=ORIGIN)
        bearer = {"Authorization": f"Bearer {json.loads(text)['token']}"}
        _, text = ask(free_port, "GET", "/api/v1/conversations", **bearer)
        id_ = json.loads(text)["items"][0]["id"]
        before = {
            p.name: p.read_bytes() for p in store.parent.glob("repliquette.sqlite*") if not p.name.endswith("-shm")
        }
        for path in ("conversations", f"conversations/{id_}", "lookup?message_id=x", "health", "openapi.json"):
            ask(free_port, "GET", f"/api/v1/{path}", **bearer)
            ask(free_port, "HEAD", f"/api/v1/{path}", **bearer)
        after = {
            p.name: p.read_bytes() for p in store.parent.glob("repliquette.sqlite*") if not p.name.endswith("-shm")
        }

    assert after == before


def test_the_link_opens_the_page_once(program, free_port):
    with serving(program, free_port) as link:
        path = link.partition(str(free_port))[2]
        first, _ = ask(free_port, "GET", path, Sec_Fetch_Site="none")
        cookie = first.getheader("Set-Cookie").partition(";")[0]
        second, _ = ask(free_port, "GET", path, Sec_Fetch_Site="none")
        page, html = ask(free_port, "GET", "/", Cookie=cookie, Sec_Fetch_Site="none")
        listed, _ = ask(free_port, "GET", "/api/v1/conversations", Cookie=cookie, Sec_Fetch_Site="same-origin")
        foreign, _ = ask(free_port, "GET", "/api/v1/conversations", Cookie=cookie, Sec_Fetch_Site="none")

    assert (first.status, second.status) == (303, 401)
    assert page.status == 200
    assert b"<script" in html
    assert listed.status == 200
    assert foreign.status == 401


def test_a_second_serve_gives_a_link_to_the_first(program, free_port):
    """The door of the page says: run `repliquette serve --open`; that must work while it serves."""
    with serving(program, free_port):
        ran = program("serve")
        link = re.search(rf":{free_port}(/open\?key=\S+)", ran.err)[1]
        answer, _ = ask(free_port, "GET", link, Sec_Fetch_Site="none")

    assert ran.code == 0
    assert "serves this mailbox already" in ran.err
    assert answer.status == 303


def test_a_port_that_is_taken(program):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = program("serve", "--port", str(port))

    assert ran.code == 8
    assert f"Port {port} is taken" in ran.err


def test_trouble_while_it_serves_is_told_once_and_so_is_its_end(capfd):
    teller, board = Teller(), Board(["kim@northwind.example", "kim@other.example"])
    board.listen(teller)
    for _ in range(3):
        board.set("kim@northwind.example", State.CONNECTING)
        board.set("kim@northwind.example", State.OFFLINE, trouble="The server cannot be reached.")
    board.set("kim@other.example", State.REFUSED, trouble="The password is refused.")
    for _ in range(2):
        board.set("kim@northwind.example", State.WAITING)

    words = capfd.readouterr().err
    assert words.count("Could not read new mail of kim@northwind.example. The server cannot be reached.") == 1
    assert words.count("Could not read new mail of kim@other.example. The password is refused.") == 1
    assert words.count("new mail is read again") == 1
    assert "The lists show what was read before." in words


def test_status_tells_how_the_service_is_doing(program, free_port):
    before = program("status")
    with serving(program, free_port):
        deadline = time.monotonic() + 30
        while (accounts := program("status", "--json").data["accounts"])[0]["state"] != "waiting":
            assert time.monotonic() < deadline, accounts
        words = program("status").out
    after = program("status", "--json").data

    assert "No service runs" in before.err
    assert "read 1 of 1 messages" in before.err
    assert accounts[0]["account"] == "kim@northwind.example"
    assert accounts[0]["synced_at"]
    assert "kim@northwind.example: up to date, waiting for new mail." in words
    assert after == {"serving": False, "accounts": []}
