"""Updates around a stroke: close to a full prediction, in bounded time, and nothing else moves."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matting_core import local_update
from matting_core.box import Box
from matting_core.edits.ink import Ink
from matting_core.edits.marks import Marks
from matting_core.edits.quarters import MAX_STEP
from matting_core.edits.stroke import Stroke
from matting_core.local_update import AlphaPatch, update_alpha
from matting_core.matting import Matting
from matting_core.predictor import predict
from matting_core.prior.classical_prior import classical_prior


@dataclass
class PriorMatting:
    """The classical prior as a model: fast, deterministic, and with long-range effects as every solver has."""

    seen: list[tuple[int, int]] = field(default_factory=list)
    name = "prior"

    def predict(self, rgb: np.ndarray, trimap: np.ndarray) -> np.ndarray:
        self.seen.append(trimap.shape)
        return classical_prior(rgb, trimap).full_alpha(rgb, trimap).numpy()


@dataclass
class ExposureBound:
    """Looks around each pixel, but is off by the mean brightness of whatever piece of the photo it is shown."""

    name = "exposure-bound"

    def predict(self, rgb: np.ndarray, trimap: np.ndarray) -> np.ndarray:
        near = cv2.blur(trimap.astype(np.float32) / 255, (21, 21), borderType=cv2.BORDER_REPLICATE)
        return (0.2 + 0.4 * near + 0.3 * np.float32(rgb[..., 0].mean() / 255)).astype(np.float32)


@pytest.fixture(autouse=True)
def _short_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small distances keep the pictures small."""
    for name, pixels in (("REACH", 20), ("RAMP", 10), ("CONTEXT", 14)):
        monkeypatch.setattr(local_update, name, pixels)


def scene(height: int = 121, width: int = 241) -> tuple[np.ndarray, np.ndarray]:
    """A horizon with a wavy soft edge between two textured halves, the band around it unknown."""
    y, x = np.mgrid[:height, :width]
    depth = y - height / 2 - 8 * np.sin(x / 11)
    alpha = np.clip(depth / 14 + 0.5, 0, 1)[..., None]
    rng = np.random.default_rng(2)
    front = np.array([210, 150, 60]) + 25 * np.sin(x / 6)[..., None] + rng.normal(0, 6, (height, width, 3))
    back = np.array([40, 70, 110]) + 25 * np.cos(y / 5)[..., None] + rng.normal(0, 6, (height, width, 3))
    trimap = np.full((height, width), 128, np.uint8)
    trimap[depth > 22], trimap[depth < -22] = 255, 0
    return np.clip(alpha * front + (1 - alpha) * back, 0, 255).astype(np.uint8), trimap


def stroke(label: Ink, *points: tuple[int, int], radius: int = 5) -> Stroke:
    """A stroke through the given pixels."""
    return Stroke(label, radius * 4, tuple((4 * x + 2, 4 * y + 2) for x, y in points))


def painted(trimap: np.ndarray, *strokes: Stroke) -> tuple[np.ndarray, Box]:
    after, box = trimap.copy(), Box(0, 0, 0, 0)
    for one in strokes:
        box = box.union(one.apply(Marks(after, after.copy)))
    return after, box


def updated(
    model: Matting, photo: np.ndarray, before: np.ndarray, after: np.ndarray, alpha: np.ndarray, changed: Box
) -> AlphaPatch:
    """`update_alpha`, told what the trimap was before as a whole."""
    covered = before[changed.slices].copy()
    return update_alpha(model, photo, trimap=after, covered=covered, changed=changed, alpha=alpha)


def laid(alpha: np.ndarray, patch: AlphaPatch) -> np.ndarray:
    shown = alpha.copy()
    shown[patch.box.slices] = patch.alpha
    return shown


def test_an_update_stays_within_reach_and_known_pixels_are_exact() -> None:
    photo, trimap = scene()
    after, box = painted(trimap, stroke(Ink.BACKGROUND, (60, 52), (66, 55)))
    alpha = predict(PriorMatting(), photo, trimap)
    before = alpha.copy()
    patch = updated(PriorMatting(), photo, trimap, after, alpha, box)
    np.testing.assert_array_equal(alpha, before)
    shown = laid(alpha, patch)
    assert patch.alpha.dtype == np.float32
    assert patch.alpha.shape == (patch.box.height, patch.box.width)
    changed_rows, changed_columns = np.nonzero(trimap != after)
    y, x = np.mgrid[: trimap.shape[0], : trimap.shape[1]]
    distance2 = np.full(trimap.shape, np.inf)
    for row, column in zip(changed_rows, changed_columns, strict=True):
        distance2 = np.minimum(distance2, (y - row) ** 2 + (x - column) ** 2)
    far = distance2 > 31**2
    assert far[patch.box.slices].any()
    np.testing.assert_array_equal(shown[far], alpha[far])
    np.testing.assert_array_equal(shown[after == 0], 0)
    np.testing.assert_array_equal(shown[after == 255], 1)
    assert np.abs(shown - alpha)[after == 128].max() > 0.05


def test_a_stroke_that_changes_nothing_needs_no_model_and_gives_an_empty_patch() -> None:
    photo, trimap = scene()
    after, box = painted(trimap, stroke(Ink.BACKGROUND, (60, 5)))
    assert not box.is_empty
    model = PriorMatting()
    alpha = np.full(trimap.shape, 0.3, np.float32)
    for where in (box, Box(40, 10, 60, 20), Box(7, 3, 7, 3)):
        patch = updated(model, photo, trimap, after, alpha, where)
        assert patch.box.is_empty
        assert patch.alpha.size == 0
    assert model.seen == []


@pytest.mark.parametrize(
    ("label", "points"),
    [
        (Ink.BACKGROUND, ((60, 46), (75, 46))),
        (Ink.FOREGROUND, ((120, 60), (140, 62))),
        (Ink.BACKGROUND, ((200, 60), (220, 60))),
    ],
)
def test_an_update_comes_close_to_a_full_prediction(label: Ink, points: tuple[tuple[int, int], ...]) -> None:
    photo, trimap = scene()
    after, box = painted(trimap, stroke(label, *points))
    model = PriorMatting()
    alpha, full = predict(model, photo, trimap), predict(model, photo, after)
    patch = updated(model, photo, trimap, after, alpha, box)
    unknown = after == 128
    stale = np.abs(alpha - full)[unknown].mean()
    assert stale > 5e-4
    assert np.abs(laid(alpha, patch) - full)[unknown].mean() < 0.5 * stale


def test_what_a_crop_gets_wrong_twice_cancels_where_pasting_it_would_show() -> None:
    photo, trimap = scene()
    photo[:, 180:] //= 4
    after, box = painted(trimap, stroke(Ink.FOREGROUND, (110, 60), (130, 60)))
    model = ExposureBound()
    alpha, full = predict(model, photo, trimap), predict(model, photo, after)
    patch = updated(model, photo, trimap, after, alpha, box)
    pasted = alpha.copy()
    pasted[patch.box.slices] = predict(model, photo[patch.box.slices], after[patch.box.slices])
    unknown = after == 128
    pasting_error = np.abs(pasted - full)[unknown].mean()
    assert pasting_error > 1e-3
    assert np.abs(laid(alpha, patch) - full)[unknown].mean() < 0.2 * pasting_error


def test_pixels_made_unknown_again_take_the_crops_own_estimate() -> None:
    photo, trimap = scene()
    closed, _ = painted(trimap, stroke(Ink.FOREGROUND, (60, 52), radius=8))
    reopened, box = painted(closed, stroke(Ink.UNKNOWN, (60, 52), radius=9))
    model = PriorMatting()
    alpha = predict(model, photo, closed)
    patch = updated(model, photo, closed, reopened, alpha, box)
    opened = (reopened == 128) & (closed == 255)
    error = np.abs(laid(alpha, patch) - predict(model, photo, reopened))[opened]
    assert error.mean() < 0.05
    assert np.abs(alpha - predict(model, photo, reopened))[opened].mean() > 0.3


def test_a_crop_that_lacks_a_class_grows_until_it_has_both() -> None:
    """A small subject at the far left; the stroke is at the right, where only background and unknown are near."""
    photo, _ = scene(60, 400)
    trimap = np.zeros((60, 400), np.uint8)
    trimap[:, 200:], trimap[:, 170:200] = 128, 255
    after, box = painted(trimap, stroke(Ink.BACKGROUND, (330, 30)))
    model = PriorMatting()
    alpha = predict(model, photo, trimap)
    model.seen.clear()
    updated(model, photo, trimap, after, alpha, box)
    widths = {width for _, width in model.seen}
    assert len(widths) == 1
    assert 130 < widths.pop() < 400


def test_a_crop_that_grows_to_the_whole_photo_still_follows_the_stroke() -> None:
    photo, _ = scene(60, 100)
    trimap = np.full((60, 100), 128, np.uint8)
    trimap[:, :20] = 0
    after, box = painted(trimap, stroke(Ink.FOREGROUND, (80, 30)))
    model = PriorMatting()
    alpha = predict(model, photo, trimap)
    shown = laid(alpha, updated(model, photo, trimap, after, alpha, box))
    near = np.zeros(trimap.shape, bool)
    near[20:40, 70:90] = True
    full = predict(model, photo, after)
    assert np.abs(alpha - full)[near].mean() > 0.2
    np.testing.assert_allclose(shown[near], full[near], atol=1e-6)


@pytest.mark.parametrize(("name", "limit"), [("LARGEST_SIDE", 60), ("MOST_UNKNOWN", 1000)])
def test_a_large_crop_is_predicted_small_and_the_matte_still_follows(
    name: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_update, name, limit)
    photo, trimap = scene()
    after, box = painted(trimap, stroke(Ink.BACKGROUND, (60, 52), (66, 55)))
    model = PriorMatting()
    alpha, full = predict(model, photo, trimap), predict(model, photo, after)
    model.seen.clear()
    patch = updated(model, photo, trimap, after, alpha, box)
    assert all(max(shape) <= 60 for shape in model.seen)
    unknown = after == 128
    assert np.abs(laid(alpha, patch) - full)[unknown].mean() < 0.8 * np.abs(alpha - full)[unknown].mean()


def test_the_quick_form_is_asked_where_a_model_has_one() -> None:
    class Slow:
        name = "slow"
        live = PriorMatting()

        def predict(self, rgb: np.ndarray, trimap: np.ndarray) -> np.ndarray:
            raise AssertionError("nobody waits for this while drawing")

    photo, trimap = scene()
    after, box = painted(trimap, stroke(Ink.BACKGROUND, (60, 52), (66, 55)))
    updated(Slow(), photo, trimap, after, np.full(trimap.shape, 0.5, np.float32), box)
    assert len(Slow.live.seen) == 2


@given(
    label=st.sampled_from(list(Ink)),
    points=st.lists(st.tuples(st.integers(-80, 600), st.integers(-80, 400)), min_size=1, max_size=4),
    radius=st.integers(1, 60),
    shown=st.floats(0, 1),
)
@settings(max_examples=25, deadline=None)
def test_any_stroke_gives_a_patch_that_keeps_the_contracts(
    label: Ink, points: list[tuple[int, int]], radius: int, shown: float
) -> None:
    assert max(max(map(abs, point)) for point in points) < MAX_STEP
    photo, trimap = scene(71, 121)
    after, box = painted(trimap, Stroke(label, radius, tuple(points)))
    alpha = np.full(trimap.shape, shown, np.float32)
    patch = updated(PriorMatting(), photo, trimap, after, alpha, box)
    assert patch.box.clipped(width=121, height=71) == patch.box
    assert patch.alpha.shape == (patch.box.height, patch.box.width)
    assert patch.alpha.dtype == np.float32
    labels = after[patch.box.slices]
    assert ((patch.alpha >= 0) & (patch.alpha <= 1)).all()
    np.testing.assert_array_equal(patch.alpha[labels == 0], 0)
    np.testing.assert_array_equal(patch.alpha[labels == 255], 1)


def test_a_stroke_far_from_anything_unknown_asks_no_model() -> None:
    class Untouchable:
        name = "untouchable"

        def predict(self, rgb: np.ndarray, trimap: np.ndarray) -> np.ndarray:
            raise AssertionError("nothing here depends on a model")

    old = np.zeros((300, 300), np.uint8)
    old[:20, :20], old[20:30, :20] = 255, 128
    new = old.copy()
    new[200:210, 200:210] = 255
    rgb = np.zeros((300, 300, 3), np.uint8)
    alpha = (old == 255).astype(np.float32)
    patch = updated(Untouchable(), rgb, old, new, alpha, Box(200, 200, 210, 210))
    alpha[patch.box.slices] = patch.alpha
    np.testing.assert_array_equal(alpha, (new == 255).astype(np.float32))
