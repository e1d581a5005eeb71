"""A pool of unlabelled photographs from which foregrounds and backgrounds are cut."""

from pathlib import Path

import cv2
import numpy as np

from matting_core.arrays import Floats, Rgb

SHORT_SIDE = 384
SMALLEST_SIDE = 300
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


def load_photos(folder: Path, *, per_folder: int = 200, seed: int = 7) -> list[Rgb]:
    """Read at most `per_folder` photos of each subfolder, reduced to about 384 pixels on the short side.

    A cap per folder keeps a pool of many near-identical shots from drowning the others. Returns uint8, HxWx3,
    sRGB images. Raises FileNotFoundError when there is no readable photo.
    """
    rng = np.random.default_rng(seed)
    photos: list[Rgb] = []
    for directory in sorted({path.parent for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES}):
        paths = sorted(path for path in directory.iterdir() if path.suffix.lower() in SUFFIXES)
        rng.shuffle(paths)
        for path in paths[:per_folder]:
            image = cv2.imread(str(path), cv2.IMREAD_COLOR)
            if image is None or min(image.shape[:2]) < SMALLEST_SIDE:
                continue
            scale = SHORT_SIDE / min(image.shape[:2])
            if scale < 1:
                image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            photos.append(np.ascontiguousarray(image[..., ::-1]))
    if not photos:
        raise FileNotFoundError(f"no photo of at least {SMALLEST_SIDE} pixels a side lies under {folder}")
    return photos


def random_view(rng: np.random.Generator, photo: Rgb, size: int) -> Floats:
    """A random square of `photo`, flipped and re-lit: float32, size x size x 3, [0, 1].

    photo: uint8, HxWx3, sRGB.
    """
    height, width = photo.shape[:2]
    short = min(height, width)
    side = int(rng.integers(min(size, short) // 2, short + 1))
    top, left = int(rng.integers(height - side + 1)), int(rng.integers(width - side + 1))
    view = photo[top : top + side, left : left + side]
    view = cv2.resize(view, (size, size), interpolation=cv2.INTER_AREA if side > size else cv2.INTER_LINEAR)
    if rng.random() < 0.5:
        view = view[:, ::-1]
    tint = 1 + rng.normal(size=3).astype(np.float32) * np.float32(0.06)
    gamma, gain = np.float32(rng.uniform(0.7, 1.5)), np.float32(rng.uniform(0.6, 1.2))
    lit: Floats = np.clip((view.astype(np.float32) / 255) ** gamma * gain * tint, 0, 1)
    return lit
