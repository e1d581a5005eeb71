"""Any pretext behind one call: of the composer's size, and the pretext that was named."""

import pickle

import pytest
import torch
from tiny_material import seeded, tiny_material

from training.composing.composer import Composer, Pretext
from training.composing.realistic import RealisticSettings
from training.pretext.composed_photos import ComposedPhotos
from training.pretext.patches import PatchSettings


def composer(pretext: Pretext) -> Composer:
    return Composer(pretext, 32, PatchSettings(size=224, grid=8), RealisticSettings(size=256))


def composed(pretext: Pretext, seed: int = 0) -> ComposedPhotos:
    return composer(pretext)(seeded(seed), tiny_material(), 3)


@pytest.mark.parametrize("pretext", list(Pretext))
def test_every_pretext_keeps_the_contract_at_the_composers_size(pretext: Pretext) -> None:
    photos = composed(pretext)
    for plane in (photos.rgb, photos.foreground, photos.background):
        assert plane.shape == (3, 3, 32, 32)
    for plane in (photos.rgb, photos.alpha, photos.foreground, photos.background):
        assert plane.dtype == torch.float32
        assert plane.min() >= 0
        assert plane.max() <= 1
    assert photos.alpha.shape == photos.trimap.shape == (3, 1, 32, 32)
    assert set(photos.trimap.unique().tolist()) <= {0, 128, 255}


@pytest.mark.parametrize("pretext", list(Pretext))
def test_every_pretext_makes_the_same_from_the_same_seed(pretext: Pretext) -> None:
    one, two, other = composed(pretext, 1), composed(pretext, 1), composed(pretext, 2)
    assert torch.equal(one.rgb, two.rgb)
    assert torch.equal(one.alpha, two.alpha)
    assert not torch.equal(one.rgb, other.rgb)


def test_each_pretext_is_itself() -> None:
    patches, masked, realistic = (composed(Pretext(name)) for name in ("patches", "masked", "realistic"))
    cells = patches.trimap.unfold(2, 4, 4).unfold(3, 4, 4).flatten(4)
    assert (cells.amax(-1) == 255).any(), "some patches of DPT's are known"
    assert (masked.trimap == 128).all()
    assert torch.equal(masked.foreground, masked.background)
    assert not torch.equal(realistic.foreground, realistic.background)
    levels = realistic.rgb * 255
    torch.testing.assert_close(levels, levels.round(), atol=1e-4, rtol=0)


def test_a_composer_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(composer(Pretext.PATCHES))) == composer(Pretext.PATCHES)  # noqa: S301
