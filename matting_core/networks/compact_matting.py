"""The compact network as a matting model: photo and trimap in, alpha out, in tiles where that is large."""

import threading

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

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
from matting_core.networks.compact import STRIDE
from matting_core.networks.compact_features import CompactInput
from matting_core.prior.classical_prior import Prior, classical_prior, unit_colours
from matting_core.tiles import blended

TILE = 1024
"""Core of a tile in pixels; bounds the network's memory at about 1 GB.

The prior is not tiled: it needs about 130 bytes a pixel of the photo.
"""
MARGIN = 128
"""Context around a tile; neighbouring tiles are blended across it."""


class CompactMatting:
    """Implements `matting_core.matting.Matting`. Thread-safe: predictions run one after the other."""

    name = "compact"

    def __init__(self, network: nn.Module, *, device: str = "cpu") -> None:
        self.network = network.eval().to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._device = device
        self._one_at_a_time = threading.Lock()

    def predict(self, rgb: Rgb, trimap: Trimap) -> Alpha:
        """See `Matting.predict`. Raises InvalidArrayError on arrays that break their contract."""
        check_trimap(trimap, like=check_rgb(rgb))
        if not (trimap == UNKNOWN).any():
            known: Alpha = (trimap == FOREGROUND).astype(np.float32)
            return known
        return self.correct(rgb, trimap, classical_prior(rgb, trimap))

    def correct(self, rgb: Rgb, trimap: Trimap, prior: Prior) -> Alpha:
        """Alpha from a prior that is already at hand (of the same photo and trimap)."""
        alpha = blended(trimap == UNKNOWN, side=TILE, margin=MARGIN, run=lambda box: self._run(rgb, trimap, prior, box))
        alpha[trimap == BACKGROUND], alpha[trimap == FOREGROUND] = 0, 1
        clipped: Alpha = np.clip(alpha, 0, 1)
        return clipped

    def _run(self, rgb: Rgb, trimap: Trimap, prior: Prior, box: Box) -> Floats:
        """The network on one box, whose left and top are even."""
        batch = compact_input(rgb, trimap, prior, box)
        height, width = box.height, box.width
        padded = pad_to_stride(batch).to(self._device)
        with self._one_at_a_time, torch.inference_mode():
            alpha = self.network(padded).clamp(0, 1)
        result: Floats = alpha[0, 0, :height, :width].cpu().numpy()
        return result


def compact_input(rgb: Rgb, trimap: Trimap, prior: Prior, box: Box) -> CompactInput:
    """The network's input for one box of a photo, as a batch of one (height and width made even).

    box: left and top are even; right and bottom are even or the photo's own edge.
    """
    half_box = Box(box.left // 2, box.top // 2, -(-box.right // 2), -(-box.bottom // 2))
    labels = trimap[box.slices]
    classes = np.stack([labels == BACKGROUND, labels == UNKNOWN, labels == FOREGROUND]).astype(np.float32)
    rows, columns = half_box.slices
    planes = (
        unit_colours(rgb[box.slices]).transpose(2, 0, 1),
        classes,
        prior.alpha[box.slices][None],
        prior.half_planes(rows, columns),
    )
    tensors = [torch.from_numpy(np.ascontiguousarray(plane))[None] for plane in planes]
    odd = (0, box.width % 2, 0, box.height % 2)
    rgb_plane, class_planes, prior_plane = (
        F.pad(tensor, odd, mode="replicate") if any(odd) else tensor for tensor in tensors[:3]
    )
    return CompactInput(rgb_plane, class_planes, prior_plane, tensors[3])


def pad_to_stride(x: CompactInput) -> CompactInput:
    """Repeat the right and bottom edges until height and width are multiples of 64."""
    height, width = x.rgb.shape[-2:]
    right, bottom = -width % STRIDE, -height % STRIDE
    full, half = (0, right, 0, bottom), (0, right // 2, 0, bottom // 2)
    return CompactInput(
        F.pad(x.rgb, full, mode="replicate"),
        F.pad(x.classes, full, mode="replicate"),
        F.pad(x.prior, full, mode="replicate"),
        F.pad(x.half, half, mode="replicate"),
    )
