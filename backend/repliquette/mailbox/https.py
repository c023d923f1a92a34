"""One question to a web server, bounded in time and size: for identity providers and autoconfig.

TLS is verified against the system's authorities (S16); plain http reaches this
machine only.  Redirects are not followed, since they lead away from the place
that the owner agreed to; proxies, cookies and retries do not exist here.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError

from repliquette.errors import ServerError
from repliquette.limits import WEB_ANSWER_BYTES, WEB_TIMEOUT_S
from repliquette.mailbox.words import plain_words

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ONLINE = "Check whether this machine is online, and try again."


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status and at most `WEB_ANSWER_BYTES` of the body."""

    status: int
    body: bytes


def ask(url: str, form: str | None = None) -> Answer:
    """GET `url`, or POST a form to it; ServerError where there is no whole answer in time."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise ServerError(f"{plain_words(url)} is not asked: only https:// is safe on the way.")
    answer = _in_time(lambda: _request(url, form), host)
    if isinstance(answer, ssl.SSLCertVerificationError):
        what = f"The certificate of {host} cannot be trusted, so nothing was sent to it."
        raise ServerError(what, seen=plain_words(answer.verify_message))
    if isinstance(answer, Exception):
        raise ServerError(f"{host} did not answer.", seen=plain_words(answer), hint=_ONLINE) from answer
    if len(answer.body) > WEB_ANSWER_BYTES:
        raise ServerError(f"{host} answered with more than {WEB_ANSWER_BYTES:,} bytes, which no honest answer has.")
    return answer


def _in_time(call: Callable[[], Answer | Exception], host: str) -> Answer | Exception:
    """The result within a time that covers the look-up of the name and every byte, however slow they drip."""
    results: SimpleQueue[Answer | Exception] = SimpleQueue()
    Thread(target=lambda: results.put(call()), daemon=True, name="question").start()
    try:
        return results.get(timeout=WEB_TIMEOUT_S)
    except Empty:
        raise ServerError(f"{host} did not answer within {WEB_TIMEOUT_S:.0f} seconds.", hint=_ONLINE) from None


def _request(url: str, form: str | None) -> Answer | Exception:
    headers = {"Accept": "application/json, text/xml;q=0.9", "User-Agent": "repliquette"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        with urllib3.PoolManager(ssl_context=context, retries=False, timeout=WEB_TIMEOUT_S) as pool:
            answer = pool.request(
                "GET" if form is None else "POST",
                url,
                body=form,
                headers=headers,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            return Answer(answer.status, answer.read(WEB_ANSWER_BYTES + 1))
    except (HTTPError, LocationParseError, OSError, ValueError) as error:
        return _root(error)


def _root(error: Exception) -> Exception:
    """The certificate's fault where it is one; urllib3 wraps it twice."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return seen
        seen = seen.__cause__ or seen.__context__ or next((a for a in seen.args if isinstance(a, Exception)), None)
    return error
