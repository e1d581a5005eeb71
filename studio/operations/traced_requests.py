"""Each request as one span, by the template of its route, within the trace that a proxy has begun."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from annotation_store.events import request_id
from studio.operations.finished_requests import ALONE, method_of, route_of
from studio.operations.traces import request_span
from studio.sign_in.visitor import visitor_of

_CONTEXT = ("traceparent", "tracestate")


class TracedRequests:
    """ASGI middleware, behind the one that numbers requests. Probes and metrics are not traced: machines ask for them.

    An answer that goes on for as long as a page is open is a span as long as that.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in ALONE:
            await self._app(scope, receive, send)
            return
        sent = Headers(scope=scope)
        context = {name: sent[name] for name in _CONTEXT if name in sent}
        status: int | None = None

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        scope.setdefault("state", {})  # here, so that what the door notes in it is seen out here
        method = method_of(scope)
        with request_span(context, http_request_method=method) as note:
            try:
                await self._app(scope, receive, seen)
            except Exception:
                status = status or 500  # what answers for it stands around everything of ours
                raise
            finally:
                visitor, route = visitor_of(scope), route_of(scope)
                note(
                    f"{method} {route}",
                    http_route=route,
                    http_response_status_code=status,
                    person=None if visitor is None else visitor.person_id,
                    request_id=request_id.get(),
                )
