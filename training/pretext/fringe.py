"""Yarn, tassels, ropes and twigs: opaque strands a few pixels wide that hang in one direction, with gaps between."""

import numpy as np

from matting_core.arrays import Floats
from training.pretext.shapes import Points
from training.pretext.strokes import draw_strokes, grow
from training.pretext.thing_contours import Thing, random_thing

WIDTH = (3.5, 14.0)
"""Pixels before the reduction."""
FACING = 0.3
"""Cosine between the contour's normal and the strands, above which strands may begin."""


def draw_fringe(rng: np.random.Generator, size: int) -> Floats:
    """Strands from one side of a thing, hanging straight or branching."""
    thing = random_thing(rng, size)
    angle = float(np.pi / 2 + rng.normal() * 0.25 if rng.random() < 0.7 else rng.uniform(0, 2 * np.pi))
    hang = np.array([np.cos(angle), np.sin(angle)])
    width = float(np.exp(rng.uniform(*np.log(WIDTH))))
    if (thing.normals @ hang > FACING).sum() < (thing.normals @ -hang > FACING).sum() / 3:
        hang = -hang  # the thing reaches out of the picture on that side
    roots = _rail(rng, thing, hang, spacing=width * float(rng.uniform(0.45, 1.6)), size=size)
    if rng.random() < 0.35:
        strokes = _twigs(rng, roots, hang, width=width, size=size)
    else:
        strokes = _yarn(rng, roots, hang, width=width, size=size)
    return 1 - (1 - thing.mask) * (1 - strokes)


def _rail(rng: np.random.Generator, thing: Thing, hang: Points, *, spacing: float, size: int) -> Points:
    """Where strands begin: N x 2 along the side that faces `hang`, or along a line of its own where no side does."""
    facing = thing.points[thing.normals @ hang > FACING]
    if len(facing) < size / 5:
        across = np.array([-hang[1], hang[0]])
        reach = np.arange(-0.3 * size, 0.3 * size)
        facing = np.array([size / 2, size / 2]) - hang * size * 0.25 + across * reach[:, None]
    count = max(4, round(len(facing) / spacing))
    chosen = np.sort(rng.integers(len(facing), size=count))
    rail: Points = facing[chosen] - hang * rng.uniform(1, 2 + spacing, (count, 1))
    return rail


def _yarn(rng: np.random.Generator, roots: Points, hang: Points, *, width: float, size: int) -> Floats:
    """Hanging strands of nearly one width and one length, some in bunches as tassels are."""
    count, steps = len(roots), 14
    common = rng.uniform(0.12, 0.45) * size
    lengths = common * (1 + rng.normal(size=count) * rng.uniform(0.03, 0.3)).clip(0.3, 1.6)
    aim = hang + rng.normal(size=(count, 2)) * rng.uniform(0.02, 0.22)
    curves = grow(
        rng,
        roots,
        aim,
        lengths=lengths,
        bend=float(rng.uniform(0.1, 0.5)),
        curl=float(rng.uniform(0.1, 0.6)),
        pull=(float(hang[0]), float(hang[1])),
        steps=steps,
    )
    if rng.random() < 0.4:
        bunch = np.arange(count) // int(rng.integers(4, 12))
        middle = np.stack([np.bincount(bunch, roots[:, axis]) / np.bincount(bunch) for axis in (0, 1)], 1)[bunch]
        tied = np.exp(-((np.linspace(0, 1, steps) - rng.uniform(0.15, 0.35)) ** 2) / 0.02) + 0.3
        curves += (middle - roots)[:, None, :] * np.minimum(tied, 0.9)[None, :, None]
    widths = np.repeat(width * rng.uniform(0.6, 1.1, (count, 1)), steps, axis=1)
    widths[:, -1] *= 0.5  # round ends
    if rng.random() < 0.3:
        # plied yarn and rope: thick and thin by turns
        widths = widths * (1 + 0.18 * np.sin(np.linspace(0, 60, steps)[None, :] + rng.uniform(0, 6, (count, 1))))
    return draw_strokes(curves, widths, size=size)


def _twigs(rng: np.random.Generator, roots: Points, hang: Points, *, width: float, size: int) -> Floats:
    """Stems that taper, and two generations of branches that leave them at acute angles."""
    count = min(len(roots), int(rng.integers(4, 24)))
    roots = roots[np.sort(rng.permutation(len(roots))[:count])]
    aim = hang + rng.normal(size=(count, 2)) * rng.uniform(0.1, 0.4)
    lengths = size * rng.uniform(0.2, 0.55) * rng.uniform(0.6, 1.2, count)
    thick = width * rng.uniform(0.6, 1.2, count)
    layers = np.zeros((size, size), np.float32)
    for branches in (3, 4, 0):
        steps = 10
        curves = grow(rng, roots, aim, lengths=lengths, bend=0.4, curl=0.2, steps=steps)
        layers = np.maximum(layers, draw_strokes(curves, thick[:, None] * np.linspace(1, 0.35, steps), size=size))
        stem = np.repeat(np.arange(len(roots)), branches)
        knot = rng.integers(2, steps - 1, len(stem))
        onward = curves[stem, knot + 1 - 1 * (knot == steps - 1)] - curves[stem, knot - 1]
        turned = np.arctan2(onward[:, 1], onward[:, 0]) + rng.choice((-1, 1), len(stem)) * rng.uniform(
            0.3, 0.9, len(stem)
        )
        roots, aim = curves[stem, knot], np.stack([np.cos(turned), np.sin(turned)], 1)
        lengths, thick = lengths[stem] * rng.uniform(0.3, 0.6, len(stem)), thick[stem] * 0.55
    return layers
