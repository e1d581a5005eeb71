"""An alpha or a trimap from elsewhere, put in the place of what an image has."""

import re
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from annotation_store import corrections, gallery
from annotation_store.imports.import_errors import UnusableMatteError
from annotation_store.imports.single_planes import PutPlane, import_alpha, import_trimap
from annotation_store.people.roles import Ability
from annotation_store.records import ImageRecord
from annotation_store.states import ImageState
from studio.api.authorisation import needs
from studio.api.dependencies import LARGEST_ID, ImageId, PersonDep, StudioDep
from studio.api.media import PICTURE_BODY
from studio.device.turns import Urgency
from studio.importing import predict_for_image
from studio.studio import Studio

router = APIRouter(tags=["images"])

Base = Annotated[int | None, Query(alias="revision", ge=1, le=LARGEST_ID)]
IfMatch = Annotated[str | None, Header(max_length=40)]
SOURCE = "a request"
_QUOTED = re.compile(r'"?([1-9][0-9]{0,17})"?')


class PutOut(BaseModel):
    """Where the image stands now. notes: what was settled or is odd. is_new: whether it was not there already."""

    state: ImageState
    revision: int
    position: int
    is_new: bool
    notes: list[str]


@router.put("/images/{image_id}/alpha", openapi_extra=PICTURE_BODY)
@needs(Ability.CORRECT)
async def put_alpha(
    image_id: ImageId,
    request: Request,
    studio: StudioDep,
    person: PersonDep,
    base: Base = None,
    if_match: IfMatch = None,
) -> PutOut:
    """Let the picture in the body be the image's alpha; its trimap is made from it.

    A grey PNG or TIFF of 8 or 16 bits, the opacity of an RGBA picture, or a Photoshop document. revision, or the header
    If-Match: the newest revision that the sender knows; none if the image has none yet.
    """
    image = await run_in_threadpool(gallery.get_image, studio.store, image_id)  # before a picture of no image is read
    revision_id, data = _base(base, if_match, image), await _picture(request)
    return await run_in_threadpool(_put_alpha, studio, image_id, data, revision_id, person)


@router.put("/images/{image_id}/trimap", openapi_extra=PICTURE_BODY)
@needs(Ability.CORRECT)
async def put_trimap(
    image_id: ImageId,
    request: Request,
    studio: StudioDep,
    person: PersonDep,
    base: Base = None,
    if_match: IfMatch = None,
) -> PutOut:
    """Let the grey picture in the body be the image's trimap; the live model makes its alpha. Else as for an alpha."""
    image = await run_in_threadpool(gallery.get_image, studio.store, image_id)
    revision_id, data = _base(base, if_match, image), await _picture(request)
    return await run_in_threadpool(_put_trimap, studio, image_id, data, revision_id, person)


def _put_alpha(studio: Studio, image_id: int, data: bytes, revision_id: int | None, person: str) -> PutOut:
    limits = studio.settings.image_limits
    done = import_alpha(studio.store, image_id, data, revision_id=revision_id, by=person, limits=limits, source=SOURCE)
    return _told(studio, done)


def _put_trimap(studio: Studio, image_id: int, data: bytes, revision_id: int | None, person: str) -> PutOut:
    with studio.turns.turn(person, Urgency.SETTLING):
        done = import_trimap(
            studio.store,
            image_id,
            data,
            revision_id=revision_id,
            by=person,
            limits=studio.settings.image_limits,
            source=SOURCE,
            predict=predict_for_image(studio.live, image_id),
        )
    return _told(studio, done)


def _told(studio: Studio, done: PutPlane) -> PutOut:
    if done.is_new:
        studio.sessions.forget(done.image.id)  # what is open there is rebuilt from the store
    document = corrections.open_document(studio.store, done.image.id)
    return PutOut(
        state=document.image.state,
        revision=document.revision_id,
        position=document.position,
        is_new=done.is_new,
        notes=list(done.notes),
    )


def _base(revision: int | None, if_match: str | None, image: ImageRecord) -> int | None:
    """What the sender saw. Raises UnusableMatteError if that is not told, or the header is no number of a revision."""
    if revision is not None:
        return revision
    if if_match is None:
        if image.head_revision_id is not None:
            raise UnusableMatteError(
                f"“{image.name}” has a matte already: say in the query (?revision=17) or in the header If-Match which "
                "revision is the newest that you saw."
            )
        return None
    if (found := _QUOTED.fullmatch(if_match)) is None:
        raise UnusableMatteError('The header If-Match is to hold the number of a revision, as in "17".')
    return int(found[1])


async def _picture(request: Request) -> bytes:
    """The body, which is no JSON and no form. Raises UnusableMatteError."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not media_type.startswith("image/") and media_type != "application/octet-stream":
        raise UnusableMatteError("The body is to be a picture: send it with its type, such as image/png.")
    return await request.body()
