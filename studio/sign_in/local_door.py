"""The door of a studio without accounts: whoever comes through is the one local user."""

from starlette.types import ASGIApp, Receive, Scope, Send

from studio.sign_in.visitor import let_in, local_user


class LocalDoor:
    """ASGI middleware; the guard before it has made sure that the request comes from this computer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            let_in(scope, local_user(scope["app"].state.studio.settings.person))
        await self._app(scope, receive, send)
