"""What GrabCut's colour mixtures say about a pixel by itself, as OpenCV leaves them behind."""

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats, Rgb

COMPONENTS = 5
NUMBERS = 13 * COMPONENTS
"""Weights, then means (3 each), then covariances (9 each) of a mixture."""

NEIGHBOURHOOD = 2.0  # pixels, standard deviation: single pixels are noisy witnesses
LEAST_DETERMINANT = 1e-6

Mixture = npt.NDArray[np.float64]


def foreground_probability(bgr: Rgb, *, foreground: Mixture, background: Mixture) -> Floats:
    """How probable the colours around each pixel are under the foreground's mixture rather than the background's.

    bgr: uint8, HxWx3, blue first. foreground, background: `NUMBERS` numbers each. Returns float32, HxW, [0, 1]; 0.5
    where the colours tell nothing.
    """
    ours, theirs = _density(bgr, foreground), _density(bgr, background)
    probability = (ours + 1e-12) / (ours + theirs + 2e-12)
    blurred: Floats = cv2.GaussianBlur(probability.astype(np.float32), (0, 0), NEIGHBOURHOOD)
    return np.clip(blurred, 0, 1)


def _density(bgr: Rgb, mixture: Mixture) -> npt.NDArray[np.float64]:
    weights, means, covariances = np.split(mixture, [COMPONENTS, 4 * COMPONENTS])
    density = np.zeros(bgr.shape[:2])
    for weight, mean, covariance in zip(weights, means.reshape(-1, 3), covariances.reshape(-1, 3, 3), strict=True):
        determinant = float(np.linalg.det(covariance))
        if weight > 0 and determinant > LEAST_DETERMINANT:
            away = bgr - mean
            exponent = np.einsum("hwi,ij,hwj->hw", away, np.linalg.inv(covariance), away)
            density += weight / np.sqrt(determinant) * np.exp(-exponent / 2)
    return density
