"""Training sets: a frozen list of what was approved last, a part to learn from and a part to judge by.

A whole product group lies on one side: photos of one subject are so alike that a model judged on one after
learning from another would look better than it is. Groups of different projects that share a name count as one group,
since the same subject may lie in both; at worst, two subjects lie on one side together.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.blobs import ALREADY_TAKEN_IN
from annotation_store.errors import NotEnoughApprovedError, NotFoundError
from annotation_store.events import record_event
from annotation_store.kinds import Part, Supervision
from annotation_store.learning.approved_mattes import MOST_IMAGES, approved_mattes, approved_photos, newest_photos
from annotation_store.learning.belief import believed_part, supervision_of
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.records import TrainingItem, TrainingSetRecord
from annotation_store.store import Store
from matting_core.arrays import Alpha, Mask, Rgb, Trimap
from matting_core.edits.marks import Retouch
from matting_core.image_io import decode_alpha, decode_photo, decode_trimap

FULL_AREA, MOST_WEIGHT = 0.15, 4.0
"""So much of a photo painted over makes its matte weigh MOST_WEIGHT times as much as one that nobody had to touch."""


@dataclass(frozen=True, slots=True)
class TrainingExample:
    """The pixels of one item: rgb uint8 or uint16, HxWx3; trimap uint8, HxW; alpha float32, HxW, [0, 1].

    weight: how much there is to learn, 1 and up. believed: bool, HxW, where alpha is what somebody said it is; None is
    everywhere. draft_trimap: as it was drafted, if it was. learnt: whether a version that has been live learnt from it.
    """

    rgb: Rgb
    trimap: Trimap
    alpha: Alpha
    weight: float = 1.0
    believed: Mask | None = None
    draft_trimap: Trimap | None = None
    learnt: bool = False


@dataclass(frozen=True, slots=True)
class SetPreview:
    """What would be trained on now: numbers of images. fresh: approved since the last training set, of all parts.

    left_out: approved, but so many came later that these are not looked at.
    """

    train: int
    validation: int
    golden: int
    fresh: int
    trimap_only: int
    products: int
    left_out: int = 0


def freeze(store: Store, *, validation_share: float = 0.25, most: int = MOST_IMAGES, by: str) -> TrainingSetRecord:
    """Write down the approved revisions of the images that came last, and on which side each lies.

    validation_share: of the product groups, about, in (0, 1). most: images, from all projects in turn. Golden images
    come on top, as they were when they were chosen; no other photo of their products is learnt from. Raises
    NotEnoughApprovedError unless at least two more product groups are approved.
    """
    with store.database.write() as session:
        chosen = _choose(session, validation_share, most)
        sides = [choice.part for choice in chosen]
        training_set = schema.TrainingSet(
            validation_share=validation_share,
            train_count=sides.count(Part.TRAIN),
            validation_count=sides.count(Part.VALIDATION),
            created_by=by,
        )
        session.add(training_set)
        session.flush()
        session.add_all(choice.as_row(training_set.id) for choice in chosen)
        data = {"training_set_id": training_set.id, "images": len(chosen)}
        record_event(session, actor=by, action="training_set.frozen", data=data)
        return TrainingSetRecord.of(training_set)


def preview(store: Store, *, validation_share: float = 0.25, most: int = MOST_IMAGES) -> SetPreview:
    """What `freeze` would write down now, which is not done. Raises NotEnoughApprovedError as it does."""
    latest = select(func.max(schema.TrainingSet.id)).scalar_subquery()
    before = select(schema.TrainingSetItem.revision_id).where(schema.TrainingSetItem.training_set_id == latest)
    with store.database.read() as session:
        chosen = _choose(session, validation_share, most)
        known = set(session.scalars(before))
        approved = session.scalar(select(func.count()).select_from(approved_photos().subquery())) or 0
    sides = [choice.part for choice in chosen]
    return SetPreview(
        train=sides.count(Part.TRAIN),
        validation=sides.count(Part.VALIDATION),
        golden=sides.count(Part.GOLDEN),
        fresh=sum(choice.revision.id not in known for choice in chosen),
        trimap_only=sum(choice.supervision is Supervision.TRIMAP and choice.part is Part.TRAIN for choice in chosen),
        products=len({choice.image.product_group for choice in chosen}),
        left_out=max(0, approved - most),
    )


def check_enough(store: Store, *, most: int = MOST_IMAGES) -> None:
    """Raise NotEnoughApprovedError where `freeze` would. Reads of the images only which products they are of."""
    image, golden = schema.Image, schema.GoldenImage
    approved = select(image.product_group).where(image.id.in_(newest_photos(most)))
    kept_apart = select(image.product_group).join(golden, golden.image_id == image.id)
    with store.database.read() as session:
        counts = Counter(session.scalars(approved))
        for group in session.scalars(kept_apart.where(golden.retired_at.is_(None), IS_NO_COPY)):
            counts.pop(group, None)
        _check_groups(counts)
        learnt, _ = _learnt(session, schema.ModelVersion.activated_at.is_not(None))
    _fresh(counts, learnt)


def divide(groups: Collection[str], *, validation_share: float, learnt: Collection[str] = ()) -> Mapping[str, Part]:
    """The side of each product group, by a hash of its name: a group keeps its side when others come or go.

    Only if one side would stay empty, the group with the smallest hash moves there. groups: two or more,
    distinct. learnt: groups from which a model that has been live was trained; they never judge one again.
    Raises NotEnoughApprovedError if no group is left to judge by.
    """
    if not 0 < validation_share < 1:
        raise ValueError(f"the share of the validation part lies between 0 and 1, not at {validation_share}")
    places = {group: (_place(group), group) for group in groups}
    fresh = _fresh(groups, learnt)
    parts = dict.fromkeys(groups, Part.TRAIN)
    parts |= {group: Part.VALIDATION for group in fresh if places[group][0] < validation_share}
    for side in (Part.TRAIN, Part.VALIDATION):
        if side not in parts.values():
            parts[min(fresh, key=lambda group: places[group])] = side
    return parts


def _fresh(groups: Collection[str], learnt: Collection[str]) -> list[str]:
    """Those from which nothing has learnt. Raises NotEnoughApprovedError if there is none."""
    fresh = [group for group in groups if group not in learnt]
    if not fresh:
        raise NotEnoughApprovedError(
            "The models have learnt from every approved product already, so none is left to judge a new one by: "
            "approve photos of another product."
        )
    return fresh


def _check_groups(photos: Mapping[str, int]) -> None:
    """photos: how many are approved of each product group. Raises NotEnoughApprovedError for fewer than two groups."""
    if len(photos) < 2:
        raise NotEnoughApprovedError(
            "Training needs approved photos of at least 2 products, to learn from one and judge by another, but there "
            f"are {sum(photos.values())} approved photos of {len(photos)}: approve more."
        )


def newest(store: Store) -> TrainingSetRecord | None:
    """The training set that was frozen last, or None before the first."""
    query = select(schema.TrainingSet).order_by(schema.TrainingSet.id.desc()).limit(1)
    with store.database.read() as session:
        row = session.scalar(query)
        return None if row is None else TrainingSetRecord.of(row)


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
    trimap = decode_trimap(store.blobs.get(item.trimap_blob), limits=ALREADY_TAKEN_IN)
    retouch = None if item.retouch_blob is None else Retouch.from_png(store.blobs.get(item.retouch_blob))
    drafted = None
    if item.draft_trimap_blob is not None:
        drafted = decode_trimap(store.blobs.get(item.draft_trimap_blob), limits=ALREADY_TAKEN_IN)
    return TrainingExample(
        rgb=decode_photo(store.blobs.get(item.photo_sha256), limits=ALREADY_TAKEN_IN).rgb,
        trimap=trimap,
        alpha=decode_alpha(store.blobs.get(item.alpha_blob), limits=ALREADY_TAKEN_IN),
        weight=item.weight,
        believed=believed_part(item.supervision, trimap, retouch),
        draft_trimap=drafted,
        learnt=item.learnt,
    )


def groups_learnt_by(store: Store, model_id: int) -> frozenset[str]:
    """The product groups from which this version learnt here; what it learnt elsewhere is not known."""
    with store.database.read() as session:
        return frozenset(_learnt(session, schema.ModelVersion.id == model_id)[0])


@dataclass(frozen=True, slots=True)
class _Choice:
    """An image that belongs into a training set, with all that is written down about it."""

    image: schema.Image
    revision: schema.Revision
    project: schema.Project
    part: Part
    painted_area: float
    draft_trimap: str | None
    learnt: bool

    @property
    def supervision(self) -> Supervision:
        return supervision_of(self.revision)

    def as_row(self, training_set_id: int) -> schema.TrainingSetItem:
        return schema.TrainingSetItem(
            training_set_id=training_set_id,
            image_id=self.image.id,
            revision_id=self.revision.id,
            product_group=self.image.product_group,
            part=self.part,
            photo_sha256=self.image.sha256,
            trimap_blob=self.revision.trimap_blob,
            alpha_blob=self.revision.alpha_blob,
            project_id=self.project.id,
            tag=self.project.tag,
            supervision=self.supervision,
            weight=weight_of(self.painted_area),
            draft_trimap_blob=self.draft_trimap,
            retouch_blob=self.revision.retouch_blob,
            learnt=self.learnt,
        )


def weight_of(painted_area: float) -> float:
    """How much there is to learn from a matte of which an operator has painted so much, a share of the photo."""
    return 1 + (MOST_WEIGHT - 1) * min(1.0, painted_area / FULL_AREA)


def _choose(session: Session, validation_share: float, most: int) -> list[_Choice]:
    found = approved_mattes(session, most)
    kept_apart = {each.image.product_group for each in found if each.is_golden}
    photos = Counter(each.image.product_group for each in found if each.image.product_group not in kept_apart)
    _check_groups(photos)
    learnt_groups, learnt_revisions = _learnt(session, schema.ModelVersion.activated_at.is_not(None))
    parts = divide(photos, validation_share=validation_share, learnt=learnt_groups)
    return [
        _Choice(
            image=each.image,
            revision=each.revision,
            project=each.project,
            part=Part.GOLDEN if each.is_golden else parts[each.image.product_group],
            painted_area=each.painted_area or 0.0,
            draft_trimap=each.draft_trimap,
            learnt=each.revision.id in learnt_revisions,
        )
        for each in found
        # beside a golden image of the same product it would be learnt by heart
        if each.is_golden or each.image.product_group not in kept_apart
    ]


def _learnt(session: Session, versions: ColumnElement[bool]) -> tuple[set[str], set[int]]:
    """The product groups that these versions learnt from, also as their images are grouped today; and the very
    revisions."""
    item = schema.TrainingSetItem
    query = (
        select(item.product_group, schema.Image.product_group, item.revision_id)
        .distinct()
        .join(schema.Image, schema.Image.id == item.image_id)
        .join(schema.TrainingRun, schema.TrainingRun.training_set_id == item.training_set_id)
        # by the version's word: it may have gone live and its run have been killed before that could name it
        .join(schema.ModelVersion, schema.ModelVersion.training_run_id == schema.TrainingRun.id)
        .where(item.part == Part.TRAIN, versions)
    )
    rows = session.execute(query).all()
    return {group for *groups, _ in rows for group in groups}, {revision_id for *_, revision_id in rows}


def _find(session: Session, training_set_id: int) -> schema.TrainingSet:
    if (row := session.get(schema.TrainingSet, training_set_id)) is None:
        raise NotFoundError(f"There is no training set number {training_set_id}.")
    return row


def _place(group: str) -> float:
    """A number in [0, 1) that depends on nothing but the name."""
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:6]) / 2**48
