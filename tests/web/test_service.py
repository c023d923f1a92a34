"""S1, and how the service starts and stops."""

from __future__ import annotations

import inspect
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from repliquette.errors import BusyError, ServerError
from repliquette.web.app import create_app
from repliquette.web.service import Service, serve
from support.service import MemoryDesk, MemoryKeys, free_port, running

PROGRAM = """
import sys
from pathlib import Path
from repliquette.web.app import create_app
from repliquette.web.service import serve
from support.service import MemoryDesk, MemoryKeys
port = int(sys.argv[1])
serve(create_app(MemoryDesk(), MemoryKeys(), port=port, panel=Path(sys.argv[2])), port, on_ready=lambda: print("ready", flush=True))
print("stopped", flush=True)
"""


@pytest.fixture
def app(panel):
    def make(port):
        return create_app(MemoryDesk(), MemoryKeys(), port=port, panel=panel)

    return make


def test_s1_the_socket_is_bound_to_loopback_only(app):
    port = free_port()
    with Service(app(port), port) as service:
        assert service.address == ("127.0.0.1", port)


@pytest.mark.parametrize("door", [create_app, Service, serve])
def test_s1_there_is_no_way_to_name_another_host(door):
    names = set(inspect.signature(door).parameters)

    assert not names & {"host", "hosts", "bind", "listen", "address", "interface", "kwargs", "options"}


def test_a_port_in_use_is_told(app):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(BusyError, match=f"Port {port} is taken") as caught:
            Service(app(port), port)

    assert "settings.toml" in caught.value.hint


def test_a_port_that_cannot_be_used_is_told(app, monkeypatch):
    def refuse(*_args, **_more):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)

    with pytest.raises(ServerError, match="Port 80 cannot be used"):
        Service(app(80), 80)


def test_the_port_is_free_again_after_a_stop(panel):
    with running(panel) as live:
        live.get("/api/v1/conversations")

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", live.port))


def test_a_stop_lets_a_running_request_end(app):
    """A draft that is being saved gets its answer."""
    port, inside, release = free_port(), threading.Event(), threading.Event()
    served = app(port)

    @served.after_request
    def hold(response):
        inside.set()
        release.wait(10)
        return response

    service = Service(served, port)
    service.start()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(f"GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        assert inside.wait(10)
        stopper = threading.Thread(target=service.stop)
        stopper.start()
        release.set()
        stopper.join(10)
        answer = b"".join(iter(lambda: client.recv(4096), b""))

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b'{"name":"repliquette"}')


def test_a_stop_is_heard_by_a_loop_that_wakes_at_the_same_moment(app, monkeypatch):
    """The loop may have closed everything before the one who stops it has written to its pipe."""
    port = free_port()
    service = Service(app(port), port)
    service.start()
    trigger = service._server.trigger
    pull = trigger._physical_pull

    def late_pull():
        pull()
        service._thread.join(10)
        pull()

    monkeypatch.setattr(trigger, "_physical_pull", late_pull)
    service.stop()

    assert not service._thread.is_alive()


def test_a_stop_does_not_wait_for_an_idle_client(app):
    port = free_port()
    with socket.socket() as client:
        with Service(app(port), port):
            client.connect(("127.0.0.1", port))
            client.sendall(b"GET /api/v1/hea")
        client.settimeout(10)
        # A reset says the same: what we had sent was not read any more.
        with suppress(ConnectionResetError):
            assert client.recv(1) == b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_service(panel, root, number):
    """It ends by itself, with everything closed, and says nothing of a trace."""
    environment = os.environ | {"PYTHONPATH": str(root / "tests"), "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-c", PROGRAM, str(free_port()), str(panel)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        try:
            assert program.stdout.readline() == "ready\n"
            program.send_signal(number)
            out, err = program.communicate(timeout=20)
        finally:
            program.kill()

    assert (program.returncode, out, err) == (0, "stopped\n", "")


def test_serve_puts_the_signals_back(app, monkeypatch):
    before = signal.getsignal(signal.SIGTERM)
    port = free_port()

    serve(app(port), port, on_ready=lambda: signal.raise_signal(signal.SIGTERM))

    assert signal.getsignal(signal.SIGTERM) is before


def test_no_development_server_is_reachable():
    """Nothing in the room calls Flask's own server, which has a debugger and a reloader."""
    sources = [path.read_text("utf-8") for path in Path(inspect.getfile(create_app)).parent.glob("*.py")]

    assert sources
    assert not [source for source in sources if ".run(" in source or "werkzeug.serving" in source]
