"""Addresses as browsers write them: which of them are this computer, and what two of them have in common."""

import ipaddress
from urllib.parse import urlsplit

_USUAL_PORTS = {"http": 80, "https": 443}


def is_this_computer(host: str) -> bool:
    """Whether a name is localhost or a loopback address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin_of(url: str) -> str | None:
    """Scheme, host and port of an address as a browser names them in the header Origin; None if it has more parts."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _USUAL_PORTS or not parts.hostname or parts.path not in ("", "/"):
        return None
    if parts.username is not None or parts.query or parts.fragment:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in (None, _USUAL_PORTS[parts.scheme]) else f":{port}")


def is_literal(host: str) -> bool:
    """Whether a host is an address of numbers, which no name service had a say in."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def name_in(host: str) -> str | None:
    """The name or address in a Host header, without its port; None if it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
