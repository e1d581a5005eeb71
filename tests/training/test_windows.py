"""Windows: cut around unknown pixels, true to their photo, the same from the same seed."""

import numpy as np
import pytest
import torch
from small_images import disc

from annotation_store.learning.training_sets import TrainingExample
from matting_core.errors import MattingError
from training import windows
from training.windows import cut_samples


@pytest.fixture(autouse=True)
def _small_windows(monkeypatch):
    monkeypatch.setattr(windows, "WINDOW", 96)
    monkeypatch.setattr(windows, "SAMPLE", 64)
    monkeypatch.setattr(windows, "WINDOWS_PER_EXAMPLE", 2)


def example(seed=0, **planes):
    rgb, trimap, alpha = disc(seed)
    return TrainingExample(**{"rgb": rgb, "trimap": trimap, "alpha": alpha, **planes})


def test_samples_are_cut_around_unknown_pixels_from_every_example():
    samples = cut_samples([example(0), example(1)])
    assert len(samples) == 4
    assert samples.rgb.shape == (4, 3, 64, 64)
    assert samples.half.shape == (4, 11, 32, 32)
    assert (samples.trimap[:, 30:34, 30:34] == 128).flatten(1).any(1).all()


def test_samples_agree_with_their_photo_and_are_exact_where_it_is_known():
    samples = cut_samples([example()])
    alpha = disc()[2]
    for own_trimap, own_alpha, prior in zip(
        samples.trimap.numpy(), samples.alpha.numpy(), samples.prior.numpy(), strict=True
    ):
        assert set(np.unique(own_trimap)) == {0, 128, 255}
        known = own_trimap != 128
        assert np.array_equal(own_alpha[known], own_trimap[known])
        assert np.array_equal(prior[known], own_trimap[known])
    assert set(np.unique(samples.alpha.numpy())) <= set(np.unique((alpha * 255 + 0.5).astype(np.uint8)))


def test_a_window_beyond_the_edge_mirrors_the_photo():
    indices = windows._reflected(np.arange(-3, 8), 4)
    assert indices.tolist() == [3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1]
    assert windows._reflected(np.arange(-2, 3), 1).tolist() == [0, 0, 0, 0, 0]


def test_the_same_seed_cuts_the_same_windows():
    first, again, other = cut_samples([example()]), cut_samples([example()]), cut_samples([example()], seed=1)
    assert torch.equal(first.rgb, again.rgb)
    assert torch.equal(first.prior, again.prior)
    assert not torch.equal(first.trimap, other.trimap)


def test_sixteen_bit_photos_give_the_same_samples():
    deep = example(rgb=disc()[0].astype(np.uint16) * 257)
    assert torch.equal(cut_samples([deep]).rgb, cut_samples([example()]).rgb)


def test_examples_are_read_one_after_the_other_and_counted():
    order = []

    def one_by_one():
        for number in range(2):
            order.append(f"read {number}")
            yield example(number)

    cut_samples(one_by_one(), on_example=lambda done: order.append(f"cut {done - 1}"))
    assert order == ["read 0", "cut 0", "read 1", "cut 1"]


def test_an_example_that_teaches_nothing_is_passed_over():
    known = example(trimap=np.where(disc()[1] == 255, 255, 0).astype(np.uint8))
    assert len(cut_samples([known, example()])) == 2


@pytest.mark.parametrize("trimap", [np.zeros((64, 96), np.uint8), np.full((64, 96), 128, np.uint8)])
def test_nothing_to_learn_from_is_said_in_words(trimap):
    with pytest.raises(MattingError, match="then train again"):
        cut_samples([example(trimap=trimap)])
