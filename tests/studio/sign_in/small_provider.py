"""A small identity provider on this computer: OpenID Connect with one key, one client, and lies on demand."""

import base64
import functools
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "matteloop-here", "s3cret & more"
KEIKO = {
    "sub": "248289761001",
    "email": "keiko@example.com",
    "email_verified": True,
    "name": "田中 恵子",
    "preferred_username": "keiko",
}


@functools.cache
def a_key(kid: str, *, number: int = 1) -> RSAKey:
    """The same for the same name and number: making one takes a while."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


class SmallProvider:
    """claims: what it says of whoever comes; None takes a claim away. Open it as a context."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = dict(KEIKO)
        self.userinfo: dict[str, Any] | None = None
        self.key = a_key("first")
        self.signed_with: Any = None
        self.algorithm = "RS256"
        self.metadata: dict[str, Any] = {}
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def authorise(self, address: str) -> dict[str, str]:
        """What the provider's own page does once somebody has signed in there: the query of the way back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT_ID)
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == {"openid", "email", "profile"}
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def _redeem(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        asked = self._codes.pop(form["code"], None)
        client = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode()
        if (
            asked is None
            or authorization != f"Basic {client}"
            or form["redirect_uri"] != asked["redirect_uri"]
            or challenge.rstrip("=") != asked["code_challenge"]
        ):
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        key = self.signed_with or self.key
        header = {"alg": self.algorithm, **({} if isinstance(key, OctKey) else {"kid": key.kid})}
        token = jwt.encode(header, claims, key, algorithms=[self.algorithm])
        return {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": token}

    def _answer(self, path: str, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        self.asked.append(path)
        match path:
            case "/.well-known/openid-configuration":
                return {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                    "userinfo_endpoint": f"{self.issuer}/userinfo",
                    "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                } | self.metadata
            case "/keys":
                return {"keys": [self.key.as_dict(private=False)]}
            case "/token":
                return self._redeem(form, authorization)
            case "/userinfo" if authorization == "Bearer opaque":
                return self.userinfo
        return None

    def _handler(provider) -> type[BaseHTTPRequestHandler]:  # noqa: N805, the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
                answer = provider._answer(urlsplit(self.path).path, form, self.headers.get("Authorization", ""))
                body = json.dumps(answer or {"error": "invalid_request"}).encode()
                self.send_response(400 if answer is None else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler
