"""Refining networks on whole photos: any size and depth, tiles that agree with the whole, known pixels exact."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import small_matteformer, small_resnet
from striped_ellipse import photo_and_trimap
from torch import nn

from matting_core.errors import InvalidArrayError
from matting_core.matting import Matting
from matting_core.networks.refining import refining_matting
from matting_core.networks.refining.progressive_refinement import MultiscaleAlpha, RefiningNetwork
from matting_core.networks.refining.refining_matting import GRID, RefiningMatting, network_input, pad
from matting_core.networks.refining.spectral_norm import SpectralConv2d

SIZES = st.integers(1, 70)


@pytest.fixture(scope="module", params=[small_matteformer, small_resnet], ids=["matteformer", "resnet50"])
def network(request: pytest.FixtureRequest) -> RefiningNetwork:
    return request.param()


@pytest.fixture(scope="module")
def matting(network: RefiningNetwork) -> RefiningMatting:
    return RefiningMatting(network, name="small")


def test_stands_behind_the_protocol(matting: RefiningMatting) -> None:
    assert isinstance(matting, Matting)
    assert matting.name == "small"


def test_the_network_that_is_given_stays_as_it_is(network: RefiningNetwork, matting: RefiningMatting) -> None:
    assert any(isinstance(module, SpectralConv2d) for module in network.modules())
    assert not any(isinstance(module, SpectralConv2d) for module in matting.network.modules())


@settings(max_examples=8, deadline=None)
@given(height=SIZES, width=SIZES, seed=st.integers(0, 9))
def test_any_size_gives_a_matte_of_that_size_with_known_pixels_exact(
    matting: RefiningMatting, height: int, width: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    rgb = rng.integers(0, 256, (height, width, 3), np.uint8)
    trimap = rng.choice(np.array([0, 128, 255], np.uint8), (height, width))
    alpha = matting.predict(rgb, trimap)
    assert alpha.shape == (height, width)
    assert alpha.dtype == np.float32
    assert alpha.min() >= 0
    assert alpha.max() <= 1
    np.testing.assert_array_equal(alpha[trimap == 0], 0)
    np.testing.assert_array_equal(alpha[trimap == 255], 1)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (33, 2), (32, 32)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_smallest_photos_all_unknown(matting: RefiningMatting, size: tuple[int, int], dtype: type) -> None:
    alpha = matting.predict(np.full((*size, 3), 77, dtype), np.full(size, 128, np.uint8))
    assert alpha.shape == size
    assert np.isfinite(alpha).all()


def test_a_fully_known_trimap_asks_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    matting = RefiningMatting(small_resnet(), name="small")
    monkeypatch.setattr(matting, "network", None)
    photo, trimap = photo_and_trimap(40, 40)
    trimap[trimap == 128] = 255
    np.testing.assert_array_equal(matting.predict(photo, trimap), trimap / np.float32(255))


def test_sixteen_bits_give_the_same_matte_as_eight(matting: RefiningMatting) -> None:
    photo, trimap = photo_and_trimap(61, 75)
    deep = matting.predict(photo.astype(np.uint16) * 257, trimap)
    np.testing.assert_allclose(deep, matting.predict(photo, trimap), atol=1e-3)


def test_a_shorter_number_format_gives_nearly_the_same_matte(
    network: RefiningNetwork, matting: RefiningMatting
) -> None:
    photo, trimap = photo_and_trimap(61, 75)
    short = RefiningMatting(network, name="short", dtype=torch.bfloat16).predict(photo, trimap)
    assert short.dtype == np.float32
    assert np.abs(short - matting.predict(photo, trimap)).mean() < 0.02


def test_arrays_that_break_their_contract_are_refused(matting: RefiningMatting) -> None:
    photo, trimap = photo_and_trimap(40, 40)
    with pytest.raises(InvalidArrayError, match="does not fit"):
        matting.predict(photo, trimap[:-1])
    with pytest.raises(InvalidArrayError, match="uint8 or uint16"):
        matting.predict(photo.astype(np.float32), trimap)


def test_colours_are_normalised_and_classes_one_hot_in_the_order_background_unknown_foreground() -> None:
    photo = np.array([[[255, 0, 0], [124, 116, 104], [0, 0, 255]]], np.uint8)
    colours, classes = network_input(photo, np.array([[0, 128, 255]], np.uint8))
    np.testing.assert_allclose(colours[0, :, 0, 0], [(1 - 0.485) / 0.229, -0.456 / 0.224, -0.406 / 0.225], rtol=1e-5)
    assert colours[0, :, 0, 1].abs().max() < 0.02  # ImageNet's mean colour
    assert classes[0, :, 0].T.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_photos_are_reflected_by_thirty_two_pixels_and_up_to_a_multiple_of_that() -> None:
    photo, trimap = photo_and_trimap(50, 64)
    padded, padded_trimap = pad(photo, trimap)
    assert padded.shape == (128, 128, 3)
    np.testing.assert_array_equal(padded, np.pad(photo, ((32, 46), (32, 32), (0, 0)), mode="reflect"))
    np.testing.assert_array_equal(padded_trimap, np.pad(trimap, ((32, 46), (32, 32)), mode="reflect"))


class Echo(RefiningNetwork):
    """Says at each scale what one colour of the photo is."""

    def __init__(self) -> None:
        super().__init__()
        self.nothing = nn.Parameter(torch.zeros(1))

    def forward(self, rgb, classes, context=None):
        unit = (rgb * 0.2 + 0.5).clamp(0, 1)
        return MultiscaleAlpha(unit[:, 0:1], unit[:, 1:2], torch.full_like(unit[:, :1], 0.5))


def test_the_finest_alpha_lands_on_its_own_pixels_whole_and_in_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    photo, _ = photo_and_trimap(470, 530)
    trimap = np.full(photo.shape[:2], 128, np.uint8)
    expected = np.clip((photo[..., 0] / 255 - 0.485) / 0.229 * 0.2 + 0.5, 0, 1)
    matting = RefiningMatting(Echo(), name="echo", tile=GRID)
    np.testing.assert_allclose(matting.predict(photo, trimap), expected, atol=1e-5)
    monkeypatch.setattr(refining_matting, "LONGEST", GRID)
    np.testing.assert_allclose(matting.predict(photo, trimap), expected, atol=1e-5)


def test_tiles_give_nearly_what_the_whole_photo_gives(
    network: RefiningNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refining_matting, "LONGEST", 2 * GRID)
    photo, trimap = photo_and_trimap(640, 700)
    unknown = trimap == 128
    whole = RefiningMatting(network, name="whole", tile=None).predict(photo, trimap)
    tiled = RefiningMatting(network, name="tiled", tile=GRID).predict(photo, trimap)
    assert whole[unknown].std() > 0.05
    assert 0 < np.abs(tiled - whole)[unknown].mean() < 0.0005


def test_without_the_prior_tokens_of_the_whole_tiles_would_not_agree_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refining_matting, "LONGEST", 2 * GRID)
    network = small_matteformer()
    photo, trimap = photo_and_trimap(640, 700)
    unknown = trimap == 128
    tiled = RefiningMatting(network, name="tiled", tile=GRID)
    together = tiled.predict(photo, trimap)
    monkeypatch.setattr(RefiningMatting, "_tokens", lambda *_: None)
    assert np.abs(tiled.predict(photo, trimap) - together)[unknown].mean() > 0.003


def test_predictions_of_several_threads_do_not_disturb_each_other(matting: RefiningMatting) -> None:
    scenes = [photo_and_trimap(61, 75), photo_and_trimap(80, 64)]
    alone = [matting.predict(*scene) for scene in scenes]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda scene: matting.predict(*scene), scenes * 2))
    for index, alpha in enumerate(together):
        np.testing.assert_allclose(alpha, alone[index % 2], atol=1e-5)
