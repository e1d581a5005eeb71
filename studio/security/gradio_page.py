"""Gradio's page under a strict policy: its own inline scripts get the nonce, and it brings what it needs from us."""

import re
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.security.headers import nonce_of

_INLINE_SCRIPT = re.compile(rb"<script([^>]*)>(.*?)</script>", re.DOTALL)
_NEEDED = (
    b"window.gradio_config = ",  # the page's components
    b"window.gradio_api_info = ",
    b"window.__gradio_mode__ = ",  # that it is a page of its own, not a part of another
    b'const ce = document.getElementsByTagName("gradio-app")',  # the page's margin
)
"""How those inline scripts begin that the studio needs. No other runs."""

_FOR_FRAMES = b"(() => {\n\t\t\t\tconst root = "  # loads iframeResizer; the studio is never in a frame
_MANIFEST = b'<link rel="manifest" href="/manifest.json" />'


class GradioPage:
    """ASGI middleware around Gradio: rewrites pages, and passes everything else on as it comes.

    scripts: JavaScript that each page runs before Gradio's own.
    """

    def __init__(self, app: ASGIApp, scripts: Sequence[str]) -> None:
        self._app = app
        self._scripts = [script.encode() for script in scripts]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        page = b""

        async def rewriting(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
                return
            if start is None:
                await send(message)
                return
            page += message.get("body", b"")
            if not message.get("more_body", False):
                page = rewritten(page, self._scripts, nonce_of(scope))
                MutableHeaders(scope=start)["content-length"] = str(len(page))
                await send(start)
                await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, rewriting)


def rewritten(page: bytes, scripts: Sequence[bytes], nonce: str) -> bytes:
    """The page with the nonce on the scripts that it needs, and with `scripts` before all others."""
    tag = b'<script nonce="' + nonce.encode() + b'"'

    def known(found: re.Match[bytes]) -> bytes:
        attributes, script = found.groups()
        beginning = script.lstrip()
        if beginning.startswith(_FOR_FRAMES):
            return b""
        return tag + attributes + b">" + script + b"</script>" if beginning.startswith(_NEEDED) else found[0]

    page = _INLINE_SCRIPT.sub(known, page).replace(_MANIFEST, b"")
    ours = b"".join(tag + b">" + script + b"</script>" for script in scripts)
    return page.replace(b"<head>", b"<head>" + ours, 1)


def _is_page(start: Message) -> bool:
    headers = MutableHeaders(scope=start)
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers
