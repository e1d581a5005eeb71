import numpy as np
import pytest
from elsewhere import (
    alpha_png,
    as_json,
    cutout_png,
    cutout_tiff,
    cutout_webp,
    folder_of,
    in_steps,
    layers_psd,
    matte_of,
    only,
    photo,
    reason,
    scene,
    take_in,
    tar_of,
)

from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in as take_photos_in
from matting_core.image_io import ImageLimits

RGB, TRIMAP, ALPHA = scene()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cup.png", alpha_png()),
        ("cup.tif", cutout_tiff()),
        ("cup.webp", cutout_webp()),
        ("cup.psd", layers_psd()),
        ("CUP_mask.png", alpha_png(16)),
        ("cup-cutout.png", cutout_png()),
    ],
)
def test_a_matte_alone_goes_to_the_photo_of_its_name(sqlite_store, tmp_path, name, data):
    file = IncomingFile("cup.jpg", photo())
    (image,) = take_photos_in(sqlite_store, [file], by="ren", limits=ImageLimits()).accepted
    matte = only(take_in(sqlite_store, folder_of(tmp_path / "in", {name: data}) / name))
    assert (matte.image.id, matte.revision) == (image.id, 1)
    assert np.array_equal(in_steps(matte_of(sqlite_store, image)[1]), in_steps(ALPHA))


def test_two_photos_of_one_name_need_the_photo_itself(store, here, tmp_path):
    here("cup.png", 1)
    here("cup.jpg", 2)
    (tmp_path / "cup_alpha.png").write_bytes(alpha_png())
    assert reason(take_in(store, tmp_path / "cup_alpha.png")) == (
        "2 photos of this project are called “cup”: send the photo along"
    )
    (tmp_path / "mug_alpha.png").write_bytes(alpha_png())
    assert "no photo of this project is called “mug”" in reason(take_in(store, tmp_path / "mug_alpha.png"))


def test_a_photo_without_a_matte_is_left_to_ingest(store, tmp_path):
    (tmp_path / "cup.png").write_bytes(photo())
    assert "a photo without a matte" in reason(take_in(store, tmp_path / "cup.png"))
    pairs = folder_of(tmp_path / "in", {"image/a.png": photo(), "image/b.png": photo(2), "alpha/a.png": alpha_png()})
    report = take_in(store, pairs)
    assert [rejection.name for rejection in report.rejected] == ["in/image/b.png"]
    assert len(report.imported) == 1


def test_what_may_be_the_second_photo_of_a_name_in_an_export_is_asked_about(store, here, tmp_path):
    for seed, name in enumerate(("cup.jpg", "cup.png", "cup-2.png", "mug.png", "mug-2.png"), start=1):
        here(name, seed)
    came = folder_of(tmp_path / "in", {"alpha/cup-2.png": alpha_png(), "alpha/mug-2.png": alpha_png()})
    report = take_in(store, came)
    assert [matte.image.name for matte in report.imported] == ["mug-2.png"]
    (rejection,) = report.rejected
    assert "an export calls the second of 2 photos “cup” like this, too" in rejection.reason


def test_a_name_that_is_told_in_full_is_clear_enough(store, here, tmp_path):
    for seed, name in enumerate(("cup.jpg", "cup.png", "cup-2.png"), start=1):
        here(name, seed)
    told = {"k.alpha.png": alpha_png(), "k.json": as_json({"name": "cup-2.png"})}
    assert only(take_in(store, tar_of(tmp_path / "0.tar", told))).image.name == "cup-2.png"
