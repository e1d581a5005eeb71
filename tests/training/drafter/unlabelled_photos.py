"""A folder of photos that nobody has labelled: a catalogue before white, and rough grounds."""

from pathlib import Path

import cv2
import numpy as np


def catalogue_photo(seed: int) -> np.ndarray:
    """A dark blue thing before a white backdrop: uint8, 120x160x3."""
    rng = np.random.default_rng(seed)
    rgb = np.full((120, 160, 3), 250, np.uint8)
    row, column = rng.integers(50, 70), rng.integers(60, 100)
    cv2.ellipse(rgb, (int(column), int(row)), (30, 40), 0, 0, 360, (30, 40, 120), -1)
    return rgb


def rough_photo(seed: int) -> np.ndarray:
    """Nothing but texture: uint8, 120x160x3."""
    rough = np.random.default_rng(seed).integers(0, 256, (12, 16, 3)).astype(np.uint8)
    return cv2.resize(rough, (160, 120), interpolation=cv2.INTER_CUBIC)


def write_photos(folder: Path) -> Path:
    for name, make in (("catalogue", catalogue_photo), ("grounds", rough_photo)):
        (folder / name).mkdir(parents=True)
        for seed in range(3):
            cv2.imwrite(str(folder / name / f"{seed}.png"), make(seed)[..., ::-1])
    return folder
