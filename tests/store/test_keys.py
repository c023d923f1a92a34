"""Pairing codes, tokens and page links (S6, S7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from repliquette.errors import UnknownError
from support.mail import NOW

CHROME = "chrome-extension://abcdefghijklmnop"


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def redeem(store, code, at=NOW):
    return store.keys.redeem(code, origin=CHROME, name="Chromium", now=at)


def test_s7_a_code_works_once_and_gives_a_token_bound_to_its_origin(store):
    code = store.keys.new_code(NOW)
    token = redeem(store, code)

    assert len(code) == 6
    assert len(token) >= 43  # 256 bits
    assert store.keys.client_for(token).origin == CHROME
    assert redeem(store, code) is None


def test_s7_three_wrong_tries_end_a_code(store):
    code = store.keys.new_code(NOW)

    assert [redeem(store, wrong(code)) for _ in range(3)] == [None, None, None]
    assert redeem(store, code) is None


def test_s7_two_wrong_tries_do_not(store):
    code = store.keys.new_code(NOW)
    redeem(store, wrong(code))
    redeem(store, "no code at all")

    assert redeem(store, code)


@pytest.mark.parametrize(("age", "works"), [(119, True), (120, False)], ids=["in time", "a second late"])
def test_s7_a_code_lives_two_minutes(store, age, works):
    code = store.keys.new_code(NOW)

    assert bool(redeem(store, code, NOW + timedelta(seconds=age))) is works


def test_a_new_code_voids_the_old_one(store):
    old = store.keys.new_code(NOW)
    new = store.keys.new_code(NOW)

    assert old == new or redeem(store, old) is None


def test_s6_no_secret_lies_in_the_file(store):
    code, key = store.keys.new_code(NOW), store.keys.new_page_link(NOW)
    token, session = redeem(store, code), store.keys.redeem_page_link(key, NOW)
    store.close()
    raw = b"".join(p.read_bytes() for p in store.path.parent.iterdir())

    assert all(secret.encode() not in raw for secret in (token, session, key))


def test_a_revoked_browser_is_a_stranger(store):
    token = redeem(store, store.keys.new_code(NOW))
    [client] = store.keys.clients()
    store.keys.revoke(client.id)

    assert store.keys.client_for(token) is None
    with pytest.raises(UnknownError):
        store.keys.revoke(client.id)


def test_a_page_link_opens_once(store):
    key = store.keys.new_page_link(NOW)
    session = store.keys.redeem_page_link(key, NOW)

    assert store.keys.is_page_session(session, NOW)
    assert not store.keys.is_page_session(key, NOW)
    assert store.keys.redeem_page_link(key, NOW) is None


def test_a_wrong_key_does_not_void_a_page_link(store):
    key = store.keys.new_page_link(NOW)

    assert store.keys.redeem_page_link("guess", NOW) is None
    assert store.keys.redeem_page_link(key, NOW)


@pytest.mark.parametrize(("days", "remembered"), [(29, True), (30, False)])
def test_page_sessions_end_after_a_month(store, days, remembered):
    """By themselves: no other page needs to be opened first."""
    old = store.keys.redeem_page_link(store.keys.new_page_link(NOW), NOW)

    assert store.keys.is_page_session(old, NOW + timedelta(days=days)) is remembered


def test_ended_page_sessions_are_forgotten(store):
    later = NOW + timedelta(days=30)
    old = store.keys.redeem_page_link(store.keys.new_page_link(NOW), NOW)
    store.keys.redeem_page_link(store.keys.new_page_link(later), later)

    assert not store.keys.is_page_session(old, NOW)


def test_a_page_key_is_no_pairing_code(store):
    key = store.keys.new_page_link(NOW)
    store.keys.new_code(NOW)

    assert redeem(store, key) is None
