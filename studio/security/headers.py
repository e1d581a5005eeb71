"""What every answer tells the browser to leave alone.

Two policies (https://www.w3.org/TR/CSP3/): a page may run the studio's own scripts and nothing that came in as data;
everything else (pictures, numbers, archives, scripts by themselves) is not a page, and opened as one may do nothing.
"""

import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NONCE = "nonce"
_NOT_A_PAGE = "default-src 'none'; frame-ancestors 'none'; sandbox"
_SWITCHED_OFF = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
_EVERYWHERE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _SWITCHED_OFF),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class SecurityHeaders:
    """ASGI middleware, the outermost: refusals carry the headers as well. Streams pass as they come."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = scope.setdefault("state", {})[_NONCE] = secrets.token_urlsafe(16)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name in [name for name in headers if name.startswith("access-control-")]:
                    del headers[name]  # Gradio invites every origin to read its answers unless it is called localhost
                headers.update(_EVERYWHERE)
                is_page = headers.get("content-type", "").startswith("text/html")
                headers["Content-Security-Policy"] = page_policy(nonce) if is_page else _NOT_A_PAGE
            await send(message)

        await self._app(scope, receive, with_headers)


def nonce_of(scope: Scope) -> str:
    """The word by which a page's own inline scripts are known; another one for each request."""
    nonce: str = scope["state"][_NONCE]
    return nonce


def page_policy(nonce: str) -> str:
    """The Content-Security-Policy of a page whose own inline scripts carry `nonce`."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self' 'unsafe-inline'",  # Gradio and the editor write sizes and colours into style attributes
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'self'",  # Gradio's page begins with <base href="./">
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
