"""Servers found by asking the domain: a name server and a web server on loopback play the domain."""

from __future__ import annotations

import http.server
import socket
import socketserver
import ssl
import threading

import dns.message
import dns.resolver
import dns.rrset
import pytest
import trustme

from repliquette.errors import ServerError
from repliquette.mailbox import discovery, https
from repliquette.mailbox.discovery import Place, discover, read_page

PAGE = """<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="firm.example">
<incomingServer type="pop3"><hostname>pop.firm.example</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
{servers}</emailProvider></clientConfig>"""
SERVER = (
    '<incomingServer type="imap"><hostname>{host}</hostname><port>{port}</port>'
    "<socketType>{kind}</socketType><username>{user}</username></incomingServer>"
)


def page(*servers):
    shown = [
        SERVER.format(host=host, port=port, kind=kind, user=user)
        for host, port, kind, user in (s + ("%EMAILADDRESS%",) * (4 - len(s)) for s in servers)
    ]
    return PAGE.format(servers="".join(shown)).encode()


@pytest.fixture
def names(monkeypatch):
    """A name server that knows what the test puts into it, and keeps what it was asked."""
    known, asked = {}, []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            data, back = self.request
            query = dns.message.from_wire(data)
            question = query.question[0]
            asked.append((str(question.name), question.rdtype.name))
            answer = dns.message.make_response(query)
            if records := known.get(str(question.name)):
                answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", "SRV", *records))
            else:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            back.sendto(answer.to_wire(), self.client_address)

    server = socketserver.UDPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
    monkeypatch.setattr(discovery, "_resolver", lambda: resolver)
    known["asked"] = asked
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def web(monkeypatch, tmp_path):
    """A web server for every name: what it answers by address, and what it was asked."""
    pages, asked = {}, []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            url = f"https://{self.headers['Host']}{self.path}"
            asked.append(url)
            status, body, headers = pages.get(url, (404, b"", {}))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_):
            """A client that turns away from the certificate."""

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("firm.example", "autoconfig.firm.example", "localhost").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    monkeypatch.setattr(socket, "getaddrinfo", _everything_is_here(server.server_address))
    pages["asked"] = asked
    yield pages
    server.shutdown()
    thread.join()
    server.server_close()


def _everything_is_here(address):
    return lambda *_args, **_named: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address)]


FIRST = "https://autoconfig.firm.example/mail/config-v1.1.xml"
SECOND = "https://firm.example/.well-known/autoconfig/mail/config-v1.1.xml"


def test_a_record_of_the_domain_is_enough(names, web):
    names["_imaps._tcp.firm.example."] = ["20 0 993 late.firm.example.", "10 1 994 imap.firm.example."]

    places = discover("Firm.Example")

    assert places[0] == Place("imap.firm.example", 994, own=True)
    assert places[1].host == "late.firm.example"
    assert names["asked"] == [("_imaps._tcp.firm.example.", "SRV")]
    assert web["asked"] == []


def test_a_server_elsewhere_is_marked(names, web):
    """RFC 6186 §6: the owner is asked before a login goes there."""
    names["_imaps._tcp.firm.example."] = ["0 0 993 imap.notfirm.example."]
    assert discover("firm.example") == (Place("imap.notfirm.example", 993, own=False),)


def test_without_a_record_the_domains_two_pages_are_asked_and_nobody_else(names, web):
    """No MX record, no third party's database."""
    web[SECOND] = (200, page(("imap.%EMAILDOMAIN%", 993, "SSL", "%EMAILLOCALPART%")), {})

    assert discover("firm.example") == (Place("imap.firm.example", 993, own=True, local_part=True),)
    assert names["asked"] == [("_imaps._tcp.firm.example.", "SRV")]
    assert web["asked"] == [FIRST, SECOND]


def test_a_record_that_says_there_is_none(names, web):
    """RFC 6186 §3.4: the target "."."""
    names["_imaps._tcp.firm.example."] = ["0 0 0 ."]
    assert discover("firm.example") == ()


@pytest.mark.parametrize(
    "answer",
    [
        (301, b"", {"Location": "https://evil.example/mail/config-v1.1.xml"}),
        (200, page(("imap.evil.example", 993, "SSL"))[:-20], {}),
        (200, b"x" * 200_000, {}),
        (500, page(("imap.evil.example", 993, "SSL")), {}),
    ],
    ids=["redirect", "broken", "endless", "error"],
)
def test_a_page_that_is_no_page_is_passed_over(names, web, answer):
    """A redirect leads away from the domain that the owner agreed to."""
    web[FIRST] = answer
    assert discover("firm.example") == ()
    assert web["asked"] == [FIRST, SECOND]


def test_a_page_behind_a_wrong_certificate_is_not_read(names, web, monkeypatch):
    """S16: the name is checked."""
    assert discover("other.example") == ()
    assert web["asked"] == []


@pytest.mark.parametrize(
    "domain",
    ["", "localhost", "firm.example:25", "a/b.example", "firm..example", "-x.example", "127.0.0.1 x", "ü" * 70],
)
def test_what_is_no_domain_is_not_asked(names, web, domain):
    assert discover(domain) == ()
    assert names["asked"] == web["asked"] == []


def test_a_domain_of_any_script_is_asked_by_its_wire_name(names, web):
    discover("bücher.example")
    assert names["asked"] == [("_imaps._tcp.xn--bcher-kva.example.", "SRV")]


def read(*servers):
    return [(p.host, p.port, p.sealed) for p in read_page(page(*servers), "firm.example")]


def test_tls_from_the_first_byte_comes_first_and_plain_not_at_all():
    found = read(("a.example", 143, "STARTTLS"), ("b.example", 993, "SSL"), ("c.example", 143, "plain"))
    assert found == [("b.example", 993, True), ("a.example", 143, False)]


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("", 993),
        ("a b.example", 993),
        ("imap.example", 0),
        ("imap.example", 70000),
        ("imap.example", "99x"),
        ("x\u202e.y", 1),
    ],
)
def test_a_place_that_is_none_is_left_out(host, port):
    assert read((host, port, "SSL")) == []


BOMB = b'<!DOCTYPE a [<!ENTITY x "' + b"y" * 1000 + b'"><!ENTITY z "&x;&x;&x;&x;">]>'


@pytest.mark.parametrize(
    "prologue",
    [
        BOMB,
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE a SYSTEM "http://evil.example/x.dtd">',
    ],
    ids=["bomb", "file", "remote"],
)
def test_a_page_with_a_dtd_is_refused(prologue):
    """Nothing is expanded, opened or fetched."""
    good = page(("imap.firm.example", 993, "SSL")).partition(b"?>")[2]
    assert list(read_page(good, "firm.example"))
    assert list(read_page(prologue + good, "firm.example")) == []
    assert list(read_page(prologue + good.replace(b"imap.firm.example", b"&x;"), "firm.example")) == []


def test_a_server_that_drips_is_left(web, monkeypatch):
    """The time covers every byte, not only the first."""
    monkeypatch.setattr(https, "WEB_TIMEOUT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(socket, "getaddrinfo", _everything_is_here(silent.getsockname()))
        with pytest.raises(ServerError, match=r"firm\.example did not answer"):
            https.ask("https://firm.example/")


@pytest.mark.parametrize("url", ["http://firm.example/", "ftp://firm.example/", "file:///etc/passwd", "firm.example"])
def test_nothing_is_asked_in_clear_but_this_machine(web, url):
    with pytest.raises(ServerError, match="only https:// is safe"):
        https.ask(url)
    assert web["asked"] == []


def test_an_answer_that_does_not_end_is_cut_off(web):
    web["https://firm.example/long"] = (200, b"x" * (https.WEB_ANSWER_BYTES + 1), {})
    web["https://firm.example/most"] = (200, b"x" * https.WEB_ANSWER_BYTES, {})
    assert len(https.ask("https://firm.example/most").body) == https.WEB_ANSWER_BYTES
    with pytest.raises(ServerError, match="no honest answer"):
        https.ask("https://firm.example/long")


def test_a_wrong_certificate_is_told_as_that(web):
    with pytest.raises(ServerError, match=r"certificate of other\.example cannot be trusted, so nothing was sent"):
        https.ask("https://other.example/")
    assert web["asked"] == []
