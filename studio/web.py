"""The web application: the REST API, the editor's files and the Gradio pages behind one guard, on one port."""

import errno
import os
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType
from typing import NoReturn

# before gradio is imported anywhere: no telemetry, no hub, nothing leaves this computer
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import structlog
import uvicorn
from anyio import to_thread
from fastapi import APIRouter, Depends, FastAPI

from annotation_store.people.invitations import offer_first_admin
from matting_core.errors import MattingError
from studio.api import (
    bulk_approval,
    comparisons,
    desk,
    drafts,
    exports,
    flags,
    gallery,
    guidelines,
    history,
    images,
    insights,
    judgements,
    leading,
    looking,
    me,
    models,
    notes,
    openapi,
    photos,
    pilots,
    planes,
    projects,
    queue,
    rate_card,
    reviews,
    runs,
    serving,
    tags,
    trainings,
    webhooks,
    working_time,
)
from studio.api.authorisation import authorise
from studio.api.errors import install_error_handlers
from studio.api.idempotency import IdempotencyKeys
from studio.api.last_resort import LastResort
from studio.editor.static_files import EditorFiles
from studio.logs import configure_logs
from studio.open_files import allow_open_files
from studio.operations.finished_requests import FinishedRequests, note
from studio.operations.metrics import Metrics
from studio.operations.metrics_route import MetricsRoute
from studio.operations.probes import Probes
from studio.operations.server import GRACE_SECONDS, Server
from studio.operations.streams import Streams
from studio.operations.traced_requests import TracedRequests
from studio.operations.traces import Process, tracing
from studio.pages.access import PageAccess
from studio.pages.face import mount_pages
from studio.request_ids import RequestIds
from studio.security.cross_site import CrossSiteGuard
from studio.security.headers import SecurityHeaders
from studio.security.own_names import THIS_COMPUTER, OwnNames
from studio.security.request_limits import RequestLimits, upload_limit
from studio.settings import Settings
from studio.sign_in.install import install_door
from studio.sign_in.links import address_of
from studio.studio import Studio, open_studio
from studio.worker import Worker

log = structlog.get_logger()

MOST_CONNECTIONS = 500  # a page holds two for as long as it is open
NOUNS = [
    queue,
    leading,
    images,
    planes,
    looking,
    history,
    flags,
    notes,
    reviews,
    bulk_approval,
    desk,
    working_time,
    guidelines,
    exports,
    models,
    me,
    gallery,
    judgements,
    runs,
    tags,
    webhooks,
    photos,
    drafts,
    projects,
    trainings,
    serving,
    comparisons,
    insights,
    rate_card,
    pilots,
    openapi,
]
"""The rooms of the REST API."""


def create_app(studio: Studio) -> FastAPI:
    """The application of an open studio; closing the application closes the studio's sessions."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # who waits for a turn or an image holds a thread: whatever else is asked for must find one, too
        waiting = studio.settings.predictions_waiting + studio.sessions.most_waiting
        to_thread.current_default_thread_limiter().total_tokens += waiting
        yield
        studio.close()

    app = FastAPI(title="Matteloop", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.studio = studio
    app.state.api = api = api_router()
    app.include_router(api)
    app.mount("/editor", EditorFiles(), name="editor")
    install_error_handlers(app)
    # the last one added is the first that a request meets
    app.add_middleware(IdempotencyKeys)
    app.add_middleware(PageAccess)
    install_door(app, studio)
    mounted = mount_pages(app, studio)
    metrics = Metrics(studio) if studio.settings.metrics_token.get_secret_value() else None
    mounted.add_middleware(MetricsRoute, metrics=metrics, token=studio.settings.metrics_token)
    mounted.add_middleware(Probes)
    mounted.add_middleware(LastResort)
    mounted.add_middleware(RequestLimits, upload=upload_limit(studio.settings.max_upload_total_megabytes))
    mounted.add_middleware(CrossSiteGuard, names=_names_of(studio))
    mounted.add_middleware(SecurityHeaders)
    tell = [*([note] if studio.settings.access_log else []), *([metrics.count] if metrics is not None else [])]
    if tell:
        mounted.add_middleware(FinishedRequests, tell=tell)
    if studio.settings.traces_url:
        mounted.add_middleware(TracedRequests)
    mounted.add_middleware(RequestIds)
    mounted.add_middleware(Streams, closing=studio.closing)
    return mounted


def api_router() -> APIRouter:
    """The whole REST API. Its operations are called as their functions are."""
    api = APIRouter(
        prefix="/api/v1", dependencies=[Depends(authorise)], generate_unique_id_function=lambda route: route.name
    )
    for noun in NOUNS:
        api.include_router(noun.router)
    return api


def _names_of(studio: Studio) -> OwnNames:
    return OwnNames(literal=True, public=studio.settings.public_url) if studio.accounts else THIS_COMPUTER


def serve(settings: Settings) -> None:
    """Open the studio and serve it until Ctrl-C or SIGTERM."""
    configure_logs(settings)
    with tracing(settings, Process.WEB):
        _serve(settings)


def _serve(settings: Settings) -> None:
    started = time.monotonic()
    allow_open_files()
    listener = _listen(settings)
    worker = Worker(settings) if settings.own_worker else None
    studio = open_studio(settings)
    # uvicorn closes in order, then raises the signal anew: by default SIGTERM would then end us before the worker
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    if worker is not None:
        worker.start()
    studio.live.warm_up()  # before anybody asks: the first photo should not wait for the model's imports
    try:
        app = create_app(studio)
        address = settings.address(listener.getsockname()[1])
        print(f"Matteloop is open: {address}   (Ctrl-C closes it)", flush=True)
        if studio.accounts:
            _tell_of_accounts(studio, address)
        log.info("open", seconds=round(time.monotonic() - started, 1), data=str(studio.store.folder))
        config = uvicorn.Config(
            app,
            log_level="warning",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            limit_concurrency=MOST_CONNECTIONS,
            proxy_headers=True,
            forwarded_allow_ips=settings.proxies,
        )
        Server(config, studio.closing, notice_seconds=settings.notice_seconds).run(sockets=[listener])
    finally:
        if worker is not None:
            worker.stop()
        print("Matteloop is closed.", flush=True)


def _tell_of_accounts(studio: Studio, address: str) -> None:
    """The way in for the first admin; only who sees the console gets it."""
    if not studio.settings.accounts:
        log.warning("people have accounts here, so they sign in: set MATTELOOP_ACCOUNTS=true to say so yourself")
    link = offer_first_admin(studio.store)
    if link is not None:
        way_in = address_of(link, base=address)
        print(f"Nobody has an account yet. Become the admin within an hour: {way_in}", flush=True)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


class PortTakenError(MattingError):
    """Another program listens on the port."""


class AddressUnavailableError(MattingError):
    """The system does not let the studio listen on the address or the port."""


def _listen(settings: Settings) -> socket.socket:
    """Take the port before anything slow happens. Raises PortTakenError, AddressUnavailableError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((settings.host, settings.port))
            listener.listen(128)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(
                f"port {settings.port} is in use, perhaps by another Matteloop: close that one, or choose another port "
                "with --port"
            ) from error
        raise AddressUnavailableError(
            f"the studio cannot listen on {settings.host}, port {settings.port} ({error.strerror}): "
            "use the address 127.0.0.1 and a port above 1023"
        ) from error
    return listener
