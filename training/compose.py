"""One synthetic photograph: a foreground, a background, an alpha between them, and a camera that spoils it.

The compositing equation is I = alpha F + (1 - alpha) B (DPT, arXiv 2304.00784, eq. 1), in sRGB values as the
benchmarks compose it.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Floats, Rgb, Trimap
from training.photos import random_view
from training.pretext.alphas import warp
from training.pretext.shapes import fractal_noise
from training.pretext.trimaps import sloppy_trimap

TRIES = 30


@dataclass(frozen=True, slots=True)
class SyntheticPhoto:
    """rgb: uint8, size x size x 3, sRGB. trimap: uint8, {0, 128, 255}. alpha: uint8, exact where known."""

    rgb: Rgb
    trimap: Trimap
    alpha: npt.NDArray[np.uint8]


def compose(
    rng: np.random.Generator, *, photos: list[Rgb], alphas: npt.NDArray[np.uint8], size: int = 256
) -> SyntheticPhoto:
    """Make one sample from unlabelled `photos` and a pool of drawn `alphas` (uint8, N x side x side)."""
    alpha, trimap = _alpha_and_trimap(rng, alphas, size)
    matte = alpha.astype(np.float32) / np.float32(255)
    matte[trimap == FOREGROUND], matte[trimap == BACKGROUND] = 1, 0
    foreground = _foreground(rng, photos[int(rng.integers(len(photos)))], matte)
    background = random_view(rng, photos[int(rng.integers(len(photos)))], size)
    if rng.random() < 0.5:
        sigma = float(np.exp(rng.uniform(np.log(0.7), np.log(8))))
        background = cv2.GaussianBlur(background, (0, 0), sigma)
    if rng.random() < 0.2:  # the hard case on purpose: both sides of nearly one colour
        shift = background.mean((0, 1)) - foreground.mean((0, 1))
        foreground = np.clip(foreground + shift * np.float32(rng.uniform(0.3, 0.85)), 0, 1)
    picture = foreground * matte[..., None] + background * (1 - matte[..., None])
    return SyntheticPhoto(_camera(rng, picture), trimap, (matte * 255 + 0.5).astype(np.uint8))


def _alpha_and_trimap(
    rng: np.random.Generator, alphas: npt.NDArray[np.uint8], size: int
) -> tuple[npt.NDArray[np.uint8], Trimap]:
    """A view of the pool in which all three classes have room; after many tries, whatever came last."""
    for _ in range(TRIES):
        alpha = warp(rng, alphas[int(rng.integers(len(alphas)))], size)
        if rng.random() < 0.15:  # two objects, one behind the other: 1 - (1 - a)(1 - b)
            other = warp(rng, alphas[int(rng.integers(len(alphas)))], size)
            through = (255 - alpha.astype(np.int32)) * (255 - other.astype(np.int32)) // 255
            alpha = (255 - through).astype(np.uint8)
        if rng.random() < 0.45:  # photographed strands are often nearly opaque
            contrast, offset = rng.uniform(1.2, 3), rng.uniform(-0.1, 0.1)
            sharpened = np.clip((alpha / 255.0 - 0.5) * contrast + 0.5 + offset, 0, 1)
            alpha = (sharpened * 255).astype(np.uint8)
        trimap = sloppy_trimap(rng, alpha)
        shares = [(trimap == label).mean() for label in (UNKNOWN, BACKGROUND, FOREGROUND)]
        if 0.06 < shares[0] < 0.75 and shares[1] > 0.03 and shares[2] > 0.03:
            break
    return alpha, trimap


def _foreground(rng: np.random.Generator, photo: Rgb, matte: Floats) -> Floats:
    """Foreground colours: a piece of a photo, blurred or as it is, or few colours with streaks."""
    size = matte.shape[0]
    colours = random_view(rng, photo, size)
    kind = rng.random()
    if kind < 0.3:
        colours = cv2.GaussianBlur(colours, (0, 0), rng.uniform(1, 6))
    elif kind < 0.65:
        colours = _few_colours(rng, colours)
    if rng.random() < 0.25:  # light falls off, or the backdrop's shadow lies, along the edge
        depth = cv2.GaussianBlur(matte, (0, 0), rng.uniform(3, 10))[..., None]
        colours = colours * (1 - np.float32(rng.uniform(0, 0.5)) * (1 - depth))
    return colours


def _few_colours(rng: np.random.Generator, colours: Floats) -> Floats:
    """One to three colours of `colours` in soft regions, streaked in one direction as hair and grain are."""
    size, count = colours.shape[0], int(rng.integers(1, 4))
    palette = colours[rng.integers(size, size=count), rng.integers(size, size=count)]
    regions = np.stack([fractal_noise(rng, size, octaves=3) for _ in range(count)], -1) * rng.uniform(2, 12)
    regions = np.exp(regions - regions.max(-1, keepdims=True))
    base = (regions / regions.sum(-1, keepdims=True)) @ palette
    angle, half = rng.uniform(0, np.pi), rng.integers(3, 25) / 2
    step = (int(half * np.cos(angle)), int(half * np.sin(angle)))
    kernel = np.zeros((25, 25), np.float32)
    cv2.line(kernel, (12 - step[0], 12 - step[1]), (12 + step[0], 12 + step[1]), 1)
    streaks = cv2.filter2D(rng.normal(size=(size, size)).astype(np.float32), -1, kernel / kernel.sum())
    shade = 1 + rng.uniform(0, 0.35) * streaks / (streaks.std() + 1e-6)
    if rng.random() < 0.6:
        shade = shade * (0.6 + 0.8 * fractal_noise(rng, size, octaves=3))
    grain = rng.normal(size=(size, size, 1)) * 0.01
    streaked: Floats = np.clip(base * shade[..., None] + grain, 0, 1).astype(np.float32)
    return streaked


def _camera(rng: np.random.Generator, picture: Floats) -> Rgb:
    """Lens blur, sensor noise, 8 bits and JPEG, each sometimes: float32 [0, 1] in, uint8 out."""
    if rng.random() < 0.25:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 0.8))
    if rng.random() < 0.6:
        noise = rng.normal(size=picture.shape).astype(np.float32)
        picture = picture + cv2.GaussianBlur(noise, (0, 0), rng.uniform(0.3, 0.7)) * rng.uniform(0, 0.03)
    rgb = (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    if rng.random() < 0.35:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(60, 97))]
        jpeg = cv2.imencode(".jpg", rgb, quality)[1]
        rgb = np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)
    return rgb
