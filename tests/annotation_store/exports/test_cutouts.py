import hashlib
import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from annotation_store.errors import NothingToExportError
from annotation_store.exports.cutouts import export_cutouts
from annotation_store.gallery import load_photo
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.learning.model_registry import register_shipped
from annotation_store.reviews import reopen
from annotation_store.revisions import get_revision, load_matte
from matting_core.image_io import ImageLimits, decode_alpha, decode_photo, decode_trimap


@pytest.fixture
def photo_colours(monkeypatch):
    """The photo's own colours instead of decontaminated ones, which take a compiler's minute on a fresh machine."""
    monkeypatch.setattr("annotation_store.exports.cutouts.estimate_foreground", lambda rgb, alpha: rgb)


class Pipe(io.RawIOBase):
    """A target that can only be written to, like a browser's download."""

    def __init__(self):
        self.chunks = []

    def writable(self):
        return True

    def write(self, data):
        self.chunks.append(bytes(data))
        return len(data)


def exported(store, **more):
    target = io.BytesIO()
    report = export_cutouts(store, target, **more)
    with zipfile.ZipFile(target) as archive:
        return report, {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.usefixtures("photo_colours")
def test_an_approved_image_leaves_as_cutout_alpha_and_trimap(world, store):
    (image,) = world.draft("shoe_1.png")
    world.stroke(image.id, "a")
    approved = world.approve(image.id)
    report, files = exported(store)
    assert report.exported == 1
    assert sorted(files) == ["alpha/shoe_1.png", "cutout/shoe_1.png", "manifest.json", "trimap/shoe_1.png"]
    trimap, alpha = load_matte(store, get_revision(store, approved.head_revision_id))
    np.testing.assert_array_equal(decode_trimap(files["trimap/shoe_1.png"]), trimap)
    np.testing.assert_array_equal(decode_alpha(files["alpha/shoe_1.png"]), alpha)
    with Image.open(io.BytesIO(files["cutout/shoe_1.png"])) as cutout:
        assert cutout.mode == "RGBA"
        pixels = np.asarray(cutout)
    np.testing.assert_array_equal(pixels[..., :3], load_photo(store, image).rgb)
    np.testing.assert_array_equal(pixels[..., 3], np.rint(alpha * 255))
    with Image.open(io.BytesIO(files["alpha/shoe_1.png"])) as plane:
        assert plane.mode == "I;16"


@pytest.mark.usefixtures("photo_colours")
def test_a_sixteen_bit_photo_leaves_as_a_sixteen_bit_cutout(world, store, photo):
    file = IncomingFile("deep.png", photo(3, dtype=np.uint16))
    (image,) = take_in(store, [file], by="keiko", limits=ImageLimits()).accepted
    world.draft_next()
    world.approve(image.id)
    _, files = exported(store)
    cutout = decode_photo(files["cutout/deep.png"]).rgb
    assert cutout.dtype == np.uint16
    np.testing.assert_array_equal(cutout, decode_photo(file.data).rgb)
    np.testing.assert_array_equal(decode_alpha(files["cutout/deep.png"]), decode_alpha(files["alpha/deep.png"]))


@pytest.mark.usefixtures("photo_colours")
def test_the_manifest_tells_where_everything_comes_from(world, store):
    model = register_shipped(store, name="compact", architecture="compact", shipped_weights="c", licence="MIT")
    (image,) = world.draft("shoe_1.png", model_id=model.id)
    world.approve(image.id)
    _, files = exported(store)
    (entry,) = json.loads(files["manifest.json"])["images"]
    hashes = entry.pop("files")
    assert hashes == {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "manifest.json"}
    assert entry.pop("approved_at").endswith("+00:00")
    assert entry == {
        "name": "shoe_1.png",
        "image_sha256": image.sha256,
        "width": 40,
        "height": 30,
        "revision": 1,
        "model": "compact",
        "drafter": "backdrop",
        "author": "worker",
        "approved_by": "ren",
    }


@pytest.mark.usefixtures("photo_colours")
def test_only_approved_images_leave_and_the_others_are_named(world, store):
    first, second, third = world.draft("a.png", "b.png", "c.png")
    world.approve(first.id)
    world.approve(third.id)
    reopen(store, third.id, by="ren")
    assert "cutout/c.png" not in exported(store)[1]
    report, _ = exported(store, image_ids=[third.id, first.id, second.id])
    assert (report.exported, report.left_out) == (1, ("b.png", "c.png"))


def test_without_an_approved_image_nothing_is_written(world, store):
    (image,) = world.draft("a.png")
    target = io.BytesIO()
    for image_ids in (None, [image.id], []):
        with pytest.raises(NothingToExportError, match="approve"):
            export_cutouts(store, target, image_ids=image_ids)
    assert target.getvalue() == b""


@pytest.mark.usefixtures("photo_colours")
def test_the_same_images_give_the_same_bytes_sorted_by_name(world, store):
    for image in world.draft("b.png", "a.png", "A.png"):
        world.approve(image.id)
    first, second = io.BytesIO(), io.BytesIO()
    told = []
    export_cutouts(store, first, on_progress=lambda *step: told.append(step))
    export_cutouts(store, second)
    assert first.getvalue() == second.getvalue()
    assert told == [(1, "A.png"), (2, "a.png"), (3, "b.png")]
    with zipfile.ZipFile(first) as archive:
        assert archive.namelist()[::3] == ["cutout/A.png", "cutout/a-2.png", "cutout/b.png", "manifest.json"]


@pytest.mark.usefixtures("photo_colours")
def test_a_zip_can_be_streamed_to_a_target_that_cannot_seek(world, store):
    world.approve(world.draft("a.png")[0].id)
    pipe = Pipe()
    export_cutouts(store, pipe)
    with zipfile.ZipFile(io.BytesIO(b"".join(pipe.chunks))) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 4


@pytest.mark.slow
def test_cutouts_carry_decontaminated_colours(world, store):
    (image,) = world.draft("shoe_1.png")
    approved = world.approve(image.id)
    _, files = exported(store)
    _, alpha = load_matte(store, get_revision(store, approved.head_revision_id))
    with Image.open(io.BytesIO(files["cutout/shoe_1.png"])) as cutout:
        colours = np.asarray(cutout)[..., :3]
    photo = load_photo(store, image).rgb
    np.testing.assert_array_equal(colours[alpha == 1], photo[alpha == 1])
    assert not np.array_equal(colours[alpha < 1], photo[alpha < 1])
