"""S9: whatever a client sends, or does not send, is bounded; each bound from both sides."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack

import pytest

from repliquette.limits import REQUEST_BYTES, REQUEST_HEADER_BYTES
from repliquette.web.guard import HEADERS
from support.service import CODE, EXTENSION, running

DRAFTS = "/api/v1/conversations/c1/drafts"


def raw(live, data):
    """Send bytes, and read until the server closes."""
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as connection:
        connection.sendall(data)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


def head(live, *lines):
    known = [f"Host: {live.host}", f"Authorization: Bearer {live.token}", f"Origin: {EXTENSION}", "Connection: close"]
    return "\r\n".join([f"POST {DRAFTS} HTTP/1.1", *known, "Content-Type: application/json", *lines, "", ""]).encode()


def draft_of(size):
    """A draft whose JSON has exactly `size` bytes."""
    empty = json.dumps({"body": ""}).encode()
    return json.dumps({"body": "x" * (size - len(empty))}).encode()


def chunked(body):
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


def status(answer):
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(("over", "expected", "saved"), [(0, 201, 1), (1, 413, 0), (REQUEST_BYTES * 3, 413, 0)])
@pytest.mark.parametrize("in_chunks", [False, True])
def test_s9_body_at_the_cap_is_accepted_and_one_byte_over_refused(live, over, expected, saved, in_chunks):
    """With a length and chunked without one; nothing of a refused body is written."""
    body = draft_of(REQUEST_BYTES + over)
    lines, sent = (
        (("Transfer-Encoding: chunked",), chunked(body)) if in_chunks else ((f"Content-Length: {len(body)}",), body)
    )

    assert status(raw(live, head(live, *lines) + sent)) == expected
    assert len(live.desk.drafts) == saved


@pytest.mark.parametrize(("over", "expected"), [(-1, 200), (0, 431)])
def test_s9_headers_are_bounded(live, over, expected):
    start = f"GET /api/v1/health HTTP/1.1\r\nHost: {live.host}\r\nConnection: close\r\nX: ".encode()
    end = b"\r\n\r\n"
    filler = b"x" * (REQUEST_HEADER_BYTES + over - len(start) - len(end))

    assert status(raw(live, start + filler + end)) == expected


@pytest.mark.parametrize("path", ["/api/v1/pair", DRAFTS])
@pytest.mark.parametrize(("depth", "expected"), [(1_000, 400), (32_000, 400), (100_000, 413)])
@pytest.mark.parametrize(
    ("start", "opening", "closing"),
    [(b"", b"[", b"]"), (b'{"body": ', b"[", b"]}"), (b"", b'{"a":', b"}")],
    ids=["lists", "in a key", "objects"],
)
def test_s9_nested_json_is_refused(live, path, depth, expected, start, opening, closing):
    """Plain Flask answers 500 to a thousand levels; a hundred thousand are beyond the bytes already."""
    levels = min(depth, (REQUEST_BYTES - 100) // (len(opening) + len(closing[:1]))) if expected == 400 else depth
    body = start + opening * levels + closing[:1] * levels + closing[1:]

    reply = live.ask("POST", path, token=live.token, body=body, more=(("Content-Type", "application/json"),))

    assert reply.status == expected
    assert (live.desk.drafts, live.keys.code) == ([], CODE)


@pytest.mark.parametrize(
    ("request_bytes", "expected"),
    [
        pytest.param(b"GET /api/v1/health HTTP/1.1\r\nNo colon\r\n\r\n", 400, id="bad header"),
        pytest.param(b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, id="negative length"),
        pytest.param(b"GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501, id="unknown coding"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n", 413, id="huge length"),
        pytest.param(b"GET / HTTP/1.1\r\nX: ".ljust(REQUEST_HEADER_BYTES, b"x"), 431, id="huge header"),
    ],
)
def test_s10_s11_what_the_server_itself_refuses_looks_like_every_refusal(live, request_bytes, expected):
    """These never reach the application; waitress would answer with words of its own and without our headers."""
    first, _, body = raw(live, request_bytes).partition(b"\r\n\r\n")
    status_line, *lines = first.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)

    assert int(status_line.split()[1]) == expected
    assert set(json.loads(body)["error"]) == {"code", "message", "hint"}
    assert {name.lower(): value for name, value in HEADERS.items()}.items() <= {
        name.lower(): value for name, value in headers.items()
    }.items()


def test_s9_a_header_with_an_underscore_is_not_one_with_a_hyphen(live):
    """`Sec_Fetch_Site` would otherwise stand for `Sec-Fetch-Site` in the environment of the application."""
    more = (("Sec_Fetch_Site", "same-origin"), ("Authorization", f"Bearer {live.token}"), ("Host_", "evil.example"))

    assert live.ask("GET", "/api/v1/conversations", site="cross-site", more=more).status == 403


def test_s9_a_silent_client_is_closed(panel):
    with running(panel, idle_s=1) as live, socket.create_connection(("127.0.0.1", live.port), timeout=10) as connection:
        connection.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: ")

        assert connection.recv(1) == b""


def test_s9_sixty_four_idle_clients_do_not_stop_the_next(live):
    with ExitStack() as stack:
        for number in range(64):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", live.port), timeout=10))
            idle.sendall(b"POST /api/v1/pair HTTP/1.1\r\n"[: number % 28])

        assert live.ask("GET", "/api/v1/health").status == 200
