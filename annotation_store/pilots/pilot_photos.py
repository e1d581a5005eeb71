"""What is known of each photo of a pilot."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.beginnings import way_to_beginning
from annotation_store.edit_log import outcome, read_log
from annotation_store.insights.ledger import LedgerLine, Selection, read_ledger
from annotation_store.kinds import BLANK, PilotArm
from annotation_store.pilots.pilot_report import Missing, PilotPhoto
from annotation_store.revisions import read_revisions
from annotation_store.states import ImageState
from annotation_store.store import Store
from annotation_store.tags import read_tags
from matting_core.edits.patch import Patch


def read_photos(store: Store, pilot_id: int, *, idle_seconds: float) -> tuple[PilotPhoto, ...]:
    """In the order of the lot. idle_seconds: pauses up to this long are work."""
    image, member = schema.Image, schema.PilotImage
    query = (
        select(member, image, schema.Project.tag)
        .join(image, image.id == member.image_id)
        .join(schema.Project, schema.Project.id == image.project_id)
        .where(member.pilot_id == pilot_id)
        .order_by(member.position)
    )
    with store.database.read() as session:
        rows = session.execute(query).all()
        ids = [row.Image.id for row in rows]
        tags = read_tags(session, ids)
    lines = {
        line.image_id: line for line in read_ledger(store, Selection(image_ids=tuple(ids)), idle_seconds=idle_seconds)
    }
    photos = []
    for place, photo, project_tag in rows:
        # one that was opened again is not done, whatever it was when it was approved
        line = lines.get(photo.id) if photo.state is ImageState.APPROVED else None
        used = place.arm is PilotArm.BLANK and line is not None and _used_a_draft(store, line)
        own = {*tags.get(photo.id, ()), *([project_tag] if project_tag else [])}
        photos.append(_photo(place, photo, line, tags=tuple(sorted(own)), used_draft=used))
    return tuple(photos)


def missing_of(photos: Sequence[PilotPhoto]) -> Missing:
    """Which of them are not in the figures, or not as they should be."""
    approved = [photo for photo in photos if photo.state is ImageState.APPROVED]
    done = (ImageState.APPROVED, ImageState.SKIPPED)
    return Missing(
        unfinished=_numbers(photo for photo in photos if photo.state not in done),
        skipped=_numbers(photo for photo in photos if photo.state is ImageState.SKIPPED),
        unmeasured=_numbers(photo for photo in approved if not photo.is_measured),
        untimed=_numbers(photo for photo in approved if photo.is_measured and photo.seconds is None),
        drafts_used=_numbers(photo for photo in photos if photo.used_draft),
    )


def _photo(
    place: schema.PilotImage,
    image: schema.Image,
    line: LedgerLine | None,
    *,
    tags: tuple[str, ...],
    used_draft: bool,
) -> PilotPhoto:
    correction = review = None
    if line is not None and not line.in_bulk:
        correction, review = line.correction_seconds, line.review_seconds
    seconds = (correction or 0.0) + (review or 0.0)
    return PilotPhoto(
        image_id=image.id,
        name=image.name,
        position=place.position,
        arm=place.arm,
        stratum=place.stratum,
        difficulty=image.difficulty,
        tags=tags,
        state=image.state,
        seconds=seconds or None,  # an approval that no desk knows of took time that nobody knows
        correction_seconds=correction if seconds else None,
        review_seconds=review if seconds else None,
        open_to_approve_seconds=None if line is None or not seconds else line.open_to_approve_seconds,
        strokes=None if line is None else line.strokes,
        painted_area=None if line is None else line.painted_area,
        as_drafted=line is not None and line.as_drafted and place.arm is PilotArm.DRAFTED,
        complexity=None if line is None else line.complexity,
        sad=line.sad if line is not None and place.arm is PilotArm.DRAFTED else None,
        reviewed=line is not None and line.reviewed,
        returns=0 if line is None else line.returns,
        used_draft=used_draft,
    )


def _used_a_draft(store: Store, line: LedgerLine) -> bool:
    """Whether the matte of a blank photo grew from something else, or holds a part that was drafted anew."""
    with store.database.read() as session:
        revisions = {each.id: each for each in read_revisions(session, line.image_id)}
        beginning, logs = way_to_beginning(revisions[line.revision_id], revisions)
        return beginning.drafter != BLANK or _holds_patch(session, logs)


def _holds_patch(session: Session, revision_ids: Collection[int]) -> bool:
    return any(
        isinstance(entry.edit, Patch)
        for revision_id in revision_ids
        for entry in outcome(read_log(session, revision_id)).active
    )


def _numbers(photos: Iterable[PilotPhoto]) -> tuple[int, ...]:
    return tuple(sorted(photo.image_id for photo in photos))
