"""Training sets: a frozen list of what was approved, a part to learn from and a part to judge by.

A whole product group lies on one side: photos of one subject are so alike that a model judged on one after
learning from another would look better than it is. Groups of different projects that share a name count as one group,
since the same subject may lie in both; at worst, two subjects lie on one side together.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.blobs import ALREADY_TAKEN_IN
from annotation_store.errors import NotEnoughApprovedError, NotFoundError
from annotation_store.events import record_event
from annotation_store.kinds import Part
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.records import TrainingItem, TrainingSetRecord
from annotation_store.states import ImageState
from annotation_store.store import Store
from matting_core.arrays import Alpha, Rgb, Trimap
from matting_core.image_io import decode_alpha, decode_photo, decode_trimap


@dataclass(frozen=True, slots=True)
class TrainingExample:
    """The pixels of one item: rgb uint8 or uint16, HxWx3; trimap uint8, HxW; alpha float32, HxW, [0, 1].

    weight: 1 or more, grows with how much the operator changed. alpha_is_true: False where only the trimap was put
    right, so that inside its unknown region alpha is a model's own. draft_trimap: the trimap as it was drafted.
    """

    rgb: Rgb
    trimap: Trimap
    alpha: Alpha
    weight: float = 1.0
    alpha_is_true: bool = True
    draft_trimap: Trimap | None = None


def freeze(store: Store, *, validation_share: float = 0.25, by: str) -> TrainingSetRecord:
    """Write down the approved revision of every approved image, and on which side it lies.

    validation_share: of the product groups, about, in (0, 1). Raises NotEnoughApprovedError unless at least
    two product groups are approved.
    """
    with store.database.write() as session:
        approved = _approved(session)
        groups = {image.product_group for image, _ in approved}
        if len(groups) < 2:
            raise NotEnoughApprovedError(
                "Training needs approved photos of at least 2 products, to learn from one and judge by "
                f"another, but there are {len(approved)} approved photos of {len(groups)}: approve more."
            )
        parts = divide(groups, validation_share=validation_share, learnt=_learnt_groups(session))
        sides = [parts[image.product_group] for image, _ in approved]
        training_set = schema.TrainingSet(
            validation_share=validation_share,
            train_count=sides.count(Part.TRAIN),
            validation_count=sides.count(Part.VALIDATION),
            created_by=by,
        )
        session.add(training_set)
        session.flush()
        session.add_all(
            schema.TrainingSetItem(
                training_set_id=training_set.id,
                image_id=image.id,
                revision_id=revision.id,
                product_group=image.product_group,
                part=side,
                photo_sha256=image.sha256,
                trimap_blob=revision.trimap_blob,
                alpha_blob=revision.alpha_blob,
            )
            for (image, revision), side in zip(approved, sides, strict=True)
        )
        data = {"training_set_id": training_set.id, "images": len(approved)}
        record_event(session, actor=by, action="training_set.frozen", data=data)
        return TrainingSetRecord.of(training_set)


def divide(groups: Collection[str], *, validation_share: float, learnt: Collection[str] = ()) -> Mapping[str, Part]:
    """The side of each product group, by a hash of its name: a group keeps its side when others come or go.

    Only if one side would stay empty, the group with the smallest hash moves there. groups: two or more,
    distinct. learnt: groups from which a model that has been live was trained; they never judge one again.
    Raises NotEnoughApprovedError if no group is left to judge by.
    """
    if not 0 < validation_share < 1:
        raise ValueError(f"the share of the validation part lies between 0 and 1, not at {validation_share}")
    places = {group: (_place(group), group) for group in groups}
    fresh = [group for group in groups if group not in learnt]
    if not fresh:
        raise NotEnoughApprovedError(
            "The models have learnt from every approved product already, so none is left to judge a new one by: "
            "approve photos of another product."
        )
    parts = dict.fromkeys(groups, Part.TRAIN)
    parts |= {group: Part.VALIDATION for group in fresh if places[group][0] < validation_share}
    for side in Part:
        if side not in parts.values():
            parts[min(fresh, key=lambda group: places[group])] = side
    return parts


def get_training_set(store: Store, training_set_id: int) -> TrainingSetRecord:
    """The training set, or NotFoundError."""
    with store.database.read() as session:
        return TrainingSetRecord.of(_find(session, training_set_id))


def load_items(store: Store, training_set_id: int) -> tuple[TrainingItem, ...]:
    """What the training set lists, in the order of the images' arrival; pixels come by `load_example`."""
    items = (
        select(schema.TrainingSetItem)
        .filter_by(training_set_id=training_set_id)
        .order_by(schema.TrainingSetItem.image_id)
    )
    with store.database.read() as session:
        _find(session, training_set_id)
        return tuple(TrainingItem.of(row) for row in session.scalars(items))


def load_example(store: Store, item: TrainingItem) -> TrainingExample:
    """The pixels of `item`, from blobs whose hashes are verified on the way."""
    return TrainingExample(
        rgb=decode_photo(store.blobs.get(item.photo_sha256), limits=ALREADY_TAKEN_IN).rgb,
        trimap=decode_trimap(store.blobs.get(item.trimap_blob), limits=ALREADY_TAKEN_IN),
        alpha=decode_alpha(store.blobs.get(item.alpha_blob), limits=ALREADY_TAKEN_IN),
    )


def _approved(session: Session) -> list[tuple[schema.Image, schema.Revision]]:
    query = (
        select(schema.Image, schema.Revision)
        .join(schema.Revision, schema.Image.head_revision_id == schema.Revision.id)
        .where(schema.Image.state == ImageState.APPROVED, IS_NO_COPY)
        .order_by(schema.Image.id)
    )
    return [(image, revision) for image, revision in session.execute(query)]


def _learnt_groups(session: Session) -> set[str]:
    """The product groups that a model which is or was live learnt from, also as their images are grouped today."""
    query = (
        select(schema.TrainingSetItem.product_group, schema.Image.product_group)
        .distinct()
        .join(schema.Image, schema.Image.id == schema.TrainingSetItem.image_id)
        .join(schema.TrainingRun, schema.TrainingRun.training_set_id == schema.TrainingSetItem.training_set_id)
        .join(schema.ModelVersion, schema.ModelVersion.id == schema.TrainingRun.candidate_id)
        .where(schema.TrainingSetItem.part == Part.TRAIN, schema.ModelVersion.activated_at.is_not(None))
    )
    return {group for row in session.execute(query) for group in row}


def _find(session: Session, training_set_id: int) -> schema.TrainingSet:
    if (row := session.get(schema.TrainingSet, training_set_id)) is None:
        raise NotFoundError(f"There is no training set number {training_set_id}.")
    return row


def _place(group: str) -> float:
    """A number in [0, 1) that depends on nothing but the name."""
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:6]) / 2**48
