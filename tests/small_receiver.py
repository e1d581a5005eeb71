"""A receiver of webhooks on this computer, which answers as it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """answers: the statuses of the next answers, the last one for good. got: headers and body of each request."""

    def __init__(self) -> None:
        self.answers: list[int] = [200]
        self.headers: dict[str, str] = {}
        self.body = b"thank you"
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.paths: list[str] = []
        self.hold = threading.Event()
        self.hold.set()
        self.url = ""

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["content-length"]))
        self.got.append(({name.lower(): value for name, value in request.headers.items()}, body))
        self.paths.append(request.path)
        self.hold.wait(10)
        request.send_response(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
        for name, value in self.headers.items():
            request.send_header(name, value)
        request.send_header("content-length", str(len(self.body)))
        request.end_headers()
        request.wfile.write(self.body)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens on 127.0.0.1 until the end of the block."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.answer(self)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.hold.set()
        server.shutdown()
        server.server_close()
