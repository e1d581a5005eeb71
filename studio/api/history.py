"""What happened to an image: its history, its revisions, how they differ, and going back to one of them."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from annotation_store import gallery, history, reviews, revisions
from annotation_store.kinds import RevisionKind, Verdict
from annotation_store.people.roles import Ability
from annotation_store.queue.open_images import OPEN_STATES
from annotation_store.records import RevisionRecord
from annotation_store.reviews.hands import hands_on_desk
from annotation_store.states import ImageState
from matting_core.arrays import Alpha
from matting_core.difference import difference_between, draw_difference
from matting_core.image_io import encode_alpha, encode_rgb
from studio.api.authorisation import needs, require
from studio.api.contracts import BoxOut, Depth, Place
from studio.api.dependencies import LARGEST_ID, ImageId, StudioDep, VisitorDep
from studio.api.media import Png
from studio.api.paging import USUAL, After, Limit, PagerDep
from studio.api.pictures import UNCHANGED, unchanging
from studio.sign_in.visitor import Visitor
from studio.studio import Studio

router = APIRouter(tags=["history"])

Number = Annotated[int, Path(ge=1, le=LARGEST_ID)]
OtherNumber = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


class MadeOut(BaseModel):
    """A revision came to be; restored: the number of the one that it repeats."""

    what: Literal["made"] = "made"
    at: datetime
    by: str
    revision: int
    kind: RevisionKind
    model: str | None
    drafter: str | None
    restored: int | None


class DecidedOut(BaseModel):
    """in_bulk: approved together with others, without anybody's look at it."""

    what: Literal["decided"] = "decided"
    at: datetime
    by: str
    revision: int | None
    verdict: Verdict
    note: str
    in_bulk: bool


class DrawnOut(BaseModel):
    """What one person did on a revision while nothing else was made or decided; undone, redone: steps."""

    what: Literal["drawn"] = "drawn"
    at: datetime
    until: datetime
    by: str
    revision: int
    edits: int
    undone: int
    redone: int


HappeningOut = MadeOut | DecidedOut | DrawnOut

_OUT: dict[type[history.Happening], type[HappeningOut]] = {
    history.Made: MadeOut,
    history.Decided: DecidedOut,
    history.Drawn: DrawnOut,
}


class HistoryOut(BaseModel):
    """Oldest first. after: ask with it for the next page; None at the end."""

    happenings: list[HappeningOut]
    after: int | None


class DifferenceOut(BaseModel):
    """What became of one alpha in the other; see `matting_core/difference.py`. box: None if nothing changed."""

    changed: int
    sad: float
    mean: float
    largest: float
    box: BoxOut | None


class RestoreIn(Place):
    """number: of the revision to go back to."""

    number: int = Field(ge=1, le=LARGEST_ID)


class RestoredOut(BaseModel):
    """Where the image stands now."""

    state: ImageState
    revision: int
    position: int


@router.get("/images/{image_id}/history")
@needs(Ability.LOOK)
def read_history(
    image_id: ImageId, studio: StudioDep, pager: PagerDep, after: After = None, limit: Limit = USUAL
) -> HistoryOut:
    """What happened to the image, oldest first. after: how many happenings to pass over."""
    happenings = list(enumerate(history.history_of(studio.store, image_id), start=1))[after or 0 :]
    page, following = pager.cut(happenings, limit, by="after", place=lambda each: each[0])
    out = [_OUT[type(each)].model_validate(each, from_attributes=True) for _, each in page]
    return HistoryOut(happenings=out, after=following)


@router.get("/images/{image_id}/revisions/{number}/trimap", response_class=Png, responses=UNCHANGED)
@needs(Ability.LOOK)
def read_revision_trimap(image_id: ImageId, number: Number, request: Request, studio: StudioDep) -> Response:
    """The trimap of a revision: 8-bit grey PNG of 0, 128 and 255."""
    blob = revisions.get_numbered(studio.store, image_id, number).trimap_blob
    return unchanging(request, blob, lambda: studio.store.blobs.get(blob), media_type="image/png")


@router.get("/images/{image_id}/revisions/{number}/alpha", response_class=Png, responses=UNCHANGED)
@needs(Ability.LOOK)
def read_revision_alpha(
    image_id: ImageId,
    number: Number,
    request: Request,
    studio: StudioDep,
    bits: Annotated[Depth, Query()] = Depth.EIGHT,
) -> Response:
    """The alpha of a revision: grey PNG of 8 or 16 bits."""
    revision = revisions.get_numbered(studio.store, image_id, number)
    name = f"{revision.alpha_blob}-{bits}"
    return unchanging(request, name, lambda: encode_alpha(_alpha(studio, revision), bits=bits), media_type="image/png")


@router.get("/images/{image_id}/revisions/{number}/difference", response_class=Png, responses=UNCHANGED)
@needs(Ability.LOOK)
def read_difference(
    image_id: ImageId, number: Number, request: Request, studio: StudioDep, to: OtherNumber = None
) -> Response:
    """What became of a revision's alpha in revision `to`, the newest if it is not given: RGB PNG.

    Grey where they are alike, orange where `to` covers more, blue where it lets more through; fuller where it is more.
    """
    older, newer = _pair(studio, image_id, number, to)
    return unchanging(
        request,
        f"{older.alpha_blob}-{newer.alpha_blob}",
        lambda: encode_rgb(draw_difference(_alpha(studio, older), _alpha(studio, newer))),
        media_type="image/png",
    )


@router.get("/images/{image_id}/revisions/{number}/difference/figures")
@needs(Ability.LOOK)
def read_difference_figures(
    image_id: ImageId, number: Number, studio: StudioDep, to: OtherNumber = None
) -> DifferenceOut:
    """The same in figures."""
    older, newer = _pair(studio, image_id, number, to)
    difference = difference_between(_alpha(studio, older), _alpha(studio, newer))
    return DifferenceOut(
        changed=difference.changed,
        sad=difference.sad,
        mean=difference.mean,
        largest=difference.largest,
        box=None if difference.box.is_empty else BoxOut.of(difference.box),
    )


@router.post("/images/{image_id}/restore")
@needs(Ability.CORRECT)
def restore_revision(image_id: ImageId, body: RestoreIn, studio: StudioDep, visitor: VisitorDep) -> RestoredOut:
    """Go back to a revision from what the operator sees, which is kept: from one's own work, or a reviewer from any."""
    _require_own_work(studio, visitor, image_id)
    session = studio.sessions.of(image_id)
    document = session.restore(body.number, **body.place, by=visitor.name)
    return RestoredOut(state=document.image.state, revision=document.revision_id, position=document.position)


def _require_own_work(studio: Studio, visitor: Visitor, image_id: int) -> None:
    """Raise ForbiddenError if somebody else drew on the image or closed it, unless the visitor reviews."""
    is_closed = gallery.get_image(studio.store, image_id).state not in OPEN_STATES
    deciders = {decision.author for decision in reviews.list_decisions(studio.store, image_id)[-1:] if is_closed}
    if (hands_on_desk(studio.store, image_id) | deciders) - {visitor.name}:
        require(visitor, Ability.REVIEW)


def _pair(studio: Studio, image_id: int, number: int, to: int | None) -> tuple[RevisionRecord, RevisionRecord]:
    """Both revisions. Raises NotFoundError."""
    older = revisions.get_numbered(studio.store, image_id, number)
    if to is not None:
        return older, revisions.get_numbered(studio.store, image_id, to)
    return older, revisions.list_revisions(studio.store, image_id)[-1]


def _alpha(studio: Studio, revision: RevisionRecord) -> Alpha:
    return revisions.load_matte(studio.store, revision)[1]
