"""The context of a part: the same far colours that the whole photo has, and a mean that stands for it."""

import numpy as np
import pytest
import torch

from matting_core.box import Box
from matting_core.networks.compact.compact_context import CompactContext, far_surroundings, small_copy
from matting_core.networks.compact.compact_features import CompactInput, compact_features
from matting_core.networks.compact.compact_matting import compact_input, pad_to_stride
from matting_core.prior.classical_prior import Prior, classical_prior


@pytest.fixture(scope="module")
def scene() -> tuple[np.ndarray, np.ndarray, Prior]:
    """Many colours, known only in the corners: everything between has to come from far away."""
    rng = np.random.default_rng(0)
    rgb = rng.integers(0, 256, (6, 7, 3), np.uint8).repeat(64, 0).repeat(64, 1)[:330, :410]
    trimap = np.full(rgb.shape[:2], 128, np.uint8)
    trimap[:40, :50], trimap[300:, 380:], trimap[150:190, 200:250] = 0, 255, 255
    return rgb, trimap, classical_prior(rgb, trimap, quick=True)


def part(scene: tuple[np.ndarray, np.ndarray, Prior], box: Box) -> CompactInput:
    return pad_to_stride(compact_input(*scene, box))


def test_a_part_with_context_has_the_features_of_the_whole(scene: tuple[np.ndarray, np.ndarray, Prior]) -> None:
    prior = scene[2]
    whole = compact_features(part(scene, Box(0, 0, 410, 330))).low
    box = Box(128, 64, 320, 256)
    context = CompactContext(far_surroundings(prior), None).of(box)
    low = compact_features(part(scene, box), context.surroundings).low
    assert low.shape[-2:] == (96, 96)
    expected = whole[..., 32:128, 64:160]
    inner = (..., slice(32, -32), slice(32, -32))  # enlarging the coarse level looks one cell beyond the part
    torch.testing.assert_close(low[inner], expected[inner], atol=1e-3, rtol=0)
    alone = compact_features(part(scene, box)).low
    assert (alone[inner] - expected[inner]).abs().max() > 0.1


def test_the_small_copy_shows_the_whole_photo_in_the_networks_stride(
    scene: tuple[np.ndarray, np.ndarray, Prior],
) -> None:
    copy = small_copy(scene[2])
    assert copy.rgb.shape == (1, 3, 384, 512)
    assert copy.half.shape == (1, 11, 192, 256)
    torch.testing.assert_close(copy.classes.sum(1), torch.ones(1, 384, 512))
    assert copy.classes[0, 0, :30, :40].all()
    assert copy.classes[0, 2, -20:, -20:].all()
