import numpy as np
import pytest
from elsewhere import HEIGHT, WIDTH, scene

from annotation_store.imports import checks
from annotation_store.imports.import_errors import UnusableMatteError

RGB, TRIMAP, ALPHA = scene()


def test_a_matte_of_another_size_is_refused_and_one_on_its_side_by_name():
    checks.check_size((HEIGHT, WIDTH), width=WIDTH, height=HEIGHT, what="the alpha")
    with pytest.raises(UnusableMatteError, match="the alpha is 20x10, but the photo 40x30: make it in"):
        checks.check_size((10, 20), width=WIDTH, height=HEIGHT, what="the alpha")
    with pytest.raises(UnusableMatteError, match=r"it lies on its side.*EXIF"):
        checks.check_size((WIDTH, HEIGHT), width=WIDTH, height=HEIGHT, what="the alpha")


@pytest.mark.parametrize(("value", "word"), [(255, "foreground"), (0, "background"), (128, "unknown region")])
def test_a_trimap_alone_has_three_classes(value, word):
    checks.check_classes(TRIMAP)
    without = np.where(value == TRIMAP, 128 if value != 128 else 0, TRIMAP).astype(np.uint8)
    with pytest.raises(UnusableMatteError, match=f"has no {word}"):
        checks.check_classes(without)


def test_a_level_of_rounding_is_settled_without_a_word():
    rounded = np.where(TRIMAP == 255, np.float32(254 / 255), ALPHA)
    settled, notes = checks.settle(rounded, TRIMAP)
    assert notes == ()
    assert (settled[TRIMAP == 255] == 1).all()


def test_the_trimap_overrules_a_few_pixels_and_says_so():
    alpha = ALPHA.copy()
    alpha[0, 0] = 0.5
    settled, notes = checks.settle(alpha, TRIMAP)
    assert notes == ("at 1 known pixels of the trimap its alpha was overruled",)
    assert np.array_equal(settled, ALPHA)


def test_more_than_a_few_are_a_contradiction():
    alpha = ALPHA.copy()
    alpha[:2] = 0.5
    with pytest.raises(UnusableMatteError, match=r"otherwise than its trimap at 80 pixels that are marked as known: "):
        checks.settle(alpha, TRIMAP)
    with pytest.raises(UnusableMatteError, match="it looks inverted"):
        checks.settle(1 - ALPHA, TRIMAP)


def test_premultiplied_colours_are_told_from_straight_ones():
    rgba = np.rint(RGB * ALPHA[..., None]).astype(np.uint8)
    assert "premultiplied" in checks.premultiplied_note(ALPHA, rgba, RGB)
    assert "premultiplied" in checks.premultiplied_note(ALPHA, rgba.astype(np.uint16) * 257, RGB)
    straight = np.broadcast_to(np.array((220, 200, 60), np.uint8), RGB.shape)
    assert checks.premultiplied_note(ALPHA, straight, RGB) is None
    assert checks.premultiplied_note(ALPHA, RGB, RGB) is None
    assert checks.premultiplied_note(TRIMAP // 255 * np.float32(1), rgba, RGB) is None  # nothing soft to tell it by


def test_an_alpha_looks_inverted_by_its_frame_or_by_what_was_there():
    assert checks.inverted_note(ALPHA, None) is None
    assert checks.inverted_note(1 - ALPHA, None) == checks.INVERTED
    assert checks.inverted_note(np.ones_like(ALPHA), None) is None
    assert checks.inverted_note(1 - ALPHA, ALPHA) == checks.INVERTED
    assert checks.inverted_note(ALPHA, ALPHA) is None
    frame = 1 - ALPHA  # a wreath, say, that was a wreath before
    assert checks.inverted_note(frame, frame) is None
