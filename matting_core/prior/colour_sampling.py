"""Colour sampling: for each unknown pixel, which known foreground and background colours could have mixed it?

Candidates are the nearest known pixel and the nearest known pixel of each of a few colour clusters; every
foreground/background pair is scored, and the pairs are averaged with softmax weights. The score follows the
robust sampling literature (Gastal & Oliveira, "Shared Sampling for Real-Time Alpha Matting", 2010): a good
pair explains the pixel's colour, lies near, and its two colours can be told apart.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Floats, Mask, Trimap

CLUSTERS = 6
BAND = 12  # pixels around the unknown region from which the clusters are learnt
CLUSTER_SAMPLES = 1500
PIXELS_AT_ONCE = 1 << 16  # bounds the memory of the pair table: 49 pairs x 3 channels x 4 bytes a pixel

RESIDUAL_UNIT = 6e-4  # squared colour distance that costs one unit
DISTANCE_COST = 0.06
CONTRAST_COST = 0.3
CONTRAST_UNIT = 1e-2
TEMPERATURE = 0.7


@dataclass(frozen=True, slots=True)
class ColourSamples:
    """What sampling believes, HxW planes and HxWx3 colours, float32.

    alpha: [0, 1], exact where the trimap is known. spread: standard deviation of alpha over the pairs.
    residual: colour that the pairs leave unexplained. foreground, background: colours in [0, 1]; the photo's
    own where known.
    """

    alpha: Floats
    spread: Floats
    residual: Floats
    foreground: Floats
    background: Floats

    def confidence(self) -> Floats:
        """[0, 1]: high where the pair explains the colour, its two colours differ and the pairs agree."""
        contrast = np.square(self.foreground - self.background).sum(-1)
        apart = contrast / (contrast + 0.02)
        trust: Floats = np.exp(-self.residual / 0.03) * apart * np.exp(-self.spread / 0.2)
        return trust


def sample_colours(colours: Floats, trimap: Trimap) -> ColourSamples:
    """Sample foreground and background colours for the unknown region.

    colours: float32, HxWx3, sRGB in [0, 1]. trimap: uint8, HxW, {0, 128, 255}. Deterministic. Without any
    known foreground or background, alpha is 0.5 and both colours are the photo's own.
    """
    unknown, foreground, background = trimap == UNKNOWN, trimap == FOREGROUND, trimap == BACKGROUND
    alpha = np.where(unknown, np.float32(0.5), foreground.astype(np.float32))
    samples = ColourSamples(
        alpha=alpha,
        spread=np.zeros_like(alpha),
        residual=np.zeros_like(alpha),
        foreground=colours.copy(),
        background=colours.copy(),
    )
    if not (unknown.any() and foreground.any() and background.any()):
        return samples
    cv2.setRNGSeed(1)  # k-means++ below draws from OpenCV's generator of this thread
    rng = np.random.default_rng(0)
    band = cv2.dilate(unknown.astype(np.uint8), np.ones((2 * BAND + 1, 2 * BAND + 1), np.uint8)) > 0
    fore = _candidates(colours, foreground, band=band, wanted=unknown, rng=rng)
    back = _candidates(colours, background, band=band, wanted=unknown, rng=rng)
    pixels = colours[unknown]
    parts = [slice(start, start + PIXELS_AT_ONCE) for start in range(0, len(pixels), PIXELS_AT_ONCE)]
    found = [_weigh_pairs(pixels[part], fore.of(part), back.of(part)) for part in parts]
    planes = (samples.alpha, samples.spread, samples.residual, samples.foreground, samples.background)
    for plane, values in zip(planes, zip(*found, strict=True), strict=True):
        plane[unknown] = np.concatenate(values)
    return samples


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Per wanted pixel (N) and candidate (K): colours NxKx3 and distances NxK in pixels."""

    colours: Floats
    distances: Floats

    def of(self, part: slice) -> "_Candidates":
        return _Candidates(self.colours[part], self.distances[part])


def _candidates(colours: Floats, known: Mask, *, band: Mask, wanted: Mask, rng: np.random.Generator) -> _Candidates:
    """The nearest pixel of `known` overall and within each colour cluster, for every pixel of `wanted`."""
    weight = known.astype(np.float32)
    # a 3x3 mean over known pixels only: a single noisy pixel should not stand for its neighbourhood
    share = np.maximum(cv2.blur(weight, (3, 3)), 1e-6)
    smooth = cv2.blur(colours * weight[..., None], (3, 3)) / share[..., None]
    found = [_nearest(smooth, known, wanted)]
    near = known & band
    rows = np.flatnonzero(near if near.sum() >= 4 * CLUSTERS else known)
    if len(rows) > CLUSTER_SAMPLES:
        rows = rows[rng.integers(0, len(rows), CLUSTER_SAMPLES)]
    if len(rows) > 2 * CLUSTERS:
        criteria = (cv2.TERM_CRITERIA_MAX_ITER | cv2.TERM_CRITERIA_EPS, 8, 1e-3)
        data = np.ascontiguousarray(colours.reshape(-1, 3)[rows])
        _, _, centres = cv2.kmeans(data, CLUSTERS, None, criteria, 1, cv2.KMEANS_PP_CENTERS)
        nearest_centre = np.full(known.shape, -1, np.int8)
        squares = np.square(smooth[known][:, None, :] - centres[None]).sum(-1)
        nearest_centre[known] = squares.argmin(-1)
        for cluster in range(CLUSTERS):
            members = nearest_centre == cluster
            if members.any():
                found.append(_nearest(smooth, members, wanted))
    return _Candidates(np.stack([colour for colour, _ in found], 1), np.stack([distance for _, distance in found], 1))


def _nearest(colours: Floats, members: Mask, wanted: Mask) -> tuple[Floats, Floats]:
    """Colour of (Nx3) and distance to (N, pixels) the nearest of `members`, for every pixel of `wanted`."""
    distances, labels = cv2.distanceTransformWithLabels(
        (~members).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros((int(labels.max()) + 1, 3), np.float32)
    table[labels[members]] = colours[members]
    return table[labels[wanted]], distances[wanted].astype(np.float32)


def _weigh_pairs(pixels: Floats, fore: _Candidates, back: _Candidates) -> tuple[npt.NDArray[np.float32], ...]:
    """Average all pairs of candidates: (alpha N, spread N, residual N, foreground Nx3, background Nx3).

    With d = F - B, the pixel's alpha on the line is (x - B).d / |d|^2, and what the line cannot explain is
    |x - B - alpha d|^2.
    """
    difference = fore.colours[:, :, None] - back.colours[:, None]
    contrast = np.square(difference).sum(-1)
    offset = pixels[:, None] - back.colours
    projection = np.einsum("nfbc,nbc->nfb", difference, offset)
    alpha = np.clip(projection / (contrast + 1e-4), 0, 1)
    unexplained = np.square(offset).sum(-1)[:, None] - 2 * alpha * projection + alpha * alpha * contrast
    unexplained = np.maximum(unexplained, 0)
    far_fore = fore.distances / (fore.distances.min(1, keepdims=True) + 2)
    far_back = back.distances / (back.distances.min(1, keepdims=True) + 2)
    cost = (
        unexplained / RESIDUAL_UNIT
        + DISTANCE_COST * (far_fore[:, :, None] + far_back[:, None])
        + CONTRAST_COST * np.exp(-contrast / CONTRAST_UNIT)
    )
    weight = np.exp(-(cost - cost.min((1, 2), keepdims=True)) / TEMPERATURE)
    weight /= weight.sum((1, 2), keepdims=True)
    mean = (weight * alpha).sum((1, 2))
    spread = np.sqrt(np.maximum((weight * alpha * alpha).sum((1, 2)) - mean * mean, 0))
    residual = np.sqrt((weight * unexplained).sum((1, 2)))
    foreground = np.einsum("nf,nfc->nc", weight.sum(2), fore.colours)
    background = np.einsum("nb,nbc->nc", weight.sum(1), back.colours)
    return mean, spread, residual, foreground, background
