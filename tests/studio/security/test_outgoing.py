import socket
import ssl
import threading
from ipaddress import ip_address, ip_network

import httpcore
import pytest

from studio.security import outgoing as outgoing_module
from studio.security.outgoing import MOST_READ, Outgoing, OutgoingError, is_public, meant_by, resolve_name

HERE = [ip_network("127.0.0.0/8")]


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "100.64.0.1",  # shared by the customers of a provider
        "127.0.0.1",
        "169.254.169.254",  # where clouds keep their secrets
        "172.16.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:1::1",
        "2001:db8::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_is_not_on_the_public_internet_is_not_sent_to(address):
    sender = Outgoing(resolve=lambda *_: [address])
    with pytest.raises(OutgoingError, match="MATTELOOP_WEBHOOK_PRIVATE_ADDRESSES"):
        sender.post("http://shop.example/", b"{}", {})


@pytest.mark.parametrize("address", ["93.184.215.14", "::ffff:93.184.215.14", "2606:2800:21f::1", "64:ff9b::5db8:d70e"])
def test_what_is_public_may_be_sent_to(address):
    assert is_public(meant_by(ip_address(address)))


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    sender = Outgoing(resolve=lambda *_: ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(OutgoingError, match=r"shop\.example is at 10\.0\.0\.1"):
        sender.post("https://shop.example/", b"{}", {})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_no_spelling_of_this_computer_gets_through(host, receiver):
    address = receiver.url.replace("127.0.0.1", host)
    with pytest.raises(OutgoingError):
        Outgoing().post(address, b"{}", {})
    assert receiver.got == []


def test_the_admin_can_allow_a_network(receiver):
    assert Outgoing(HERE).post(receiver.url + "?key=k", b'{"a":1}', {"webhook-id": "msg_1"}) == 200
    ((headers, body),) = receiver.got
    assert receiver.paths == ["/hooks?key=k"]
    assert (body, headers["webhook-id"]) == (b'{"a":1}', "msg_1")
    with pytest.raises(OutgoingError, match="which is not on the public internet"):
        Outgoing([ip_network("10.0.0.0/8")]).post(receiver.url, b"{}", {})


def test_the_name_is_asked_for_once_and_the_connection_goes_where_was_looked(receiver):
    answers = [["127.0.0.1"], ["93.184.215.14"]]
    asked = []

    def rebinding(host, port):
        asked.append((host, port))
        return answers.pop(0)

    port = int(receiver.url.rsplit(":", 1)[1].split("/")[0])
    assert Outgoing(HERE, resolve=rebinding).post(f"http://shop.example:{port}/", b"{}", {}) == 200
    assert asked == [("shop.example", port)]
    assert receiver.got[0][0]["host"] == f"shop.example:{port}"


def test_the_next_address_of_a_name_is_tried_where_nobody_answers(receiver):
    port = int(receiver.url.rsplit(":", 1)[1].split("/")[0])
    sender = Outgoing(HERE, resolve=lambda *_: ["127.0.0.9", "127.0.0.1"])
    assert sender.post(f"http://shop.example:{port}/", b"{}", {}) == 200


def test_a_redirect_is_an_answer_and_not_followed(receiver):
    receiver.answers, receiver.headers = [302], {"location": receiver.url + "/elsewhere"}
    assert Outgoing(HERE).post(receiver.url, b"{}", {}) == 302
    assert receiver.paths == ["/hooks"]


def test_no_proxy_of_the_environment_is_used(receiver, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert Outgoing(HERE).post(receiver.url, b"{}", {}) == 200


def test_only_the_beginning_of_a_long_answer_is_read(receiver, monkeypatch):
    read = []
    plain = outgoing_module._HurriedStream.read
    monkeypatch.setattr(
        outgoing_module._HurriedStream,
        "read",
        lambda stream, most, timeout=None: read.append(plain(stream, most, timeout)) or read[-1],
    )
    receiver.body = b"x" * 5_000_000
    assert Outgoing(HERE).post(receiver.url, b"{}", {}) == 200
    assert MOST_READ < sum(map(len, read)) < 500_000


def test_what_cannot_be_reached_is_told_in_words():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(OutgoingError, match="It cannot be reached: Connection refused"):
        Outgoing(HERE).post(f"http://127.0.0.1:{port}/", b"{}", {})

    def unknown(*_):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(OutgoingError, match=r"The name shop\.example is not known"):
        Outgoing(resolve=unknown).post("http://shop.example/", b"{}", {})
    with pytest.raises(OutgoingError, match="has no address"):
        Outgoing(resolve=lambda *_: []).post("http://shop.example/", b"{}", {})


@pytest.fixture
def talker():
    """``talker(deed)``: a server that does `deed` with its first connection; its port."""
    servers = []

    def start(deed):
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve():
            connection, _ = server.accept()
            with connection:
                deed(connection)

        threading.Thread(target=serve, daemon=True).start()
        return server.getsockname()[1]

    yield start
    for server in servers:
        server.close()


def test_whoever_never_answers_is_given_up(talker, monkeypatch):
    monkeypatch.setattr(outgoing_module, "ANSWER_SECONDS", 0.1)
    done = threading.Event()
    port = talker(lambda _: done.wait(5))
    with pytest.raises(OutgoingError, match="did not answer in time"):
        Outgoing(HERE).post(f"http://127.0.0.1:{port}/", b"{}", {})
    done.set()


def test_whoever_trickles_is_given_up_as_well(talker, monkeypatch):
    monkeypatch.setattr(outgoing_module, "ALL_SECONDS", 0.3)
    done = threading.Event()

    def trickle(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not done.wait(0.05):
            connection.sendall(b"x-more: 1\r\n")

    port = talker(trickle)
    with pytest.raises(OutgoingError, match="did not answer in time"):
        Outgoing(HERE).post(f"http://127.0.0.1:{port}/", b"{}", {})
    done.set()


@pytest.mark.parametrize("said", [b"220 mail.example ESMTP\r\n", b""])
def test_whoever_speaks_something_else_is_told_as_that(talker, said):
    port = talker(lambda connection: connection.sendall(said))
    with pytest.raises(OutgoingError, match="It cannot be reached"):
        Outgoing(HERE).post(f"http://127.0.0.1:{port}/", b"{}", {})


def test_a_certificate_is_asked_for_under_the_name_of_the_address(monkeypatch):
    """Although the connection goes to a number."""
    asked = {}

    class Stream(httpcore.NetworkStream):
        def start_tls(self, ssl_context, server_hostname=None, timeout=None):
            asked.update(name=server_hostname, context=ssl_context)
            raise httpcore.ConnectError("far enough")

        def close(self):
            """Nothing is open."""

    def connect(_, host, port, *rest):
        asked.update(at=(host, port))
        return Stream()

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    with pytest.raises(OutgoingError):
        Outgoing(resolve=lambda *_: ["93.184.215.14"]).post("https://shop.example/", b"{}", {})
    assert asked["at"] == ("93.184.215.14", 443)
    assert asked["name"] == "shop.example"
    assert asked["context"].verify_mode is ssl.CERT_REQUIRED
    assert asked["context"].check_hostname


def test_a_name_is_looked_up_where_the_system_looks():
    assert resolve_name("127.0.0.1", 80) == ["127.0.0.1"]
