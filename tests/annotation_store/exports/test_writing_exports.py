import hashlib
import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from annotation_store.errors import DamagedBlobError
from annotation_store.events import recent_events
from annotation_store.exports.destinations.zip_file import ZipDestination
from annotation_store.exports.export_options import ExportOptions, Preset
from annotation_store.exports.export_sets import ExportWish, freeze, get_export
from annotation_store.exports.exporting import carry_out
from annotation_store.gallery import load_photo
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.reviews import reopen
from annotation_store.revisions import get_revision, load_matte
from matting_core.image_io import ImageLimits, decode_alpha, decode_photo, decode_trimap
from tests.annotation_store.exports.shelf import Shelf

pytestmark = pytest.mark.usefixtures("photo_colours")


@pytest.mark.parametrize("blobs_in", ["folder", "bucket"])
def test_an_approved_image_leaves_as_cutout_alpha_and_trimap(world, store, written):
    (image,) = world.draft("shoe_1.png")
    world.stroke(image.id, "a")
    approved = world.approve(image.id)
    files = written()
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


def test_a_sixteen_bit_photo_leaves_as_a_sixteen_bit_cutout(world, store, photo, written):
    file = IncomingFile("deep.png", photo(3, dtype=np.uint16))
    (image,) = take_in(store, [file], by="keiko", limits=ImageLimits()).accepted
    world.draft_next()
    world.approve(image.id)
    files = written()
    cutout = decode_photo(files["cutout/deep.png"]).rgb
    assert cutout.dtype == np.uint16
    np.testing.assert_array_equal(cutout, decode_photo(file.data).rgb)
    np.testing.assert_array_equal(decode_alpha(files["cutout/deep.png"]), decode_alpha(files["alpha/deep.png"]))
    assert decode_photo(written(bits=8)["cutout/deep.png"]).rgb.dtype == np.uint8


def test_the_manifest_names_every_file_by_its_hash(world, written):
    for image in world.draft("a.png", "b.png"):
        world.approve(image.id)
    files = written(formats=("alpha", "trimap"))
    manifest = json.loads(files.pop("manifest.json"))
    told = {path: digest for entry in manifest["images"] for path, digest in entry["files"].items()}
    assert told | manifest["files"] == {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    assert [entry["stem"] for entry in manifest["images"]] == ["a", "b"]
    assert manifest["export"]["options"]["formats"] == ["alpha", "trimap"]
    assert manifest["export"]["created_by"] == "mika"
    assert manifest["licences"] == []


@pytest.mark.parametrize("blobs_in", ["folder", "bucket"])
def test_an_export_is_written_again_byte_for_byte_whatever_happened_since(world, store):
    first, second = world.draft("a.png", "b.png")
    world.approve(first.id)
    export = freeze(store, ExportWish(), ExportOptions(), by="mika").export
    targets = io.BytesIO(), io.BytesIO()
    report = carry_out(store, export.id, ZipDestination(targets[0]), by="mika")
    assert (report.exported, report.files, report.as_before) == (1, 4, None)
    reopen(store, first.id, by="ren")
    world.stroke(first.id, "k")
    world.approve(first.id)
    world.approve(second.id)
    assert carry_out(store, export.id, ZipDestination(targets[1]), by="keiko").as_before is True
    assert targets[0].getvalue() == targets[1].getvalue()
    assert get_export(store, export.id).manifest_blob is not None


def test_what_no_longer_comes_out_the_same_is_told(world, store, monkeypatch):
    world.approve(world.draft("a.png")[0].id)
    export = freeze(store, ExportWish(), ExportOptions(formats=("alpha",)), by="mika").export
    carry_out(store, export.id, Shelf(), by="mika")
    first = get_export(store, export.id)
    other = {"encode_alpha": lambda alpha, bits: b"of another version"}
    monkeypatch.setattr("annotation_store.exports.alpha_png.encode_alpha", other["encode_alpha"])
    assert carry_out(store, export.id, Shelf(), by="mika").as_before is False
    assert get_export(store, export.id) == first


def test_the_first_writing_is_told_in_the_trail_once(world, store):
    world.approve(world.draft("a.png")[0].id)
    export = freeze(store, ExportWish(), ExportOptions(), by="mika").export
    for _ in range(2):
        carry_out(store, export.id, Shelf(), by="ren")
    ready = [event for event in recent_events(store) if event.action == "export.ready"]
    assert [(event.actor, event.data) for event in ready] == [
        ("ren", {"export_set_id": export.id, "project_ids": [1], "images": 1})
    ]


def test_what_is_there_already_is_not_made_again(world, store):
    for image in world.draft("a.png", "b.png"):
        world.approve(image.id)
    export = freeze(store, ExportWish(), ExportOptions(), by="mika").export
    whole = Shelf()
    carry_out(store, export.id, whole, by="mika")
    kept = {path: data for path, data in whole.files.items() if path.endswith("/a.png")}
    rest = Shelf(kept, {path: hashlib.sha256(data).hexdigest() for path, data in kept.items()})
    report = carry_out(store, export.id, rest, by="mika")
    assert rest.put_paths == ["cutout/b.png", "alpha/b.png", "trimap/b.png", "manifest.json"]
    assert rest.files == whole.files
    assert (report.kept, report.files, report.as_before) == (3, 7, True)
    assert rest.mark == whole.mark


def test_a_destination_hears_of_an_error(world, store):
    image, _ = world.draft("a.png", "b.png")
    world.approve(image.id)
    export = freeze(store, ExportWish(), ExportOptions(), by="mika").export
    store.blobs.path(image.photo_blob).write_bytes(b"damaged")
    shelf = Shelf()
    with pytest.raises(DamagedBlobError):
        carry_out(store, export.id, shelf, by="mika")
    assert (shelf.was_given_up, shelf.is_finished) == (True, False)
    assert get_export(store, export.id).written_at is None


def test_what_another_version_wrote_into_the_same_place_is_written_anew(world, store, monkeypatch):
    world.approve(world.draft("a.png")[0].id)
    export = freeze(store, ExportWish(), ExportOptions(formats=("imagefolder",), bits=8), by="mika").export
    first = Shelf()
    carry_out(store, export.id, first, by="mika")
    monkeypatch.setattr("annotation_store.exports.imagefolder.card_of", lambda *_, **__: b"another card")
    there = {path: hashlib.sha256(data).hexdigest() for path, data in first.files.items()}
    again = Shelf(first.files, there)
    assert carry_out(store, export.id, again, by="mika").as_before is False
    assert again.put_paths == ["imagefolder/README.md", "manifest.json"]
    assert again.files["imagefolder/README.md"] == b"another card"


def test_progress_is_told_by_name(world, store):
    for image in world.draft("b.png", "a.png"):
        world.approve(image.id)
    export = freeze(store, ExportWish(), ExportOptions(formats=("alpha",)), by="mika").export
    told = []
    carry_out(store, export.id, Shelf(), by="mika", on_progress=lambda *step: told.append(step))
    assert told == [(1, "a.png"), (2, "b.png")]


def test_no_file_of_an_export_lies_outside_of_it(world, store, written):
    world.approve(world.draft("../../evil.png")[0].id)
    files = written()
    assert all(not path.startswith("/") and ".." not in path.split("/") for path in files)
    with zipfile.ZipFile(io.BytesIO(), "w") as archive:
        for path in files:
            archive.writestr(path, b"")


def test_every_picture_is_the_same_when_it_is_written_again(world, store):
    (image,) = world.draft("shoe_1.png")
    world.approve(image.id)
    pictures = ("cutout", "alpha", "trimap", "tiff", "webp", "avif", "psd", "composite", "presets")
    options = ExportOptions(formats=pictures, presets=(Preset("Square", 60, 60),), shadow=True, longest_side=30)
    export = freeze(store, ExportWish(), options, by="mika").export
    first, again = Shelf(), Shelf()
    carry_out(store, export.id, first, by="mika")
    assert carry_out(store, export.id, again, by="mika").as_before is True
    assert len(first.files) == len(pictures) + 1
    assert again.files == first.files


def test_ground_of_composites_may_be_a_photo_of_the_store(world, store, written):
    subject, ground = world.draft("shoe_1.png", "wall_1.png")
    world.approve(subject.id)
    files = written(formats=("composite",), ground=ground.photo_blob)
    with Image.open(io.BytesIO(files["composite/shoe_1.png"])) as picture:
        np.testing.assert_array_equal(np.asarray(picture)[:, 35], load_photo(store, ground).rgb[:, 35])
