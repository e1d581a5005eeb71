"""Images on the desk: their planes, edits, undo and redo, and the decisions about them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from annotation_store import gallery, reviews, revisions
from annotation_store.learning import model_registry
from annotation_store.people.roles import Ability
from annotation_store.queue import leases
from annotation_store.states import ImageState
from annotation_store.tags import tags_of
from matting_core.image_io import encode_alpha, encode_display, encode_trimap
from studio.api.authorisation import needs, require
from studio.api.contracts import (
    ChangeOut,
    Depth,
    DocumentOut,
    EditsIn,
    HeldOut,
    Place,
    PreviewIn,
    RedraftIn,
    ReturnIn,
    SkipIn,
    StateOut,
    StepIn,
    document_out,
)
from studio.api.dependencies import ImageId, PersonDep, StudioDep, VisitorDep
from studio.api.media import Jpeg, Png
from studio.api.pictures import UNCHANGED, unchanging
from studio.drafter_choice import chosen_drafter
from studio.studio import Studio

router = APIRouter(tags=["images"])

CHANGING = {"Cache-Control": "no-store"}


@router.get("/images/{image_id}")
@needs(Ability.LOOK)
def read_document(image_id: ImageId, studio: StudioDep, person: PersonDep) -> DocumentOut:
    """The image as it stands on the desk."""
    document = studio.sessions.of(image_id).document()
    studio.live.warm_up(image_id)
    revision = revisions.get_revision(studio.store, document.revision_id)
    model = None
    if revision.model_version_id is not None:
        model = model_registry.get_model(studio.store, revision.model_version_id).name
    returned = reviews.open_return(studio.store, image_id)
    lease = leases.lease_of(studio.store, image_id)
    held = None if lease is None or lease.person == person else HeldOut(who=lease.person, until=lease.expires_at)
    tags = tags_of(studio.store, image_id)
    return document_out(document, model=model, drafter=revision.drafter, tags=tags, returned=returned, held_by=held)


@router.get("/images/{image_id}/photo", response_class=Jpeg, responses=UNCHANGED)
@needs(Ability.LOOK)
def read_photo(image_id: ImageId, request: Request, studio: StudioDep) -> Response:
    """The photo for the screen: JPEG, full size, orientation applied, sRGB."""
    image = gallery.get_image(studio.store, image_id)
    return unchanging(
        request,
        image.photo_blob,
        lambda: encode_display(gallery.load_photo(studio.store, image).rgb),
        media_type="image/jpeg",
    )


@router.get("/images/{image_id}/thumbnail", response_class=Jpeg, responses=UNCHANGED)
@needs(Ability.LOOK)
def read_thumbnail(image_id: ImageId, request: Request, studio: StudioDep) -> Response:
    """The photo, small: JPEG."""
    blob = gallery.get_image(studio.store, image_id).thumbnail_blob
    return unchanging(request, blob, lambda: studio.store.blobs.get(blob), media_type="image/jpeg")


@router.get("/images/{image_id}/trimap", response_class=Png)
@needs(Ability.LOOK)
def read_trimap(image_id: ImageId, studio: StudioDep) -> Response:
    """The current trimap: 8-bit grey PNG of 0, 128 and 255."""
    return Response(encode_trimap(studio.sessions.of(image_id).trimap()), media_type="image/png", headers=CHANGING)


@router.get("/images/{image_id}/alpha", response_class=Png)
@needs(Ability.LOOK)
def read_alpha(image_id: ImageId, studio: StudioDep, bits: Annotated[Depth, Query()] = Depth.EIGHT) -> Response:
    """The current alpha: grey PNG of 8 or 16 bits. Its ETag is what it is called."""
    matte, alpha = studio.sessions.of(image_id).alpha()
    return Response(encode_alpha(alpha, bits=bits), media_type="image/png", headers={**CHANGING, "ETag": f'"{matte}"'})


@router.post("/images/{image_id}/edits")
@needs(Ability.CORRECT)
def make_edits(image_id: ImageId, body: EditsIn, studio: StudioDep, person: PersonDep) -> ChangeOut:
    """Store the edits, then answer with the alpha around them."""
    edits = [edit.keyed() for edit in body.edits]
    session = studio.sessions.of(image_id)
    return ChangeOut.of(session.edit(edits, **body.place, by=person))


@router.post("/images/{image_id}/preview")
@needs(Ability.CORRECT)
def preview_edit(image_id: ImageId, body: PreviewIn, studio: StudioDep, person: PersonDep) -> ChangeOut:
    """The alpha around a stroke that is still being drawn; nothing is stored."""
    session = studio.sessions.of(image_id)
    return ChangeOut.of(session.preview(body.edit, revision=body.revision, position=body.position, by=person))


@router.post("/images/{image_id}/redraft")
@needs(Ability.CORRECT)
def redraft_part(image_id: ImageId, body: RedraftIn, studio: StudioDep, person: PersonDep) -> ChangeOut:
    """Let the drafter make a part of the trimap anew, and keep that as an edit."""
    change = studio.sessions.of(image_id).redraft(
        chosen_drafter(studio.store, image_id),
        body.hints(),
        part=body.part(),
        key=body.key,
        by=person,
        **body.place,
    )
    return ChangeOut.of(change)


@router.post("/images/{image_id}/undo")
@needs(Ability.CORRECT)
def undo_edit(image_id: ImageId, body: StepIn, studio: StudioDep, person: PersonDep) -> ChangeOut:
    """Take back the last edit."""
    session = studio.sessions.of(image_id)
    return ChangeOut.of(session.undo(**body.place, key=body.key, by=person))


@router.post("/images/{image_id}/redo")
@needs(Ability.CORRECT)
def redo_edit(image_id: ImageId, body: StepIn, studio: StudioDep, person: PersonDep) -> ChangeOut:
    """Bring back the edit that was taken back last."""
    session = studio.sessions.of(image_id)
    return ChangeOut.of(session.redo(**body.place, key=body.key, by=person))


@router.post("/images/{image_id}/recompute")
@needs(Ability.CORRECT)
def recompute_alpha(image_id: ImageId, body: Place, studio: StudioDep, person: PersonDep) -> ChangeOut:
    """Predict the whole alpha anew for the current trimap."""
    session = studio.sessions.of(image_id)
    return ChangeOut.of(session.recompute(revision=body.revision, position=body.position, by=person))


@router.post("/images/{image_id}/settle")
@needs(Ability.CORRECT)
def settle_alpha(image_id: ImageId, body: Place, studio: StudioDep, person: PersonDep) -> ChangeOut:
    """Predict the whole alpha finely while nobody draws; a conflict if somebody does meanwhile."""
    session = studio.sessions.of(image_id)
    return ChangeOut.of(session.settle(revision=body.revision, position=body.position, by=person))


@router.post("/images/{image_id}/approve")
@needs(Ability.CORRECT)
def approve_image(image_id: ImageId, body: Place, studio: StudioDep, visitor: VisitorDep) -> StateOut:
    """Approve what the operator sees; what is in review, only a reviewer."""
    if gallery.get_image(studio.store, image_id).state is ImageState.IN_REVIEW:
        require(visitor, Ability.REVIEW)
    image = studio.sessions.of(image_id).approve(**body.place, by=visitor.name)
    return _decided(studio, image_id, image.state)


@router.post("/images/{image_id}/submit")
@needs(Ability.CORRECT)
def submit_image(image_id: ImageId, body: Place, studio: StudioDep, person: PersonDep) -> StateOut:
    """Hand what the operator sees to a reviewer."""
    image = studio.sessions.of(image_id).submit(**body.place, by=person)
    return _decided(studio, image_id, image.state)


@router.post("/images/{image_id}/return")
@needs(Ability.REVIEW)
def return_image(image_id: ImageId, body: ReturnIn, studio: StudioDep, person: PersonDep) -> StateOut:
    """Let an image that is in review or approved be corrected again, with a reason, and with notes or without."""
    notes = [note.new() for note in body.notes]
    image = reviews.return_to_operator(studio.store, image_id, reason=body.reason, by=person, notes=notes)
    return _decided(studio, image_id, image.state)


@router.post("/images/{image_id}/skip")
@needs(Ability.CORRECT)
def skip_image(image_id: ImageId, body: SkipIn, studio: StudioDep, person: PersonDep) -> StateOut:
    """Set the image aside, with a reason."""
    image = reviews.skip(studio.store, image_id, reason=body.reason, by=person)
    return _decided(studio, image_id, image.state)


@router.post("/images/{image_id}/reopen")
@needs(Ability.CORRECT)
def reopen_image(image_id: ImageId, studio: StudioDep, visitor: VisitorDep) -> StateOut:
    """Open an approved or skipped image again: one's own decision, or anybody's for a reviewer."""
    decisions = reviews.list_decisions(studio.store, image_id)
    if decisions and decisions[-1].author != visitor.name:
        require(visitor, Ability.REVIEW)
    image = reviews.reopen(studio.store, image_id, by=visitor.name)
    studio.jobs.draft()
    return StateOut(state=image.state)


def _decided(studio: Studio, image_id: int, state: ImageState) -> StateOut:
    studio.sessions.forget(image_id)
    return StateOut(state=state)
