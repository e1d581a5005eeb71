"""One batch as a network and its loss see it, and how bytes become one."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN
from matting_core.networks.compact.compact_features import CompactInput
from training.batches.samples import HALF_SCALE, SampleSet
from training.pretext.composed_photos import ComposedPhotos


@dataclass(frozen=True, slots=True)
class Batch:
    """inputs: photo, trimap and prior. alpha: N x 1 x H x W, float32, the truth. foreground, background: N x 3 x H x W,
    float32, straight colours, where they are known. trusted: N x 1 x H x W, float32, {0, 1}, where alpha is to be
    believed; None: everywhere."""

    inputs: CompactInput
    alpha: Tensor
    foreground: Tensor | None = None
    background: Tensor | None = None
    trusted: Tensor | None = None

    @property
    def counted(self) -> Tensor:
        """1 where an alpha can be judged, unknown to the network and known to us: float32, N x 1 x H x W."""
        return self.inputs.unknown if self.trusted is None else self.inputs.unknown * self.trusted


def crop_samples(samples: SampleSet, *, top: int, left: int, size: int) -> SampleSet:
    """The same square of every sample; `top`, `left` and `size` are even."""
    full = (..., slice(top, top + size), slice(left, left + size))
    half = (..., slice(top // 2, (top + size) // 2), slice(left // 2, (left + size) // 2))
    return SampleSet(**{name: plane[half if name == "half" else full] for name, plane in samples.planes().items()})


def decode(samples: SampleSet) -> Batch:
    """Bytes as float32 tensors, on the device of the samples."""
    classes = torch.stack([samples.trimap == label for label in (BACKGROUND, UNKNOWN, FOREGROUND)], 1)
    inputs = CompactInput(
        rgb=samples.rgb.float() / 255,
        classes=classes.float(),
        prior=samples.prior[:, None].float() / 255,
        half=samples.half.float() / 255 / HALF_SCALE.to(samples.half.device),
    )
    trusted = None if samples.trusted is None else samples.trusted[:, None].float()
    return Batch(inputs, samples.alpha[:, None].float() / 255, trusted=trusted)


def without_prior(photos: ComposedPhotos) -> Batch:
    """A batch whose prior says nothing: a half wherever the trimap is unknown, and grey for every sampled colour.

    A compact network has then only its free correction; the other networks look at no prior.
    """
    classes = photos.classes
    prior = classes[:, 1:2] * 0.5 + classes[:, 2:3]
    small = F.avg_pool2d(prior, 2)
    quality = torch.zeros_like(small).expand(-1, 2, -1, -1)
    colours = torch.full_like(small, 0.5).expand(-1, 6, -1, -1)
    half = torch.cat([small, small, small, quality, colours], 1)
    inputs = CompactInput(photos.rgb, classes, prior, half)
    return Batch(inputs, photos.alpha, photos.foreground, photos.background)
