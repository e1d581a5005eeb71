"""Known colours that an unknown pixel may be mixed of: the nearest one, and the nearest of each colour cluster."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from matting_core.arrays import Floats, Mask
from matting_core.cancelling import checkpoint

CLUSTERS = 6
BAND = 12  # pixels around the unknown region from which the clusters are learnt
CLUSTER_SAMPLES = 1500


@dataclass(frozen=True, slots=True)
class Candidates:
    """For n pixels and K candidates each: colours, float32, 3 x K x n; distances in pixels, float32, K x n."""

    colours: Tensor
    distances: Tensor

    def of(self, part: slice) -> "Candidates":
        return Candidates(self.colours[..., part], self.distances[..., part])

    def to(self, device: str | torch.device) -> "Candidates":
        return Candidates(self.colours.to(device), self.distances.to(device))


def find_candidates(colours: Floats, known: Mask, *, wanted: Mask) -> Candidates:
    """Candidates out of `known` for every pixel of `wanted`, in raster order. Deterministic.

    colours: float32, H x W x 3, sRGB in [0, 1]. known, wanted: bool, H x W, disjoint, each with a pixel. Raises
    Cancelled.
    """
    weight = known.astype(np.float32)
    # a 3x3 mean over known pixels only: a single noisy pixel should not stand for its neighbourhood
    smooth = cv2.blur(colours * weight[..., None], (3, 3)) / np.maximum(cv2.blur(weight, (3, 3)), 1e-6)[..., None]
    palette = smooth.reshape(-1, 3)
    found = [_nearest(palette, known, wanted)]
    clusters = _clusters(colours, smooth, known, wanted)
    for members in clusters:
        checkpoint()
        if members.any():
            found.append(_nearest(palette, members, wanted))
    return Candidates(
        torch.from_numpy(np.stack([colour.T for colour, _ in found], 1)),
        torch.from_numpy(np.stack([distance for _, distance in found])),
    )


def _clusters(colours: Floats, smooth: Floats, known: Mask, wanted: Mask) -> list[Mask]:
    """The known pixels by colour: k-means, learnt near the unknown region; empty if too few are known."""
    band = cv2.dilate(wanted.astype(np.uint8), np.ones((2 * BAND + 1, 2 * BAND + 1), np.uint8)) > 0
    places = np.flatnonzero(known & band)
    if len(places) < 4 * CLUSTERS:
        places = np.flatnonzero(known)
    if len(places) > CLUSTER_SAMPLES:
        places = places[np.random.default_rng(0).integers(0, len(places), CLUSTER_SAMPLES)]
    if len(places) <= 2 * CLUSTERS:
        return []
    cv2.setRNGSeed(1)  # k-means++ draws from OpenCV's generator of this thread
    criteria = (cv2.TERM_CRITERIA_MAX_ITER | cv2.TERM_CRITERIA_EPS, 8, 1e-3)
    data = np.ascontiguousarray(colours.reshape(-1, 3)[places])
    _, _, centres = cv2.kmeans(data, CLUSTERS, None, criteria, 1, cv2.KMEANS_PP_CENTERS)
    cluster = _closest(smooth, centres)
    cluster[~known] = CLUSTERS
    return [cluster == number for number in range(CLUSTERS)]


def _closest(colours: Floats, centres: Floats) -> npt.NDArray[np.uint8]:
    """Number of the centre (K x 3) that each colour (H x W x 3) is closest to: H x W."""
    # |x - c|^2 = |x|^2 - 2 x.c + |c|^2, of which the first is the same for every centre
    closeness = cv2.transform(colours, np.hstack([2 * centres, -np.square(centres).sum(1, keepdims=True)]))
    planes = cv2.split(closeness)
    best, number = planes[0], np.zeros(colours.shape[:2], np.uint8)
    for other, plane in enumerate(planes[1:], 1):
        number[plane > best] = other
        best = np.maximum(best, plane)
    return number


def _nearest(palette: Floats, members: Mask, wanted: Mask) -> tuple[Floats, npt.NDArray[np.float32]]:
    """Colour of (n x 3) and distance to (n, pixels) the nearest of `members`, for every pixel of `wanted`."""
    distances, labels = cv2.distanceTransformWithLabels(
        (~members).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    # OpenCV numbers the members from 1 in raster order
    places = np.flatnonzero(members)[labels[wanted] - 1]
    return palette[places], distances[wanted].astype(np.float32, copy=False)
