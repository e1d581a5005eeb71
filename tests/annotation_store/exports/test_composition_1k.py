"""Read by a plain reader of the layout, as the programs that train on Adobe's set read it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annotation_store.gallery import load_photo
from annotation_store.revisions import get_revision, load_matte
from tests.annotation_store.exports.reading import put_down, run_example

pytestmark = [
    pytest.mark.usefixtures("photo_colours"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # pictures are alike on both engines
]


def training_samples(root: Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    folder = root / "Combined_Dataset" / "Training_set"
    for name in (folder / "training_fg_names.txt").read_text("utf-8").splitlines():
        foreground = Image.open(folder / "Adobe-licensed images" / "fg" / name).convert("RGB")
        alpha = Image.open(folder / "Adobe-licensed images" / "alpha" / name).convert("L")
        yield np.asarray(foreground), np.asarray(alpha)


def samples_to_test_by(root: Path) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    folder = root / "Combined_Dataset" / "Test_set"
    for name in (folder / "test_fg_names.txt").read_text("utf-8").splitlines():
        pictures = folder / "Adobe-licensed images"
        for number in range(20):
            trimap = pictures / "trimaps" / f"{name.split('.')[0]}_{number}.png"
            yield tuple(
                np.asarray(Image.open(path)) for path in (pictures / "fg" / name, pictures / "alpha" / name, trimap)
            )


def test_photos_to_train_on_have_colours_and_alpha_by_the_list_of_names(world, store, written, tmp_path):
    approved = [world.approve(image.id) for image in world.draft("a.png", "b.1.png")]
    folder = put_down(written(formats=("composition-1k",)), tmp_path)
    samples = list(training_samples(folder))
    assert len(samples) == 2
    for (foreground, alpha), image in zip(samples, approved, strict=True):
        true = load_matte(store, get_revision(store, image.head_revision_id))[1]
        np.testing.assert_array_equal(foreground, load_photo(store, image).rgb)
        np.testing.assert_array_equal(alpha, np.rint(true * 255))
    assert not (folder / "Combined_Dataset" / "Test_set").exists()


def test_photos_to_test_by_have_a_trimap_for_each_of_twenty_backgrounds(world, store, written, tmp_path):
    (image,) = world.draft("a.b.png")
    approved = world.approve(image.id)
    samples = list(samples_to_test_by(put_down(written(formats=("composition-1k-test",)), tmp_path)))
    assert len(samples) == 20
    drawn, true = load_matte(store, get_revision(store, approved.head_revision_id))
    for foreground, alpha, trimap in samples:
        np.testing.assert_array_equal(foreground, load_photo(store, image).rgb)
        np.testing.assert_array_equal(alpha, np.rint(true * 255))
        np.testing.assert_array_equal(trimap, drawn)


def test_names_have_one_dot_and_stay_different(world, written):
    for image in world.draft("a.b.png", "a%2Eb.png"):
        world.approve(image.id)
    files = written(formats=("composition-1k",))
    names = files["Combined_Dataset/Training_set/training_fg_names.txt"].decode().splitlines()
    assert names == ["a%252Eb.png", "a%2Eb.png"]


def test_alphas_have_sixteen_bits_only_if_asked(world, written):
    world.approve(world.draft("a.png")[0].id)
    path = "Combined_Dataset/Training_set/Adobe-licensed images/alpha/a.png"
    depth = 24  # of a PNG: length, "IHDR", width, height, and then the bits
    assert written(formats=("composition-1k",))[path][depth] == 8
    assert written(formats=("composition-1k",), bits=16)[path][depth] == 16


def test_the_documents_example_reads_it(world, written, tmp_path):
    world.approve(world.draft("shoe_1.png")[0].id)
    put_down(written(formats=("composition-1k",)), tmp_path / "OUT")
    assert run_example("composition-1k.md", tmp_path) == "shoe_1.png (40, 30) RGB L\n"
