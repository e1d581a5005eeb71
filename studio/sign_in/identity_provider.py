"""Signing in through an identity provider: OpenID Connect, authorization code with PKCE, state and nonce.

Authlib speaks OAuth and checks what an ID token claims, joserfc its signature. What is ours: whose token is believed,
by which algorithms, and that every round trip ends in the browser in which it began, once: what is to be known on the
way back goes with the browser, so that it may come back to another process than the one that it left. The browser gives
it up on the way back, and a provider takes a code once (RFC 6749, 4.1.2).
"""

import base64
import binascii
import json
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from annotation_store.errors import InvalidNameError
from annotation_store.people.identities import Identity
from annotation_store.people.names import check_email
from matting_core.optional_packages import require
from studio.settings import Settings
from studio.sign_in.errors import IdentityProviderError

CALLBACK = "/sign-in/oidc/callback"
SCOPE = "openid email profile"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures by a key that only the provider has: never "none", nor a secret that we have as well."""
TIMEOUT, LEEWAY, METADATA_LIVES = 10.0, 60, 3600.0  # seconds
ROUND_TRIP = 600
"""Seconds for the way there and back."""
LONGEST_NEXT = 1000
"""Characters of where somebody wanted to go: a cookie has room for 4 KB."""


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """Somebody who is on the way. next: where they wanted to go, which whoever reads it checks. expires: since 1970."""

    state: str
    verifier: str
    nonce: str
    next: str
    expires: float

    def packed(self) -> str:
        """For a cookie that only this browser and the studio see."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode().rstrip("=")

    @staticmethod
    def unpacked(text: str | None) -> "RoundTrip | None":
        """None for whatever `packed` did not make."""
        try:
            fields = json.loads(base64.urlsafe_b64decode((text or "").encode() + b"=="))
            trip = RoundTrip(**fields)
        except (ValueError, TypeError, binascii.Error, RecursionError):
            return None
        texts = (trip.state, trip.verifier, trip.nonce, trip.next)
        is_sound = all(isinstance(each, str) for each in texts) and isinstance(trip.expires, float)
        return trip if is_sound and trip.state else None


class IdentityProvider:
    """label: what people call it. Raises MissingPackageError if Authlib is not installed."""

    def __init__(self, settings: Settings) -> None:
        self._client_module = require(
            "authlib.integrations.httpx_client", purpose="Signing in through an identity provider"
        )
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._client_secret = settings.oidc_client_secret.get_secret_value()
        self._redirect_uri = f"{settings.public_url}{CALLBACK}"
        self.label = settings.oidc_label or urlsplit(settings.oidc_issuer).hostname or settings.oidc_issuer
        self._lock = Lock()
        self._metadata: Mapping[str, Any] = {}
        self._metadata_until = 0.0
        self._keys: Any = None

    def way_there(self, *, next_page: str) -> tuple[str, str]:
        """The address at the provider to send the browser to, and what the browser must keep for the way back.

        Raises IdentityProviderError if the provider cannot be reached.
        """
        metadata = self._load_metadata()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._client() as client:
            address, _ = client.create_authorization_url(
                metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        next_page = next_page if len(next_page) <= LONGEST_NEXT else "/"
        return str(address), RoundTrip(state, verifier, nonce, next_page, time.time() + ROUND_TRIP).packed()

    def way_back(self, answer: Mapping[str, str], *, kept: str | None) -> tuple[Identity, str]:
        """Who the provider says has come back, and where they wanted to go, by the browser's word.

        answer: the query of the callback. kept: what the browser has kept of the way there. Raises
        IdentityProviderError if anything does not hold.
        """
        state, trip = answer.get("state", ""), RoundTrip.unpacked(kept)
        if trip is None or not secrets.compare_digest(trip.state.encode(), state.encode()):
            raise IdentityProviderError("the way back was gone before, or ends in another browser than it began in")
        if trip.expires < time.time():
            raise IdentityProviderError("the way back took too long")
        if "error" in answer:
            raise IdentityProviderError(f"the provider says: {_printable(answer['error'])}")
        metadata = self._load_metadata()
        if answer.get("iss", metadata["issuer"]) != metadata["issuer"]:  # RFC 9207
            raise IdentityProviderError("the answer is of another issuer")
        token = self._exchange(answer.get("code", ""), trip.verifier)
        claims = self._verified_claims(token, trip.nonce)
        return self._identity(claims, token), trip.next

    def _exchange(self, code: str, verifier: str) -> Mapping[str, Any]:
        with self._client() as client, _in_words("the code could not be exchanged"):
            token: Mapping[str, Any] = client.fetch_token(
                self._load_metadata()["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
            )
        if not isinstance(token.get("id_token"), str):
            raise IdentityProviderError("the provider gave no ID token")
        return token

    def _verified_claims(self, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """OpenID Connect Core 1.0, section 3.1.3.7."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError

        with _in_words("the ID token does not hold"):
            try:
                decoded = jwt.decode(token["id_token"], self._load_keys(), algorithms=ALGORITHMS)
            except InvalidKeyIdError:  # the provider has changed its keys
                decoded = jwt.decode(token["id_token"], self._load_keys(anew=True), algorithms=ALGORITHMS)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={
                    "iss": {"essential": True, "value": self._load_metadata()["issuer"]},
                    "aud": {"essential": True, "value": self._client_id},
                    "sub": {"essential": True},
                    "nonce": {"essential": True, "value": nonce},
                },
                params={"client_id": self._client_id, "nonce": nonce, "access_token": token.get("access_token")},
            )
            claims.validate(leeway=LEEWAY)
        return dict(claims)

    def _identity(self, claims: Mapping[str, Any], token: Mapping[str, Any]) -> Identity:
        endpoint = self._load_metadata().get("userinfo_endpoint")
        if "email" not in claims and endpoint and token.get("access_token"):
            with self._client(token=token) as client, _in_words("the provider does not tell who it is"):
                answer = client.get(endpoint)
                answer.raise_for_status()
                told = answer.json()
            if told.get("sub") != claims["sub"]:  # OpenID Connect Core 1.0, section 5.3.2
                raise IdentityProviderError("the provider speaks of somebody else than the ID token")
            claims = {**told, **claims}
        return Identity(
            issuer=claims["iss"],
            subject=str(claims["sub"]),
            email=_verified_email(claims),
            name=_text(claims.get("preferred_username")),
            display_name=_text(claims.get("name")),
        )

    def _load_metadata(self) -> Mapping[str, Any]:
        """OpenID Connect Discovery 1.0; asked for anew after an hour."""
        with self._lock:
            if self._metadata and time.monotonic() < self._metadata_until:
                return self._metadata
        metadata = self._fetch(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
        if not all(isinstance(metadata.get(name), str) for name in needed):
            raise IdentityProviderError(f"its metadata lack one of {', '.join(needed)}")
        if metadata["issuer"].rstrip("/") != self._issuer.rstrip("/"):
            raise IdentityProviderError("its metadata are those of another issuer")
        with self._lock:
            self._metadata, self._metadata_until = metadata, time.monotonic() + METADATA_LIVES
        return metadata

    def _load_keys(self, *, anew: bool = False) -> Any:
        from joserfc.jwk import KeySet

        if self._keys is None or anew:
            self._keys = KeySet.import_key_set(self._fetch(self._load_metadata()["jwks_uri"]))  # type: ignore[arg-type]
        return self._keys

    def _fetch(self, address: str) -> Mapping[str, Any]:
        with self._client() as client, _in_words(f"{address} does not answer"):
            answer = client.request("GET", address, withhold_token=True)
            answer.raise_for_status()
            fetched = answer.json()
        if not isinstance(fetched, dict):
            raise IdentityProviderError(f"{address} answers with something else than an object")
        return fetched

    def _client(self, *, token: Mapping[str, Any] | None = None) -> Any:
        return self._client_module.OAuth2Client(
            self._client_id,
            self._client_secret or None,
            scope=SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            token=token,
            timeout=TIMEOUT,
        )


@contextmanager
def _in_words(what: str) -> Iterator[None]:
    """Whatever goes wrong inside, in the network, in what is said or claimed, as an IdentityProviderError."""
    try:
        yield
    except IdentityProviderError:
        raise
    except Exception as error:
        raise IdentityProviderError(f"{what}: {_printable(f'{type(error).__name__}: {error}')}") from error


def _verified_email(claims: Mapping[str, Any]) -> str | None:
    verified = claims.get("email_verified")
    if verified is not True and verified != "true":  # Amazon Cognito writes it as a text
        return None
    try:
        return check_email(_text(claims.get("email")))
    except InvalidNameError:
        return None


def _text(claim: object) -> str:
    return claim if isinstance(claim, str) else ""


def _printable(text: str) -> str:
    """What others have written, for a line of the log."""
    return re.sub(r"[^\x20-\x7e]", "?", text)[:300]
