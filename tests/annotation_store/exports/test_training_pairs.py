import numpy as np
import pytest

from annotation_store.gallery import load_photo
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.revisions import get_revision, load_matte
from matting_core.image_io import ImageLimits, decode_photo
from tests.annotation_store.exports.reading import put_down, run_example
from training.evaluate import find_truth
from training.matte_folders import find_mattes

pytestmark = [
    pytest.mark.usefixtures("photo_colours"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # pictures are alike on both engines
]


def test_training_reads_what_left(world, store, written, tmp_path):
    images = world.draft("a.b.png", "c.png")
    approved = [world.approve(image.id) for image in images]
    folder = put_down(written(formats=("training-pairs",)), tmp_path)
    found = find_mattes(folder)
    assert [files.image.name for files in found] == ["a.b.png", "c.png"]
    for files, truth, image in zip(found, find_truth(folder), approved, strict=True):
        trimap, alpha = load_matte(store, get_revision(store, image.head_revision_id))
        example, (rgb, drawn, true) = files.read(), truth.read()
        for pixels in (rgb, example.rgb, decode_photo((folder / "fg" / files.image.name).read_bytes()).rgb):
            np.testing.assert_array_equal(pixels, load_photo(store, image).rgb)
        for pixels in (drawn, example.trimap):
            np.testing.assert_array_equal(pixels, trimap)
        for pixels in (true, example.alpha):
            np.testing.assert_array_equal(pixels, alpha)


def test_photo_and_colours_are_as_deep_as_asked_for(world, store, photo, written):
    file = IncomingFile("deep.png", photo(3, dtype=np.uint16))
    (image,) = take_in(store, [file], by="keiko", limits=ImageLimits()).accepted
    world.draft_next()
    world.approve(image.id)
    for bits, dtype in ((None, np.uint16), (16, np.uint16), (8, np.uint8)):
        files = written(formats=("training-pairs",), bits=bits)
        for part in ("image", "fg"):
            pixels = decode_photo(files[f"{part}/deep.png"]).rgb
            assert pixels.dtype == dtype
            if dtype is np.uint16:
                np.testing.assert_array_equal(pixels, load_photo(store, image).rgb)


def test_a_shallow_photo_leaves_in_sixteen_bits_if_asked(world, store, written):
    (image,) = world.draft("a.png")
    world.approve(image.id)
    deep = decode_photo(written(formats=("training-pairs",), bits=16)["image/a.png"]).rgb
    np.testing.assert_array_equal(deep, load_photo(store, image).rgb.astype(np.uint16) * 257)


def test_with_the_formats_alpha_and_trimap_each_file_is_written_once(world, store, written):
    world.approve(world.draft("a.png")[0].id)
    files = written(formats=("alpha", "training-pairs", "trimap"))
    assert set(files) == {"alpha/a.png", "fg/a.png", "image/a.png", "trimap/a.png", "manifest.json"}
    assert {path: data for path, data in files.items() if path != "manifest.json"} == {
        path: data for path, data in written(formats=("training-pairs",)).items() if path != "manifest.json"
    }


def test_the_documents_example_reads_them(world, written, tmp_path):
    world.approve(world.draft("shoe_1.png")[0].id)
    put_down(written(formats=("training-pairs",)), tmp_path / "OUT")
    assert run_example("training-pairs.md", tmp_path) == "shoe_1 (30, 40, 3) uint8, alpha 0.0 to 1.0\n"
