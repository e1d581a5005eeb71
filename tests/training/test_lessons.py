"""Lessons: windows true to their photo, and belief only where the approval gives reason for it."""

import numpy as np
import pytest
import torch
from small_images import disc

from annotation_store.learning.training_sets import TrainingExample
from training import windows
from training.lessons import cut_windows
from training.sloppy_trimaps import Sloppiness


@pytest.fixture(autouse=True)
def _small_windows(monkeypatch):
    monkeypatch.setattr(windows, "WINDOW", 96)
    monkeypatch.setattr(windows, "SAMPLE", 64)


def example(seed=0, **more):
    rgb, trimap, alpha = disc(seed, width=160, height=128)
    return TrainingExample(**{"rgb": rgb, "trimap": trimap, "alpha": alpha, **more})


def cut(of, *, count=3, how=None, seed=0):
    return cut_windows(np.random.default_rng(seed), of, count=count, how=how or Sloppiness())


def test_windows_hold_both_classes_and_something_unknown():
    found = cut(example())
    assert len(found) == 3
    for sample in found:
        assert sample.rgb.shape == (1, 3, 64, 64)
        assert (sample.trimap == 128).any()
        assert sample.trusted is None


def test_where_the_trimap_is_known_the_prior_and_the_truth_are_exact():
    for sample in cut(example()):
        known = sample.trimap != 128
        assert (sample.alpha[known] == sample.trimap[known]).all()
        assert (sample.prior[known] == sample.trimap[known]).all()


def test_of_a_trimap_that_was_put_right_only_its_known_pixels_are_believed():
    known = example().trimap != 128
    honest = cut(example(believed=known))
    alpha = example().alpha
    made_up = np.where(known, alpha, 1 - alpha)
    lied_to = cut(example(alpha=made_up, believed=known))
    assert honest
    for one, other in zip(honest, lied_to, strict=True):
        believed = one.trusted == 1
        assert (believed & (one.trimap == 128)).sum() >= 50, "something must be learnt"
        assert set(one.alpha[believed].unique().tolist()) <= {0, 255}
        assert (one.alpha[believed] == other.alpha[believed]).all()
        assert (one.alpha[~believed] != other.alpha[~believed]).any()


def test_what_somebody_painted_on_an_alpha_is_learnt_and_the_rest_of_its_unknown_region_is_not():
    unknown = example().trimap == 128
    painted = unknown.copy()
    painted[:, :80] = False
    found = cut(example(believed=~unknown | painted), count=8, how=Sloppiness(as_approved=1.0, as_drafted=0.0))
    learnt = [(sample.trusted == 1) & (sample.trimap == 128) for sample in found]
    assert any(at.sum() >= 50 for at in learnt), "as approved, too: the paint is known to no trimap"
    assert any((sample.trusted == 0).any() for sample in found)
    soft = torch.cat([sample.alpha[at] for sample, at in zip(found, learnt, strict=True)])
    assert len(soft.unique()) > 20, "soft values, not only the trimap's"


def test_half_of_the_windows_look_where_the_operator_changed_the_draft():
    """A speck that the drafter missed, far from the subject's edge."""
    rgb, trimap, alpha = disc(width=800, height=128)
    rgb[:, :200] = 20, 20, 250  # which tells where a window lies
    trimap[40:88, 20:80], alpha[40:88, 20:80] = 255, 1
    draft = trimap.copy()
    draft[40:88, 20:80] = 0
    plain = TrainingExample(rgb=rgb, trimap=trimap, alpha=alpha, believed=trimap != 128)
    corrected = TrainingExample(rgb=rgb, trimap=trimap, alpha=alpha, believed=trimap != 128, draft_trimap=draft)

    def at_the_speck(of):
        found = cut(of, count=6, how=Sloppiness(0, 0))
        return sum(bool(sample.rgb[0, 2].float().mean() > 150) for sample in found)

    assert at_the_speck(plain) < at_the_speck(corrected) < 6
    assert at_the_speck(corrected) >= 2


def test_the_same_chance_cuts_the_same_windows():
    for one, again in zip(cut(example()), cut(example()), strict=True):
        assert (one.rgb == again.rgb).all()
        assert (one.trimap == again.trimap).all()


@pytest.mark.parametrize(
    "trimap",
    [
        np.zeros((128, 160), np.uint8),
        np.full((128, 160), 128, np.uint8),
        np.repeat(np.repeat(np.array([[0, 255]], np.uint8), 128, 0), 80, 1),
    ],
    ids=["one class", "nothing known", "nothing unknown"],
)
def test_a_photo_without_an_unknown_edge_between_known_classes_teaches_nothing(trimap):
    assert cut(example(trimap=trimap)) == []
