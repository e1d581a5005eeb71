"""Photos with mattes in folders: found by stem, read with a trimap of their own or one made for them."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from small_images import disc

from training.matte_folders import MatteFolderError, banded_trimap, find_mattes


def put(folder: Path, name: str, *, trimap: bool = False) -> None:
    rgb, labels, alpha = disc()
    for part, plane in (("image", rgb[..., ::-1]), ("alpha", np.rint(alpha * 255).astype(np.uint8))):
        (folder / part).mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / part / name), plane)
    if trimap:
        (folder / "trimap").mkdir(exist_ok=True)
        cv2.imwrite(str(folder / "trimap" / name), labels)


def test_files_of_one_stem_belong_together_in_one_folder_or_in_several(tmp_path: Path) -> None:
    put(tmp_path / "animals", "fox.png", trimap=True)
    put(tmp_path / "flowers", "rose.png")
    fox, rose = find_mattes(tmp_path)
    assert (fox.image.stem, rose.image.stem) == ("fox", "rose")
    assert fox.trimap is not None
    assert rose.trimap is None
    assert [files.image for files in find_mattes(tmp_path / "animals")] == [fox.image]


def test_a_photo_without_a_matte_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "fox.png")
    (tmp_path / "image" / "wolf.png").write_bytes((tmp_path / "image" / "fox.png").read_bytes())
    assert [files.image.stem for files in find_mattes(tmp_path)] == ["fox"]


def test_a_folder_with_nothing_to_learn_from_says_what_belongs_there(tmp_path: Path) -> None:
    with pytest.raises(MatteFolderError, match="put photos into image/"):
        find_mattes(tmp_path)


def test_an_example_has_the_trimap_that_was_drawn_and_an_alpha_that_agrees_with_it(tmp_path: Path) -> None:
    put(tmp_path, "fox.png", trimap=True)
    rgb, labels, _ = disc()
    example = find_mattes(tmp_path)[0].read()
    np.testing.assert_array_equal(example.rgb, rgb)
    np.testing.assert_array_equal(example.trimap, labels)
    assert (example.alpha[labels == 255] == 1).all()
    assert (example.alpha[labels == 0] == 0).all()


def test_a_matte_of_another_size_is_refused_by_name(tmp_path: Path) -> None:
    put(tmp_path, "fox.png")
    cv2.imwrite(str(tmp_path / "alpha" / "fox.png"), np.zeros((9, 9), np.uint8))
    with pytest.raises(MatteFolderError, match=r"fox\.png is not of the same size"):
        find_mattes(tmp_path)[0].read()


def test_an_unreadable_file_is_refused_by_name(tmp_path: Path) -> None:
    put(tmp_path, "fox.png")
    (tmp_path / "image" / "fox.png").write_bytes(b"no picture")
    with pytest.raises(MatteFolderError, match=r"fox\.png: "):
        find_mattes(tmp_path)[0].read()


@pytest.mark.parametrize("seed", range(6))
def test_a_made_trimap_contradicts_no_pixel_of_its_matte_and_is_wider_in_larger_photos(seed: int) -> None:
    y, x = np.mgrid[:200, :200]
    alpha = np.clip((60 - np.hypot(x - 100, y - 100)) / 8 + 0.5, 0, 1).astype(np.float32)
    trimap = banded_trimap(np.random.default_rng(seed), alpha)
    assert alpha[trimap == 255].min() > 0.98
    assert alpha[trimap == 0].max() < 0.02
    large = cv2.resize(alpha, (800, 800), interpolation=cv2.INTER_LINEAR)
    share = (trimap == 128).mean()
    assert abs((banded_trimap(np.random.default_rng(seed), large) == 128).mean() - share) < 0.5 * share


def test_made_trimaps_differ_between_photos_and_are_the_same_again(tmp_path: Path) -> None:
    for name in ("fox.png", "hare.png", "wolf.png", "elk.png"):
        put(tmp_path, name)
    widths = [(files.read(seed=3).trimap == 128).mean() for files in find_mattes(tmp_path)]
    assert len(set(widths)) > 1
    assert widths == [(files.read(seed=3).trimap == 128).mean() for files in find_mattes(tmp_path)]


def test_a_made_trimap_is_known_up_to_the_pictures_edge() -> None:
    alpha = np.zeros((60, 60), np.float32)
    alpha[:, 30:] = 1
    trimap = banded_trimap(np.random.default_rng(0), alpha)
    assert (trimap[:, 0] == 0).all()
    assert (trimap[:, -1] == 255).all()
    assert (trimap[:, 30] == 128).all()
