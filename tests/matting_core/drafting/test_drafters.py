"""What every drafter owes, and what each one is for."""

import numpy as np
import pytest
from scenes import meadow, studio

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Mask, Trimap, check_trimap
from matting_core.box import Box
from matting_core.drafting import AutomaticDrafter, BackdropDrafter, Drafter, GrabCutDrafter, Hints, backdrop_fit

DRAFTERS = [AutomaticDrafter(), BackdropDrafter(), GrabCutDrafter()]


def assert_fits(trimap: Trimap, subject: Mask, *, wrong: float = 0.01) -> None:
    """The known pixels tell the truth about the subject, and most pixels are known."""
    known = trimap != UNKNOWN
    assert known.mean() > 0.7
    assert (trimap == FOREGROUND)[subject].mean() > 0.7
    assert ((trimap == FOREGROUND) != subject)[known].mean() <= wrong


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
@pytest.mark.parametrize(
    "rgb",
    [
        np.full((40, 50, 3), 128, np.uint8),
        np.random.default_rng(0).integers(0, 256, (48, 40, 3), np.uint8),
        np.random.default_rng(0).integers(0, 65536, (30, 90, 3), np.uint16),
        np.zeros((8, 8, 3), np.uint8),
        np.full((600, 20, 3), 255, np.uint8),
    ],
    ids=["plain", "noise", "deep noise", "tiny", "tall"],
)
def test_every_photo_gets_all_three_classes(drafter: Drafter, rgb: np.ndarray) -> None:
    before = rgb.copy()
    trimap = check_trimap(drafter.draft(rgb), like=rgb)
    assert set(np.unique(trimap)) == {BACKGROUND, UNKNOWN, FOREGROUND}
    np.testing.assert_array_equal(rgb, before)


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
def test_drafts_are_reproducible(drafter: Drafter) -> None:
    rgb, _ = meadow()
    np.testing.assert_array_equal(drafter.draft(rgb), drafter.draft(rgb))


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_subject_before_a_studio_backdrop_is_found(drafter: Drafter, depth: type) -> None:
    rgb, subject = studio()
    assert_fits(drafter.draft(rgb if depth == np.uint8 else rgb.astype(np.uint16) * 257), subject)


@pytest.mark.parametrize("drafter", [AutomaticDrafter(), GrabCutDrafter()], ids=lambda drafter: drafter.name)
def test_subject_on_rough_ground_is_found(drafter: Drafter) -> None:
    assert_fits(drafter.draft(meadow()[0]), meadow()[1])


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
def test_drafters_stand_behind_the_protocol(drafter: Drafter) -> None:
    assert isinstance(drafter, Drafter)


def test_frame_tells_a_studio_from_a_meadow() -> None:
    assert backdrop_fit(studio()[0]) > 0.95
    assert backdrop_fit(meadow()[0]) < 0.75


def test_band_grows_with_the_photo() -> None:
    unknown = {
        scale: np.count_nonzero(AutomaticDrafter().draft(studio(height=144 * scale, width=192 * scale)[0]) == UNKNOWN)
        for scale in (1, 3)
    }
    assert unknown[3] / unknown[1] == pytest.approx(9, rel=0.35)


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
def test_nothing_far_outside_the_hinted_box_is_foreground(drafter: Drafter) -> None:
    rgb, subject = studio()
    rgb[10:40, 160:190] = (30, 60, 160)  # something else in the photo
    rows, columns = np.flatnonzero(subject.any(axis=1)), np.flatnonzero(subject.any(axis=0))
    box = Box(int(columns[0]) - 8, int(rows[0]) - 8, int(columns[-1]) + 9, int(rows[-1]) + 9)
    trimap = drafter.draft(rgb, Hints(box=box))
    assert_fits(trimap, subject)
    assert (trimap[10:40, 160:190] == BACKGROUND).all()


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
@pytest.mark.parametrize("box", [Box(-50, -50, -10, -10), Box(10, 10, 10, 40), Box(-9, -9, 999, 999)])
def test_box_that_says_nothing_is_ignored(drafter: Drafter, box: Box) -> None:
    rgb, subject = studio()
    assert_fits(drafter.draft(rgb, Hints(box=box)), subject)
