"""Every column that names a blob, in one place: what must be kept, and what a lost blob was."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from annotation_store import schema
from annotation_store.schema_version import check_every_table_is_known

_BATCH = 10_000
_RESTORE = "restore it from a backup"


@dataclass(frozen=True, slots=True)
class BlobColumn:
    """A column that names blobs, and what such a blob is in an operator's words.

    owners: the rows that tell whose blob it is. words: a sentence's part with places for their columns. remedy: what
    to do if the blob is lost.
    """

    column: InstrumentedAttribute[Any]
    owners: Select[*tuple[Any, ...]]
    words: str
    remedy: str = _RESTORE


_IMAGES = select(schema.Image.name)
_REVISIONS = select(schema.Revision.number, schema.Image.name).join(
    schema.Image, schema.Image.id == schema.Revision.image_id
)
_ITEMS = select(schema.TrainingSetItem.training_set_id, schema.Image.name).join(
    schema.Image, schema.Image.id == schema.TrainingSetItem.image_id
)
_MODELS = select(schema.ModelVersion.name)
_RUNS = select(schema.TrainingRun.id)
_JUDGEMENTS = (
    select(schema.ModelVersion.name, schema.Image.name)
    .join_from(schema.Judgement, schema.ModelVersion, schema.ModelVersion.id == schema.Judgement.model_version_id)
    .join(schema.Image, schema.Image.id == schema.Judgement.image_id)
)

_PAIRS = (
    select(schema.Comparison.name, schema.Image.name)
    .join_from(schema.ComparisonPair, schema.Comparison, schema.Comparison.id == schema.ComparisonPair.comparison_id)
    .join(schema.Image, schema.Image.id == schema.ComparisonPair.image_id)
)
_EXPORTS = select(schema.ExportSet.id, schema.ExportSet.name)

BLOB_COLUMNS = (
    BlobColumn(schema.Image.sha256, _IMAGES, "the photo “{}”", f"{_RESTORE}, or take the same file in again"),
    BlobColumn(schema.Image.thumbnail_blob, _IMAGES, "the thumbnail of “{}”"),
    BlobColumn(schema.Revision.trimap_blob, _REVISIONS, "the trimap of revision {} of “{}”"),
    BlobColumn(schema.Revision.alpha_blob, _REVISIONS, "the alpha of revision {} of “{}”"),
    BlobColumn(schema.Revision.retouch_blob, _REVISIONS, "the painted alpha of revision {} of “{}”"),
    BlobColumn(schema.TrainingSetItem.photo_sha256, _ITEMS, "a photo of training set {}, “{}”"),
    BlobColumn(schema.TrainingSetItem.trimap_blob, _ITEMS, "a trimap of training set {}, of “{}”"),
    BlobColumn(schema.TrainingSetItem.alpha_blob, _ITEMS, "an alpha of training set {}, of “{}”"),
    BlobColumn(schema.TrainingSetItem.draft_trimap_blob, _ITEMS, "a drafted trimap of training set {}, of “{}”"),
    BlobColumn(schema.TrainingSetItem.retouch_blob, _ITEMS, "a painted alpha of training set {}, of “{}”"),
    BlobColumn(schema.Judgement.picture_blob, _JUDGEMENTS, "a picture from the judgement of {}, of “{}”"),
    BlobColumn(schema.TrainingRun.log_blob, _RUNS, "the log of training {}", f"{_RESTORE}, or do without it"),
    BlobColumn(schema.ExportSet.ground_blob, _EXPORTS, "the background of export {}, “{}”"),
    BlobColumn(schema.ExportSet.manifest_blob, _EXPORTS, "the manifest of export {}, “{}”"),
    BlobColumn(schema.ComparisonPair.first_blob, _PAIRS, "an alpha of the comparison “{}”, of “{}”"),
    BlobColumn(schema.ComparisonPair.second_blob, _PAIRS, "an alpha of the comparison “{}”, of “{}”"),
    BlobColumn(
        schema.ModelVersion.weights_blob,
        _MODELS,
        "the weights of the model {}",
        f"{_RESTORE}; if this model is live, make another one live until then (`models --use NAME`)",
    ),
)


@dataclass(frozen=True, slots=True)
class BlobOwner:
    """What a blob is: ``the trimap of revision 2 of “cup.png”``; and what to do if it is lost."""

    words: str
    remedy: str


def referenced(session: Session) -> set[str]:
    """The names of all blobs that a row names. Reads row by row, and holds the names alone.

    Raises NewerTablesError where a newer program's rows may name more.
    """
    check_every_table_is_known(session.connection())
    names: set[str] = set()
    for each in BLOB_COLUMNS:
        query = select(each.column).where(each.column.is_not(None)).execution_options(yield_per=_BATCH)
        names.update(session.scalars(query))
    return names


def owners_of(session: Session, digest: str) -> tuple[BlobOwner, ...]:
    """What rows keep under this name."""
    return tuple(
        BlobOwner(each.words.format(*row), each.remedy)
        for each in BLOB_COLUMNS
        for row in session.execute(each.owners.where(each.column == digest))
    )
