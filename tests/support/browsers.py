"""Real browsers with the extension loaded, beside fixture pages that answer under the webmails' own names."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import socket
from contextlib import contextmanager
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PAGES = Path(__file__).parents[1] / "browser" / "pages"
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css"}
HOSTS = {"mail.google.com": "gmail.html", "outlook.live.com": "outlook.html"}
# The kind of policy that webmails send: our content scripts must live with it.
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'"
GMAIL = "https://mail.google.com/mail/u/0/"
OUTLOOK = "https://outlook.live.com/mail/0/"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def extension_id(folder: Path) -> str:
    """The id that Chromium gives to an extension with this `key` (the first 32 digits of its hash, as letters)."""
    key = json.loads((folder / "manifest.json").read_text("utf-8"))["key"]
    digest = hashlib.sha256(base64.b64decode(key)).hexdigest()[:32]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest)


def webmail_file(host: str, path: str) -> Path | None:
    """The fixture file for an address of a webmail, or None."""
    name = path.rpartition("/")[2]
    file = PAGES / (name if name.startswith("webmail.") else HOSTS.get(host, ""))
    return file if file.is_file() else None


class Beside:
    """Chromium with the extension: a webmail tab, and the panel as a tab of its own that belongs to it."""

    def __init__(self, context, folder: Path) -> None:
        self.context = context
        self.home = f"chrome-extension://{extension_id(folder)}"
        self.worker = context.service_workers[0] if context.service_workers else context.wait_for_event("serviceworker")
        for host in HOSTS:
            context.route(f"https://{host}/**", self._answer)

    def webmail(self, address: str):
        """Open a fixture page under its real name."""
        page = self.context.new_page()
        page.goto(address)
        return page

    def panel(self, *, width: int = 360, height: int = 760):
        """Open the panel beside the webmail that is in front."""
        tab = self.worker.evaluate("chrome.tabs.query({active: true}).then(tabs => tabs[0].id)")
        page = self.context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{self.home}/panel/index.html?tab={tab}")
        return page

    def pair(self, token: str) -> None:
        """Hand the background a token, as pairing does."""
        self.worker.evaluate("token => chrome.storage.local.set({token})", token)

    def token(self) -> str | None:
        """What the background has stored."""
        return self.worker.evaluate("chrome.storage.local.get('token').then(kept => kept.token ?? null)")

    @staticmethod
    def _answer(route) -> None:
        host, path = route.request.url.removeprefix("https://").split("#")[0].split("/", 1)
        file = webmail_file(host, path)
        if file is None:
            route.fulfill(status=404, body="")
        else:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(status=200, content_type=TYPES[file.suffix], headers=headers, body=file.read_bytes())


@contextmanager
def chromium(playwright, folder: Path, profile: Path, **options):
    """Headless Chromium with the extension in `folder`.  Both switches are needed to load it."""
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=CHROMIUM,
        headless=True,
        timezone_id="UTC",  # the fixture pages show their times so
        args=[
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--disable-extensions-except={folder}",
            f"--load-extension={folder}",
        ],
        **options,
    )
    try:
        yield Beside(context, folder)
    finally:
        context.close()
