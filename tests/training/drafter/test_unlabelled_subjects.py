"""Subjects are taken only from where they are easily told, and grounds from where there are none."""

import numpy as np
import pytest
from unlabelled_photos import catalogue_photo, rough_photo, write_photos

from training.drafter.unlabelled_subjects import BEHIND, OTHERS, RIGHT_DRAFTS, SCENES, alpha_before_backdrop, gather


def test_a_thing_before_white_is_cut_out_with_its_holes_filled():
    rgb = catalogue_photo(0)
    thing = (rgb < 200).any(axis=2)
    rgb[55:60, 75:80] = 250
    alpha = alpha_before_backdrop(rgb)
    assert alpha is not None
    assert ((alpha > 128) != thing).mean() < 0.02
    assert alpha[57, 77] == 255


@pytest.mark.parametrize("nothing", [rough_photo(0), np.full((120, 160, 3), 250, np.uint8)], ids=["rough", "empty"])
def test_where_no_thing_stands_before_a_backdrop_there_is_no_alpha(nothing):
    assert alpha_before_backdrop(nothing) is None


def test_two_things_are_no_subject():
    rgb = np.full((120, 160, 3), 250, np.uint8)
    rgb[40:80, 20:50] = rgb[40:80, 110:140] = 40
    assert alpha_before_backdrop(rgb) is None


def test_a_folder_gives_subjects_and_grounds(tmp_path):
    supply = gather(write_photos(tmp_path))
    assert len(supply.plain) == 3
    assert [(share, len(group)) for share, group in supply.grounds] == [(OTHERS, 3)]  # a catalogue has no grounds
    rng = np.random.default_rng(0)
    for _ in range(20):
        subject = supply.subject(rng)
        assert subject.colours.shape == (*subject.alpha.shape, 3)
        assert subject.colours.dtype == np.float32
        assert (subject.alpha > 128).mean() > 0.02
    assert supply.ground(rng).shape == (120, 160, 3)


def test_a_photo_whose_automatic_draft_was_found_right_is_a_subject(tmp_path, monkeypatch):
    listed = tmp_path / "listed.txt"
    listed.write_text("grounds/1.png\n", encoding="utf-8")
    monkeypatch.setattr("training.drafter.unlabelled_subjects.RIGHT_DRAFTS", listed)
    supply = gather(write_photos(tmp_path / "photos"))
    assert len(supply.right) == 1
    assert [(share, len(group)) for share, group in supply.grounds] == [(BEHIND, 1), (OTHERS, 2)]


def test_scenes_are_named(tmp_path):
    supply = gather(write_photos(tmp_path), frozenset({"grounds"}))
    assert [(share, len(group)) for share, group in supply.grounds] == [(SCENES, 3)]


def test_photos_of_nothing_but_subjects_are_too_few(tmp_path):
    photos = write_photos(tmp_path)
    for path in (photos / "grounds").iterdir():
        path.unlink()
    with pytest.raises(FileNotFoundError, match="can be the ground"):
        gather(photos)


def test_the_list_of_right_drafts_names_photos_by_folder():
    names = RIGHT_DRAFTS.read_text(encoding="utf-8").split()
    assert len(names) == len(set(names)) > 50
    assert all(name.count("/") == 1 for name in names)
