"""A refining network as a matting model: photo and trimap in, alpha out, in tiles where that is large.

Photos are padded as the released MatteFormer does it. Tiles begin on the grid of the windows of its coarsest stage,
so that a tile is cut into the same windows as the whole photo; and all tiles share the prior tokens of one pass over
the whole photo at low resolution. What is left to differ is what lies beyond a tile's margin.
"""

import threading

import cv2
import numpy as np
import torch
from torch import Tensor

from matting_core.arrays import (
    BACKGROUND,
    FOREGROUND,
    UNKNOWN,
    Alpha,
    Floats,
    Rgb,
    Trimap,
    check_rgb,
    check_trimap,
)
from matting_core.box import Box
from matting_core.networks.batching import within_memory
from matting_core.networks.refining.prior_tokens import WINDOW, PriorTokens, TileContext
from matting_core.networks.refining.progressive_refinement import MultiscaleAlpha, RefiningNetwork, fuse
from matting_core.networks.refining.spectral_norm import fold_spectral_norm
from matting_core.tiles import blended

STRIDE = 32
"""Of the deepest features: height and width that a network sees are multiples of it."""
PAD = 32
"""Reflected pixels on every side, so that no wanted pixel lies at the border."""
GRID = WINDOW * STRIDE
"""One window of the coarsest stage, in pixels."""
LONGEST = 6 * GRID
"""A photo whose padded sides are no longer is seen as a whole; a larger one is seen in tiles, with the prior tokens
of a copy of this size.
"""
TILE = 4 * GRID
"""Core of a tile in pixels. With its margins it needs about 2 GB in float32."""
MARGIN = GRID
"""Context around a tile. It is also more than `fuse` reaches."""
FADE = 64
"""Pixels of the margin across which neighbouring tiles are blended; further out, a tile knows too little."""
MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)
"""Of ImageNet's colours, red, green and blue, in [0, 1]."""


class RefiningMatting:
    """Implements `matting_core.matting.Matting`. Thread-safe: the network runs for one caller at a time.

    network: left as it is; a folded copy of it is what runs. name: see `Matting.name`. device, dtype: where and in
    which precision it runs. tile: core of a tile in pixels, a multiple of 224; None: however large a photo is, it is
    run at once.
    """

    def __init__(
        self,
        network: RefiningNetwork,
        *,
        name: str,
        device: str = "cpu",
        dtype: torch.dtype = torch.float32,
        tile: int | None = TILE,
    ) -> None:
        self.name = name
        self.network = fold_spectral_norm(network).to(device=device, dtype=dtype)
        self._device, self._dtype = device, dtype
        self._tile = tile
        self._one_at_a_time = threading.Lock()

    @property
    def footprint(self) -> int:
        """Bytes of its weights on the device."""
        return sum(weights.numel() * weights.element_size() for weights in self.network.parameters())

    def predict(self, rgb: Rgb, trimap: Trimap) -> Alpha:
        """See `Matting.predict`. Raises InvalidArrayError on arrays that break their contract, and DeviceFullError."""
        check_trimap(trimap, like=check_rgb(rgb))
        alpha: Alpha = (trimap == FOREGROUND).astype(np.float32)
        unknown = trimap == UNKNOWN
        if unknown.any():
            with within_memory():
                alpha[unknown] = self._fused(rgb, trimap)[unknown]
        return alpha

    def _fused(self, rgb: Rgb, trimap: Trimap) -> Floats:
        """What the network says about every pixel; meaningless far from unknown ones."""
        height, width = trimap.shape
        inner = Box(PAD, PAD, PAD + width, PAD + height)
        padded_rgb, padded_trimap = pad(rgb, trimap)
        large = max(padded_trimap.shape) > LONGEST
        tokens = self._tokens(rgb, trimap) if large else None

        def run(box: Box) -> Floats:
            context = None if tokens is None else TileContext(tokens, box, *padded_trimap.shape)
            return self._run(padded_rgb[box.slices], padded_trimap[box.slices], context)

        wanted = np.zeros(padded_trimap.shape, np.bool_)
        wanted[inner.slices] = trimap == UNKNOWN
        planes = blended(
            wanted,
            side=self._tile or LONGEST,
            margin=MARGIN,
            fade=FADE,
            run=run,
            grid=GRID,
            whole=not large or self._tile is None,
            planes=(3,),
        )
        scales = (torch.from_numpy(plane)[None, None] for plane in planes)
        fused: Floats = fuse(MultiscaleAlpha(*scales))[0, 0].clamp(0, 1).numpy()
        return fused[inner.slices]

    def _run(self, rgb: Rgb, trimap: Trimap, context: TileContext | None) -> Floats:
        """Alpha at strides 1, 4 and 8: float32, 3xHxW."""
        with self._one_at_a_time, torch.inference_mode():
            alphas = self.network.forward(*self._input(rgb, trimap), context)
            stacked = torch.cat([alphas.alpha_os1, alphas.alpha_os4, alphas.alpha_os8], 1)[0]
        result: Floats = stacked.float().cpu().numpy()
        return result

    def _tokens(self, rgb: Rgb, trimap: Trimap) -> PriorTokens | None:
        """What tiles must know of the whole photo, from a copy that is small enough to be seen at once."""
        height, width = trimap.shape
        scale = (LONGEST - 2 * PAD) / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
        # the nearest label keeps each class's share of the area, and with it the mean over that class
        labels = cv2.resize(trimap, size, interpolation=cv2.INTER_NEAREST)
        with self._one_at_a_time, torch.inference_mode():
            return self.network.prior_tokens(*self._input(*pad(small, labels)))

    def _input(self, rgb: Rgb, trimap: Trimap) -> tuple[Tensor, Tensor]:
        colours, classes = network_input(rgb, trimap)
        return colours.to(self._device, self._dtype), classes.to(self._device, self._dtype)


def network_input(rgb: Rgb, trimap: Trimap) -> tuple[Tensor, Tensor]:
    """A photo and its trimap as a refining network wants them, as a batch of one.

    rgb: uint8 or uint16, HxWx3, sRGB. trimap: uint8, HxW, {0, 128, 255}. Returns float32, 1 x 3 x H x W, normalised
    by ImageNet's mean and deviation, and 1 x 3 x H x W, one-hot in the order background, unknown, foreground.
    """
    white = np.iinfo(rgb.dtype).max
    scale, shift = np.array(DEVIATION, np.float32) * white, np.array(MEAN, np.float32) * white
    colours = (rgb.astype(np.float32) - shift) / scale
    classes = np.stack([trimap == label for label in (BACKGROUND, UNKNOWN, FOREGROUND)]).astype(np.float32)
    planes = np.ascontiguousarray(colours.transpose(2, 0, 1))
    return torch.from_numpy(planes)[None], torch.from_numpy(classes)[None]


def normalised(rgb: Tensor) -> Tensor:
    """Colours as a refining network wants them, by ImageNet's mean and deviation.

    rgb: float32, N x 3 x H x W, sRGB, nominally [0, 1].
    """
    mean, deviation = (torch.tensor(values, device=rgb.device).view(1, 3, 1, 1) for values in (MEAN, DEVIATION))
    return (rgb - mean) / deviation


def pad(rgb: Rgb, trimap: Trimap) -> tuple[Rgb, Trimap]:
    """Reflect 32 pixels on every side, and more on the right and at the bottom up to multiples of 32.

    rgb: HxWx3. trimap: HxW. A side shorter than its padding is reflected several times; a single line is repeated.
    """
    height, width = trimap.shape
    edges = ((PAD, PAD + -height % STRIDE), (PAD, PAD + -width % STRIDE))
    rows, columns = (
        np.pad(np.arange(side), edge, mode="reflect") for side, edge in zip((height, width), edges, strict=True)
    )
    within = np.ix_(rows, columns)
    return rgb[within], trimap[within]
