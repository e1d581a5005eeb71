"""Realistic photographs: composed by the matting equation, with a trimap and an alpha that agree."""

from dataclasses import replace

import pytest
import torch
from tiny_material import chance, discs, seeded, smooth_pictures, tiny_material

from training.composing import realistic as module
from training.composing.material import Material
from training.composing.realistic import RealisticSettings, realistic_photos, tinted
from training.pretext.composed_photos import ComposedPhotos

SMALL = RealisticSettings(size=64)


def composed(count: int = 6, *, seed: int = 0, settings: RealisticSettings = SMALL) -> ComposedPhotos:
    return realistic_photos(seeded(seed), tiny_material(), count, settings)


@pytest.fixture
def no_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "photographed", lambda chance, picture: picture)


def test_photographs_keep_the_contracts() -> None:
    photos = composed()
    for plane in (photos.rgb, photos.foreground, photos.background):
        assert plane.shape == (6, 3, 64, 64)
        assert plane.dtype == torch.float32
        assert plane.min() >= 0
        assert plane.max() <= 1
    assert photos.alpha.shape == photos.trimap.shape == (6, 1, 64, 64)
    assert photos.trimap.dtype == torch.uint8


def test_alpha_is_exact_where_the_trimap_is_known() -> None:
    photos = composed(12)
    assert set(photos.trimap.unique().tolist()) == {0, 128, 255}
    assert (photos.alpha[photos.trimap == 255] == 1).all()
    assert (photos.alpha[photos.trimap == 0] == 0).all()
    soft = (photos.alpha > 0) & (photos.alpha < 1)
    assert soft.flatten(1).any(1).all()


@pytest.mark.usefixtures("no_camera")
@pytest.mark.parametrize("transmits", [False, True])
def test_before_the_camera_every_pixel_is_the_matting_equations(transmits: bool) -> None:
    material = tiny_material(transmits=transmits)
    photos = realistic_photos(seeded(), material, 6, replace(SMALL, linear_light=0))
    mixed = photos.alpha * photos.foreground + (1 - photos.alpha) * photos.background
    torch.testing.assert_close(photos.rgb, mixed, atol=1e-6, rtol=0)


@pytest.mark.usefixtures("no_camera")
def test_a_lens_mixes_linear_light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FLATTEST", 2.2)
    monkeypatch.setattr(module, "STEEPEST", 2.2)
    photos = composed(settings=replace(SMALL, linear_light=1))
    mixed = photos.alpha * photos.foreground**2.2 + (1 - photos.alpha) * photos.background**2.2
    torch.testing.assert_close(photos.rgb, mixed ** (1 / 2.2), atol=2e-3, rtol=0)


@pytest.mark.usefixtures("no_camera")
def test_tone_curves_differ_between_photographs() -> None:
    photos = composed(8, settings=replace(SMALL, linear_light=1))
    spread = []
    for power in (module.FLATTEST, module.STEEPEST):
        mixed = photos.alpha * photos.foreground**power + (1 - photos.alpha) * photos.background**power
        spread.append((photos.rgb - mixed ** (1 / power)).abs().amax((1, 2, 3)))
    assert (torch.stack(spread).amin(0) > 1e-3).any(), "not all have one of the two extreme curves"


def test_the_camera_comes_last() -> None:
    levels = composed().rgb * 255
    torch.testing.assert_close(levels, levels.round(), atol=1e-4, rtol=0)


def test_nearly_every_sample_has_room_for_all_three_classes() -> None:
    trimap = composed(32, settings=RealisticSettings(size=128)).trimap
    shares = torch.stack([(trimap == label).float().mean((1, 2, 3)) for label in (0, 128, 255)])
    assert int((shares > 0.03).all(0).sum()) >= 29


def test_material_without_any_room_is_composed_nevertheless() -> None:
    material = replace(tiny_material(), alphas=torch.full((1, 96, 96), 255, dtype=torch.uint8))
    photos = realistic_photos(seeded(), replace(material, transmits=torch.tensor([False])), 2, SMALL)
    assert (photos.trimap == 255).all()


def test_the_same_seed_makes_the_same_batch_and_others_differ() -> None:
    one, two, other = composed(seed=3), composed(seed=3), composed(seed=4)
    for plane in ("rgb", "trimap", "alpha", "foreground", "background"):
        assert torch.equal(getattr(one, plane), getattr(two, plane))
        assert not torch.equal(getattr(one, plane), getattr(other, plane))


def test_what_transmits_light_darkens_the_background_where_it_is_and_nothing_else_does() -> None:
    alpha, background = discs(8), smooth_pictures(8)
    transmits = torch.arange(8) < 4
    seen = tinted(chance(8), background, alpha, transmits=transmits)
    assert torch.equal(seen[4:], background[4:])
    assert (seen <= background).all()
    assert torch.equal(seen[:4, :, :4, :4], background[:4, :, :4, :4]), "no body in the corner"
    inside = (alpha[:4] == 1).expand(-1, 3, -1, -1)
    assert (seen[:4][inside] < background[:4][inside]).float().mean() > 0.9
    factors = (seen / background)[:4, :, 32, 32]
    assert factors.min() > 0.39
    assert factors.std(1).max() > 0.01, "the light has a tint"


def test_a_chosen_backdrop_stands_out_more_than_any() -> None:
    dark, bright = torch.full((2, 3, 96, 96), 30, dtype=torch.uint8), torch.full((2, 3, 96, 96), 220, dtype=torch.uint8)
    material = Material(torch.cat([dark, bright]), tiny_material().alphas, torch.zeros(3, dtype=torch.bool))

    def apart(share: float) -> float:
        photos = realistic_photos(
            seeded(), material, 40, RealisticSettings(size=32, chosen_backdrop=share, matched_colours=0)
        )
        return float((photos.foreground.mean((2, 3)) - photos.background.mean((2, 3))).norm(dim=1).mean())

    assert apart(1) > 1.2 * apart(0)


def test_no_samples_are_no_trouble(recwarn: pytest.WarningsRecorder) -> None:
    photos = composed(0)
    assert photos.rgb.shape == (0, 3, 64, 64)
    assert photos.trimap.shape == (0, 1, 64, 64)
    assert list(recwarn) == []


@pytest.mark.parametrize("size", [0, -8, 100])
def test_sizes_that_jpeg_cannot_cut_into_blocks_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"multiple of 8 above zero, and {size} is not"):
        RealisticSettings(size=size)
