"""Exports as downloads, streamed: the first bytes leave before the last photo is read."""

from collections.abc import Collection, Generator
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from annotation_store import gallery
from annotation_store.errors import NothingToExportError
from annotation_store.exports.cutouts import export_cutouts
from annotation_store.people.roles import Ability
from annotation_store.states import ImageState
from annotation_store.store import Store
from studio.api.authorisation import needs
from studio.api.dependencies import StudioDep, VisitorDep
from studio.api.downloads import Download, attachment, chunks_of
from studio.api.media import Zip

router = APIRouter(prefix="/exports", tags=["exports"])


@router.get("/cutouts.zip", response_class=Zip)
@needs(Ability.LEAD)
def download_cutouts(studio: StudioDep, visitor: VisitorDep) -> StreamingResponse:
    """All approved images of the person's projects: cut-outs, alphas, trimaps and a manifest."""
    if gallery.count_by_state(studio.store, project_ids=visitor.projects)[ImageState.APPROVED] == 0:
        raise NothingToExportError("No image is approved yet: approve one on the Correct page, then export.")
    name = f"matteloop-{datetime.now(UTC):%Y%m%d-%H%M}.zip"
    return Download(_zip_chunks(studio.store, visitor.projects), media_type="application/zip", headers=attachment(name))


def _zip_chunks(store: Store, project_ids: Collection[int] | None) -> Generator[bytes, None, None]:
    return chunks_of(lambda target: export_cutouts(store, target, project_ids=project_ids))
