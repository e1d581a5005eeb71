import io
import json
import tarfile
from urllib.parse import unquote

import numpy as np
import pytest
import webdataset

from annotation_store.exports import webdataset as shards
from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_sets import ExportWish, freeze
from annotation_store.exports.exporting import carry_out
from annotation_store.gallery import load_photo
from annotation_store.revisions import get_revision, load_matte
from matting_core.image_io import decode_alpha, decode_photo, decode_trimap
from tests.annotation_store.exports.reading import put_down, run_example
from tests.annotation_store.exports.shelf import Shelf

pytestmark = [
    pytest.mark.usefixtures("photo_colours"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # pictures are alike on both engines
]
FIRST, SECOND = "webdataset/shard-000000.tar", "webdataset/shard-000001.tar"


class BreaksOff(Shelf):
    """Takes so many files, then no more."""

    def __init__(self, files: int) -> None:
        super().__init__()
        self._left = files

    def put(self, path: str, data: bytes) -> None:
        if not self._left:
            raise OSError("no more")
        self._left -= 1
        super().put(path, data)


@pytest.fixture
def two_a_shard(monkeypatch):
    monkeypatch.setattr(shards, "PER_SHARD", 2)


def samples_of(files, folder):
    put_down(files, folder)
    paths = sorted(str(path) for path in (folder / "webdataset").glob("*.tar"))
    return list(webdataset.WebDataset(paths, shardshuffle=False, empty_check=False))


@pytest.mark.usefixtures("two_a_shard")
def test_webdataset_reads_every_photo_pixel_by_pixel(world, store, written, tmp_path):
    approved = [world.approve(image.id) for image in world.draft("a.b.png", "c.png", "夏 1.png")]
    files = written(formats=("webdataset",))
    assert set(files) == {FIRST, SECOND, "manifest.json"}
    samples = samples_of(files, tmp_path)
    assert [sample["__key__"] for sample in samples] == ["a%2Eb", "c", "夏 1"]
    for sample, image in zip(samples, approved, strict=True):
        trimap, alpha = load_matte(store, get_revision(store, image.head_revision_id))
        np.testing.assert_array_equal(decode_photo(sample["image.png"]).rgb, load_photo(store, image).rgb)
        np.testing.assert_array_equal(decode_photo(sample["fg.png"]).rgb, load_photo(store, image).rgb)
        np.testing.assert_array_equal(decode_alpha(sample["alpha.png"]), alpha)
        np.testing.assert_array_equal(decode_trimap(sample["trimap.png"]), trimap)
        facts = json.loads(sample["json"])
        assert unquote(sample["__key__"]) == facts["stem"]
        assert (facts["name"], facts["image_sha256"]) == (image.name, image.sha256)


@pytest.mark.usefixtures("two_a_shard")
def test_a_shard_tells_of_no_time_and_nobody(world, written):
    for image in world.draft("夏.png", "b.png", "c.png"):
        world.approve(image.id)
    files = written(formats=("webdataset",))
    with tarfile.open(fileobj=io.BytesIO(files[FIRST])) as tar:
        members = tar.getmembers()
    assert {(each.mtime, each.uid, each.gid, each.uname, each.gname) for each in members} == {(0, 0, 0, "", "")}
    assert [each.name for each in members] == [
        f"{key}.{part}" for key in "bc" for part in ("alpha.png", "fg.png", "image.png", "json", "trimap.png")
    ]
    again = written(formats=("webdataset",))
    assert (again[FIRST], again[SECOND]) == (files[FIRST], files[SECOND])


@pytest.mark.usefixtures("two_a_shard")
@pytest.mark.parametrize("files", [0, 1, 2])
def test_a_broken_off_export_goes_on_at_its_shard(world, store, files):
    for image in world.draft("a.png", "b.png", "c.png", "d.png", "e.png"):
        world.approve(image.id)
    export = freeze(store, ExportWish(), ExportOptions(formats=("webdataset",)), by="mika").export
    whole, broken = Shelf(), BreaksOff(files)
    carry_out(store, export.id, whole, by="mika")
    with pytest.raises(OSError, match="no more"):
        carry_out(store, export.id, broken, by="mika")
    told = json.loads(whole.files["manifest.json"])["images"]
    digests = {path: digest for entry in told for path, digest in entry["files"].items()}
    rest = Shelf(broken.files, {path: digests[path] for path in broken.files})
    assert carry_out(store, export.id, rest, by="mika").kept == files
    assert rest.put_paths == [*sorted(digests)[files:], "manifest.json"]
    assert rest.files == whole.files


@pytest.mark.usefixtures("database_url")
def test_a_hundred_photos_are_a_shard():
    place = shards.Place("x", 199, 250)
    assert shards.WEBDATASET.paths(place, ExportOptions()) == (SECOND,)
    assert shards.WEBDATASET.paths(shards.Place("y", 200, 250), ExportOptions()) != (SECOND,)


def test_the_documents_example_reads_them(world, written, tmp_path):
    world.approve(world.draft("shoe_1.png")[0].id)
    put_down(written(formats=("webdataset",)), tmp_path / "OUT")
    assert run_example("webdataset.md", tmp_path) == "shoe_1 (30, 40, 3) shoe\n"
