import json
from pathlib import Path

import datasets
import numpy as np
import pytest

from annotation_store import schema
from annotation_store.gallery import load_photo
from annotation_store.revisions import get_revision, load_matte
from tests.annotation_store.exports.reading import put_down, run_example

pytestmark = [
    pytest.mark.usefixtures("photo_colours"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # pictures are alike on both engines
]


def rows_of(folder: Path, cache: Path) -> list[dict[str, object]]:
    loaded = datasets.load_dataset(str(folder / "imagefolder"), cache_dir=str(cache))
    assert list(loaded) == ["train"]
    return list(loaded["train"])


def test_datasets_reads_every_photo_pixel_by_pixel(world, store, written, tmp_path):
    approved = [world.approve(image.id) for image in world.draft("a.b.png", "夏 1.png")]
    with store.database.write() as session:
        session.add(schema.ImageTag(image_id=approved[1].id, tag="lace"))
    folder = put_down(written(formats=("imagefolder",)), tmp_path / "out")
    rows = rows_of(folder, tmp_path / "cache")
    assert [row["name"] for row in rows] == ["a.b.png", "夏 1.png"]
    for row, image in zip(rows, approved, strict=True):
        trimap, alpha = load_matte(store, get_revision(store, image.head_revision_id))
        photo = load_photo(store, image).rgb
        np.testing.assert_array_equal(np.asarray(row["image"]), photo)
        np.testing.assert_array_equal(np.asarray(row["fg"]), photo)
        np.testing.assert_array_equal(np.asarray(row["trimap"]), trimap)
        np.testing.assert_array_equal(np.asarray(row["alpha"]), np.rint(alpha * 65535))
    assert [row["tags"] for row in rows] == [[], ["lace"]]
    assert (rows[0]["model"], rows[0]["approved_by"]) == ("", "ren")


def test_metadata_has_the_same_columns_for_every_photo(world, written):
    for image in world.draft("a.png", "b.png"):
        world.approve(image.id)
    lines = written(formats=("imagefolder",))["imagefolder/train/metadata.jsonl"].decode().splitlines()
    rows = [json.loads(line) for line in lines]
    assert rows[0].keys() == rows[1].keys()
    assert [(row["file_name"], row["alpha_file_name"]) for row in rows] == [
        (f"image/{stem}.png", f"alpha/{stem}.png") for stem in "ab"
    ]
    assert None not in rows[0].values()


def test_the_same_photos_give_the_same_files(world, written):
    for image in world.draft("a.png", "b.png"):
        world.approve(image.id)
    first, second = (written(formats=("imagefolder",)) for _ in range(2))
    assert {path: data for path, data in first.items() if path != "manifest.json"} == {
        path: data for path, data in second.items() if path != "manifest.json"
    }


def test_the_documents_example_reads_it(world, written, tmp_path):
    world.approve(world.draft("shoe_1.png")[0].id)
    put_down(written(formats=("imagefolder",)), tmp_path / "OUT")
    assert run_example("imagefolder.md", tmp_path).splitlines()[-1] == "shoe_1.png (40, 30) I;16 shoe"
