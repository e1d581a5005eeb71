"""Photos whose alpha and colours are known, because they were composed: a batch of them, on one device."""

from dataclasses import dataclass, fields
from typing import Self

import torch
from torch import Tensor

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN


@dataclass(frozen=True, slots=True)
class ComposedPhotos:
    """A batch of composed photos with everything that a matting loss may ask for.

    rgb: float32, N x 3 x H x W, [0, 1]; alpha * foreground + (1 - alpha) * background, in sRGB
    values or in linear light, up to what a camera does.
    trimap: uint8, N x 1 x H x W, {0, 128, 255}. alpha: float32, N x 1 x H x W, [0, 1].
    foreground, background: float32, N x 3 x H x W, [0, 1], straight.
    """

    rgb: Tensor
    trimap: Tensor
    alpha: Tensor
    foreground: Tensor
    background: Tensor

    @property
    def classes(self) -> Tensor:
        """The trimap one-hot: float32, N x 3 x H x W, in the order background, unknown, foreground."""
        return torch.cat([self.trimap == label for label in (BACKGROUND, UNKNOWN, FOREGROUND)], 1).float()

    @property
    def unknown(self) -> Tensor:
        """1 where the trimap is unknown, else 0: float32, N x 1 x H x W."""
        return (self.trimap == UNKNOWN).float()

    def to(self, device: torch.device | str) -> Self:
        """The same photos on `device`."""
        return type(self)(**{field.name: getattr(self, field.name).to(device) for field in fields(self)})
