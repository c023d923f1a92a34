"""The calls as docs/architecture.md describes them, over the wire."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

import pytest

from repliquette.limits import TOKEN_FAILURES_A_MINUTE
from repliquette.model import Reason, Standing, Style
from support.service import CODE, EXTENSION, FIREFOX, LINK_KEY, WORDS

BASE = "/api/v1"
DRAFTS = f"{BASE}/conversations/c1/drafts"


def shape(value):
    """The keys of a JSON value, all the way down; of a list, those of its first item."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


def wanting(described, given, place=""):
    """Where two shapes differ in their keys."""
    if isinstance(described, dict) and isinstance(given, dict):
        differing = [f"{place}.{key}" for key in described.keys() ^ given.keys()]
        return differing + [
            d for k in described.keys() & given.keys() for d in wanting(described[k], given[k], f"{place}.{k}")
        ]
    if isinstance(described, list) and isinstance(given, list):
        return wanting(described[0], given[0], f"{place}[]")
    return []


@pytest.mark.parametrize(("example", "path"), [(0, "/conversations"), (1, "/conversations/c1")])
def test_answers_have_the_keys_of_the_architecture(live, root, example, path):
    """docs/architecture.md, "JSON over HTTP", is what the panel was written against."""
    chapter = (root / "docs" / "architecture.md").read_text("utf-8").partition("## JSON over HTTP")[2]
    described = json.loads(re.findall(r"```json\n(.*?)```", chapter, re.DOTALL)[example])

    assert wanting(shape(described), shape(live.get(BASE + path).json)) == []


def test_a_list(live):
    reply = live.get(f"{BASE}/conversations?standing=owed").json

    [row] = reply["items"]
    assert (row["id"], row["words"], row["title"], row["late"]) == ("c1", WORDS, "owed free_stuff", True)
    assert row["marks"] == ["chaser", "shady"]
    assert row["since"] == "2026-03-02T07:00:00Z"
    assert reply["counts"] == {"owed": 1, "awaiting": 0, "settled": 0}
    assert reply["coverage"][0]["unreadable"] == 1


def test_the_filters_reach_the_desk(live):
    query = "standing=owed&reason=ask&account=kim%40northwind.example&q=two%20words&cursor=abc&limit=7"

    assert live.get(f"{BASE}/conversations?{query}").status == 200
    assert live.desk.asked == {
        "standing": Standing.OWED,
        "reason": Reason.ASK,
        "account": "kim@northwind.example",
        "query": "two words",
        "cursor": "abc",
        "limit": 7,
    }


def test_an_empty_parameter_is_one_left_open(live):
    live.get(f"{BASE}/conversations?standing=&reason=&account=&q=&cursor=&limit=")

    assert live.desk.asked == {
        "standing": None, "reason": None, "account": None, "query": "", "cursor": None, "limit": 50,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/conversations?standing=perhaps", "standing"),
        ("/conversations?reason=none", "reason"),
        ("/conversations?limit=0", "limit"),
        ("/conversations?limit=201", "limit"),
        ("/conversations?limit=ten", "limit"),
        ("/conversations?limit=5&limit=6", "limit"),
        ("/conversations?q=a%00b", "q"),
        ("/conversations?q=" + "x" * 501, "q"),
        ("/conversations?unknown=1", "unknown"),
        ("/conversations?" + "n" * 90 + "=1", "n" * 50 + ":"),
        ("/conversations/c1?why=1", "why"),
        ("/health?x=1", "x"),
        ("/openapi.json?x=1", "x"),
        ("/lookup", "query"),
        ("/lookup?gmail_thread=xyz", "gmail_thread"),
        ("/lookup?gmail_thread=0", "gmail_thread"),
        ("/lookup?gmail_thread=" + "9" * 25, "gmail_thread"),
        ("/lookup?gmail_thread=" + "9" * 5000, "gmail_thread"),
        ("/lookup?gmail_thread=9223372036854775808", "gmail_thread"),
        ("/lookup?date=0001-01-01T00:00:00Z", "date"),
        ("/lookup?date=9999-12-31T23:59:59-12:00", "date"),
        ("/lookup?date=yesterday", "date"),
        ("/lookup?sender=a%40b.example", "sender"),
    ],
)
def test_a_wrong_parameter_is_named(live, path, named):
    reply = live.get(BASE + path)

    assert (reply.status, reply.json["error"]["code"]) == (400, "request")
    assert reply.json["error"]["message"].startswith(named)


def test_a_conversation(live):
    reply = live.get(f"{BASE}/conversations/c1").json

    [letter] = reply["messages"]
    assert (letter["from"], letter["mine"], letter["quoted"]) == (
        {"email": "ana@client.example", "name": "Ana Ruiz"},
        False,
        "On Monday you wrote",
    )
    [proof] = reply["evidence"]
    assert letter["text"][proof["start"] : proof["end"]] == proof["words"] == WORDS
    assert reply["suggestions"][0]["label"] == "Kind no"
    assert reply["who"]["their_median_hours"] == 3.0


def test_a_conversation_that_is_not_there(live):
    reply = live.get(f"{BASE}/conversations/c9")

    assert reply.status == 404
    assert reply.json == {
        "error": {"code": "unknown", "message": "There is no such conversation.", "hint": "Run: repliquette owed"}
    }


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("gmail_thread=15f1123136926bff", {"gmail_thread": 0x15F1123136926BFF}),
        ("gmail_thread=1581064946762017791", {"gmail_thread": 1581064946762017791}),
        ("gmail_message=1234567890123456", {"gmail_message": 0x1234567890123456}),
        ("exchange_conversation=AAQk-_%3D", {"exchange_conversation": "AAQk-_="}),
        ("message_id=%3Ca%40b.example%3E", {"message_id": "<a@b.example>"}),
        (
            "subject=Frei%C2%A0tag&from=ana%40client.example&date=2026-03-02T08:00:00%2B01:00",
            {"subject": "Frei\u00a0tag", "sender": "ana@client.example", "date": datetime(2026, 3, 2, 7, tzinfo=UTC)},
        ),
        ("date=2026-03-02", {"date": datetime(2026, 3, 2, tzinfo=UTC)}),
    ],
)
def test_lookup_reads_what_a_webmail_page_shows(live, query, asked):
    """Gmail's ids in the page's 16 hexadecimal digits or in IMAP's 19 decimal ones."""
    live.get(f"{BASE}/lookup?{query}")

    assert live.desk.asked == asked


def test_lookup_answers_with_its_certainty_or_404(live):
    known = live.get(f"{BASE}/lookup?gmail_thread=15f1123136926bff")
    unknown = live.get(f"{BASE}/lookup?gmail_thread=1")

    assert known.json == {"id": "c1", "certainty": "exact", "why": "Gmail thread id"}
    assert (unknown.status, unknown.json["error"]["code"]) == (404, "unknown")


def test_a_draft_saved_twice_is_one_draft(live):
    """A retry is harmless, with or without an Idempotency-Key."""
    draft = {"body": "Hi Ana,\n\nI have none.\n", "subject": "Re: Friday", "style": "warm"}

    replies = [live.post(DRAFTS, draft, more=(("Idempotency-Key", "k1"),)) for _ in range(2)]

    assert [r.status for r in replies] == [201, 200]
    assert [r.json["created"] for r in replies] == [True, False]
    assert {(r.json["message_id"], r.json["folder"]) for r in replies} == {("draft-1@northwind.example", "Drafts")}
    assert live.desk.asked == {"id": "c1", "body": draft["body"], "subject": "Re: Friday", "style": Style.WARM}
    assert live.get(f"{BASE}/conversations/c1").json["draft_saved"] is True


@pytest.mark.parametrize(
    ("draft", "named"),
    [
        ({}, "body"),
        ({"body": ""}, "body"),
        ({"body": " \n"}, "body"),
        ({"body": "a\0b"}, "body"),
        ({"body": 7}, "body"),
        ({"body": ["Hi"]}, "body"),
        ({"body": "Hi", "subject": "a\r\nBcc: eve@evil.example"}, "subject"),
        ({"body": "Hi", "subject": "a\u2028b"}, "subject"),
        ({"body": "Hi", "subject": "x" * 501}, "subject"),
        ({"body": "Hi", "style": "rude"}, "style"),
        ({"body": "Hi", "to": "eve@evil.example"}, "to"),
        ([], "body"),
        ("Hi", "body"),
        (None, "body"),
    ],
)
def test_a_wrong_draft_is_refused_with_its_key(live, draft, named):
    """S29: among others, a recipient cannot be chosen, and a subject cannot end its header line."""
    more = (("Content-Type", "application/json"),)
    body = json.dumps(draft).encode()

    reply = live.ask("POST", DRAFTS, token=live.token, body=body, more=more)

    assert (reply.status, live.desk.drafts) == (400, [])
    assert reply.json["error"]["message"].startswith(f"{named}: ")


@pytest.mark.parametrize("body", [b"", b"{", b'{"body": "\xff"}', b'{"body": "\\ud800"}', b"body=Hi"])
def test_a_body_that_is_not_json_is_refused(live, body):
    reply = live.ask("POST", DRAFTS, token=live.token, body=body, more=(("Content-Type", "application/json"),))

    assert (reply.status, reply.json["error"]["message"]) == (400, "The body is not JSON, or is nested too deep.")


@pytest.mark.parametrize("origin", [EXTENSION, FIREFOX, None])
def test_s7_a_code_buys_a_token_for_its_origin(live, origin):
    reply = live.ask("POST", f"{BASE}/pair", origin=origin, site="none", json={"code": CODE, "name": "Chromium"})
    token = reply.json["token"]

    assert reply.status == 201
    assert live.ask("GET", f"{BASE}/conversations", token=token, origin=origin).status == 200
    assert live.keys.client_for(token).name == "Chromium"
    assert live.ask("GET", f"{BASE}/conversations", token=token, origin="moz-extension://another").status == 403


def test_s7_a_code_is_good_once(live):
    wish = {"code": CODE, "name": "Chromium"}

    assert [live.ask("POST", f"{BASE}/pair", json=wish).status for _ in range(2)] == [201, 401]


@pytest.mark.parametrize("code", ["31415", "3141592", "31415a", "314159\n", "٣١٤١٥٩", 314159, ""])
def test_s7_what_is_no_code_costs_no_try(live, code):
    reply = live.ask("POST", f"{BASE}/pair", json={"code": code})

    assert (reply.status, live.keys.code) == (400, CODE)


def test_s7_codes_cannot_be_tried_without_end(live):
    """Beyond twenty failures a minute not even the right code is looked at."""
    failures = [
        live.ask("POST", f"{BASE}/pair", json={"code": "000000"}).status for _ in range(TOKEN_FAILURES_A_MINUTE)
    ]

    assert failures == [401] * TOKEN_FAILURES_A_MINUTE
    assert live.ask("POST", f"{BASE}/pair", json={"code": CODE}).status == 429


def test_s7_s34_no_secret_and_no_mail_in_the_log(live, caplog):
    caplog.set_level(logging.DEBUG)
    token = live.ask("POST", f"{BASE}/pair", json={"code": CODE}).json["token"]
    live.ask("GET", f"/open?key={LINK_KEY}")
    live.get(f"{BASE}/conversations?q=canary")
    live.post(DRAFTS, {"body": "canary words"})
    live.get(f"{BASE}/conversations/canary")

    for secret in (CODE, token, live.token, LINK_KEY, "canary", WORDS, "ana@"):
        assert secret not in caplog.text
