"""S11: one JSON shape for every error; no trace, no path, no mail text, whatever a handler raises."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from repliquette.errors import (
    BusyError,
    LoginError,
    RepliquetteError,
    RuleError,
    ServerError,
    SettingsError,
    UnknownError,
)
from support.service import running

CANARY = "canary"
PLACE = Path("/home/kim/canary/settings.toml")
CALLS = [
    ("GET", "/api/v1/conversations", None),
    ("GET", "/api/v1/conversations/c1", None),
    ("GET", "/api/v1/lookup?message_id=a", None),
    ("POST", "/api/v1/conversations/c1/drafts", {"body": "Hi."}),
]


def answers(live):
    for method, path, json in CALLS:
        yield live.get(path) if method == "GET" else live.post(path, json)


@pytest.mark.parametrize(
    "fault",
    [
        RuntimeError(f"{CANARY} {PLACE}"),
        KeyError(CANARY),
        RecursionError(CANARY),
        OSError(2, CANARY, str(PLACE)),
        UnicodeDecodeError("utf-8", b"canary", 0, 1, CANARY),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_s11_the_unexpected_is_told_without_a_word_about_it(live, fault, caplog):
    """Only the name of the class is written to the log."""
    live.desk.fault = fault
    with caplog.at_level(logging.DEBUG):
        for reply in answers(live):
            assert reply.status == 500
            assert reply.json["error"].keys() == {"code", "message", "hint"}
            assert CANARY not in reply.body.decode()

    assert CANARY not in caplog.text
    assert type(fault).__name__ in caplog.text


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (UnknownError("It is not there.", seen=CANARY, hint="Look elsewhere."), 404, "unknown"),
        (BusyError("It is not there.", seen=CANARY, hint="Look elsewhere."), 409, "busy"),
        (RepliquetteError("It is not there.", seen=CANARY, hint="Look elsewhere."), 409, "failed"),
        (LoginError("It is not there.", seen=CANARY, hint="Look elsewhere."), 502, "login"),
        (ServerError("It is not there.", seen=CANARY, hint="Look elsewhere."), 502, "server"),
        (SettingsError("It is not there.", seen=CANARY, hint="Look elsewhere."), 500, "settings"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_s11_our_own_errors_speak_but_never_of_what_was_seen(live, fault, status, code):
    live.desk.fault = fault
    for reply in answers(live):
        assert reply.status == status
        assert reply.json == {"error": {"code": code, "message": "It is not there.", "hint": "Look elsewhere."}}


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (SettingsError(f"{PLACE}:3: unknown key 'canary'"), "My settings have a mistake."),
        (RuleError("unknown key", file=PLACE, line=3, source="canary = 1"), "A rule file has a mistake; file, line and a caret tell where."),
        (ServerError("The authority (/etc/canary.pem) is not trusted."), "The mail server cannot be reached, cannot be trusted, or misbehaved."),
        (BusyError(r"C:\canary\store is locked."), "Another run of Repliquette is at work on the same store."),
        (LoginError("No.", hint="Look into ~/canary"), "No."),
    ],
    ids=["settings", "rule", "server", "windows", "hint"],
)  # fmt: skip
def test_s11_an_error_that_names_a_path_tells_only_its_kind(live, fault, message):
    live.desk.fault = fault
    for reply in answers(live):
        assert reply.json["error"]["message"] == message
        assert CANARY not in reply.body.decode()


def test_s11_a_fault_of_the_guard_s_own_store_is_told_alike(live, monkeypatch):
    def fail(_token):
        raise RuntimeError(CANARY)

    monkeypatch.setattr(live.keys, "client_for", fail)

    for reply in answers(live):
        assert (reply.status, reply.json["error"]["code"]) == (500, "failed")
        assert CANARY not in reply.body.decode()


def test_s11_debugging_cannot_be_switched_on_from_outside(panel, monkeypatch):
    """FLASK_DEBUG would otherwise let a fault through to the server, with its trace in the log."""
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with running(panel) as live:
        live.desk.fault = RuntimeError(CANARY)

        assert live.app.debug is False
        assert live.get("/api/v1/conversations").json["error"]["code"] == "failed"
