import numpy as np
import pytest
from small_images import disc

from training.drafter.drafter_pool import PASTED_WEIGHT, make_pool
from training.drafter.drafter_samples import shrink


def examples(*, opaque=1.0):
    made = []
    for seed in range(2):
        rgb, _, alpha = disc(seed)
        made.append(shrink(rgb, alpha * np.float32(opaque), weight=1.0 + seed))
    return made


def test_a_pool_has_every_photo_as_it_is_and_composed_ones_that_weigh_less():
    told = []
    pool = make_pool(np.random.default_rng(0), examples(), pasted=3, on_sample=told.append)
    assert [sample.weight for sample in pool[:2]] == [1, 2]
    assert len(pool) == 5
    for sample in pool[2:]:
        assert sample.weight in (PASTED_WEIGHT, 2 * PASTED_WEIGHT)
        assert not np.array_equal(sample.rgb, pool[0].rgb)
    assert told == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])


def test_a_photo_without_a_subject_is_not_pasted():
    assert len(make_pool(np.random.default_rng(0), examples(opaque=0), pasted=3)) == 2


def test_the_same_seed_makes_the_same_pool():
    first, again, other = (make_pool(np.random.default_rng(seed), examples(), pasted=1) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first[2].rgb, again[2].rgb)
    assert first[2].rgb.shape != other[2].rgb.shape or not np.array_equal(first[2].rgb, other[2].rgb)
