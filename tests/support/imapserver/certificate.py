"""Certificates of servers, good and bad, from an authority made for the test."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's certificate and the authority that a client may trust."""

    context: ssl.SSLContext
    ca_file: Path

    @classmethod
    def make(cls, directory: Path, *names: str, not_after: datetime | None = None) -> Certificate:
        """A new authority (its certificate in `directory`) and a certificate for `names`."""
        authority = trustme.CA()
        ca_file = directory / "ca.pem"
        authority.cert_pem.write_to_path(ca_file)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names, not_after=not_after).configure_cert(context)
        return cls(context, ca_file)
