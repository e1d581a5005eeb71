import cv2
import numpy as np
import pytest
from compared_discs import compare_discs
from PIL import Image

from annotation_store.comparisons.comparisons import list_pairs
from annotation_store.comparisons.sides import Side, first_is_left
from studio import blind_pictures
from studio.blind_pictures import BlindPictures, CutOut

PEOPLE = [f"person {number}" for number in range(16)]
HALF = np.array([[0.5]], np.float32)


@pytest.fixture
def comparison(studio):
    return compare_discs(studio.store, number=1)


@pytest.fixture
def pair(studio, comparison):
    return list_pairs(studio.store, comparison.id)[0]


@pytest.fixture
def look(studio, comparison, pair):
    def picture(side, person="mika", ground="#ff0000", *, detail=False):
        return studio.blind.picture(comparison, pair, side=side, person=person, ground=ground, detail=detail)

    return picture


def pixels(data):
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1].astype(int)


def test_the_sides_are_swapped_for_some_and_hold_the_same_two_pictures_for_all(comparison, pair, look):
    shown = {person: (look(Side.LEFT, person), look(Side.RIGHT, person)) for person in PEOPLE}
    first, second = next(shown[each] for each in PEOPLE if first_is_left(comparison, pair, each))
    assert first != second
    for person, sides in shown.items():
        wanted = (first, second) if first_is_left(comparison, pair, person) else (second, first)
        assert sides == wanted
    assert len(set(shown.values())) == 2


def test_it_stands_on_the_ground_that_was_asked_for(look):
    red, checker = pixels(look(Side.LEFT)), pixels(look(Side.LEFT, ground="checker"))
    np.testing.assert_allclose(red[0, 0], (254, 0, 0), atol=3)
    corner = checker[:24, :24]
    np.testing.assert_allclose(corner[2, 2], (255,) * 3, atol=3)
    np.testing.assert_allclose(corner[2, 16], (204,) * 3, atol=3)


def test_the_painted_spot_lets_the_ground_through_on_one_side_alone(comparison, pair, look):
    middle = {side: pixels(look(side, ground="#ff0000"))[32, 48, 1] for side in Side}
    approved = Side.LEFT if first_is_left(comparison, pair, "mika") else Side.RIGHT
    drafted = next(side for side in Side if side is not approved)
    assert middle[approved] < middle[drafted] - 60  # red has no green


def test_the_file_holds_no_words(look, tmp_path):
    for detail in (False, True):
        path = tmp_path / "picture.jpg"
        path.write_bytes(look(Side.LEFT, detail=detail))
        with Image.open(path) as picture:
            assert picture.format == "JPEG"
            assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert not picture.getexif()


def test_a_detail_shows_where_the_two_differ_most(studio, comparison, pair, monkeypatch):
    monkeypatch.setattr(blind_pictures, "LEAST_DETAIL", 20)
    fresh = BlindPictures(studio.store)
    left, right = (
        pixels(fresh.picture(comparison, pair, side=side, person="mika", ground="#ff0000", detail=True))
        for side in Side
    )
    assert left.shape == right.shape == (20, 20, 3)
    assert np.abs(left - right).mean() > 30


def test_a_large_photo_is_shown_smaller(studio, comparison, pair, monkeypatch):
    monkeypatch.setattr(blind_pictures, "LONGEST_SIDE", 48)
    fresh = BlindPictures(studio.store)
    shown = fresh.picture(comparison, pair, side=Side.LEFT, person="mika", ground="checker", detail=False)
    assert pixels(shown).shape == (32, 48, 3)


def test_both_sides_are_made_together_once_and_few_are_kept(studio, comparison, pair, monkeypatch):
    made = []
    estimate = blind_pictures.estimate_foreground
    monkeypatch.setattr(blind_pictures, "estimate_foreground", lambda *each: made.append(1) or estimate(*each))
    monkeypatch.setattr(blind_pictures, "MOST_KEPT", 1)
    fresh = BlindPictures(studio.store)

    def look(side, *, detail):
        fresh.picture(comparison, pair, side=side, person="mika", ground="checker", detail=detail)
        return len(made)

    assert [look(Side.LEFT, detail=False), look(Side.RIGHT, detail=False)] == [2, 2]
    assert [look(Side.LEFT, detail=True), look(Side.LEFT, detail=False)] == [4, 6]


def test_half_of_white_over_black_is_grey():
    cut_out = CutOut(np.full((1, 1, 3), 255, np.uint8), HALF)
    np.testing.assert_array_equal(cut_out.over("#000000"), np.full((1, 1, 3), 128))
    np.testing.assert_array_equal(cut_out.over("#00ff00"), [[[128, 255, 128]]])
