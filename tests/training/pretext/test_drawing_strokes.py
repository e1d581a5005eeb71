"""Strokes: opaque where wide, faint where thin, and curves that grow as told."""

import numpy as np
import pytest

from training.pretext.strokes import draw_strokes, grow

SIZE = 96


def line(width: float, end: float | None = None) -> np.ndarray:
    """Hardly aslant, so that columns cross it nearly at right angles but at all places of the pixel grid."""
    curve = np.stack([np.linspace(10, 86, 20), np.linspace(42, 54, 20)], 1)[None]
    return draw_strokes(curve, np.linspace(width, width if end is None else end, 20)[None], size=SIZE)


@pytest.mark.parametrize("width", [0.5, 1.0, 2.0, 4.0, 9.0])
def test_a_stroke_covers_its_width(width: float) -> None:
    across = line(width)[:, 20:76].sum(0)
    assert across.mean() == pytest.approx(width, abs=0.35)
    assert across.std() < 0.5


def test_a_stroke_is_opaque_where_it_is_wide_and_tapers_to_nothing() -> None:
    stroke = line(5, 0)
    assert stroke[:, 15].max() == 1
    cover = stroke.sum(0)[12:84].reshape(6, 12).mean(1)
    assert cover[0] > 4
    assert cover[-1] < 0.5
    assert (np.diff(cover) < -0.3).all()


def test_a_faint_end_does_not_lighten_what_lies_below_it() -> None:
    wide = np.stack([np.full(20, 48.0), np.linspace(10, 86, 20)], 1)
    thin = np.stack([np.linspace(10, 86, 20), np.full(20, 48.0)], 1)
    for order in ((0, 1), (1, 0)):
        curves = np.stack([wide, thin])[list(order)]
        widths = np.stack([np.full(20, 8.0), np.full(20, 0.5)])[list(order)]
        assert draw_strokes(curves, widths, size=SIZE)[48, 48] == 1


def test_no_strokes_are_an_empty_plane() -> None:
    assert not draw_strokes(np.zeros((0, 5, 2)), np.zeros((0, 5)), size=SIZE).any()


def test_curves_start_at_their_roots_and_have_their_lengths() -> None:
    roots, headings = np.array([[10.0, 20.0], [30.0, 40.0]]), np.array([[1.0, 0.0], [0.0, -1.0]])
    curves = grow(np.random.default_rng(0), roots, headings, lengths=np.array([12.0, 30.0]), bend=1, curl=0.5)
    np.testing.assert_allclose(curves[:, 0], roots)
    np.testing.assert_allclose(np.linalg.norm(np.diff(curves, axis=1), axis=2).sum(1), [12, 30])


def test_a_curve_without_a_will_is_straight_and_a_pull_bends_it_down() -> None:
    root, heading = np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]])
    straight = grow(np.random.default_rng(0), root, heading, lengths=np.array([10.0]))
    np.testing.assert_allclose(straight[0, -1], [10, 0], atol=1e-9)
    pulled = grow(np.random.default_rng(0), root, heading, lengths=np.array([10.0]), pull=(0, 1))
    assert pulled[0, -1, 1] > 2
