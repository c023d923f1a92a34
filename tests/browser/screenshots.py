"""Makes docs/screenshots/: `python tests/browser/screenshots.py`.

The page is that of `repliquette demo`.  The sidebar stands beside the Gmail
fixture page, over the real service and a Dovecot with invented mail; headless
Chromium draws no window, so the tab and the panel are set side by side.  Only
"all caught up" comes from the stand-in backend.  Look at each picture before
committing it.
"""

from __future__ import annotations

import base64
import importlib.util
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import sync_playwright  # noqa: E402

from support import browsers, dovecot, fakeapi, fakemail, realdesk  # noqa: E402

TARGET = ROOT / "docs" / "screenshots"
WIDE = {"width": 1280, "height": 800}
PANEL_WIDTH = 360
DEMO_START_S = 120
FADE_MS = 300  # colours fade for 120
ASKING = "Bethan Crisp"  # of the demo's sample mailbox: wants a free family pass for her raffle
SIDE_BY_SIDE = "<style>body{margin:0;display:flex;gap:1px;background:#c9c6bd}img{display:block}</style>"


def build(folder: Path, port: int) -> dict[str, Path]:
    """The extension, built for `port`."""
    spec = importlib.util.spec_from_file_location("build", ROOT / "extension" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.build(folder, port)


@contextmanager
def demo(folder: Path):
    """The one-time link to the page of a running demo."""
    said = folder / "demo.txt"
    command = [
        sys.executable,
        "-c",
        "from repliquette.cli import main; main()",
        "demo",
        "--port",
        str(browsers.free_port()),
    ]
    with said.open("w") as out, subprocess.Popen(command, stdout=out, stderr=out) as running:
        try:
            end = time.monotonic() + DEMO_START_S
            while "/open?key=" not in said.read_text():
                assert time.monotonic() < end, said.read_text()
                time.sleep(0.5)
            yield next(word for word in said.read_text().split() if "/open?key=" in word)
        finally:
            running.terminate()


def page_of_the_demo(browser, link: str) -> None:
    """The list, and an open conversation in light and dark."""
    page = browser.new_page(viewport=WIDE, locale="en-GB")
    page.goto(link)
    page.locator(".row").first.wait_for()
    page.screenshot(path=TARGET / "page-list.png")
    page.get_by_role("button", name=ASKING).first.click()
    page.locator("textarea").wait_for()
    page.locator("textarea").hover()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(FADE_MS)
        page.screenshot(path=TARGET / f"page-{scheme}.png")


def all_caught_up(browser) -> None:
    """The most beautiful screen, wide."""
    with fakeapi.running() as backend:
        backend.settle("owed")
        page = browser.new_page(viewport=WIDE, locale="en-GB")
        page.goto(backend.url)
        page.get_by_role("heading", name="All caught up").wait_for()
        page.screenshot(path=TARGET / "page-caught-up.png")


def letters() -> dict[str, list[bytes]]:
    """The invented conversations as mail, dated before RealDesk's now."""
    now = datetime.fromisoformat(realdesk.NOW)
    folders: dict[str, list[bytes]] = {"INBOX": [], "Sent": [], "Drafts": []}
    for told in fakemail.TOLD:
        them, me = Address(told.name, addr_spec=told.email), Address("Kim Lee", addr_spec=realdesk.KIM)
        at = now - timedelta(hours=told.hours)
        if told.earlier:
            folders["Sent"].append(letter(me, them, told.subject, at - timedelta(hours=20), told.earlier))
        if told.text:
            folders["INBOX"].append(letter(them, me, told.subject, at, told.text))
    return folders


def letter(sender: Address, to: Address, subject: str, at: datetime, text: str) -> bytes:
    """One message."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = sender, to, subject, format_datetime(at)
    mail["Message-ID"] = f"<{at.timestamp():.0f}.{len(text)}@{sender.domain}>"
    mail.set_content(text)
    return mail.as_bytes()


def sidebar(playwright, browser, folder: Path) -> None:
    """Pairing, the list, and the open conversation beside Gmail, in Chromium over the real service."""
    port = browsers.free_port()
    home = folder / "home"
    home.mkdir()
    with (
        dovecot.Dovecot() as server,
        realdesk.RealDesk(server.add_user(realdesk.KIM, letters()), home, port) as desk,
        browsers.chromium(
            playwright, build(folder / "dist", port)["chrome"], folder / "chromium", locale="en-GB"
        ) as beside,
    ):
        beside.context.clock.set_fixed_time(realdesk.NOW)
        mail = beside.webmail(browsers.GMAIL)
        mail.set_viewport_size({"width": WIDE["width"] - PANEL_WIDTH - 1, "height": WIDE["height"]})
        panel = beside.panel(width=PANEL_WIDTH, height=WIDE["height"])
        panel.get_by_label("six digits").wait_for()
        panel.screenshot(path=TARGET / "sidebar-pairing.png")
        panel.get_by_label("six digits").fill(desk.code())
        panel.keyboard.press("Enter")
        panel.locator(".row").first.wait_for()
        panel.screenshot(path=TARGET / "sidebar-list.png")
        mail.get_by_text("Festival weekend").first.click()
        panel.get_by_role("heading", name="Ana Ruiz").wait_for()
        panel.mouse.move(0, 0)
        for scheme in ("light", "dark"):
            panel.emulate_media(color_scheme=scheme)
            panel.wait_for_timeout(FADE_MS)
            join(browser, [mail.screenshot(), panel.screenshot()], TARGET / f"sidebar-gmail-{scheme}.png")


def join(browser, pictures: list[bytes], target: Path) -> None:
    """Pictures side by side, as a window would show them."""
    page = browser.new_page(viewport=WIDE)
    images = "".join(f'<img src="data:image/png;base64,{base64.b64encode(p).decode()}">' for p in pictures)
    page.set_content(SIDE_BY_SIDE + images)
    page.screenshot(path=target)
    page.close()


def main() -> None:
    """All of them."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=browsers.CHROMIUM, args=["--no-sandbox"])
        with demo(folder) as link:
            page_of_the_demo(browser, link)
        all_caught_up(browser)
        sidebar(playwright, browser, folder)


if __name__ == "__main__":
    main()
