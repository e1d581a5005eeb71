"""JPEG's loss: OpenCV's own, for each sample at its own quality."""

import cv2
import numpy as np
import pytest
import torch
from tiny_material import per_sample, seeded, smooth_pictures

from training.composing.jpeg import compressed


def busy_picture() -> torch.Tensor:
    """Colours, grain and an edge: float32, 1 x 3 x 64 x 64, multiples of 1 / 255."""
    picture = smooth_pictures(1) + 0.04 * torch.randn(1, 3, 64, 64, generator=seeded())
    picture[..., 30:] *= 0.5
    return (picture.clamp(0, 1) * 255).round() / 255


def by_opencv(picture: torch.Tensor, quality: int) -> torch.Tensor:
    pixels = (picture[0].permute(1, 2, 0).numpy()[..., ::-1] * 255).round().astype(np.uint8)
    whole_chroma = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    _, file = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality, *whole_chroma])
    back = cv2.imdecode(file, cv2.IMREAD_COLOR)[..., ::-1]
    return torch.from_numpy(back.copy()).permute(2, 0, 1)[None].float() / 255


@pytest.mark.parametrize("quality", [95, 90, 60, 40])
def test_what_is_left_is_what_opencv_leaves(quality: int) -> None:
    picture = busy_picture()
    theirs = by_opencv(picture, quality)
    ours = compressed(picture, quality=per_sample(quality)).clamp(0, 1)
    lost, lost_theirs = ours - picture, theirs - picture
    assert float((ours - theirs).abs().mean()) < 2 / 255
    assert float(lost.abs().mean()) == pytest.approx(float(lost_theirs.abs().mean()), rel=0.1)
    # a file rounds its luma and chroma first, so a few coefficients fall to the other side
    assert float(torch.corrcoef(torch.stack([lost.flatten(), lost_theirs.flatten()]))[0, 1]) > 0.8


def test_each_sample_has_its_own_quality() -> None:
    pictures = busy_picture().expand(3, -1, -1, -1)
    together = compressed(pictures, quality=per_sample(95, 80, 30))
    for row, quality in enumerate((95, 80, 30)):
        torch.testing.assert_close(together[row : row + 1], compressed(pictures[:1], quality=per_sample(quality)))
    lost = (together - pictures).abs().mean((1, 2, 3))
    assert lost[0] < lost[1] < lost[2]


def test_the_best_quality_loses_next_to_nothing() -> None:
    picture = busy_picture()
    assert float((compressed(picture, quality=per_sample(100)) - picture).abs().mean()) < 0.7 / 255


def test_a_flat_colour_stays() -> None:
    flat = torch.tensor([0.8, 0.35, 0.1]).view(1, 3, 1, 1).expand(-1, -1, 16, 16)
    left = compressed(flat, quality=per_sample(90))
    assert float((left - flat).abs().max()) < 1.5 / 255
    assert float(left.std((2, 3)).max()) < 1e-5


def test_pictures_may_be_oblong() -> None:
    oblong = smooth_pictures(1)[..., :24]
    torch.testing.assert_close(
        compressed(oblong, quality=per_sample(75)), compressed(smooth_pictures(1), quality=per_sample(75))[..., :24]
    )
