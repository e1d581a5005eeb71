"""Places to look at: few, apart from each other, worst first."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matting_core.box import Box
from matting_core.doubtful_places import WINDOW, Place, doubtful_places
from matting_core.errors import InvalidArrayError


def _meet(one: Box, other: Box) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def test_nothing_doubtful_is_no_place() -> None:
    assert doubtful_places(np.zeros((40, 60), np.float32)) == ()


def test_what_nobody_notices_is_no_place() -> None:
    assert doubtful_places(np.full((40, 60), 0.03, np.float32)) == ()


def test_one_blob_is_one_place_with_its_box_its_middle_and_its_sum() -> None:
    doubt = np.zeros((200, 256), np.float32)
    doubt[100:104, 60:70] = 0.5
    assert doubtful_places(doubt) == (Place(x=65, y=102, box=Box(60, 100, 70, 104), doubt=20.0),)


def test_neighbouring_specks_are_one_place() -> None:
    doubt = np.zeros((256, 256), np.float32)
    doubt[100:112:4, 100:112:4] = 1
    (place,) = doubtful_places(doubt)
    assert place.doubt == pytest.approx(9)
    assert place.box == Box(100, 100, 110, 110)


def test_the_worst_place_comes_first() -> None:
    doubt = np.zeros((256, 256), np.float32)
    doubt[20:24, 20:24], doubt[200:204, 200:204], doubt[20:24, 200:204] = 0.3, 0.9, 0.6
    assert [(place.x, place.y) for place in doubtful_places(doubt)] == [(202, 202), (202, 22), (22, 22)]


def test_a_place_that_is_hardly_doubtful_beside_the_worst_is_left_out() -> None:
    doubt = np.zeros((256, 256), np.float32)
    doubt[20:24, 20:24], doubt[200:204, 200:204] = 0.05, 0.9
    assert len(doubtful_places(doubt)) == 1


def test_a_long_edge_is_cut_into_places_the_size_of_a_view() -> None:
    doubt = np.zeros((512, 1024), np.float32)
    doubt[200:204] = 0.3
    places = doubtful_places(doubt, count=30)
    assert 10 <= len(places) <= 16
    assert all(place.box.width <= 1024 // 16 for place in places)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 300), st.integers(1, 300), st.integers(0, 25))
def test_places_never_overlap_and_are_few_ordered_and_within_the_photo(
    seed: int, height: int, width: int, count: int
) -> None:
    rng = np.random.default_rng(seed)
    doubt = (rng.random((height, width), dtype=np.float32) ** 8).astype(np.float32)
    places = doubtful_places(doubt, count=count)
    assert len(places) <= count
    assert [place.doubt for place in places] == sorted((place.doubt for place in places), reverse=True)
    for place in places:
        assert place.box.clipped(width=width, height=height) == place.box
        assert place.box.left <= place.x < place.box.right
        assert place.box.top <= place.y < place.box.bottom
        held = doubt[place.box.slices]
        assert place.doubt == pytest.approx(held[held > 0.04].sum(), rel=1e-3)
        assert max(place.box.width, place.box.height) <= WINDOW * -(-max(height, width) // 128)
    assert not any(_meet(one.box, other.box) for one, other in combinations(places, 2))


def test_the_same_map_gives_the_same_places() -> None:
    doubt = np.random.default_rng(1).random((300, 400), dtype=np.float32) ** 4
    assert doubtful_places(doubt) == doubtful_places(doubt.copy())


def test_a_map_that_breaks_its_contract_is_refused() -> None:
    with pytest.raises(InvalidArrayError):
        doubtful_places(np.full((4, 4), np.nan, np.float32))
