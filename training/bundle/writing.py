"""Writing a training bundle: streamed, so that a studio of any size can be taken along."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from annotation_store.blobs import digest_of
from annotation_store.errors import NotEnoughApprovedError
from annotation_store.kinds import Part
from annotation_store.learning import training_sets
from annotation_store.records import ModelRecord, TrainingItem
from annotation_store.store import Store
from training.bundle.errors import BundleError
from training.bundle.manifest import MANIFEST, PARENT, BundledItem, BundledParent, BundledSet, Manifest
from training.bundle.recipe import as_recipe
from training.code_version import code_version
from training.exporting import write_member
from training.finetune_settings import FinetuneSettings
from training.models import TRAINABLE, trainable_parent, weights_bytes
from training.provenance import provenance_of
from training.training_set_digest import digest_of_lessons, lesson_of


@dataclass(frozen=True, slots=True)
class PreparedBundle:
    """All that is to be known before the first byte is written."""

    manifest: Manifest
    parent_weights: bytes
    project_ids: frozenset[int]
    """Of the photos in it."""


def prepare_bundle(
    store: Store,
    settings: FinetuneSettings,
    *,
    training_set_id: int | None = None,
    validation_share: float = 0.25,
    parent: ModelRecord | None = None,
    by: str,
) -> PreparedBundle:
    """Choose what goes into a bundle.

    training_set_id: a frozen one; by default the newest if nothing was approved since, else one that is frozen now.
    parent: the version to go on from, by default the one that a training here would take. Raises NotFoundError,
    NotEnoughApprovedError, DamagedBlobError, and BundleError of a parent that cannot be trained.
    """
    parent = parent or trainable_parent(store)
    if parent.architecture not in TRAINABLE:
        raise BundleError(f"{parent.name} cannot be trained on: choose a version of {', '.join(sorted(TRAINABLE))}")
    number = training_set_id or current_training_set(store, validation_share=validation_share, by=by)
    items = training_sets.load_items(store, number)
    learnt_from = [item for item in items if item.part is Part.TRAIN]
    if not learnt_from:
        raise NotEnoughApprovedError(f"Training set {number} has nothing to learn from: choose another one.")
    weights = weights_bytes(store, parent)
    manifest = Manifest(
        made_by=f"Matteloop {code_version()}",
        training_set=BundledSet(
            number=number,
            train=len(learnt_from),
            validation=sum(item.part is Part.VALIDATION for item in items),
            golden=sum(item.part is Part.GOLDEN for item in items),
            digest=digest_of_lessons(map(lesson_of, learnt_from)),
        ),
        parent=BundledParent(
            name=parent.name,
            architecture=parent.architecture,
            sha256=digest_of(weights),
            licence=parent.licence,
            provenance=provenance_of(parent),
        ),
        recipe=as_recipe(settings),
        items=_bundled(learnt_from),
    )
    return PreparedBundle(manifest, weights, frozenset(item.project_id for item in learnt_from))


def write_bundle(
    store: Store, bundle: PreparedBundle, target: BinaryIO, *, on_file: Callable[[int, int], None] | None = None
) -> None:
    """Write it to `target`, which need not be seekable, one file in memory at a time; the same gives the same bytes.

    on_file: told the numbers of files done and of all. Raises DamagedBlobError.
    """
    files = bundle.manifest.files()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        write_member(archive, MANIFEST, bundle.manifest.as_json())
        for done, (path, digest) in enumerate(files.items(), 1):
            write_member(archive, path, bundle.parent_weights if path == PARENT else store.blobs.get(digest))
            if on_file is not None:
                on_file(done, len(files))


def current_training_set(store: Store, *, validation_share: float, by: str) -> int:
    """The newest training set if it holds just what would be frozen now, else that, frozen. Raises
    NotEnoughApprovedError."""
    now = training_sets.preview(store, validation_share=validation_share)
    newest = training_sets.newest(store)
    if newest is not None and newest.validation_share == validation_share and now.fresh == 0:
        parts = [item.part for item in training_sets.load_items(store, newest.id)]
        if (now.train, now.validation, now.golden) == tuple(
            parts.count(part) for part in (Part.TRAIN, Part.VALIDATION, Part.GOLDEN)
        ):
            return newest.id
    return training_sets.freeze(store, validation_share=validation_share, by=by).id


def _bundled(items: list[TrainingItem]) -> tuple[BundledItem, ...]:
    """Names of products stay in the studio."""
    numbers = {group: number for number, group in enumerate(sorted({item.product_group for item in items}), 1)}
    return tuple(
        BundledItem(
            product=numbers[item.product_group],
            photo=item.photo_sha256,
            trimap=item.trimap_blob,
            alpha=item.alpha_blob,
            draft_trimap=item.draft_trimap_blob,
            retouch=item.retouch_blob,
            weight=item.weight,
            supervision=item.supervision,
            learnt=item.learnt,
        )
        for item in items
    )
