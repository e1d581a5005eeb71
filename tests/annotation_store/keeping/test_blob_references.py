import pytest
from sqlalchemy import select

from annotation_store import schema
from annotation_store.keeping.blob_references import BLOB_COLUMNS, owners_of, referenced
from annotation_store.learning import model_registry, training_sets
from annotation_store.schema import Base

NO_BLOBS: set[str] = set()
"""Columns that are called like a blob's name and are none."""


@pytest.fixture
def full(world, store):
    """A store in which every column that names a blob has a row."""
    for image in world.draft("cup_1.png", "scarf_1.png"):
        world.stroke(image.id, "key")
        world.approve(image.id)
    with store.database.write() as session:
        session.add(
            schema.Revision(
                image_id=1, parent_id=3, number=3, kind="correction", author="keiko",
                trimap_blob=store.blobs.put(b"trimap"), alpha_blob=store.blobs.put(b"alpha"),
                retouch_blob=store.blobs.put(b"painted"),
            )
        )  # fmt: skip
    training_sets.freeze(store, by="ren")
    model_registry.register_candidate(
        store, architecture="compact", weights=b"weights", parent_id=None, run_id=None, metrics={}, licence="MIT",
        code_version="1",
    )  # fmt: skip
    return store


def test_no_column_that_names_a_blob_is_forgotten():
    called_so = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(("_blob", "sha256"))
    }
    listed = {f"{each.column.table.name}.{each.column.name}" for each in BLOB_COLUMNS}
    assert called_so == listed | NO_BLOBS


def test_exactly_the_blobs_that_rows_name_are_referenced(full):
    orphan = full.blobs.put(b"nobody's")
    stored = {path.name for path in full.blobs.files()}
    with full.database.read() as session:
        assert referenced(session) == stored - {orphan}


def test_a_store_without_rows_references_nothing(store):
    with store.database.read() as session:
        assert referenced(session) == set()


def test_every_blob_is_told_in_words_with_what_to_do_without_it(full):
    with full.database.read() as session:
        told = {name: owners_of(session, name) for name in referenced(session)}
        photo = session.scalar(select(schema.Image.sha256).filter_by(name="cup_1.png"))
        weights = session.scalar(select(schema.ModelVersion.weights_blob))
    assert all(told.values())
    words = {owner.words for owners in told.values() for owner in owners}
    assert {"the thumbnail of “cup_1.png”", "the trimap of revision 2 of “scarf_1.png”"} < words
    assert {"the alpha of revision 1 of “cup_1.png”", "the painted alpha of revision 3 of “cup_1.png”"} < words
    assert {"a trimap of training set 1, of “cup_1.png”", "an alpha of training set 1, of “cup_1.png”"} < words
    assert [owner.words for owner in told[photo]] == ["the photo “cup_1.png”", "a photo of training set 1, “cup_1.png”"]
    assert "take the same file in again" in told[photo][0].remedy
    (owner,) = told[weights]
    assert owner.words == "the weights of the model compact-0001"
    assert "models --use" in owner.remedy


def test_a_blob_that_no_row_names_is_nothing(full):
    with full.database.read() as session:
        assert owners_of(session, full.blobs.put(b"nobody's")) == ()
