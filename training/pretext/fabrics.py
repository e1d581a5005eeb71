"""Lace, mesh, net and tulle: periodic weaves with holes, curved by folds, where two layers lie one over another."""

import cv2
import numpy as np

from matting_core.arrays import Floats
from training.pretext.shapes import SUBPIXEL_BITS, ellipse, fractal_noise, softened, subpixel
from training.pretext.thing_contours import random_thing

FINEST, COARSEST = 6.0, 48.0
"""Periods in pixels before the reduction: from tulle, whose holes are hardly seen singly, to crochet."""


def draw_fabric(rng: np.random.Generator, size: int) -> Floats:
    """A piece of cloth in the outline of a thing, often with a solid hem and partly lying twice."""
    thing = random_thing(rng, size)
    period = float(np.exp(rng.uniform(np.log(FINEST), np.log(COARSEST))))
    cloth = _woven(rng, size, period)
    if period > 14 and rng.random() < 0.5:
        cloth = np.maximum(cloth, _motifs(rng, size, period * float(rng.uniform(4, 8))))
    if rng.random() < 0.6:
        edge = np.float32(rng.uniform(0.35, 0.65))
        twice = np.clip((fractal_noise(rng, size // 2, octaves=2) - edge) * size / 10 + 0.5, 0, 1)
        twice = cv2.resize(twice, (size, size))
        cloth = cloth + twice * (1 - cloth) * np.roll(cloth, (int(period * 0.4), int(period * 0.3)), (0, 1))
    mask = softened(thing.mask, 1)
    if rng.random() < 0.5:
        hem = mask - softened(cv2.erode(thing.mask, ellipse(int(rng.integers(2, 9)))), 0.7)
        cloth = np.maximum(cloth, hem * np.float32(rng.uniform(0.8, 1.2)))
    elif rng.random() < 0.5:
        core = cv2.GaussianBlur(thing.mask, (0, 0), size * 0.03)
        cloth = np.maximum(cloth, np.clip((core - np.float32(rng.uniform(0.6, 0.95))) * 8, 0, 1))  # what it is worn on
    alpha: Floats = np.clip(cloth, 0, 1) * mask
    return alpha


def _woven(rng: np.random.Generator, size: int, period: float) -> Floats:
    """Threads in two or three directions, their distances squeezed where the cloth turns away in folds."""
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32)
    folds = np.float32(rng.uniform(0.3, 2.5) * size / 12)
    sway = (fractal_noise(rng, size // 4, octaves=2), fractal_noise(rng, size // 4, octaves=2))
    x, y = (
        plane + folds * cv2.resize(way, (size, size), interpolation=cv2.INTER_CUBIC)
        for plane, way in zip((columns, rows), sway, strict=True)
    )
    first, directions = float(rng.uniform(0, np.pi)), int(rng.integers(2, 4))
    thread = np.float32(min(max(period * rng.uniform(0.12, 0.4), 1.6), 8))
    unit = np.float32(period)
    weave = np.zeros((size, size), np.float32)
    for number in range(directions):
        angle = first + np.pi * number / directions
        across = x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))
        offset = np.abs(across - unit * np.round(across / unit))
        weave = np.maximum(weave, np.clip(thread / 2 - offset + np.float32(0.5), 0, 1))
    return weave * np.float32(rng.uniform(0.8, 1))


def _motifs(rng: np.random.Generator, size: int, spacing: float) -> Floats:
    """Solid flowers on a staggered grid, pierced in the middle, as lace carries them."""
    petals, inner = int(rng.integers(4, 9)), float(rng.uniform(0.3, 0.7))
    angle = np.linspace(0, 2 * np.pi, 96)
    around = spacing * rng.uniform(0.22, 0.42) * (inner + (1 - inner) * np.abs(np.cos(angle * petals / 2)))
    flower = np.stack([np.cos(angle), np.sin(angle)], 1) * around[:, None]
    turn = float(rng.uniform(0, np.pi))
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) * spacing
    reach = int(size / spacing) + 1
    one, other = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1))
    places = np.stack([one + 0.5 * (other % 2), other], -1).reshape(-1, 2) @ axes + size / 2
    places = places[((places > -spacing) & (places < size + spacing)).all(1)]
    motifs = np.zeros((size, size), np.uint8)
    for place in places:
        cv2.fillPoly(motifs, [subpixel(flower + place)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
        cv2.fillPoly(motifs, [subpixel(flower * 0.25 + place)], 0, cv2.LINE_AA, SUBPIXEL_BITS)
    return motifs.astype(np.float32) / np.float32(255)
