"""A pool of unlabelled photographs from which foregrounds and backgrounds are cut."""

from pathlib import Path

import cv2
import numpy as np

from matting_core.arrays import Rgb

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
