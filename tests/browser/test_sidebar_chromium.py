"""The sidebar in Chromium beside Gmail and Outlook fixture pages, against the stand-in backend."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from support import fakeapi
from support.browsers import GMAIL, OUTLOOK

pytestmark = pytest.mark.browser


def open_ana(mail, row="Festival weekend"):
    mail.get_by_text(row).first.click()


def violations(page):
    return [(v["id"], [n["html"] for n in v["nodes"]]) for v in Axe().run(page).response["violations"]]


def test_pairing_takes_the_code_of_the_terminal_and_the_panel_never_sees_the_token(chromium, backend):
    """S7, S15."""
    panel = chromium.panel()
    expect(panel.get_by_text("repliquette pair")).to_be_visible()
    panel.get_by_label("six digits").fill("111111")
    panel.get_by_role("button", name="Connect").click()
    expect(panel.get_by_role("alert")).to_contain_text("That code is not the one shown.")

    panel.get_by_label("six digits").fill("246 810")
    panel.get_by_role("button", name="Connect").click()

    expect(panel.get_by_role("button", name="Ana Ruiz")).to_be_visible()
    assert chromium.token() == backend.token
    assert panel.evaluate("Object.keys(localStorage).length + document.cookie.length") == 0
    assert backend.token not in panel.content()


def test_a_code_that_is_not_six_digits_goes_nowhere(chromium, backend):
    panel = chromium.panel()
    panel.get_by_label("six digits").fill("12")
    panel.get_by_role("button", name="Connect").click()

    expect(panel.get_by_role("alert")).to_contain_text("That is not six digits.")


@pytest.mark.parametrize("address", [GMAIL, OUTLOOK], ids=["gmail", "outlook"])
def test_the_conversation_that_is_open_is_shown_with_its_reason_and_proof(paired, address):
    """Earlier conversations stay in the page, hidden: only the one that is seen counts."""
    mail = paired.webmail(address)
    panel = paired.panel()
    expect(panel.get_by_role("tab", name="I owe")).to_be_visible()
    mail.get_by_text("Stage plan").first.click()
    expect(panel.get_by_role("heading", name="Ben Okafor")).to_be_visible()
    mail.evaluate("location.hash = '#inbox'")
    open_ana(mail)

    expect(panel.get_by_role("heading", name="Ana Ruiz")).to_be_visible()
    expect(panel.locator(".standing")).to_contain_text("You owe Ana a reply · free stuff")
    expect(panel.locator("blockquote mark")).to_have_text("Could you get us two tickets")


def test_going_back_to_the_inbox_brings_back_the_list(paired):
    mail = paired.webmail(GMAIL)
    open_ana(mail)
    panel = paired.panel()
    expect(panel.get_by_role("heading", name="Ana Ruiz")).to_be_visible()

    mail.evaluate("location.hash = '#inbox'")

    expect(panel.get_by_role("tab", name="I owe")).to_be_visible()


def test_an_edited_decline_is_saved_to_drafts_once(paired, backend):
    mail = paired.webmail(GMAIL)
    open_ana(mail)
    panel = paired.panel()
    panel.get_by_label("Short no").check()
    panel.keyboard.press("e")
    panel.keyboard.press("Control+End")
    panel.keyboard.type("\nPS: see you there?")
    panel.keyboard.press("Control+Enter")

    expect(panel.locator(".said")).to_contain_text("It waits in the folder Drafts. Nothing was sent.")
    expect(panel.get_by_role("link", name="Open Drafts")).to_have_attribute("href", f"{GMAIL}#drafts")
    panel.keyboard.press("Control+Enter")
    expect(panel.locator(".said")).to_contain_text("These very words were in Drafts already")
    assert [draft["body"][-18:] for draft in backend.drafts] == ["PS: see you there?"]
    assert backend.drafts[0]["style"] == "brief"


@pytest.mark.parametrize("address", [GMAIL, OUTLOOK], ids=["gmail", "outlook"])
def test_insert_types_into_the_open_reply_box_and_undo_takes_it_back(paired, address):
    mail = paired.webmail(address)
    open_ana(mail)
    panel = paired.panel()
    panel.get_by_role("button", name="Insert").click()
    expect(panel.get_by_role("alert")).to_contain_text("No reply box is open.")
    mail.locator(".reply:visible").click()
    box = mail.get_by_role("textbox")

    panel.get_by_role("button", name="Insert").click()

    expect(panel.locator(".said")).to_contain_text("Put into your open reply.")
    expect(box).to_contain_text("I have none to give away this year")
    mail.bring_to_front()
    box.press("Control+z")
    expect(box).to_be_empty()


def test_insert_goes_nowhere_while_the_panel_has_not_heard_of_another_mail(paired):
    """Between the click in the mail and the panel's look, Ana's words must not end in Ben's letter."""
    mail = paired.webmail(GMAIL)
    open_ana(mail)
    panel = paired.panel()
    expect(panel.get_by_role("button", name="Insert")).to_be_visible()
    mail.locator(".reply:visible").click()
    # The page has moved on, and for the panel's watch it has not happened yet.
    mail.evaluate(
        "for (const h of document.querySelectorAll('h2[data-legacy-thread-id]')) h.dataset.legacyThreadId = 'ff'"
    )

    panel.get_by_role("button", name="Insert").click(force=True)

    expect(mail.get_by_role("textbox")).to_be_empty()


def test_insert_is_not_offered_for_another_conversation_than_the_open_one(paired):
    """Ana's words must not end in a letter to Ben."""
    mail = paired.webmail(GMAIL)
    open_ana(mail)
    panel = paired.panel()
    expect(panel.get_by_role("button", name="Insert")).to_be_visible()

    panel.get_by_role("button", name="Next conversation").click()

    expect(panel.get_by_role("heading", name="Ana Ruiz")).not_to_be_visible()
    expect(panel.get_by_role("button", name="Insert")).not_to_be_visible()


def test_a_conversation_that_is_not_known_says_so_above_the_list(paired):
    mail = paired.webmail(GMAIL)
    mail.get_by_text("A parcel waits").first.click()
    panel = paired.panel()

    expect(panel.get_by_text("This conversation is not known yet")).to_be_visible()
    assert violations(panel) == []


def test_one_found_by_sight_says_that_it_may_be_another(paired, backend):
    backend.details["other"] = backend.details.pop("18c2f0a1b2c3d4e5") | {"id": "other"}
    mail = paired.webmail(GMAIL)
    open_ana(mail)
    panel = paired.panel()

    expect(panel.get_by_text("Found by its subject, sender and day")).to_be_visible()


def test_a_revoked_token_is_forgotten_and_leads_back_to_pairing(paired, backend):
    panel = paired.panel()
    expect(panel.get_by_role("button", name="Ana Ruiz")).to_be_visible()
    backend.token = "another"

    panel.get_by_role("button", name="Ana Ruiz").click()

    expect(panel.get_by_role("heading", name="This browser was disconnected")).to_be_visible()
    expect(panel.get_by_text("Ana Ruiz")).not_to_be_visible()
    assert paired.token() is None
    assert violations(panel) == []


def test_a_backend_that_is_away_is_asked_again_until_it_is_back(chromium, port):
    chromium.pair(fakeapi.TOKEN)
    panel = chromium.panel()
    expect(panel.get_by_role("heading", name="Repliquette is not running")).to_be_visible()
    expect(panel.get_by_text("No answer since")).to_be_visible()
    assert violations(panel) == []

    with fakeapi.running(port):
        expect(panel.get_by_role("button", name="Ana Ruiz")).to_be_visible(timeout=10_000)


def test_words_survive_a_backend_that_goes_away_while_saving(chromium, port):
    with fakeapi.running(port) as backend:
        chromium.pair(backend.token)
        panel = chromium.panel()
        panel.get_by_role("button", name="Ana Ruiz").click()
        panel.get_by_role("textbox").fill("My own words.")

    panel.keyboard.press("Control+Enter")

    expect(panel.get_by_role("alert")).to_contain_text("Repliquette does not answer. Nothing was lost.")
    expect(panel.get_by_role("textbox")).to_have_value("My own words.")


def test_chromiums_own_side_panel_shows_the_panel(paired):
    panel = paired.panel()
    expect(panel.get_by_role("button", name="Ana Ruiz")).to_be_visible()
    panel.evaluate("chrome.tabs.getCurrent().then(tab => chrome.sidePanel.open({windowId: tab.windowId}))")

    shown = "chrome.runtime.getContexts({contextTypes: ['SIDE_PANEL']}).then(all => all.map(one => one.documentUrl))"
    wanted = [f"{paired.home}/panel/index.html"]
    for _ in range(100):  # the panel opens, then loads
        if paired.worker.evaluate(shown) == wanted:
            break
        panel.wait_for_timeout(50)
    assert paired.worker.evaluate(shown) == wanted


def test_only_the_panel_may_ask_the_background(paired):
    """S15: another page of the extension, as a webmail's content script would, gets no answer."""
    page = paired.context.new_page()
    page.goto(f"{paired.home}/icons/icon-48.png")
    ask = "chrome.runtime.sendMessage({type: 'api', method: 'GET', path: '/conversations?standing=owed&limit=5'})"

    assert page.evaluate(f"{ask}.then(answer => answer ?? 'no answer', () => 'no answer')") == "no answer"
    assert paired.panel().evaluate(f"{ask}.then(answer => answer.status)") == 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_sidebar(paired, scheme):
    mail = paired.webmail(GMAIL)
    panel = paired.panel()
    panel.emulate_media(color_scheme=scheme)
    expect(panel.get_by_role("button", name="Ana Ruiz")).to_be_visible()
    assert violations(panel) == []

    open_ana(mail)
    expect(panel.get_by_role("heading", name="Ana Ruiz")).to_be_visible()
    panel.keyboard.press("w")
    panel.keyboard.press("Control+Enter")
    expect(panel.locator(".said")).to_contain_text("Nothing was sent")
    assert violations(panel) == []


def test_pairing_is_readable_in_a_narrow_sidebar(chromium, backend):
    panel = chromium.panel(width=320)
    expect(panel.get_by_role("button", name="Connect")).to_be_visible()

    assert violations(panel) == []
    assert panel.evaluate("document.documentElement.scrollWidth") == 320


def test_a_hostile_mail_is_only_text(paired, backend):
    """S14: markup in every field, shown as it was written, and nothing runs."""
    bad = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    ana = backend.details["18c2f0a1b2c3d4e5"]
    ana["subject"] = ana["title"] = bad
    ana["who"] |= {"name": bad}
    ana["messages"][0] |= {"text": bad, "quoted": bad, "attachments": [bad]}
    ana["evidence"] = [ana["evidence"][0] | {"title": bad, "words": bad, "start": 0, "end": 9, "document": bad}]
    ana["suggestions"] = [ana["suggestions"][0] | {"label": bad, "body": bad, "facts": [bad], "warning": bad}]
    panel = paired.panel()
    dialogs = []
    panel.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    panel.get_by_role("button", name=bad).click()
    panel.keyboard.press("w")

    expect(panel.get_by_role("heading", name=bad).first).to_be_visible()
    assert panel.locator("img, body script").count() == 0
    assert dialogs == []
