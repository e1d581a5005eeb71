"""Exports as downloads, streamed: the first bytes leave before the last photo is read."""

import contextlib
import queue
import threading
from collections.abc import Collection, Generator, Mapping
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from annotation_store import gallery
from annotation_store.errors import NothingToExportError
from annotation_store.exports.cutouts import export_cutouts
from annotation_store.people.roles import Ability
from annotation_store.states import ImageState
from annotation_store.store import Store
from studio.api.authorisation import needs
from studio.api.dependencies import StudioDep, VisitorDep

router = APIRouter(prefix="/exports", tags=["exports"])

CHUNKS_AHEAD = 64
LOOK_SECONDS = 1.0
"""How often a full pipe looks whether somebody still reads."""


@router.get("/cutouts.zip")
@needs(Ability.LEAD)
def download_cutouts(studio: StudioDep, visitor: VisitorDep) -> StreamingResponse:
    """All approved images of the person's projects: cut-outs, alphas, trimaps and a manifest."""
    if gallery.count_by_state(studio.store, project_ids=visitor.projects)[ImageState.APPROVED] == 0:
        raise NothingToExportError("No image is approved yet: approve one on the Correct page, then export.")
    name = f"matteloop-{datetime.now(UTC):%Y%m%d-%H%M}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return _Download(_zip_chunks(studio.store, visitor.projects), media_type="application/zip", headers=headers)


class _Download(StreamingResponse):
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


def _zip_chunks(store: Store, project_ids: Collection[int] | None) -> Generator[bytes, None, None]:
    pipe = _Pipe()

    def produce() -> None:
        with contextlib.suppress(BrokenPipeError):
            try:
                export_cutouts(store, pipe, project_ids=project_ids)  # type: ignore[arg-type]
                pipe.hand_on(None)
            except BaseException as error:
                pipe.hand_on(error)

    threading.Thread(target=produce, name="export", daemon=True).start()
    try:
        while (chunk := pipe.chunks.get()) is not None:
            if isinstance(chunk, BaseException):
                raise chunk
            yield chunk
    finally:
        pipe.reader_is_gone.set()
