"""Tiles: every pixel is covered once by a core, and blending gives back what does not depend on the tile."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matting_core.box import Box
from matting_core.tiles import blended, tiles


@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    side=st.integers(1, 400),
    grid=st.sampled_from([1, 2, 8]),
)
def test_cores_cover_every_pixel_once_and_start_on_the_grid(width: int, height: int, side: int, grid: int) -> None:
    covered = np.zeros((height, width), np.int32)
    for core in tiles(width=width, height=height, side=side, grid=grid):
        assert core.left % grid == core.top % grid == 0
        covered[core.slices] += 1
    assert (covered == 1).all()


@pytest.mark.parametrize("whole", [False, True])
def test_blending_gives_back_a_plane_that_does_not_depend_on_the_tile(whole: bool) -> None:
    plane = np.random.default_rng(0).random((130, 170)).astype(np.float32)
    result = blended(np.ones(plane.shape, np.bool_), side=40, margin=8, run=lambda box: plane[box.slices], whole=whole)
    np.testing.assert_allclose(result, plane, atol=1e-6)


def test_tiles_without_a_wanted_pixel_are_never_run() -> None:
    wanted = np.zeros((128, 128), np.bool_)
    wanted[5, 5] = True
    seen: list[Box] = []

    def run(box: Box) -> np.ndarray:
        seen.append(box)
        return np.ones((box.height, box.width), np.float32)

    result = blended(wanted, side=32, margin=4, run=run)
    assert seen == [Box(0, 0, 36, 36)]
    assert result[5, 5] == 1
    assert result[100, 100] == 0


def test_several_planes_are_blended_at_once() -> None:
    planes = np.random.default_rng(1).random((3, 90, 70)).astype(np.float32)
    everywhere = np.ones(planes.shape[1:], np.bool_)
    result = blended(everywhere, side=30, margin=8, run=lambda box: planes[(..., *box.slices)], planes=(3,))
    np.testing.assert_allclose(result, planes, atol=1e-6)


def test_tiles_of_one_size_may_be_run_together() -> None:
    plane = np.random.default_rng(0).random((160, 160)).astype(np.float32)
    sizes: list[int] = []

    def together(boxes: list[Box]) -> list[np.ndarray]:
        assert len({(box.width, box.height) for box in boxes}) == 1
        sizes.append(len(boxes))
        return [plane[box.slices] for box in boxes]

    result = blended(
        np.ones(plane.shape, np.bool_),
        side=32,
        margin=8,
        run=lambda box: plane[box.slices],
        run_together=together,
        at_once=4,
    )
    np.testing.assert_allclose(result, plane, atol=1e-6)
    assert max(sizes) == 4


def test_neighbours_may_be_blended_over_a_part_of_the_margin_only() -> None:
    """What a tile says at the far end of its margin then does not count."""

    def run(box: Box) -> np.ndarray:
        answer = np.ones((box.height, box.width), np.float32)
        if box.left > 0:
            answer[:, :4] = 100
        return answer

    wanted = np.ones((32, 64), np.bool_)
    assert blended(wanted, side=32, margin=8, fade=4, run=run).max() < 1.2
    assert blended(wanted, side=32, margin=8, run=run).max() > 10
