"""What photographs are composed of, as bytes in the memory of one device: unlabelled photos and drawn alphas."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import safetensors.torch
import torch
from torch import Tensor

from matting_core.arrays import Rgb
from training.photos import load_photos
from training.pretext.alphas import draw_pool
from training.whole_file import write_atomically

SIDE = 384
"""Of photos and alphas in pixels."""
OBLONG = 1.4
"""A photo longer than this gives two squares, one from each end."""


@dataclass(frozen=True, slots=True)
class Material:
    """All on one device.

    photos: uint8, N x 3 x 384 x 384, sRGB. alphas: uint8, M x 384 x 384, [0, 1] as [0, 255]. transmits: bool, M:
    things through which the background shines tinted.
    """

    photos: Tensor
    alphas: Tensor
    transmits: Tensor

    def to(self, device: str | torch.device) -> "Material":
        return Material(self.photos.to(device), self.alphas.to(device), self.transmits.to(device))

    def save_alphas(self, path: Path) -> None:
        """Keep the drawn alphas, which take minutes to draw."""
        write_atomically(path, safetensors.torch.save({"alphas": self.alphas, "transmits": self.transmits}))


def gather_material(
    photos: Path, *, alphas: int, seed: int, kept: Path | None = None, most_photos: int | None = None
) -> Material:
    """The photos under a folder, and `alphas` drawn alphas; on the CPU.

    most_photos: a random choice of so many of them. kept: a file from which the alphas are read if it is there, and
    where they are kept otherwise. Raises FileNotFoundError when there is no usable photo.
    """
    chosen = load_photos(photos)
    if most_photos is not None:
        order = np.random.default_rng(seed).permutation(len(chosen))[:most_photos]
        chosen = [chosen[index] for index in sorted(order)]
    stack = squares(chosen)
    if kept is not None and kept.is_file():
        drawn = safetensors.torch.load_file(kept)
        return Material(stack, drawn["alphas"], drawn["transmits"])
    pool = draw_pool(np.random.default_rng(seed), SIDE, alphas)
    material = Material(stack, torch.from_numpy(pool.alphas), torch.from_numpy(pool.transmits))
    if kept is not None:
        material.save_alphas(kept)
    return material


def squares(photos: Sequence[Rgb]) -> Tensor:
    """The middle of each photo, or both ends of an oblong one: uint8, N x 3 x 384 x 384.

    photos: uint8, HxWx3, sRGB, any size.
    """
    cut = []
    for photo in photos:
        height, width = photo.shape[:2]
        side, room = min(height, width), abs(height - width)
        starts = (0, room) if max(height, width) > OBLONG * side else (room // 2,)
        for start in starts:
            top, left = (start, 0) if height > width else (0, start)
            square = photo[top : top + side, left : left + side]
            shrink = cv2.INTER_AREA if side > SIDE else cv2.INTER_LINEAR
            cut.append(cv2.resize(square, (SIDE, SIDE), interpolation=shrink).transpose(2, 0, 1))
    return torch.from_numpy(np.stack(cut))
