"""Grad and Conn written down as they are defined, without any thought for speed: what the fast ones are held against.

Same arguments and conventions as the functions of the same names in `matting_core.metrics`.
"""

import numpy as np
from scipy import ndimage
from skimage.measure import label

from matting_core.arrays import Alpha, Trimap


def gradient_error(alpha: Alpha, truth: Alpha, trimap: Trimap) -> float:
    """Two 9x9 convolutions of each stretched matte."""
    apart = _amplitude(_levels(alpha)) - _amplitude(_levels(truth))
    return float(np.sum(apart[trimap == 128] ** 2) / 1000)


def connectivity_error(alpha: Alpha, truth: Alpha, trimap: Trimap) -> float:
    """The whole image labelled at every threshold."""
    a, t = _levels(alpha), _levels(truth)
    last, staying = np.zeros(a.shape), np.ones(a.shape, np.bool_)
    for step in range(11):
        labels = label((a * 10 >= 255 * step) & (t * 10 >= 255 * step), connectivity=1)
        sizes = np.bincount(labels.ravel())
        sizes[0] = 0
        staying &= (labels == np.argmax(sizes)) & (labels > 0)
        last[staying] = step / 10
    return float(np.abs(_connection(a, last) - _connection(t, last))[trimap == 128].sum() / 1000)


def _levels(alpha: Alpha) -> np.ndarray:
    return np.rint(alpha * 255).astype(np.int32)


def _amplitude(levels: np.ndarray) -> np.ndarray:
    values = (levels - levels.min()) / max(levels.max() - levels.min(), 1)
    y, x = np.mgrid[-4:5, -4:5]
    kernel = -x * np.exp(-(x**2 + y**2) / (2 * 1.4**2))
    kernel /= np.linalg.norm(kernel)
    across, down = (ndimage.convolve(values, k, mode="nearest") for k in (kernel, kernel.T))
    return np.sqrt(across**2 + down**2)


def _connection(levels: np.ndarray, last: np.ndarray) -> np.ndarray:
    distance = levels / 255 - last
    return 1 - distance * (distance >= 0.15)
