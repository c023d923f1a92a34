"""S12: answering requests opens no connection of our own."""

from __future__ import annotations

import socket

from support.service import EXTENSION, LINK_KEY


def test_s12_the_service_connects_to_nobody(live, monkeypatch):
    """Every call is made once; the only connections seen are those of this test to the service."""
    seen = []
    connect = socket.socket.connect

    def noted(self, address):
        seen.append(address)
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    asked = [("GET", "/open?key=" + LINK_KEY)] + [
        (method, rule.rule.replace("<id>", "c1"))
        for rule in live.app.url_map.iter_rules()
        for method in sorted(rule.methods & {"GET", "POST"})
    ]
    for method, path in asked:
        json = {"body": "Hi.", "code": "000000"} if method == "POST" else None
        live.ask(method, path, token=live.token, origin=EXTENSION, json=json)

    assert seen == [("127.0.0.1", live.port)] * len(asked)
