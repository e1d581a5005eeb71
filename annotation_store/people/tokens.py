"""Secrets that stand for a person: in a cookie, in a one-time link. Only their hash is ever stored."""

import hashlib
import secrets

_BYTES = 32


def new_token() -> str:
    """43 characters that fit into an address and a cookie; nobody can guess them."""
    return secrets.token_urlsafe(_BYTES)


def hash_of(token: str) -> str:
    """SHA-256, 64 hexadecimal digits. A slow hash would protect nothing more: 256 random bits cannot be tried out."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
