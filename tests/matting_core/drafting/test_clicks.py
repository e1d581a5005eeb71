"""A click's disc holds, whatever lies around it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN
from matting_core.drafting.clicks import disc_radius, discs, pin
from matting_core.drafting.drafter import Click
from matting_core.trimap import Label

CLICK = st.builds(Click, st.integers(0, 899), st.integers(0, 599), st.sampled_from(Label))


@given(clicks=st.lists(CLICK, min_size=1, max_size=6), ground=st.sampled_from([BACKGROUND, UNKNOWN, FOREGROUND]))
def test_every_pixel_of_a_disc_has_the_label_of_its_nearest_click(clicks: list[Click], ground: int) -> None:
    trimap = np.full((600, 900), ground, np.uint8)
    pin(trimap, clicks, band=9)
    radius = disc_radius(600, 900)
    for click in clicks:
        for x, y in ((click.x, click.y), (click.x + radius, click.y), (click.x, click.y - radius)):
            if 0 <= x < 900 and 0 <= y < 600:
                # of equally near clicks, the later one
                nearest = min(reversed(clicks), key=lambda other: (other.x - x) ** 2 + (other.y - y) ** 2)
                assert trimap[y, x] == nearest.label.value_in_trimap


def test_an_edge_is_left_open_around_a_disc_of_the_other_label() -> None:
    trimap = np.full((600, 900), BACKGROUND, np.uint8)
    pin(trimap, [Click(100, 100, Label.FOREGROUND)], band=9)
    assert trimap[100, 104] == FOREGROUND
    assert trimap[100, 112] == UNKNOWN
    assert trimap[100, 120] == BACKGROUND


def test_a_click_among_its_like_changes_nothing() -> None:
    trimap = np.full((600, 900), FOREGROUND, np.uint8)
    pin(trimap, [Click(100, 100, Label.FOREGROUND)], band=9)
    assert (trimap == FOREGROUND).all()


@given(clicks=st.lists(CLICK, min_size=1, max_size=6))
def test_discs_of_different_labels_never_overlap_on_a_small_copy(clicks: list[Click]) -> None:
    claimed = [discs(clicks, label, full=(600, 900), small=(60, 90)) for label in Label]
    assert np.sum(claimed, axis=0).max() == 1
