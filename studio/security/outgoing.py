"""What the studio sends to addresses that people have entered: to the public internet, and where the admin allows it.

Whoever may enter a webhook could else have the studio knock at doors that only it can reach: its own ports, a router,
the metadata service of a cloud. So every address that a name resolves to is looked at, and the connection goes to
exactly such an address: asking the name service once more could give another answer (DNS rebinding). Redirects are not
followed, and no proxy of the environment is used.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import certifi
import httpcore

from matting_core.errors import MattingError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
ALL_SECONDS = 20.0
"""For everything together, however slowly an answer trickles in."""
MOST_READ = 4096
"""Bytes of an answer's body; what it says interests nobody here."""

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address behind a NAT64


class OutgoingError(MattingError):
    """Something could not be sent; the text says why, in words for whoever entered the address."""


class Outgoing:
    """Sends to public addresses, and to those in `allowed`. May be shared by threads.

    resolve: the addresses that a host and a port stand for, in place of the name service.
    """

    def __init__(self, allowed: Iterable[Network] = (), *, resolve: Resolve | None = None) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve or resolve_name
        self._tls = ssl.create_default_context()  # what the system trusts, or SSL_CERT_FILE
        self._tls.load_verify_locations(certifi.where())  # a bare container trusts nobody yet

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of the answer, whatever it is. Raises OutgoingError if there is none."""
        backend = _CheckedConnections(self._checked_addresses, until=time.monotonic() + ALL_SECONDS)
        extensions = {
            "timeout": {
                "connect": CONNECT_SECONDS,
                "read": ANSWER_SECONDS,
                "write": ANSWER_SECONDS,
                "pool": ALL_SECONDS,
            }
        }
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self._tls, network_backend=backend) as pool,
                pool.stream("POST", url, headers=dict(headers), content=body, extensions=extensions) as answer,
            ):
                read = 0
                for chunk in answer.iter_stream():
                    if (read := read + len(chunk)) > MOST_READ:
                        break
                return int(answer.status)
        except httpcore.TimeoutException as error:
            raise OutgoingError("It did not answer in time.") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise OutgoingError(f"It cannot be reached: {_reason(error)}.") from error

    def _checked_addresses(self, host: str, port: int) -> list[str]:
        """Where to connect to. Raises OutgoingError if any of the addresses may not be sent to."""
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise OutgoingError(f"The name {host} is not known: look whether it is written rightly.") from error
        addresses = [ipaddress.ip_address(text) for text in found]
        if not addresses:
            raise OutgoingError(f"The name {host} has no address.")
        for address in addresses:
            if not self._may_be_sent_to(address):
                raise OutgoingError(
                    f"{host} is at {address}, which is not on the public internet: an admin can allow its network by "
                    "MATTELOOP_WEBHOOK_PRIVATE_ADDRESSES."
                )
        return [str(address) for address in addresses]

    def _may_be_sent_to(self, address: Address) -> bool:
        meant = meant_by(address)
        return is_public(meant) or any(meant in network for network in self._allowed)


def meant_by(address: Address) -> Address:
    """The IPv4 address that is written inside an IPv6 address (mapped, translated or 6to4), else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour or address


def is_public(address: Address) -> bool:
    """Whether it is one machine on the public internet: not private, shared (CGNAT), local, reserved or multicast."""
    refused = address.is_multicast or address.is_reserved or address.is_loopback or address.is_link_local
    if isinstance(address, ipaddress.IPv6Address):
        refused = refused or address.is_site_local or address.teredo is not None
    return address.is_global and not refused


def resolve_name(host: str, port: int) -> list[str]:
    """What the name service says, each address once. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _CheckedConnections(httpcore.SyncBackend):
    """Connects to addresses that were looked at, and to nothing else; gives up at the moment `until`."""

    def __init__(self, addresses: Callable[[str, int], list[str]], *, until: float) -> None:
        self._addresses, self._until = addresses, until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        *others, last = self._addresses(host, port)
        for address in others:
            try:
                return self._connect(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(last, port, timeout, local_address, socket_options)

    def _connect(self, address: str, port: int, timeout: float | None, *rest: Any) -> httpcore.NetworkStream:
        stream = super().connect_tcp(address, port, _left(timeout, self._until), *rest)
        return _HurriedStream(stream, until=self._until)

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise httpcore.UnsupportedProtocol("sockets of this computer are not sent to")


class _HurriedStream(httpcore.NetworkStream):
    """A connection that ends at the moment `until`, also under somebody who sends a byte now and then."""

    def __init__(self, stream: httpcore.NetworkStream, *, until: float) -> None:
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, self._until))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(timeout, self._until))
        return _HurriedStream(stream, until=self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(timeout: float | None, until: float) -> float:
    """Seconds that may still pass. Raises httpcore.ReadTimeout if there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("all in all too slow")
    return left if timeout is None else min(timeout, left)


def _reason(error: Exception) -> str:
    """What the system says, without its numbers: Connection refused."""
    cause = error.__cause__ or error.__context__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate does not hold ({cause.verify_message})"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(error) or type(error).__name__
