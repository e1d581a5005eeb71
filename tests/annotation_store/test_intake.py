import hashlib
import io

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from annotation_store.errors import DamagedBlobError
from annotation_store.events import recent_events
from annotation_store.gallery import get_image, load_photo
from annotation_store.incoming import IncomingFile, RejectedFile
from annotation_store.intake import take_in
from annotation_store.states import ImageState
from matting_core.image_io import ImageLimits, decode_photo

LIMITS = ImageLimits()


@pytest.mark.parametrize("blobs_in", ["folder", "bucket"])
def test_a_photo_is_kept_byte_for_byte_and_waits_for_its_draft(store, photo):
    data = photo(1)
    report = take_in(store, [IncomingFile("shoe_01.png", data)], by="keiko", limits=LIMITS)
    (image,) = report.accepted
    assert (report.duplicates, report.rejected) == ((), ())
    assert store.blobs.get(image.photo_blob) == data
    assert image.sha256 == hashlib.sha256(data).hexdigest()
    assert (image.name, image.product_group, image.created_by) == ("shoe_01.png", "shoe", "keiko")
    assert (image.width, image.height, image.bit_depth) == (40, 30, 8)
    assert image.state is ImageState.WAITING
    assert image.head_revision_id is None
    assert decode_photo(store.blobs.get(image.thumbnail_blob)).rgb.shape == (30, 40, 3)
    assert get_image(store, image.id) == image
    (event,) = recent_events(store)
    assert (event.actor, event.action, event.image_id) == ("keiko", "image.taken_in", image.id)


def test_a_sixteen_bit_photo_stays_sixteen_bit(store, photo):
    file = IncomingFile("deep.png", photo(1, dtype=np.uint16))
    (image,) = take_in(store, [file], by="keiko", limits=LIMITS).accepted
    assert image.bit_depth == 16
    assert load_photo(store, image).rgb.dtype == np.uint16


def test_the_trail_tells_what_a_file_was_and_what_became_of_its_colours(store, photo):
    profile = imagecodecs.cms_profile(
        "rgb", whitepoint=[0.3127, 0.329, 1.0], primaries=[0.68, 0.32, 1, 0.265, 0.69, 1, 0.15, 0.06, 1], gamma=2.2
    )
    out = io.BytesIO()
    Image.fromarray(np.full((8, 8, 3), 90, np.uint8)).save(out, "TIFF", icc_profile=profile)
    files = [IncomingFile("plain.png", photo(1)), IncomingFile("wide.tif", out.getvalue())]
    take_in(store, files, by="keiko", limits=LIMITS)
    wide, plain = recent_events(store)
    assert plain.data == {"name": "plain.png", "format": "PNG", "colours": "none needed", "colour_profile": None}
    assert (wide.data["format"], wide.data["colours"]) == ("TIFF", "from profile")
    assert wide.data["colour_profile"]


def test_the_same_bytes_under_another_name_are_a_duplicate(store, photo):
    files = [IncomingFile("one.png", photo(1)), IncomingFile("two.png", photo(1))]
    report = take_in(store, files, by="keiko", limits=LIMITS)
    (first,) = report.accepted
    (duplicate,) = report.duplicates
    assert (duplicate.name, duplicate.image) == ("two.png", first)
    again = take_in(store, files, by="ren", limits=LIMITS)
    assert (again.accepted, len(again.duplicates)) == ((), 2)


def test_bad_files_are_reported_and_never_stop_the_others(store, photo):
    files = [
        IncomingFile("text.jpg", b"hello"),
        IncomingFile("empty.png", b""),
        RejectedFile("photos.zip", "the zip file is damaged"),
        IncomingFile("cut.png", photo(1)[:-900]),
        IncomingFile("good.png", photo(2)),
    ]
    report = take_in(store, files, by="keiko", limits=LIMITS)
    assert [image.name for image in report.accepted] == ["good.png"]
    assert [file.name for file in report.rejected] == ["text.jpg", "empty.png", "photos.zip", "cut.png"]
    assert all(file.reason for file in report.rejected)


def test_a_photo_over_the_limit_is_rejected(store, photo):
    limits = ImageLimits(max_pixels=100)
    report = take_in(store, [IncomingFile("big.png", photo(1))], by="keiko", limits=limits)
    assert "limit" in report.rejected[0].reason


def test_a_photo_that_rots_on_the_disk_is_noticed_when_it_is_loaded(store, photo):
    (image,) = take_in(store, [IncomingFile("a.png", photo(1))], by="keiko", limits=LIMITS).accepted
    store.blobs.path(image.photo_blob).write_bytes(photo(2))
    with pytest.raises(DamagedBlobError, match="has changed on the disk"):
        load_photo(store, image)


def test_a_given_subject_wins_over_what_the_name_tells(store, photo):
    files = [IncomingFile(f"shoe_{n}.png", photo(n)) for n in (1, 2)]
    report = take_in(store, files, by="keiko", limits=LIMITS, subjects={"shoe_1.png": "red shoe", "other.png": "bag"})
    assert [image.product_group for image in report.accepted] == ["red shoe", "shoe"]


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"rotten")])
def test_a_lost_photo_is_mended_by_taking_the_same_file_in_again(store, photo, damage):
    (image,) = take_in(store, [IncomingFile("a.png", photo(1))], by="keiko", limits=LIMITS).accepted
    damage(store.blobs.path(image.photo_blob))
    report = take_in(store, [IncomingFile("copy of a.png", photo(1))], by="keiko", limits=LIMITS)
    assert [duplicate.image for duplicate in report.duplicates] == [image]
    assert store.blobs.get(image.photo_blob) == photo(1)


def test_progress_is_told_file_by_file(store, photo):
    told = []
    files = [IncomingFile("a.png", photo(1)), RejectedFile("b.zip", "damaged")]
    take_in(store, files, by="keiko", limits=LIMITS, on_progress=lambda *step: told.append(step))
    assert told == [(1, "a.png"), (2, "b.zip")]
