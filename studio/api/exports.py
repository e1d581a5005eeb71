"""Exports as downloads, streamed: the first bytes leave before the last photo is read."""

import queue
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from annotation_store import gallery
from annotation_store.errors import NothingToExportError
from annotation_store.exports.cutouts import export_cutouts
from annotation_store.states import ImageState
from annotation_store.store import Store
from studio.api.dependencies import StudioDep

router = APIRouter(prefix="/exports", tags=["exports"])

CHUNKS_AHEAD = 64
WAIT_SECONDS = 120.0


@router.get("/cutouts.zip")
def download_cutouts(studio: StudioDep) -> StreamingResponse:
    """All approved images: cut-outs, alphas, trimaps and a manifest."""
    if gallery.count_by_state(studio.store)[ImageState.APPROVED] == 0:
        raise NothingToExportError("No image is approved yet: approve one on the Correct page, then export.")
    name = f"matteloop-{datetime.now(UTC):%Y%m%d-%H%M}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_zip_chunks(studio.store), media_type="application/zip", headers=headers)


class _Pipe:
    """The writing end: a file object that hands its chunks to the reading end, and waits when that is slow."""

    def __init__(self) -> None:
        self.chunks: queue.Queue[bytes | BaseException | None] = queue.Queue(CHUNKS_AHEAD)
        self._position = 0

    def write(self, data: bytes) -> int:
        self.chunks.put(bytes(data), timeout=WAIT_SECONDS)  # queue.Full ends the export if nobody reads any more
        self._position += len(data)
        return len(data)

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        """Chunks are handed on at once."""


def _zip_chunks(store: Store) -> Iterator[bytes]:
    pipe = _Pipe()

    def produce() -> None:
        try:
            export_cutouts(store, pipe)  # type: ignore[arg-type]
            pipe.chunks.put(None, timeout=WAIT_SECONDS)
        except queue.Full:
            return
        except BaseException as error:
            pipe.chunks.put(error)

    threading.Thread(target=produce, name="export", daemon=True).start()
    while (chunk := pipe.chunks.get()) is not None:
        if isinstance(chunk, BaseException):
            raise chunk
        yield chunk
