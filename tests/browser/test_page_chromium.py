"""The same panel as the backend's own page, wide: lists, keys, states, under the page's strict policy."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def violations(page):
    return [(v["id"], [n["html"] for n in v["nodes"]]) for v in Axe().run(page).response["violations"]]


def test_sections_stand_in_the_order_of_the_documents(page):
    expect(page.locator("#list summary h2")).to_have_text(
        [
            "Hard times",
            "Priority",
            "Promised",
            "After my trip",
            "Asked",
            "Owed a courteous no",
            "Free stuff",
            "Cold outreach",
            "Unclear",
        ]
    )


def test_a_folded_section_stays_folded_when_the_list_is_read_anew(page):
    page.get_by_role("heading", name="Cold outreach").click()
    page.get_by_role("tab", name="They owe me").click()
    expect(page.get_by_role("button", name="Hedda Voss")).to_be_visible()
    page.get_by_role("tab", name="I owe").click()

    expect(page.get_by_role("button", name="Ana Ruiz")).to_be_visible()
    expect(page.get_by_role("button", name="Growth Partners")).not_to_be_visible()


def test_arrows_walk_the_tabs(page):
    page.get_by_role("tab", name="I owe").focus()
    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("tab", name="They owe me")).to_be_focused()
    expect(page.get_by_role("button", name="Ben Okafor")).to_be_visible()


def test_a_long_list_comes_in_pieces(page, backend):
    one = backend.details["b1"]
    backend.details |= {f"more-{n}": one | {"id": f"more-{n}"} for n in range(150)}
    page.reload()
    expect(page.locator("button.row")).to_have_count(100)

    page.get_by_role("button", name="Show more").click()

    expect(page.locator("button.row")).to_have_count(162)


def test_keys_walk_open_choose_and_explain(page):
    """The keys j and Enter open, j again is the next one, 2 chooses, w says why, Esc goes back."""
    expect(page.get_by_role("button", name="Rosa")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Rosa Lindqvist")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="Deniz Aydın")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_label("Need an hour")).to_be_checked()
    page.keyboard.press("w")
    expect(page.get_by_role("heading", name="Why this is said")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="Rosa Lindqvist")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_text("Choose a conversation")).to_be_visible()


def test_no_key_fires_while_typing(page):
    page.get_by_role("button", name="Ana Ruiz").click()
    expect(page.get_by_role("textbox")).to_be_visible()
    page.keyboard.press("e")
    page.keyboard.press("Control+A")
    page.keyboard.type("jk?w1234ci")

    expect(page.get_by_role("textbox")).to_have_value("jk?w1234ci")
    expect(page.get_by_label("Kind no")).to_be_checked()
    expect(page.get_by_role("heading", name="Ana Ruiz")).to_be_visible()


def test_walking_away_and_back_loses_no_word(page):
    page.get_by_role("button", name="Ana Ruiz").click()
    page.get_by_role("textbox").fill("Half a thought")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("k")

    expect(page.get_by_role("textbox")).to_have_value("Half a thought")


def test_the_proof_is_marked_where_it_stands_behind_characters_of_two_units(page):
    """Offsets count code points, as Python does; two emoji before the words shift nothing."""
    page.get_by_role("button", name="Jonas").click()

    expect(page.locator(".mail mark")).to_have_text("may I use the second take for the trailer?")
    expect(page.locator("blockquote mark")).to_have_text("may I use the second take for the trailer?")


def test_words_of_ones_own_without_any_are_not_saved(page, backend):
    page.get_by_role("button", name="Ana Ruiz").click()
    page.get_by_role("textbox").fill("  \n ")
    page.get_by_role("button", name="Save to Drafts").click()

    expect(page.get_by_role("alert")).to_contain_text("There are no words to save.")
    assert backend.drafts == []


def test_a_saved_draft_shows_in_its_row(page):
    page.get_by_role("button", name="Ana Ruiz").click()
    page.get_by_role("button", name="Save to Drafts").click()

    expect(page.get_by_role("button", name="Ana Ruiz")).to_contain_text("draft saved")


def test_the_page_offers_no_insert_and_no_deed_that_the_backend_cannot_do(page):
    page.get_by_role("button", name="Ana Ruiz").click()

    expect(page.locator("#reply button")).to_have_text(["Save to Drafts", "Copy"])


def test_what_the_backend_says_went_wrong_is_shown_in_its_words(page, backend):
    row = page.get_by_role("button", name="Ana Ruiz")
    expect(row).to_be_visible()
    backend.details.pop("18c2f0a1b2c3d4e5")

    row.click()

    expect(page.get_by_role("alert")).to_contain_text("There is no such conversation. It may have been removed")


def test_a_page_whose_session_has_ended_shows_nothing_of_the_mail(page, backend):
    expect(page.get_by_role("button", name="Ana Ruiz")).to_be_visible()
    backend.page_open = False

    page.get_by_role("button", name="Ana Ruiz").click()

    expect(page.get_by_role("heading", name="This page is locked")).to_be_visible()
    expect(page.get_by_text("repliquette serve --open")).to_be_visible()
    assert "Ana" not in page.inner_text("body")
    assert violations(page) == []


def test_all_caught_up_says_who_still_owes_me(page, backend):
    backend.settle("owed")
    page.reload()

    expect(page.get_by_role("heading", name="All caught up")).to_be_visible()
    expect(page.get_by_text("3 people owe you one; no hurry.")).to_be_visible()
    assert violations(page) == []


def test_without_a_mailbox_it_says_how_to_connect_one(page, backend):
    backend.settle("owed", "awaiting", "settled")
    backend.synced = False
    page.reload()

    expect(page.get_by_role("heading", name="No mailbox is connected yet")).to_be_visible()


@pytest.mark.parametrize("width", [320, 360, 900, 1280])
def test_nothing_is_cut_off_at_any_width(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_role("button", name="Ana Ruiz").click()
    expect(page.get_by_role("textbox")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("[...document.querySelectorAll('button')].every(b => b.scrollWidth <= b.clientWidth + 1)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page(page, scheme):
    page.emulate_media(color_scheme=scheme)
    expect(page.get_by_role("button", name="Ana Ruiz")).to_be_visible()
    assert violations(page) == []

    page.get_by_role("tab", name="They owe me").click()
    page.get_by_role("button", name="Ben Okafor").click()
    expect(page.get_by_role("heading", name="Ben Okafor")).to_be_visible()
    page.keyboard.press("w")
    assert violations(page) == []
    page.keyboard.press("?")
    assert violations(page) == []


def test_reduced_motion_moves_nothing(page):
    page.emulate_media(reduced_motion="reduce")

    moving = "[...document.querySelectorAll('*')].filter(e => getComputedStyle(e).transitionDuration !== '0s').length"
    assert page.evaluate(moving) == 0


def test_an_answer_that_goes_to_another_address_says_where(page, backend):
    """S29: a Reply-To elsewhere is named in full, and flagged."""
    suggestion = backend.details["18c2f0a1b2c3d4e5"]["suggestions"][0]
    suggestion |= {"to": [{"name": "Ana Ruiz", "email": "ana@elsewhere.example"}], "warning": "Answers go elsewhere."}

    page.get_by_role("button", name="Ana Ruiz").click()

    expect(page.locator(".envelope")).to_contain_text("To Ana Ruiz ana@elsewhere.example")
    expect(page.locator("#reply .note")).to_have_text("Answers go elsewhere.")


def test_a_message_of_mine_says_when_to_follow_up_and_when_they_are_back(page):
    page.get_by_role("tab", name="They owe me").click()
    page.get_by_role("button", name="Ben Okafor").click()

    expect(page.locator(".standing")).to_contain_text("Waiting for Ben since")
    expect(page.locator(".due")).to_contain_text("(back tomorrow)")


def test_a_draft_of_another_day_is_remembered(page, backend):
    backend.details["18c2f0a1b2c3d4e5"]["draft_saved"] = True

    page.get_by_role("button", name="Ana Ruiz").click()

    expect(page.locator(".said")).to_contain_text("A draft of yours for this conversation is saved already.")
