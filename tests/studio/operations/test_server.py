"""How the server closes: what is in hand is answered, streams end, and there is an end to it."""

import asyncio
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.responses import StreamingResponse

from studio.operations.closing import Closing
from studio.operations.server import Server
from studio.operations.streams import Streams

PATIENCE = 60.0


@pytest.fixture
def house():
    """A served application with a stroke that is slow and a stream without an end; `go_on` ends the stroke."""
    closing, go_on, in_hand = Closing(), threading.Event(), threading.Event()
    app = FastAPI()

    @app.post("/stroke")
    def stroke() -> str:
        in_hand.set()
        go_on.wait(PATIENCE)
        return "kept"

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def beats():
            while True:
                yield b"data: alive\n\n"
                await asyncio.sleep(0.05)

        return StreamingResponse(beats(), media_type="text/event-stream")

    @app.get("/closing")
    async def has_begun() -> bool:
        return closing.has_begun

    app.add_middleware(Streams, closing=closing)
    listener = socket.create_server(("127.0.0.1", 0))
    served = SimpleNamespace(
        closing=closing, go_on=go_on, in_hand=in_hand, address=f"http://127.0.0.1:{listener.getsockname()[1]}"
    )

    def serve(*, grace: float = PATIENCE, notice: float = 0) -> None:
        config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=grace)
        served.server = Server(config, closing, notice_seconds=notice)
        served.thread = threading.Thread(target=served.server.run, kwargs={"sockets": [listener]}, daemon=True)
        served.thread.start()
        assert httpx.get(f"{served.address}/closing", timeout=PATIENCE).json() is False

    served.serve = serve
    yield served
    go_on.set()
    if hasattr(served, "thread"):
        served.server.should_exit = True
        served.thread.join(PATIENCE)
    listener.close()


def test_what_is_in_hand_is_answered_although_pages_are_open(house):
    house.serve()
    with ThreadPoolExecutor(1) as other, httpx.Client(timeout=PATIENCE) as page:
        stroke = other.submit(httpx.post, f"{house.address}/stroke", timeout=PATIENCE)
        assert house.in_hand.wait(PATIENCE)
        with page.stream("GET", f"{house.address}/stream") as stream:
            beats = stream.iter_raw()
            assert b"alive" in next(beats)
            house.server.handle_exit(signal.SIGTERM, None)
            assert house.closing.has_begun
            assert b"".join(beats).count(b"alive") < 100  # it ends, and in order: otherwise this raises
        assert not stroke.done()
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{house.address}/closing", timeout=PATIENCE)
        house.go_on.set()
        assert stroke.result().json() == "kept"
    house.thread.join(PATIENCE)
    assert not house.thread.is_alive()


def test_what_takes_too_long_is_not_waited_for(house):
    house.serve(grace=0.2)
    with ThreadPoolExecutor(1) as other:
        stroke = other.submit(httpx.post, f"{house.address}/stroke", timeout=PATIENCE)
        assert house.in_hand.wait(PATIENCE)
        house.server.handle_exit(signal.SIGTERM, None)
        answer = stroke.exception(PATIENCE) or stroke.result()
        assert isinstance(answer, httpx.TransportError) or answer.status_code == 500
    assert not house.go_on.is_set()


def test_a_proxy_is_given_notice_before_the_door_is_shut(house):
    house.serve(notice=PATIENCE)
    house.server.handle_exit(signal.SIGTERM, None)
    assert httpx.get(f"{house.address}/closing", timeout=PATIENCE).json() is True
    house.server.force_exit = True
    house.thread.join(PATIENCE)
    assert not house.thread.is_alive()
