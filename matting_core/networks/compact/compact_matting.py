"""The compact network as a matting model: photo and trimap in, alpha out, in tiles where that is large."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields
from functools import cached_property

import numpy as np
import torch
from torch import Tensor
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
    unit_colours,
)
from matting_core.box import Box
from matting_core.cancelling import in_turn
from matting_core.networks.batching import BATCH_PIXELS, Batches, within_memory
from matting_core.networks.compact.compact import STRIDE, CompactNetwork, corrected
from matting_core.networks.compact.compact_backends import Backend, TorchBackend
from matting_core.networks.compact.compact_context import CompactContext, far_surroundings, small_copy
from matting_core.networks.compact.compact_features import CompactInput, compact_features
from matting_core.prior.classical_prior import Prior, classical_prior
from matting_core.tiles import blended
from matting_core.trimap import force_known

TILE = 1024
"""Core of a tile in pixels; bounds the network's memory at about 1 GB."""
LARGE = 1024
"""Longer side beyond which the deepest features are averaged over a small copy, so that it does not matter how the
photo is cut into tiles."""
TILES_AT_ONCE = 4
"""On a GPU, which is not filled by one."""
MARGIN = 192
"""Context around a tile."""
FADE = 64
"""Pixels of the margin across which neighbouring tiles are blended; further out, a tile knows too little."""


class CompactMatting:
    """Implements `matting_core.matting.Matting`. Thread-safe: on a CPU, predictions of one form run one after the
    other; on a GPU, only the network's passes do, and those of one shape together (see `Batches`).

    Two forms: the fine one, for drafts and settled mattes, and `live`, while a stroke is being drawn, whose prior is
    rougher. The network is the same; the quick form does not wait for the fine one.
    """

    name = "compact"

    def __init__(
        self,
        network: CompactNetwork,
        *,
        device: str = "cpu",
        backend: Backend | None = None,
        tile: int | None = TILE,
        quick: bool = False,
        batch_pixels: Callable[[], int] | None = None,
    ) -> None:
        """backend: what runs the network's convolutions, float32 on `device` by default (see `fastest_backend`).
        tile: core of a tile in pixels; None predicts every photo whole, whatever memory that takes. quick: the
        live form. batch_pixels: how much may be computed at once; None is no batches on a CPU, which is busy with one
        prediction already, and what usually fits on a GPU."""
        self.network = network.eval().to(device)
        self._backend = backend or TorchBackend(network, device=device, dtype=torch.float32)
        self._device = device
        self._tile = tile
        self._quick = quick
        self._one_at_a_time = threading.Lock()
        if batch_pixels is None and device != "cpu":
            batch_pixels = _usual_batch
        self.batches = None if batch_pixels is None else Batches(self._backend, most_pixels=batch_pixels)
        """The passes of both forms, where they run in batches."""

    @cached_property
    def live(self) -> "CompactMatting":
        """The quick form of this model; shares network, backend and batches."""
        live = CompactMatting(self.network, device=self._device, backend=self._backend, tile=self._tile, quick=True)
        live.batches = self.batches
        return live

    @property
    def footprint(self) -> int:
        """Bytes of its weights on the device: the network's, and those of the folded copy that runs."""
        return 2 * sum(weights.numel() * weights.element_size() for weights in self.network.parameters())

    def predict(self, rgb: Rgb, trimap: Trimap) -> Alpha:
        """See `Matting.predict`. Raises InvalidArrayError on arrays that break their contract, Cancelled, and
        DeviceFullError."""
        check_trimap(trimap, like=check_rgb(rgb))
        if not (trimap == UNKNOWN).any():
            known: Alpha = (trimap == FOREGROUND).astype(np.float32)
            return known
        with self._alone(), within_memory():
            prior = classical_prior(rgb, trimap, device=self._device, quick=self._quick)
            return self._correct(rgb, trimap, prior)

    def correct(self, rgb: Rgb, trimap: Trimap, prior: Prior) -> Alpha:
        """Alpha from a prior that is already at hand.

        rgb: uint8 or uint16, HxWx3, sRGB. trimap: uint8, HxW, {0, 128, 255}. prior: of both. Returns float32, HxW,
        [0, 1], exact where the trimap is known. Raises Cancelled and DeviceFullError.
        """
        with self._alone(), within_memory():
            return self._correct(rgb, trimap, prior)

    def _alone(self) -> AbstractContextManager[None]:
        """In turn, unless it is the passes that take turns: then priors are computed in the threads of who asks."""
        return in_turn(self._one_at_a_time) if self.batches is None else nullcontext()

    def _correct(self, rgb: Rgb, trimap: Trimap, prior: Prior) -> Alpha:
        with torch.inference_mode():
            context = self._context(prior, trimap)
            alpha = blended(
                trimap == UNKNOWN,
                side=self._tile or 0,
                margin=MARGIN,
                fade=FADE,
                grid=STRIDE,
                whole=self._tile is None,
                run=lambda box: self._run(rgb, trimap, prior, context, [box])[0],
                run_together=lambda boxes: self._run(rgb, trimap, prior, context, boxes),
                at_once=1 if self._device == "cpu" else TILES_AT_ONCE,
            )
        return force_known(np.clip(alpha, 0, 1, out=alpha), trimap)

    def _context(self, prior: Prior, trimap: Trimap) -> CompactContext:
        """Large photos take the mean of the deepest features from a small copy, tiled or not."""
        mean = None
        if max(trimap.shape) > LARGE:
            low = compact_features(small_copy(prior)).low
            mean = self.network.encode(low)[1][-1].mean((2, 3), keepdim=True)
        return CompactContext(far_surroundings(prior), mean)

    def _run(self, rgb: Rgb, trimap: Trimap, prior: Prior, context: CompactContext, boxes: list[Box]) -> list[Floats]:
        """The network on boxes of one size, whose left and top are multiples of 64."""
        x = joined([pad_to_stride(compact_input(rgb, trimap, prior, box)) for box in boxes])
        surroundings = torch.cat([context.of(box).surroundings for box in boxes])
        features = compact_features(x, surroundings)
        mean = None if context.mean is None else context.mean.expand(len(boxes), -1, -1, -1)
        corrections = self._pass(features.low, features.high, mean)
        alphas = corrected(x, features, corrections).clamp_(0, 1).cpu().numpy()
        return [alpha[0, : box.height, : box.width] for alpha, box in zip(alphas, boxes, strict=True)]

    def _pass(self, low: Tensor, high: Tensor, mean: Tensor | None) -> Tensor:
        if self.batches is None:
            return self._backend(low, high, mean)
        pixels = 4 * len(low) * low.shape[-2] * low.shape[-1]  # the planes have half of the photo's resolution
        return self.batches(low, high, mean, pixels=pixels, urgent=self._quick)


def _usual_batch() -> int:
    return BATCH_PIXELS


def compact_input(rgb: Rgb, trimap: Trimap, prior: Prior, box: Box) -> CompactInput:
    """The network's input for one box of a photo, as a batch of one (height and width made even).

    box: left and top are even; right and bottom are even or the photo's own edge.
    """
    device = prior.weak.device
    half_box = Box(box.left // 2, box.top // 2, -(-box.right // 2), -(-box.bottom // 2))
    labels = trimap[box.slices]
    classes = np.stack([labels == BACKGROUND, labels == UNKNOWN, labels == FOREGROUND])
    colours = torch.from_numpy(unit_colours(rgb[box.slices])).permute(2, 0, 1)
    odd = (0, box.width % 2, 0, box.height % 2)

    def even(planes: Tensor) -> Tensor:
        # plane after plane: a photo comes pixel after pixel, and mixing the two layouts costs a copy at every step
        batch = planes.to(device).float()[None].contiguous()
        return F.pad(batch, odd, mode="replicate") if any(odd) else batch

    return CompactInput(
        rgb=even(colours),
        classes=even(torch.from_numpy(classes)),
        prior=even(prior.full_alpha(rgb, trimap, box)[None]),
        half=prior.half_planes(*half_box.slices)[None],
    )


def joined(inputs: list[CompactInput]) -> CompactInput:
    """Inputs of one size as one batch."""
    return CompactInput(*(torch.cat([getattr(one, field.name) for one in inputs]) for field in fields(CompactInput)))


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
