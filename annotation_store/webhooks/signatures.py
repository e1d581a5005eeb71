"""Signatures of messages, as the specification Standard Webhooks 1.0 has them (https://www.standardwebhooks.com)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

PREFIX = "whsec_"
_BYTES = 32  # the specification asks for 24 to 64


def new_secret() -> str:
    """``whsec_`` and 32 random bytes in base64, as a receiver's library takes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode("ascii")


def signed_headers(secret: str, *, message_id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """The three headers of a message: its number, when it is sent, and the HMAC-SHA256 of both and of `body`.

    timestamp: seconds since 1970, of this attempt. A receiver refuses what is older than some minutes, so nobody can
    send a message a second time that they have overheard.
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode('ascii')}",
    }
