"""A compact network that is told no classical prior: in training and on whole photos, exactly as in pre-training."""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from matting_core.arrays import FOREGROUND, UNKNOWN, Alpha, Rgb, Trimap, check_rgb, check_trimap, unit_colours
from matting_core.trimap import force_known
from training.batches.batch import Batch, without_prior
from training.batches.source import BatchSource
from training.learning.learner import Learner, planes_of
from training.pretext.composed_photos import ComposedPhotos


class BlindSource:
    """A `BatchSource`: another one's batches, their prior replaced by one that says nothing."""

    def __init__(self, source: BatchSource) -> None:
        self._source = source

    @property
    def size(self) -> int:
        return self._source.size

    def batch(self, step: int) -> Batch:
        batch = self._source.batch(step)
        classes = batch.inputs.classes
        trimap = (classes[:, 1:2] * UNKNOWN + classes[:, 2:3] * FOREGROUND).to(torch.uint8)
        return replace(_blind(batch.inputs.rgb, trimap, batch.alpha), trusted=batch.trusted)


class BlindMatting:
    """Implements `matting_core.matting.Matting`, for experiments: sees each photo whole, so photos of a few
    megapixels at most."""

    name = "compact without prior"

    def __init__(self, network: nn.Module, *, device: str = "cpu") -> None:
        self._learner = Learner(network).eval().to(device)
        self._device = device

    def predict(self, rgb: Rgb, trimap: Trimap) -> Alpha:
        """See `Matting.predict`. Raises InvalidArrayError on arrays that break their contract."""
        check_trimap(trimap, like=check_rgb(rgb))
        height, width = trimap.shape
        even = ((0, height % 2), (0, width % 2))
        colours = np.pad(unit_colours(rgb), (*even, (0, 0)), mode="edge")
        planes = torch.from_numpy(colours).permute(2, 0, 1)[None].float().to(self._device)
        labels = torch.from_numpy(np.pad(trimap, even, mode="edge"))[None, None].to(self._device)
        with torch.inference_mode():
            (alpha,) = self._learner(*planes_of(_blind(planes, labels, torch.zeros_like(planes[:, :1]))))
        whole: Alpha = alpha[0, 0, :height, :width].clamp(0, 1).float().cpu().numpy()
        return force_known(whole, trimap)


def _blind(rgb: Tensor, trimap: Tensor, alpha: Tensor) -> Batch:
    photos = ComposedPhotos(rgb=rgb, trimap=trimap, alpha=alpha, foreground=rgb, background=rgb)
    return replace(without_prior(photos), foreground=None, background=None)  # the colours are not known here
