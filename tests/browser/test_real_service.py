"""The whole way in a real Chromium: the webmail tab, the sidebar, the service as a process, a Dovecot.

The mail lies in Dovecot, which knows no Gmail ids; so the conversation is found by
what the page shows, as it is for any mail that came before its id did.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from support.browsers import GMAIL, OUTLOOK
from support.dovecot import Dovecot, missing
from support.realdesk import KIM, RealDesk

pytestmark = [pytest.mark.browser, pytest.mark.server]

ANA = b"""From: Ana Ruiz <ana@ruiz-events.example>
To: Kim Lee <kim@sample.example>
Subject: Festival weekend
Date: Mon, 02 Mar 2026 10:12:00 +0000
Message-ID: <festival-weekend@ruiz-events.example>
Content-Type: text/plain; charset=utf-8

Hi Kim,

it was so good to see the programme! Could you get us two free tickets for the
Saturday concert? My sister has never been, and you know how the prices are.

Hugs
Ana
"""


@pytest.fixture(scope="module")
def dovecot():
    if reason := missing():
        pytest.skip(reason)
    with Dovecot() as server:
        yield server


@pytest.fixture
def desk(dovecot, tmp_path, port):
    home = tmp_path / "home"
    home.mkdir()
    with RealDesk(dovecot.add_user(KIM, {"INBOX": [ANA], "Sent": [], "Drafts": []}), home, port) as desk:
        yield desk


@pytest.mark.parametrize("address", [GMAIL, OUTLOOK], ids=["gmail", "outlook"])
def test_from_the_open_conversation_to_a_draft_in_its_thread(chromium, desk, address):
    """Pair by the terminal's code; the reason; an edited decline; the draft in Dovecot; the browser shown out again."""
    mail = chromium.webmail(address)
    mail.get_by_text("Festival weekend").first.click()
    panel = chromium.panel()
    before = desk.mailbox.snapshot()
    panel.get_by_label("six digits").fill(desk.code())
    panel.get_by_role("button", name="Connect").click()

    expect(panel.get_by_role("heading", name="Ana Ruiz")).to_be_visible()
    expect(panel.locator(".standing")).to_contain_text("You owe Ana a reply")
    expect(panel.locator("blockquote mark")).to_contain_text("tickets")
    assert desk.program("owed", "--json").data["items"][0]["reason"] == "free_stuff"
    expect(panel.get_by_role("textbox")).to_be_visible()
    panel.keyboard.press("e")
    panel.keyboard.press("Control+Home")
    panel.keyboard.type("Written beside the webmail. ")
    panel.keyboard.press("Control+Enter")

    expect(panel.locator(".said")).to_contain_text("Drafts. Nothing was sent.")
    draft = desk.draft()
    assert draft["In-Reply-To"] == "<festival-weekend@ruiz-events.example>"
    assert [a.addr_spec for a in draft["To"].addresses] == ["ana@ruiz-events.example"]
    assert draft.get_content().startswith("Written beside the webmail. ")
    assert {place: raw for place, raw in desk.mailbox.snapshot().items() if ".Drafts" not in place} == before

    assert desk.program("pair", "--revoke", "1").code == 0
    panel.get_by_role("button", name="All").click()
    panel.get_by_role("tab", name="They owe me").click()
    expect(panel.get_by_role("heading", name="This browser was disconnected")).to_be_visible()


def test_the_page_opens_by_its_link_once_and_saves_a_draft(plain_chromium, desk):
    page = plain_chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto(desk.link())
    page.get_by_role("button", name="Ana Ruiz").click()
    page.get_by_role("button", name="Save to Drafts").click()

    expect(page.locator(".said")).to_contain_text("Drafts. Nothing was sent.")
    assert desk.draft()["Subject"] == "Re: Festival weekend"
    page.context.clear_cookies()
    page.goto(desk.link())
    expect(page.get_by_text("That link has been used")).to_be_visible()
    page.close()
