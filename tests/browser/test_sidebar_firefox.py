"""The sidebar in a real Firefox ESR beside the Gmail fixture page, against the stand-in backend."""

from __future__ import annotations

import pytest

from support import fakeapi
from support.browsers import GMAIL
from support.firefox import PROGRAM, WAIT_S, By, TlsWebmail, Wait
from support.firefox import firefox as running_firefox

pytestmark = pytest.mark.browser


@pytest.fixture
def firefox(built, tmp_path):
    if PROGRAM is None:
        pytest.skip("Firefox is not installed (apt-get install firefox-esr)")
    with TlsWebmail(tmp_path) as webmail, running_firefox(built["firefox"], tmp_path / "profile", webmail.port) as it:
        yield it


def beside(session, panel):
    """Open the panel as a tab of its own that belongs to the webmail tab in front; its handle."""
    with session.using_context("chrome"):
        number = session.execute_script(
            "const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs');"
            "return ExtensionParent.apiManager.global.tabTracker.getId(gBrowser.selectedTab)"
        )
    opened = session.open(type="tab", focus=True)["handle"]
    session.switch_to_window(opened)
    session.navigate(f"{panel}?tab={number}")
    return opened


def text_of(session, selector):
    return session.find_element(By.CSS_SELECTOR, selector).text


def until(session, holds):
    Wait(session, timeout=WAIT_S).until(lambda _: holds())


def test_pair_see_the_open_conversation_insert_and_save(firefox, backend):
    session, panel = firefox
    session.navigate(GMAIL)
    session.find_element(By.CSS_SELECTOR, "[data-opens='thread-ana'] span").click()
    session.find_element(By.CSS_SELECTOR, "#thread-ana .reply").click()
    mail = session.current_window_handle
    beside(session, panel)

    session.find_element(By.ID, "code").send_keys(fakeapi.CODE)
    session.find_element(By.CSS_SELECTOR, "form button").click()
    until(session, lambda: text_of(session, "#about h2") == "Ana Ruiz")
    assert "You owe Ana a reply · free stuff" in text_of(session, ".standing")
    assert text_of(session, "blockquote mark") == "Could you get us two tickets"

    session.find_element(By.ID, "insert").click()
    until(session, lambda: "Put into your open reply" in text_of(session, ".said"))
    session.find_element(By.CSS_SELECTOR, "textarea").send_keys(" See you there.")
    session.find_element(By.ID, "save").click()
    until(session, lambda: "Nothing was sent" in text_of(session, ".said"))
    assert backend.drafts[0]["body"].endswith(" See you there.")

    session.switch_to_window(mail)
    assert "I have none to give away this year" in text_of(session, "[contenteditable]")


def test_the_native_sidebar_shows_the_panel(firefox, backend):
    session, _ = firefox
    with session.using_context("chrome"):
        session.execute_async_script(
            "const done = arguments[0]; SidebarController.show('sidebar_repliquette_example-sidebar-action').then(() => done(1))"
        )
        frame = "document.getElementById('sidebar').contentDocument.getElementById('webext-panels-browser')"
        until(session, lambda: session.execute_script(f"return {frame}?.currentURI.spec.endsWith('panel/index.html')"))
