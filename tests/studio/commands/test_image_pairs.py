from pathlib import Path

import pytest

from studio.commands.errors import CommandError
from studio.commands.image_pairs import ImagePair, pair_up


@pytest.fixture
def files(tmp_path):
    """A function that creates empty files, by their paths in the folder, and returns the folder."""

    def create(*names: str) -> Path:
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        return tmp_path

    return create


def test_folders_are_paired_by_stem_whatever_the_suffix(files):
    at = files(
        "images/b.JPG", "images/a.heic", "images/notes.txt", "images/.hidden.png", "trimaps/a.png", "trimaps/b.tif"
    )
    assert pair_up(at / "images", at / "trimaps", at / "out") == [
        ImagePair(at / "images/a.heic", at / "trimaps/a.png", at / "out/a.png"),
        ImagePair(at / "images/b.JPG", at / "trimaps/b.tif", at / "out/b.png"),
    ]
    assert not (at / "out").exists()


def test_a_missing_trimap_is_told_with_its_image(files):
    at = files("images/a.jpg", "images/b.jpg", "trimaps/b.png")
    assert [pair.trimap for pair in pair_up(at / "images", at / "trimaps", at / "out")] == [None, at / "trimaps/b.png"]


def test_a_lossless_trimap_is_taken_before_a_lossy_one(files):
    at = files("images/a.jpg", "trimaps/a.jpg", "trimaps/a.png", "trimaps/a.webp")
    assert pair_up(at / "images", at / "trimaps", at / "out")[0].trimap == at / "trimaps/a.png"


def test_single_files_are_paired_whatever_their_names(files):
    at = files("shirt.jpg", "mask.png")
    assert pair_up(at / "shirt.jpg", at / "mask.png", at / "out.png") == [
        ImagePair(at / "shirt.jpg", at / "mask.png", at / "out.png")
    ]


def test_a_single_image_finds_its_trimap_in_a_folder_and_its_alpha_goes_to_an_existing_one(files):
    at = files("shirt.jpg", "trimaps/shirt.png", "out/.keep")
    assert pair_up(at / "shirt.jpg", at / "trimaps", at / "out") == [
        ImagePair(at / "shirt.jpg", at / "trimaps/shirt.png", at / "out/shirt.png")
    ]


@pytest.mark.parametrize(
    ("images", "trimaps", "out", "reason"),
    [
        ("none", "trimaps", "out", "there is no file or folder"),
        ("images", "none", "out", "there is no file or folder"),
        ("images", "mask.png", "out", "its trimaps must be in a folder too"),
        ("images", "trimaps", "mask.png", "OUT must be a folder too"),
        ("empty", "trimaps", "out", "there is no image in"),
        ("images/a.jpg", "trimaps", "out", "a name that ends in .png"),
        ("images/a.jpg", "trimaps", "out.jpg", "a name that ends in .png"),
        ("twins", "trimaps", "out", "a.jpg and a.webp would both become a.png"),
    ],
)
def test_what_does_not_go_together_is_refused(files, images, trimaps, out, reason):
    at = files("images/a.jpg", "trimaps/a.png", "mask.png", "empty/notes.txt", "twins/a.jpg", "twins/a.webp")
    with pytest.raises(CommandError, match=reason):
        pair_up(at / images, at / trimaps, at / out)


@pytest.mark.parametrize(
    ("images", "out"), [("images", "images"), ("images", "trimaps"), ("images/a.png", "images/a.png")]
)
def test_no_alpha_replaces_what_it_is_made_from(files, images, out):
    at = files("images/a.png", "trimaps/a.png")
    with pytest.raises(CommandError, match="would be overwritten by its own alpha"):
        pair_up(at / images, at / "trimaps", at / out)
