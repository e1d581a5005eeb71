"""The compact network on whole photos: any size and depth, tiles without seams, known pixels exact."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from matting_core.errors import InvalidArrayError
from matting_core.matting import Matting
from matting_core.networks import compact_matting
from matting_core.networks.compact import CompactNetwork
from matting_core.networks.compact_matting import CompactMatting
from matting_core.prior.classical_prior import classical_prior


def photo_and_trimap(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """A striped ellipse before noise, its edge unknown."""
    y, x = np.mgrid[:height, :width]
    distance = np.hypot((x - width / 2) / width, (y - height / 2) / height)
    alpha = np.clip((0.35 - distance) / 0.08, 0, 1)[..., None]
    front = np.stack([200 + 40 * np.sin(x / 5), 120 + 0 * x, 60 + 40 * np.cos(y / 7)], -1)
    noise = np.random.default_rng(0).uniform(20, 90, (height, width, 3))
    trimap = np.full((height, width), 128, np.uint8)
    trimap[distance < 0.22], trimap[distance > 0.4] = 255, 0
    return (alpha * front + (1 - alpha) * noise).astype(np.uint8), trimap


def asleep() -> CompactMatting:
    """An untrained network, narrow for speed."""
    torch.manual_seed(3)
    return CompactMatting(CompactNetwork(widths=(8, 8, 12, 12, 16), depths=(1, 1, 1, 1, 1), detail=8))


def awake() -> CompactMatting:
    """The same with random corrections."""
    matting = asleep()
    torch.nn.init.normal_(matting.network.corrections.weight, std=0.03)
    return matting


def test_stands_behind_the_protocol() -> None:
    matting = asleep()
    assert isinstance(matting, Matting)
    assert matting.name == "compact"


@pytest.mark.parametrize("size", [(61, 75), (64, 75), (61, 64), (64, 128), (9, 7)])
def test_any_size_gives_a_matte_of_that_size(size: tuple[int, int]) -> None:
    photo, trimap = photo_and_trimap(*size)
    alpha = awake().predict(photo, trimap)
    assert alpha.shape == size
    assert alpha.dtype == np.float32
    assert alpha.min() >= 0
    assert alpha.max() <= 1
    np.testing.assert_array_equal(alpha[trimap == 0], 0)
    np.testing.assert_array_equal(alpha[trimap == 255], 1)


def test_an_untrained_network_gives_the_prior_and_corrections_give_something_else() -> None:
    photo, trimap = photo_and_trimap(61, 75)
    prior = classical_prior(photo, trimap).alpha
    np.testing.assert_array_equal(asleep().predict(photo, trimap), prior)
    assert np.abs(awake().predict(photo, trimap) - prior)[trimap == 128].mean() > 0.005


def test_sixteen_bits_give_the_same_matte_as_eight() -> None:
    photo, trimap = photo_and_trimap(61, 75)
    matting = awake()
    deep = matting.predict(photo.astype(np.uint16) * 257, trimap)
    np.testing.assert_allclose(deep, matting.predict(photo, trimap), atol=2e-3)


def test_a_fully_known_trimap_asks_no_network() -> None:
    photo, trimap = photo_and_trimap(40, 40)
    trimap[trimap == 128] = 255
    np.testing.assert_array_equal(awake().predict(photo, trimap), trimap / np.float32(255))


def test_arrays_that_break_their_contract_are_refused() -> None:
    photo, trimap = photo_and_trimap(40, 40)
    with pytest.raises(InvalidArrayError, match="does not fit"):
        awake().predict(photo, trimap[:-1])
    with pytest.raises(InvalidArrayError, match="uint8 or uint16"):
        awake().predict(photo.astype(np.float32), trimap)


def test_tiles_give_nearly_what_the_whole_photo_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    photo, trimap = photo_and_trimap(150, 190)
    matting, prior = awake(), classical_prior(photo, trimap)
    whole = matting.correct(photo, trimap, prior)
    monkeypatch.setattr(compact_matting, "TILE", 72)
    monkeypatch.setattr(compact_matting, "MARGIN", 48)
    tiled = matting.correct(photo, trimap, prior)
    unknown = trimap == 128
    corrections = np.abs(whole - prior.alpha)[unknown].mean()
    assert 0 < np.abs(tiled - whole)[unknown].mean() < 0.15 * corrections


def test_tiles_without_corrections_meet_without_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    photo, trimap = photo_and_trimap(131, 157)
    monkeypatch.setattr(compact_matting, "TILE", 50)
    monkeypatch.setattr(compact_matting, "MARGIN", 16)
    tiled = asleep().predict(photo, trimap)
    np.testing.assert_allclose(tiled, classical_prior(photo, trimap).alpha, atol=1e-5)


def test_predictions_of_several_threads_do_not_disturb_each_other() -> None:
    matting = awake()
    scenes = [photo_and_trimap(61, 75), photo_and_trimap(80, 64)]
    alone = [matting.predict(*scene) for scene in scenes]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda scene: matting.predict(*scene), scenes * 2))
    for index, alpha in enumerate(together):
        np.testing.assert_allclose(alpha, alone[index % 2], atol=1e-5)
