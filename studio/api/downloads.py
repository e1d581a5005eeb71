"""Downloads that are written while they are sent: the first bytes leave before the last file is read."""

import contextlib
import queue
import threading
from collections.abc import Callable, Generator, Mapping
from typing import BinaryIO, cast

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

CHUNKS_AHEAD = 64
LOOK_SECONDS = 1.0
"""How often a full pipe looks whether somebody still reads."""

THREAD = "export"


def attachment(name: str) -> dict[str, str]:
    """The header that has a browser save what it gets. name: of letters, digits, dots and dashes."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


class Download(StreamingResponse):
    """Closes its chunks when the browser breaks the download off, not when garbage is next collected."""

    def __init__(self, chunks: Generator[bytes, None, None], *, media_type: str, headers: Mapping[str, str]) -> None:
        super().__init__(chunks, media_type=media_type, headers=headers)
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._chunks.close()


class _Pipe:
    """The writing end: a file object that hands its chunks to the reading end, and waits while that is slow."""

    def __init__(self) -> None:
        self.chunks: queue.Queue[bytes | BaseException | None] = queue.Queue(CHUNKS_AHEAD)
        self.reader_is_gone = threading.Event()
        self._position = 0

    def hand_on(self, chunk: bytes | BaseException | None) -> None:
        """Bytes, an error that ends the export, or None at its end. Raises BrokenPipeError if nobody reads any more."""
        while not self.reader_is_gone.is_set():
            with contextlib.suppress(queue.Full):
                self.chunks.put(chunk, timeout=LOOK_SECONDS)
                return
        raise BrokenPipeError

    def write(self, data: bytes) -> int:
        self.hand_on(bytes(data))
        self._position += len(data)
        return len(data)

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        """Chunks are handed on at once."""


def chunks_of(write: Callable[[BinaryIO], object]) -> Generator[bytes, None, None]:
    """What `write` writes to a file that cannot be sought, as it comes; it runs in a thread of its own."""
    pipe = _Pipe()

    def produce() -> None:
        with contextlib.suppress(BrokenPipeError):
            try:
                write(cast(BinaryIO, pipe))
                pipe.hand_on(None)
            except BaseException as error:
                pipe.hand_on(error)

    threading.Thread(target=produce, name=THREAD, daemon=True).start()
    try:
        while (chunk := pipe.chunks.get()) is not None:
            if isinstance(chunk, BaseException):
                raise chunk
            yield chunk
    finally:
        pipe.reader_is_gone.set()
