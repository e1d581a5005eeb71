"""ViTMatte as a matting model, with the network of the optional package transformers.

Yao, Wang, Yang, Wang: "ViTMatte: Boosting Image Matting with Pretrained Plain Vision Transformers", Information
Fusion 2024 (arXiv 2305.15272). A plain vision transformer reads photo and trimap as four channels; every third
layer attends to the whole picture, the others to windows of 14 patches; a small convolutional decoder brings
back detail. No weights come with this package, and what published ones were trained on has a licence of its own.
"""

import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import numpy as np
import safetensors
import torch
from torch import nn
from torch.nn import functional as F

from matting_core.arrays import FOREGROUND, UNKNOWN, Alpha, Floats, Rgb, Trimap, check_rgb, check_trimap, unit_colours
from matting_core.box import Box
from matting_core.errors import WeightsError
from matting_core.optional_packages import require
from matting_core.tiles import blended
from matting_core.trimap import force_known

TILE = 640
"""Core of a tile in pixels; a photo below 960 pixels stays whole.

Attention to the whole picture costs memory by the fourth power of the side: 1.3 GB for the small network at 960
pixels, and base has twice the heads. Across the tiles of a larger photo there is no such attention: what is
foreground must show in each tile by itself. The published networks were trained on crops of 512 pixels.
"""
MARGIN = 128
"""Context around a tile; neighbouring tiles are blended across it."""
STRIDE = 32
"""Height and width are padded to multiples of this."""


class Normalisation(StrEnum):
    """How colours and trimap become the network's four channels; the background's channel is 0, the foreground's 1."""

    IMAGENET = "imagenet"
    """ImageNet's mean and deviation, unknown 0.5: what the authors' code trains with."""
    HALF = "half"
    """Mean and deviation 0.5, unknown 128/255: what the preprocessor of the weights on the hub does."""


# mean, deviation, unknown
_LEVELS = {
    Normalisation.IMAGENET: ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225), 0.5),
    Normalisation.HALF: ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5), UNKNOWN / 255),
}


@dataclass(frozen=True, slots=True)
class VitMatteSize:
    """Widths and depth of a network. Every third layer attends globally and ends in a residual block."""

    hidden: int
    heads: int
    layers: int = 12
    window: int = 14
    details: tuple[int, ...] = (48, 96, 192)
    fusion: tuple[int, ...] = (256, 128, 64, 32)


SIZES = {"small": VitMatteSize(384, 6), "base": VitMatteSize(768, 12)}
"""The two published sizes: 25.8 and 96.7 million weights."""


class VitMatte:
    """Implements `matting_core.matting.Matting`. Thread-safe: predictions run one after the other."""

    name = "vitmatte"

    def __init__(
        self,
        network: nn.Module,
        *,
        normalisation: Normalisation | str = Normalisation.IMAGENET,
        device: str = "cpu",
        tile: int = TILE,
    ) -> None:
        """A model of a network that is at hand: `random`, `from_folder` and `from_hub` make one.

        normalisation: by default what the published weights were trained with, although the preprocessor beside
        them on the hub does otherwise; ``half`` gives that preprocessor's input bit for bit, for comparison with
        other programs and for weights trained through it. tile: see `TILE`.
        """
        self.network = network.eval().to(device)
        self.normalisation = Normalisation(normalisation)
        self._device, self._tile = device, tile
        self._one_at_a_time = threading.Lock()

    @classmethod
    def random(
        cls,
        size: str,
        *,
        seed: int = 0,
        normalisation: Normalisation | str = Normalisation.IMAGENET,
        device: str = "cpu",
    ) -> Self:
        """``small`` or ``base`` with random weights: for timing and for tests, not for mattes.

        Raises WeightsError for another size, and MissingPackageError without transformers.
        """
        if size not in SIZES:
            raise WeightsError(f"there is no ViTMatte of size {size!r}; choose one of: {', '.join(SIZES)}")
        return cls(random_network(SIZES[size], seed=seed), normalisation=normalisation, device=device)

    @classmethod
    def from_folder(
        cls,
        folder: Path,
        *,
        normalisation: Normalisation | str = Normalisation.IMAGENET,
        device: str = "cpu",
    ) -> Self:
        """From a folder with ``config.json`` and ``model.safetensors``; nothing is downloaded.

        Raises WeightsError if the folder lacks one of them or holds another network, and MissingPackageError
        without transformers.
        """
        if not (folder / "config.json").is_file():
            raise WeightsError(f"{folder} holds no config.json: name the folder that a ViTMatte was saved to")
        return cls(_pretrained(str(folder), local_files_only=True), normalisation=normalisation, device=device)

    @classmethod
    def from_hub(
        cls,
        repository: str,
        *,
        revision: str = "main",
        normalisation: Normalisation | str = Normalisation.IMAGENET,
        device: str = "cpu",
    ) -> Self:
        """From a repository of the Hugging Face hub, e.g. ``hustvl/vitmatte-small-composition-1k``.

        Downloaded once, then read from its cache. revision: a commit makes the result repeatable. Errors as
        for `from_folder`.
        """
        return cls(_pretrained(repository, revision=revision), normalisation=normalisation, device=device)

    def predict(self, rgb: Rgb, trimap: Trimap) -> Alpha:
        """See `Matting.predict`. Raises InvalidArrayError on arrays that break their contract."""
        check_trimap(trimap, like=check_rgb(rgb))
        alpha = blended(
            trimap == UNKNOWN,
            side=self._tile,
            margin=MARGIN,
            grid=STRIDE,
            run=lambda box: self._run(rgb[box.slices], trimap[box.slices], box),
        )
        return force_known(np.clip(alpha, 0, 1), trimap)

    def _run(self, rgb: Rgb, trimap: Trimap, box: Box) -> Floats:
        pixel_values = network_input(rgb, trimap, normalisation=self.normalisation).to(self._device)
        with self._one_at_a_time, torch.inference_mode():
            alphas: torch.Tensor = self.network(pixel_values=pixel_values).alphas
        alpha: Floats = alphas[0, 0, : box.height, : box.width].float().cpu().numpy()
        return alpha


def network_input(rgb: Rgb, trimap: Trimap, *, normalisation: Normalisation) -> torch.Tensor:
    """Float32, 1x4xHxW: normalised red, green, blue and the trimap's level in [0, 1].

    rgb: uint8 or uint16, HxWx3. trimap: uint8, HxW, {0, 128, 255}. Right and bottom are padded to multiples of
    32 with zeros, after normalisation: in the trimap's channel this says background.
    """
    mean, deviation, unknown = _LEVELS[normalisation]
    colours = (unit_colours(rgb) - np.array(mean, np.float32)) / np.array(deviation, np.float32)
    levels = np.where(trimap == UNKNOWN, np.float32(unknown), (trimap == FOREGROUND).astype(np.float32))
    planes = torch.from_numpy(np.concatenate([colours.transpose(2, 0, 1), levels[None]]))[None]
    height, width = trimap.shape
    return F.pad(planes, (0, -width % STRIDE, 0, -height % STRIDE))


def random_network(size: VitMatteSize, *, seed: int) -> nn.Module:
    """transformers' VitMatteForImageMatting with random weights; the same seed gives the same ones.

    Raises MissingPackageError without transformers.
    """
    transformers = _transformers()
    residual = list(range(2, size.layers, 3))
    backbone = transformers.VitDetConfig(
        num_channels=4,
        image_size=512,
        pretrain_image_size=224,
        patch_size=16,
        hidden_size=size.hidden,
        num_attention_heads=size.heads,
        num_hidden_layers=size.layers,
        window_size=size.window,
        window_block_indices=[layer for layer in range(size.layers) if layer not in residual],
        residual_block_indices=residual,
        use_absolute_position_embeddings=True,
        use_relative_position_embeddings=True,
        out_features=[f"stage{size.layers}"],
    )
    config = transformers.VitMatteConfig(
        backbone_config=backbone,
        hidden_size=size.hidden,
        convstream_hidden_sizes=list(
            size.details
        ),  # the package's default tuples fail in the decoder, which adds lists
        fusion_hidden_sizes=list(size.fusion),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network: nn.Module = transformers.VitMatteForImageMatting(config)
    return network


def _pretrained(source: str, **where: Any) -> nn.Module:
    """The network of a folder or repository, complete to the last weight."""
    transformers = _transformers()
    try:
        config = transformers.VitMatteConfig.from_pretrained(source, **where)
        backbone = config.backbone_config
        if config.model_type != "vitmatte" or backbone.model_type != "vitdet" or backbone.num_channels != 4:
            raise WeightsError(f"{source} holds no ViTMatte on a VitDet of four channels: choose another model")
        config.convstream_hidden_sizes = list(config.convstream_hidden_sizes)
        config.fusion_hidden_sizes = list(config.fusion_hidden_sizes)
        network, found = transformers.VitMatteForImageMatting.from_pretrained(
            source,
            config=config,
            dtype=torch.float32,
            use_safetensors=True,  # a pickle can run code
            output_loading_info=True,
            **where,
        )
    except (OSError, ValueError, RuntimeError, safetensors.SafetensorError) as error:
        raise WeightsError(
            f"no ViTMatte could be read from {source} ({error}): it takes config.json and model.safetensors"
        ) from error
    # transformers fills what the file lacks with random numbers and only warns
    if lacking := sorted(found["missing_keys"]):
        raise WeightsError(f"the weights of {source} are incomplete: {', '.join(lacking[:3])} and others are missing")
    whole: nn.Module = network
    return whole


def _transformers() -> Any:
    return require("transformers", purpose="ViTMatte")
