"""The application served by waitress on 127.0.0.1, and nowhere else (S1).

There is no parameter for a host: a wide bind is impossible, not merely
discouraged.  Every limit of waitress is set on purpose (S9), its own refusals
speak the one error shape and carry our headers (S10, S11), and a stop lets the
requests that are being answered come to their end.
"""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Any, NoReturn, Self

from flask import Flask
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from repliquette.errors import BusyError, ServerError
from repliquette.limits import (
    CONNECTION_IDLE_S,
    CONNECTIONS,
    REQUEST_BYTES,
    REQUEST_HEADER_BYTES,
    SERVICE_STOP_S,
    SERVICE_THREADS,
)
from repliquette.web.errors import Refusal
from repliquette.web.guard import HEADERS

HOST = "127.0.0.1"
FLUSH_S = 0.5  # for the last bytes to a client that reads
BODY_READ = 16 * REQUEST_BYTES
POLL_S = 0.5  # idle connections are looked for this often at most


class _Refused(ErrorTask):  # type: ignore[misc]  # waitress ships no types
    """What waitress refuses before the application sees it."""

    def execute(self) -> None:
        """Answer in the one shape, and close the connection: what follows on it cannot be trusted."""
        error = self.request.error
        body = Refusal(error.code, "request", f"{error.reason}.").problem.model_dump_json().encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend([("Content-Type", "application/json"), *HEADERS.items()])
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    error_task_class = _Refused


class Service:
    """The running service; `with Service(app, port):` starts and stops it."""

    def __init__(self, app: Flask, port: int, *, idle_s: int = CONNECTION_IDLE_S) -> None:
        """Take the port; BusyError where somebody else has it.  Silent connections are closed after `idle_s`."""
        self._map: dict[int, Any] = {}
        self._server = _server(app, _loopback_socket(port), self._map, idle_s)
        self._server.channel_class = _Channel
        self._closing_at: float | None = None
        self._thread = threading.Thread(target=self._loop, name="repliquette-http")

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def address(self) -> tuple[str, int]:
        """Where the socket really is bound."""
        host, port = self._server.socket.getsockname()
        return host, port

    def start(self) -> None:
        """Answer requests, in threads of our own."""
        self._thread.start()

    def wait(self) -> None:
        """Until the service stops.  In slices: on Windows a wait without end hears no Ctrl+C."""
        while self._thread.is_alive():
            self._thread.join(1.0)

    def stop(self) -> None:
        """Let running requests end (at most SERVICE_STOP_S), send what is written, close everything."""
        self._server.task_dispatcher.shutdown(timeout=SERVICE_STOP_S)
        self._server.trigger.pull_trigger(self._hang_up)
        self._thread.join()
        # Only now, and not while a worker is busy: whoever pulls the trigger writes to its
        # descriptor, which must not be another file's by then.
        if not self._server.task_dispatcher.threads:
            self._server.trigger.close()

    def _loop(self) -> None:
        channels = self._server.active_channels
        while self._closing_at is None or (channels and time.monotonic() < self._closing_at):
            wasyncore.loop(timeout=POLL_S, map=self._map, count=1)
        for channel in list(channels.values()):
            channel.close()

    def _hang_up(self) -> None:
        for channel in self._server.active_channels.values():
            channel.close_when_flushed = True
        wasyncore.dispatcher.close(self._server)
        self._closing_at = time.monotonic() + FLUSH_S


def _server(app: Flask, listening: socket.socket, map_: dict[int, Any], idle_s: int) -> Any:
    # A page that loads its modules fills the queue for a moment; that is no news for a terminal.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    return create_server(
        app,
        map=map_,
        sockets=[listening],
        ident="Repliquette",
        threads=SERVICE_THREADS,
        connection_limit=CONNECTIONS,
        channel_timeout=idle_s,
        cleanup_interval=max(1, idle_s // 2),
        max_request_header_size=REQUEST_HEADER_BYTES,
        # Far beyond ours: the guard says why it refuses, and a client that reads only after
        # it has sent everything hears it.  More is cut off; nothing is spooled to a file.
        max_request_body_size=BODY_READ,
        inbuf_overflow=BODY_READ,
        expose_tracebacks=False,
        clear_untrusted_proxy_headers=True,
    )


def _loopback_socket(port: int) -> socket.socket:
    # Bound by ourselves: waitress leaves threads and pipes behind where it cannot bind.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let another program take the port from us
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((HOST, port))
    except OSError as error:
        bound.close()
        raise _unbound(error, port) from error
    return bound


def _unbound(error: OSError, port: int) -> BusyError | ServerError:
    if error.errno == errno.EADDRINUSE:
        hint = "Perhaps Repliquette is running already. Stop it, or set another port in settings.toml."
        return BusyError(f"Port {port} is taken by another program.", hint=hint)
    return ServerError(f"Port {port} cannot be used.", seen=str(error), hint="Set another port in settings.toml.")


def serve(
    app: Flask,
    port: int,
    *,
    on_ready: Callable[[], None] | None = None,
    on_stop: Callable[[], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then stop cleanly; call it in the main thread.

    `on_ready` runs once requests are answered, `on_stop` as soon as a stop is asked for, while the
    last ones still are; both must be quick.  BusyError where the port is taken.
    """
    before = {number: signal.signal(number, _interrupt) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with suppress(KeyboardInterrupt), Service(app, port) as service, ExitStack() as stopping:
            if on_stop:
                stopping.callback(on_stop)
            if on_ready:
                on_ready()
            service.wait()
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
