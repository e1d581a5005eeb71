import base64

import numpy as np
import pytest
from edit_samples import HEIGHT, WIDTH, marks_of, random_trimap

from matting_core.box import Box
from matting_core.edits.edit import painted
from matting_core.edits.patch import Patch
from matting_core.errors import InvalidEditError


def test_lays_its_labels_and_leaves_out_what_reaches_outside() -> None:
    base, labels = random_trimap(1), random_trimap(2)
    after = painted(base, [Patch.of(labels, left=4, top=3)])
    expected = base.copy()
    expected[3:, 4:] = labels[: HEIGHT - 3, : WIDTH - 4]
    assert np.array_equal(after, expected)


def test_beside_the_image_nothing_happens() -> None:
    marks = marks_of(random_trimap(1))
    assert Patch.of(random_trimap(2), left=WIDTH, top=0).apply(marks) == Box(0, 0, 0, 0)


def test_alpha_painted_by_hand_stays_where_the_label_stays() -> None:
    marks = marks_of(np.full((HEIGHT, WIDTH), 128, np.uint8))
    marks.paint_alpha(marks.whole, weight=np.full((HEIGHT, WIDTH), 255, np.uint8), value=90)
    labels = np.full((HEIGHT, WIDTH), 128, np.uint8)
    labels[:, :3] = 255
    Patch.of(labels, left=0, top=0).apply(marks)
    assert not marks.retouch.coverage[:, :3].any()
    assert marks.retouch.coverage[:, 3:].all()


@pytest.mark.parametrize("png", ["", "%%%", base64.b64encode(b"no picture").decode()])
def test_what_is_no_picture_is_refused(png: str) -> None:
    with pytest.raises(InvalidEditError, match="cannot be read"):
        painted(random_trimap(1), [Patch(0, 0, png)])


def test_a_place_outside_any_image_is_refused() -> None:
    with pytest.raises(InvalidEditError, match="inside"):
        Patch.of(random_trimap(1), left=-1, top=0)
