"""A real Firefox with the extension loaded, driven by Mozilla's Marionette (Debian has no geckodriver)."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
import warnings
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

import trustme

from support.browsers import HOSTS, POLICY, TYPES, free_port, webmail_file

with warnings.catch_warnings():
    # Below Marionette, mozinfo asks the system's name in a way that is out of fashion.
    warnings.simplefilter("ignore", DeprecationWarning)
    from marionette_driver import By, Wait
    from marionette_driver.addons import Addons
    from marionette_driver.marionette import Marionette

__all__ = ["PROGRAM", "WAIT_S", "By", "TlsWebmail", "Wait", "firefox"]

PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox")
START_S = 60
WAIT_S = 10  # for an element to appear


class TlsWebmail:
    """The fixture pages over TLS on a free port, for browsers that cannot be told to answer by themselves."""

    def __init__(self, folder: Path) -> None:
        certificate = trustme.CA().issue_cert(*HOSTS)
        certificate.private_key_and_cert_chain_pem.write_to_path(folder / "webmail.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "webmail.pem")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Webmail)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self.port = self._server.server_address[1]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Webmail(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        file = webmail_file(self.headers["Host"].partition(":")[0], self.path)
        body = file.read_bytes() if file else b""
        self.send_response(200 if file else 404)
        self.send_header("Content-Type", TYPES[file.suffix] if file else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests print nothing."""


def _preferences(marionette_port: int, tls_port: int) -> dict[str, object]:
    """Silent, and with every name of the internet leading to the fixture pages."""
    return {
        "marionette.port": marionette_port,
        "browser.shell.checkDefaultBrowser": False,
        "browser.startup.page": 0,
        "datareporting.policy.dataSubmissionEnabled": False,
        "app.update.enabled": False,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "network.dns.forceResolve": "127.0.0.1",
        "network.socket.forcePort": f"443={tls_port}",
    }


def _wait_for(port: int) -> None:
    # Marionette's own waiting leaves its sockets open.
    end = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert time.monotonic() < end, "Firefox did not start"
            time.sleep(0.1)
        else:
            return


@contextmanager
def firefox(folder: Path, profile: Path, tls_port: int):
    """Headless Firefox, driven by Marionette, with the extension in `folder`; gives the session and the panel's address."""
    port = free_port()
    profile.mkdir()
    preferences = _preferences(port, tls_port).items()
    text = "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences)
    (profile / "user.js").write_text(text, "utf-8")
    command = [
        str(PROGRAM), "--headless", "--no-remote", "--marionette", "--remote-allow-system-access", "-profile", str(profile),
    ]  # fmt: skip
    browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    session = Marionette(host="127.0.0.1", port=port)
    try:
        _wait_for(port)
        session.start_session({"acceptInsecureCerts": True})
        session.timeout.implicit = WAIT_S
        addon = Addons(session).install(str(folder), temp=True)
        with session.using_context("chrome"):
            home = session.execute_script("return WebExtensionPolicy.getByID(arguments[0]).getURL('')", [addon])
        yield session, f"{home}panel/index.html"
        session.delete_session()
    finally:
        browser.terminate()
        browser.wait(START_S)
        session.cleanup()
