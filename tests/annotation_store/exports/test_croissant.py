import json
import logging

import mlcroissant
import numpy as np
import pytest

from annotation_store.blobs import digest_of
from annotation_store.gallery import load_photo
from annotation_store.learning.model_registry import register_shipped
from annotation_store.revisions import get_revision, load_matte
from tests.annotation_store.exports.reading import put_down

pytestmark = [
    pytest.mark.usefixtures("photo_colours"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # pictures are alike on both engines
]


@pytest.fixture
def described(world, store, written, tmp_path):
    """Three photos, approved and written: the images, and the dataset as mlcroissant reads it."""
    model = register_shipped(store, name="compact", architecture="compact", shipped_weights="c", licence="MIT")
    drafted = world.draft("001.png", "b.c.png", "夏 1.png", model_id=model.id)
    images = [world.approve(image.id) for image in drafted]
    folder = put_down(written(formats=("imagefolder",), bits=8), tmp_path)  # it reads all pictures as 8 bits of RGB
    return images, folder / "imagefolder" / "croissant.json"


def test_mlcroissant_finds_nothing_wrong(described, caplog):
    _, path = described
    with caplog.at_level(logging.WARNING):
        dataset = mlcroissant.Dataset(jsonld=str(path))
    told = [line for record in caplog.records for line in record.getMessage().splitlines() if line.startswith("  -")]
    assert len(told) == 1
    assert "citeAs" in told[0]  # there is no article to cite
    assert (dataset.metadata.name, dataset.metadata.version) == ("Mattes of General", "1.0.0")
    assert "compact: MIT" in dataset.metadata.license[0]


def test_mlcroissant_reads_every_photo_with_its_facts(described, store):
    images, path = described
    dataset = mlcroissant.Dataset(jsonld=str(path))
    facts = list(dataset.records("photos"))
    pictures = {
        record[f"{part}/file_name"].decode(): np.asarray(record[f"{part}/picture"])
        for part in ("image", "alpha", "trimap", "fg")
        for record in dataset.records(part)
    }
    assert len(pictures) == 4 * len(images)
    for record, image in zip(facts, images, strict=True):
        trimap, alpha = load_matte(store, get_revision(store, image.head_revision_id))
        photo = load_photo(store, image).rgb
        grey = {"trimap_file_name": trimap, "alpha_file_name": np.rint(alpha * 255)}
        wanted = {"file_name": photo, "fg_file_name": photo} | {
            column: np.dstack([pixels] * 3) for column, pixels in grey.items()
        }
        for column, pixels in wanted.items():
            np.testing.assert_array_equal(pictures[record[f"photos/{column}"].decode()], pixels)
        assert record["photos/name"].decode() == image.name
        assert record["photos/width"] == image.width
        assert record["photos/tags"] == []
        assert record["photos/approved_at"].tzname() == "UTC"


def test_the_table_is_told_by_its_hash(described):
    _, path = described
    table = json.loads(path.read_text("utf-8"))["distribution"][0]
    data = (path.parent / table["contentUrl"]).read_bytes()
    assert (table["sha256"], table["contentSize"]) == (digest_of(data), f"{len(data)} B")


def test_every_fact_of_the_manifest_is_a_field(described):
    _, path = described
    (row, *_) = (path.parent / "train" / "metadata.jsonl").read_text("utf-8").splitlines()
    records = json.loads(path.read_text("utf-8"))["recordSet"][0]
    fields = {field["name"] for field in records["field"]}
    assert json.loads(row).keys() == fields
