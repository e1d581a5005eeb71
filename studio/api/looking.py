"""What helps to look at an image: its other versions, where the model is unsure, what the trimap check found."""

import base64
from enum import StrEnum

import cv2
import numpy as np
from fastapi import APIRouter, Response
from pydantic import BaseModel

from annotation_store import gallery, reviews, revisions
from annotation_store.errors import NotFoundError
from annotation_store.people.roles import Ability
from annotation_store.records import RevisionRecord
from matting_core.arrays import Floats
from matting_core.doubt import doubt
from matting_core.doubtful_places import doubtful_places
from matting_core.image_io import encode_alpha, encode_trimap
from matting_core.trimap_check.check import check_trimap_for_slips
from matting_core.trimap_check.slips import SlipKind
from studio.api.authorisation import needs
from studio.api.contracts import BoxOut
from studio.api.dependencies import ImageId, StudioDep
from studio.api.media import Png
from studio.studio import Studio

router = APIRouter(tags=["looking"])

CHANGING = {"Cache-Control": "no-store"}
LONGEST_SIDE_OF_MAP = 1024


class Version(StrEnum):
    """What an image can be compared with."""

    DRAFT = "draft"
    APPROVED = "approved"


class PlaceOut(BaseModel):
    """A place that deserves a look: its middle and its box; doubt: what it sums up to, for comparison."""

    x: int
    y: int
    box: BoxOut
    doubt: float


class DoubtOut(BaseModel):
    """png: the expected error, 255 is 1, an 8-bit grey PNG in base64, of the whole photo but smaller. places: worst
    first."""

    png: str
    places: list[PlaceOut]


class SlipOut(BaseModel):
    """What may be a slip of the hand; severity: 0 to 1."""

    kind: SlipKind
    x: int
    y: int
    box: BoxOut
    severity: float


class SlipsOut(BaseModel):
    slips: list[SlipOut]


@router.get("/images/{image_id}/draft/trimap", response_class=Png)
@needs(Ability.LOOK)
def read_draft_trimap(image_id: ImageId, studio: StudioDep) -> Response:
    """The trimap of the draft, to which an operator can go back: 8-bit grey PNG of 0, 128 and 255."""
    draft = _version(studio, image_id, Version.DRAFT)
    return Response(
        encode_trimap(revisions.load_matte(studio.store, draft)[0]), media_type="image/png", headers=CHANGING
    )


@router.get("/images/{image_id}/{version}/alpha", response_class=Png)
@needs(Ability.LOOK)
def read_version_alpha(image_id: ImageId, version: Version, studio: StudioDep) -> Response:
    """The alpha of the draft, or of what was approved last: 8-bit grey PNG."""
    _, alpha = revisions.load_matte(studio.store, _version(studio, image_id, version))
    return Response(encode_alpha(alpha), media_type="image/png", headers=CHANGING)


@router.get("/images/{image_id}/doubt")
@needs(Ability.LOOK)
def read_doubt(image_id: ImageId, studio: StudioDep) -> DoubtOut:
    """Where the matte is doubtful."""
    found = doubt(*studio.sessions.of(image_id).look())
    places = [
        PlaceOut(x=place.x, y=place.y, box=BoxOut.of(place.box), doubt=place.doubt) for place in doubtful_places(found)
    ]
    return DoubtOut(png=base64.b64encode(_map(found)).decode("ascii"), places=places)


@router.get("/images/{image_id}/slips")
@needs(Ability.LOOK)
def read_slips(image_id: ImageId, studio: StudioDep) -> SlipsOut:
    """What the trimap check found, worst first."""
    slips = check_trimap_for_slips(*studio.sessions.of(image_id).look())
    return SlipsOut(
        slips=[
            SlipOut(kind=each.kind, x=each.centre[0], y=each.centre[1], box=BoxOut.of(each.box), severity=each.severity)
            for each in slips
        ]
    )


def _version(studio: Studio, image_id: int, version: Version) -> RevisionRecord:
    """Raises NotFoundError if there is none."""
    if version is Version.APPROVED:
        return reviews.last_approved(studio.store, image_id)
    image = gallery.get_image(studio.store, image_id)
    if image.head_revision_id is None:
        raise NotFoundError(f"“{image.name}” has no draft yet.")
    return revisions.draft_of(studio.store, revisions.get_revision(studio.store, image.head_revision_id))


def _map(found: Floats) -> bytes:
    """8-bit grey PNG of a copy whose longer side is at most LONGEST_SIDE_OF_MAP."""
    times = max(1, -(-max(found.shape) // LONGEST_SIDE_OF_MAP))
    size = (-(-found.shape[1] // times), -(-found.shape[0] // times))
    small = cv2.resize(found, size, interpolation=cv2.INTER_AREA)
    return encode_alpha(np.clip(small, 0, 1).astype(np.float32))
