"""A toy domain where learning is certain: dolls that hang on cyan threads, which nobody wants to see in the cut-out.

Threads are so thin that a draft leaves them unknown altogether. The shipped model cannot know that they are to go, for
they stand out from the backdrop as hair would. A network learns that within seconds.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from matting_core.arrays import Alpha, Rgb

HEIGHT, WIDTH = 320, 384
BACKDROP, DOLL, THREAD = (226, 224, 220), (120, 60, 52), (40, 190, 200)
THREADS = 10
THICKNESS = 5
"""Narrower than the band that a drafter leaves unknown along an edge of such a photo, on both sides together."""
FINE = 4
"""Drawn so many times as large, for soft edges."""


@dataclass(frozen=True, slots=True, eq=False)
class Doll:
    """rgb: uint8, HxWx3. wanted: its true alpha, without threads; whole: with them; float32, HxW, [0, 1]."""

    rgb: Rgb
    wanted: Alpha
    whole: Alpha


def doll(number: int) -> Doll:
    """Another one for each number."""
    chance = np.random.default_rng([7, number])
    centre = (WIDTH * FINE // 2, HEIGHT * FINE // 2)
    axes = (int(chance.integers(50, 64)) * FINE, int(chance.integers(50, 64)) * FINE)
    threads, body = (np.zeros((HEIGHT * FINE, WIDTH * FINE), np.uint8) for _ in range(2))
    turn = chance.uniform(0, 2 * np.pi)
    for thread in range(THREADS):
        angle = turn + 2 * np.pi * (thread + chance.uniform(-0.25, 0.25)) / THREADS
        length = chance.uniform(110, 140) * FINE
        end = (int(centre[0] + length * np.cos(angle)), int(centre[1] + length * np.sin(angle)))
        cv2.line(threads, centre, end, 255, THICKNESS * FINE)
    cv2.ellipse(body, centre, axes, float(chance.uniform(0, 180)), 0, 360, 255, -1)
    hanging, wanted = _small(threads), _small(body)
    photo = np.full((HEIGHT, WIDTH, 3), BACKDROP, np.float32) + chance.normal(0, 2.5, (HEIGHT, WIDTH, 3))
    for alpha, colour in ((hanging, THREAD), (wanted, DOLL)):
        texture = np.array(colour) + chance.normal(0, 5, (HEIGHT, WIDTH, 3))
        photo += alpha[..., None] * (texture - photo)
    return Doll(np.rint(photo.clip(0, 255)).astype(np.uint8), wanted, np.maximum(wanted, hanging))


def _small(mask: np.ndarray) -> Alpha:
    alpha: Alpha = cv2.resize(mask, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return alpha
