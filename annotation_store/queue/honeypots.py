"""Honeypots: finished images that are handed out again, to see how near people come to what was approved.

What is handed out is a copy, an image of its own with the original's photo and draft, and for one person. Nothing about
it looks different to them; galleries, counts, exports, training sets and reviews leave it out (copies.py). When they
hand it over, it is compared with the approved matte.

The original may well lie in the training part of a training set: results compare people with the matte that people
approved, not models with it. The copy starts from the draft that the original had, whatever the live model has learnt
since, so that everybody starts alike.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import InvalidTransitionError, NotFoundError
from annotation_store.events import record_event
from annotation_store.kinds import BLANK, Pick, RevisionKind
from annotation_store.learning.model_registry import PROGRAM
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.records import HoneypotRecord, HoneypotResultRecord, ImageRecord
from annotation_store.revisions import get_revision, load_matte
from annotation_store.rows import find_image
from annotation_store.states import ImageState, in_words
from annotation_store.store import Store
from matting_core.arrays import Alpha
from matting_core.metrics import MatteErrors, measure


@dataclass(frozen=True, slots=True)
class PersonResults:
    """How a person's honeypots came out: how many, and their mean errors."""

    person: str
    count: int
    sad: float
    mse: float
    grad: float
    conn: float


def choose(store: Store, image_id: int, *, by: str) -> HoneypotRecord:
    """Let an approved image be served again, with the matte that is approved now as what should come out.

    Choosing it again takes the matte that is approved by then. Raises NotFoundError, or InvalidTransitionError if the
    image is not approved.
    """
    with store.database.write() as session:
        image = find_image(session, image_id)
        if image.state is not ImageState.APPROVED or image.honeypot_of_id is not None:
            raise InvalidTransitionError(
                f"“{image.name}” is {in_words(image.state)}: only a finished image can be a honeypot. Approve it first."
            )
        assert image.head_revision_id is not None  # noqa: S101, nothing is approved without a matte
        if not session.scalar(select(_was_drafted(schema.Image)).where(schema.Image.id == image_id)):
            raise InvalidTransitionError(
                f"“{image.name}” came with its matte and was never drafted here: there is nothing from which somebody "
                "could begin. Choose another image."
            )
        honeypot = session.scalar(select(schema.Honeypot).filter_by(image_id=image_id))
        if honeypot is None:
            honeypot = schema.Honeypot(image_id=image_id, created_by=by)
            session.add(honeypot)
        honeypot.revision_id, honeypot.retired_at = image.head_revision_id, None
        session.flush()
        data = {"honeypot_id": honeypot.id, "revision_id": honeypot.revision_id}
        record_event(session, actor=by, action="honeypot.chosen", image_id=image_id, data=data)
        return HoneypotRecord.of(honeypot)


def choose_by_lot(store: Store, project_id: int, *, wanted: int, by: str) -> int:
    """Have `wanted` finished images of a project served again, choosing by lot what is missing; returns how many are.

    Fewer if fewer are finished. More than wanted stay, if they were chosen before.
    """
    image, honeypot = schema.Image, schema.Honeypot
    chosen = exists().where(honeypot.image_id == image.id, honeypot.retired_at.is_(None))
    finished = select(image.id).where(image.project_id == project_id, image.state == ImageState.APPROVED, IS_NO_COPY)
    finished = finished.where(_was_drafted(image))
    with store.database.read() as session:
        there = len(session.scalars(finished.where(chosen)).all())
        missing = session.scalars(finished.where(~chosen).order_by(image.lot).limit(max(0, wanted - there))).all()
    for image_id in missing:
        with suppress(InvalidTransitionError):  # opened again meanwhile
            choose(store, image_id, by=by)
            there += 1
    return there


def retire(store: Store, image_id: int, *, by: str) -> HoneypotRecord:
    """Serve the image no more; its results stay. Raises NotFoundError if it is no honeypot."""
    with store.database.write() as session:
        image = find_image(session, image_id)
        honeypot = session.scalar(select(schema.Honeypot).filter_by(image_id=image_id))
        if honeypot is None:
            raise NotFoundError(f"“{image.name}” is no honeypot: reload the list of honeypots.")
        if honeypot.retired_at is None:
            honeypot.retired_at = utc_now()
            data = {"honeypot_id": honeypot.id}
            record_event(session, actor=by, action="honeypot.retired", image_id=image_id, data=data)
        return HoneypotRecord.of(honeypot)


def list_honeypots(store: Store, *, project_ids: Collection[int] | None = None) -> tuple[HoneypotRecord, ...]:
    """All honeypots of these projects (None: of all), the retired ones too, in the order in which they were chosen."""
    query = select(schema.Honeypot).order_by(schema.Honeypot.id)
    if project_ids is not None:
        query = query.join(schema.Image, schema.Image.id == schema.Honeypot.image_id)
        query = query.where(schema.Image.project_id.in_(project_ids))
    with store.database.read() as session:
        return tuple(HoneypotRecord.of(row) for row in session.scalars(query))


def list_results(store: Store, *, person: str | None = None) -> tuple[HoneypotResultRecord, ...]:
    """What came out, of `person` (None: of everybody), oldest first."""
    query = select(schema.HoneypotResult).order_by(schema.HoneypotResult.id)
    if person is not None:
        query = query.filter_by(person=person)
    with store.database.read() as session:
        return tuple(HoneypotResultRecord.of(row) for row in session.scalars(query))


def results_by_person(store: Store, *, project_ids: Collection[int] | None = None) -> tuple[PersonResults, ...]:
    """How everybody's honeypots came out in these projects (None: in all), by name."""
    result = schema.HoneypotResult
    means = (func.avg(getattr(result, error)) for error in ("sad", "mse", "grad", "conn"))
    query = select(result.person, func.count(), *means).group_by(result.person).order_by(result.person)
    if project_ids is not None:
        query = query.join(schema.Image, schema.Image.id == result.image_id)
        query = query.where(schema.Image.project_id.in_(project_ids))
    with store.database.read() as session:
        return tuple(PersonResults(*row) for row in session.execute(query))


def serve_next(session: Session, project: schema.Project, *, to: str) -> schema.Image | None:
    """A copy of the project's first honeypot that is due for a person, or None. For this floor only.

    Due is what still is as it was approved when it was chosen, in which the person had no hand, and of which they had
    no copy before.
    """
    original = schema.Image
    due = (
        select(schema.Honeypot, original)
        .join(original, original.id == schema.Honeypot.image_id)
        .where(
            schema.Honeypot.retired_at.is_(None),
            original.project_id == project.id,
            original.state == ImageState.APPROVED,
            original.head_revision_id == schema.Honeypot.revision_id,
            ~_had_a_hand_in(original, to),
            ~_had_a_copy_of(original, to),
        )
        .order_by(schema.Honeypot.id)
        .limit(1)
    )
    found = session.execute(due).first()
    return None if found is None else _copy(session, *found, person=to)


def errors_of(store: Store, image: ImageRecord, alpha: Alpha) -> MatteErrors | None:
    """How far a copy's matte is from its original's; None for any other image. Slow, so outside of any transaction.

    alpha: float32, HxW, [0, 1]. The errors are those in the unknown region of the approved trimap.
    """
    if image.honeypot_of_id is None:
        return None
    with store.database.read() as session:
        honeypot = session.scalars(select(schema.Honeypot).filter_by(image_id=image.honeypot_of_id)).one()
    trimap, truth = load_matte(store, get_revision(store, honeypot.revision_id))
    return measure(alpha, truth, trimap)


def keep_result(session: Session, image: schema.Image, errors: MatteErrors, *, by: str) -> None:
    """Note how a copy came out, the first time that it is handed over. For this floor, in that transaction."""
    if session.scalar(select(schema.HoneypotResult.id).filter_by(image_id=image.id)) is not None:
        return
    honeypot = session.scalars(select(schema.Honeypot).filter_by(image_id=image.honeypot_of_id)).one()
    session.add(
        schema.HoneypotResult(
            honeypot_id=honeypot.id,
            image_id=image.id,
            person=by,
            sad=errors.sad,
            mse=errors.mse,
            grad=errors.grad,
            conn=errors.conn,
        )
    )


def _was_drafted(image: type[schema.Image]) -> ColumnElement[bool]:
    """Whether its newest revision grew on a draft of ours, or lies over one: what a copy starts from."""
    draft = aliased(schema.Revision)
    made = (draft.kind == RevisionKind.DRAFT) & draft.drafter.is_distinct_from(BLANK)
    return exists().where(draft.image_id == image.id, made)


def _had_a_hand_in(image: type[schema.Image], person: str) -> ColumnElement[bool]:
    revision, entry, decision = schema.Revision, schema.EditEntry, schema.Decision
    return (
        exists().where(revision.image_id == image.id, revision.author == person)
        | exists().where(revision.image_id == image.id, entry.revision_id == revision.id, entry.author == person)
        | exists().where(decision.image_id == image.id, decision.author == person)
    )


def _had_a_copy_of(image: type[schema.Image], person: str) -> ColumnElement[bool]:
    copy = aliased(schema.Image)
    return exists().where(
        copy.sha256 == image.sha256,  # by its index
        copy.honeypot_of_id == image.id,
        copy.assigned_to == person,
    )


_COPIED = (
    *("project_id", "name", "sha256", "thumbnail_blob", "width", "height", "bit_depth", "product_group"),
    *("created_at", "created_by", "lot", "difficulty", "confidence", "novelty", "look"),
)


def _copy(session: Session, honeypot: schema.Honeypot, original: schema.Image, *, person: str) -> schema.Image:
    """An image like `original` before anybody corrected it. It is assigned to its person, so that only they get it."""
    truth = session.get_one(schema.Revision, honeypot.revision_id)
    drafts = select(schema.Revision).filter_by(image_id=original.id, kind=RevisionKind.DRAFT)
    drafts = drafts.where(schema.Revision.number <= truth.number, schema.Revision.drafter.is_distinct_from(BLANK))
    newest = drafts.order_by(schema.Revision.number.desc()).limit(1)
    draft = session.scalars(newest).one()
    copy = schema.Image(
        **{name: getattr(original, name) for name in _COPIED},
        state=ImageState.READY,
        assigned_to=person,
        pick=Pick.HONEYPOT,
        honeypot_of_id=original.id,
    )
    session.add(copy)
    session.flush()
    tags = session.scalars(select(schema.ImageTag.tag).filter_by(image_id=original.id)).all()
    session.add_all(schema.ImageTag(image_id=copy.id, tag=tag) for tag in tags)
    revision = schema.Revision(
        image_id=copy.id,
        number=1,
        kind=RevisionKind.DRAFT,
        trimap_blob=draft.trimap_blob,
        alpha_blob=draft.alpha_blob,
        model_version_id=draft.model_version_id,
        drafter=draft.drafter,
        author=draft.author,
        created_at=draft.created_at,
    )
    session.add(revision)
    session.flush()
    copy.head_revision_id = revision.id
    # told about the original: the copy's own trail is that of any image
    data = {"honeypot_id": honeypot.id, "copy_id": copy.id, "person": person}
    record_event(session, actor=PROGRAM, action="honeypot.served", image_id=original.id, data=data)
    session.flush()
    return copy
