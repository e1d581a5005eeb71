"""ViTMatte with random weights: any size, the input that each recipe wants, folders read whole or refused."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from small_images import disc

from matting_core.errors import InvalidArrayError, MissingPackageError, WeightsError
from matting_core.matting import Matting
from matting_core.networks import vitmatte
from matting_core.networks.vitmatte import SIZES, Normalisation, VitMatte, VitMatteSize, network_input, random_network

TINY = VitMatteSize(16, 2, layers=3, window=2, details=(4, 6, 8), fusion=(12, 8, 6, 4))


@pytest.fixture(scope="module")
def network() -> torch.nn.Module:
    """Tiny, with a decoder loud enough that alpha depends on the photo."""
    pytest.importorskip("transformers")
    network = random_network(TINY, seed=1)
    generator = torch.Generator().manual_seed(2)
    for name, weight in network.decoder.named_parameters():
        if weight.ndim > 1:
            torch.nn.init.kaiming_normal_(weight, generator=generator)
        elif name.endswith("weight"):
            torch.nn.init.ones_(weight)
    return network


@pytest.fixture
def matting(network: torch.nn.Module) -> VitMatte:
    return VitMatte(network)


def test_stands_behind_the_protocol(matting: VitMatte) -> None:
    assert isinstance(matting, Matting)
    assert matting.name == "vitmatte"


@pytest.mark.parametrize("size", [(64, 96), (61, 75), (33, 32), (7, 9), (1, 1)])
def test_any_size_gives_a_matte_of_that_size(matting: VitMatte, size: tuple[int, int]) -> None:
    rgb, trimap, _ = disc(height=size[0], width=size[1])
    alpha = matting.predict(rgb, trimap)
    assert (alpha.shape, alpha.dtype) == (size, np.float32)
    assert alpha.min() >= 0
    assert alpha.max() <= 1
    np.testing.assert_array_equal(alpha[trimap == 0], 0)
    np.testing.assert_array_equal(alpha[trimap == 255], 1)


@pytest.mark.parametrize("label", [0, 128, 255])
def test_a_trimap_of_one_class_gets_a_matte(matting: VitMatte, label: int) -> None:
    rgb, trimap, _ = disc()
    trimap[:] = label
    alpha = matting.predict(rgb, trimap)
    assert ((alpha > 0) & (alpha < 1)).all() if label == 128 else (alpha == label / 255).all()


def test_photo_and_trimap_both_matter(matting: VitMatte) -> None:
    rgb, trimap, _ = disc()
    moved = np.roll(trimap, 5, 1)
    shared = (trimap == 128) & (moved == 128)
    alpha = matting.predict(rgb, trimap)
    assert np.abs(alpha - matting.predict(255 - rgb, trimap))[shared].max() > 1e-3
    assert np.abs(alpha - matting.predict(rgb, moved))[shared].max() > 1e-3


def test_sixteen_bits_give_the_same_matte_as_eight(matting: VitMatte) -> None:
    rgb, trimap, _ = disc()
    deep = matting.predict(rgb.astype(np.uint16) * 257, trimap)
    np.testing.assert_allclose(deep, matting.predict(rgb, trimap), atol=1e-4)


def test_arrays_that_break_their_contract_are_refused(matting: VitMatte) -> None:
    rgb, trimap, _ = disc()
    with pytest.raises(InvalidArrayError, match="does not fit"):
        matting.predict(rgb, trimap[:-1])


def test_the_training_recipe_feeds_imagenet_levels_and_pads_with_zeros() -> None:
    white = np.full((20, 40, 3), 255, np.uint8)
    trimap = np.full((20, 40), 128, np.uint8)
    trimap[0, :2] = 0, 255
    planes = network_input(white, trimap, normalisation=Normalisation.IMAGENET)
    assert planes.shape == (1, 4, 32, 64)
    torch.testing.assert_close(planes[0, 0, 5, 5], torch.tensor((1 - 0.485) / 0.229))
    assert planes[0, 3, 0, :3].tolist() == [0, 1, 0.5]
    assert not planes[..., 20:, :].any()
    assert not planes[..., 40:].any()


def test_the_half_recipe_feeds_what_the_preprocessor_of_the_hub_feeds() -> None:
    processor = pytest.importorskip("transformers").VitMatteImageProcessorPil()
    rgb, trimap, _ = disc(height=50, width=70)
    theirs = processor(images=rgb, trimaps=trimap, return_tensors="pt")["pixel_values"]
    ours = network_input(rgb, trimap, normalisation=Normalisation.HALF)
    torch.testing.assert_close(ours, theirs.float(), atol=1e-6, rtol=0)


def test_a_recipe_that_does_not_exist_is_refused(network: torch.nn.Module) -> None:
    with pytest.raises(ValueError, match="cifar"):
        VitMatte(network, normalisation="cifar")


def test_a_large_photo_is_done_in_tiles_that_cover_it(
    network: torch.nn.Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vitmatte, "MARGIN", 32)
    rgb, _, _ = disc(height=150, width=190)
    seen: list[torch.Size] = []
    watch = network.register_forward_pre_hook(
        lambda _, args, kwargs: seen.append(kwargs["pixel_values"].shape), with_kwargs=True
    )
    alpha = VitMatte(network, tile=64).predict(rgb, np.full(rgb.shape[:2], 128, np.uint8))
    watch.remove()
    assert len(seen) == 6
    assert max(max(shape) for shape in seen) <= 64 + 2 * 32
    assert ((alpha > 0) & (alpha < 1)).all()


def test_the_same_seed_gives_the_same_weights_and_disturbs_no_other_random_numbers() -> None:
    pytest.importorskip("transformers")
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    first, second, other = (random_network(TINY, seed=seed).state_dict() for seed in (0, 0, 1))
    torch.testing.assert_close(torch.rand(3), expected)
    key = "backbone.embeddings.projection.weight"
    assert torch.equal(first[key], second[key])
    assert not torch.equal(first[key], other[key])


@pytest.mark.parametrize(("size", "millions"), [("small", 25.8), ("base", 96.7)])
def test_the_published_sizes_have_the_published_number_of_weights(size: str, millions: float) -> None:
    pytest.importorskip("transformers")
    with torch.device("meta"):
        network = random_network(SIZES[size], seed=0)
    assert round(sum(weight.numel() for weight in network.parameters()) / 1e6, 1) == millions


def test_the_small_network_runs() -> None:
    pytest.importorskip("transformers")
    rgb, trimap, _ = disc()
    assert VitMatte.random("small").predict(rgb, trimap).shape == trimap.shape


def test_a_size_that_does_not_exist_is_named() -> None:
    with pytest.raises(WeightsError, match=r"'large'; choose one of: small, base"):
        VitMatte.random("large")


def test_a_saved_folder_gives_the_same_matte(network: torch.nn.Module, matting: VitMatte, tmp_path: Path) -> None:
    network.save_pretrained(tmp_path)
    rgb, trimap, _ = disc()
    np.testing.assert_array_equal(VitMatte.from_folder(tmp_path).predict(rgb, trimap), matting.predict(rgb, trimap))


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"holds no config\.json"):
        VitMatte.from_folder(tmp_path)


def test_weights_that_lack_a_part_are_refused(network: torch.nn.Module, tmp_path: Path) -> None:
    network.save_pretrained(tmp_path)
    state = safetensors.torch.load_file(tmp_path / "model.safetensors")
    del state["decoder.matting_head.matting_convs.0.weight"]
    safetensors.torch.save_file(state, tmp_path / "model.safetensors", {"format": "pt"})
    with pytest.raises(WeightsError, match=r"incomplete: decoder\.matting_head"):
        VitMatte.from_folder(tmp_path)


def test_weights_of_another_shape_are_refused(network: torch.nn.Module, tmp_path: Path) -> None:
    network.save_pretrained(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    config["fusion_hidden_sizes"] = [12, 8, 6, 8]
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(WeightsError, match="no ViTMatte could be read"):
        VitMatte.from_folder(tmp_path)


def test_pickled_and_damaged_weights_are_refused(network: torch.nn.Module, tmp_path: Path) -> None:
    network.save_pretrained(tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(WeightsError, match="no ViTMatte could be read"):
        VitMatte.from_folder(tmp_path)
    weights.unlink()
    torch.save(network.state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(WeightsError, match="safetensors"):
        VitMatte.from_folder(tmp_path)


def test_another_network_is_refused(network: torch.nn.Module, tmp_path: Path) -> None:
    network.save_pretrained(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    config["backbone_config"]["num_channels"] = 3
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(WeightsError, match="no ViTMatte on a VitDet"):
        VitMatte.from_folder(tmp_path)


def test_a_hub_out_of_reach_is_told_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    transformers = pytest.importorskip("transformers")
    asked = []

    def unreachable(source: str, **where: str) -> None:
        asked.append((source, where))
        raise OSError("no connection")

    monkeypatch.setattr(transformers.VitMatteConfig, "from_pretrained", unreachable)
    with pytest.raises(WeightsError, match=r"could be read from studio/model \(no connection\)"):
        VitMatte.from_hub("studio/model", revision="abc")
    assert asked == [("studio/model", {"revision": "abc"})]


def test_predictions_of_several_threads_do_not_disturb_each_other(matting: VitMatte) -> None:
    scenes = [disc(0)[:2], disc(1, width=80)[:2]]
    alone = [matting.predict(*scene) for scene in scenes]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda scene: matting.predict(*scene), scenes * 2))
    for index, alpha in enumerate(together):
        np.testing.assert_allclose(alpha, alone[index % 2], atol=1e-6)


def test_without_transformers_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingPackageError, match=r"ViTMatte needs .* transformers.*pip install"):
        VitMatte.random("small")
