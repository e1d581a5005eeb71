"""What the silhouettes of photographed things look like: toys, animals, people, bottles, shoes, bags, plants, boxes.

Every function returns a form within about [-1, 1] in both coordinates, upright (y points down).
"""

from collections.abc import Callable

import numpy as np

from training.pretext.signed_distance import (
    Form,
    Place,
    capsule,
    carved,
    profile,
    rounded_box,
    shell,
    smooth_union,
    superellipse,
)

Rng = np.random.Generator


def toy(rng: Rng) -> Form:
    """A plush toy: round body, large head, ears, short arms and legs."""
    uniform = rng.uniform
    head_half = (uniform(0.26, 0.4), uniform(0.24, 0.36))
    parts = [
        superellipse((0, 0.3), (uniform(0.28, 0.45), uniform(0.35, 0.5)), power=2),
        superellipse((uniform(-0.1, 0.1), -0.35), head_half),
    ]
    ear, lift, ear_size = uniform(0.15, 0.3), uniform(0.2, 0.6), uniform(0.06, 0.14)
    reach, drop, limb = uniform(0.4, 0.65), uniform(-0.2, 0.45), uniform(0.09, 0.16)
    for side in (-1, 1):
        parts.append(capsule((side * ear, -0.5), (side * ear * 1.5, -0.45 - lift), radii=(ear_size, ear_size * 0.8)))
        swing = drop + uniform(-0.25, 0.25)
        parts.append(capsule((side * 0.25, 0.05), (side * reach, 0.1 + swing), radii=(limb, limb * uniform(0.8, 1.2))))
        parts.append(capsule((side * 0.2, 0.65), (side * uniform(0.2, 0.5), 0.88), radii=(limb * 1.2, limb)))
    if rng.random() < 0.4:
        parts.append(_cap(rng))
    return smooth_union(parts, smoothness=uniform(0.02, 0.14))


def _cap(rng: Rng) -> Form:
    side = float(rng.choice((-1, 1)))
    tip = (side * rng.uniform(0.2, 0.6), rng.uniform(-1, -0.7))
    return capsule((0, -0.62), tip, radii=(rng.uniform(0.15, 0.28), rng.uniform(0.02, 0.09)))


def animal(rng: Rng) -> Form:
    """A four-legged animal from the side: trunk, neck, head with muzzle and ear, legs, tail."""
    uniform = rng.uniform
    trunk, leg = uniform(0.2, 0.34), uniform(0.05, 0.1)
    head = (uniform(0.6, 0.85), uniform(-0.65, -0.15))
    parts = [
        capsule((-0.5, 0.05), (0.4, 0), radii=(trunk, trunk * uniform(0.8, 1.1))),
        capsule((0.42, -0.05), head, radii=(trunk * 0.7, trunk * 0.55)),
        superellipse(head, (uniform(0.14, 0.22), uniform(0.12, 0.18))),
        capsule(head, (head[0] + uniform(0.1, 0.25), head[1] + 0.08), radii=(0.11, 0.06)),
        capsule((head[0] - 0.06, head[1] - 0.08), (head[0] - 0.12, head[1] - uniform(0.2, 0.4)), radii=(0.07, 0.03)),
        capsule((-0.62, -0.02), (uniform(-1, -0.85), uniform(-0.6, 0.5)), radii=(uniform(0.04, 0.14), 0.03)),
    ]
    for x in (-0.55, -0.38, 0.22, 0.42):
        foot = x + uniform(-0.12, 0.12)
        parts.append(capsule((x, 0.15), (foot, uniform(0.75, 0.9)), radii=(leg * 1.6, leg)))
    return smooth_union(parts, smoothness=uniform(0.05, 0.16))


def person(rng: Rng) -> Form:
    """Head, neck and shoulders, with arms and a trunk that goes on below."""
    uniform = rng.uniform
    shoulder, lean = uniform(0.42, 0.7), uniform(-0.08, 0.08)
    parts = [
        superellipse((lean, -0.45), (uniform(0.24, 0.32), uniform(0.3, 0.4))),
        capsule((lean, -0.3), (0, 0.05), radii=(0.14, 0.18)),
        rounded_box((0, 0.55), (shoulder * 0.8, 0.5), corner=0.2, taper=uniform(-0.25, 0.2)),
    ]
    for side in (-1, 1):
        elbow = (side * (shoulder + uniform(0.02, 0.3)), uniform(0.5, 0.8))
        hand = (side * uniform(0.2, 0.9), uniform(-0.2, 1))
        parts.append(capsule((side * shoulder * 0.85, 0.14), elbow, radii=(0.14, 0.1)))
        parts.append(capsule(elbow, hand, radii=(0.1, 0.065)))
    return smooth_union(parts, smoothness=uniform(0.04, 0.12))


def lathe_knots(rng: Rng) -> list[Place]:
    """(y, half width) from the mouth to the foot of a bottle, a vase, a jar, a goblet or a lamp."""
    uniform = rng.uniform
    kind = int(rng.integers(4))
    belly, foot = uniform(0.25, 0.6), uniform(0.2, 0.5)
    if kind == 0:  # bottle: neck, shoulder, body
        neck, shoulder = uniform(0.07, 0.16), uniform(-0.5, -0.1)
        return [
            (-1, neck * 1.15),
            (-0.9, neck),
            (shoulder - 0.15, neck),
            (shoulder + 0.15, belly),
            (0.95, belly),
            (1, 0),
        ]
    if kind == 1:  # vase
        waist = uniform(-0.6, -0.2)
        return [(-0.95, foot), (waist, foot * 0.5), (uniform(0.1, 0.4), belly * 1.2), (0.95, foot * 0.8)]
    if kind == 2:  # goblet: bowl, stem, foot
        bowl, stem = uniform(0.3, 0.5), uniform(0.03, 0.06)
        return [(-1, bowl * 0.85), (-0.5, bowl), (-0.05, bowl * 0.5), (0.08, stem), (0.82, stem), (0.93, bowl * 0.8)]
    return [(-0.85, belly * 0.8), (-0.7, belly), (0.75, belly), (0.85, belly * 0.85)]  # jar


def bottle(rng: Rng) -> Form:
    """What a lathe turns, with a handle on some."""
    knots = lathe_knots(rng)
    body = profile(knots, straight=bool(rng.random() < 0.3))
    if rng.random() < 0.35:
        widest = max(width for _, width in knots)
        ear = shell(superellipse((widest, rng.uniform(-0.1, 0.2)), (0.25, 0.32)), rng.uniform(0.06, 0.12))
        return smooth_union([body, ear], smoothness=0.05)
    return body


def shoe(rng: Rng) -> Form:
    """A shoe from the side: sole, toe, shaft, sometimes a high heel."""
    uniform = rng.uniform
    shaft, toe = uniform(-0.7, 0.1), uniform(0.13, 0.24)
    parts = [
        capsule((-0.6, 0.28), (0.72, 0.36), radii=(0.26, toe)),
        capsule((-0.1, 0.1), (0.5, 0.28), radii=(0.25, toe)),
        rounded_box(
            (-0.5, 0.1 + shaft / 2), (uniform(0.25, 0.34), 0.3 - shaft / 2), corner=0.08, taper=uniform(-0.2, 0)
        ),
    ]
    if rng.random() < 0.35:
        parts.append(capsule((-0.7, 0.35), (-0.72, 0.85), radii=(0.13, 0.05)))
    upper = smooth_union(parts, smoothness=uniform(0.08, 0.2))
    sole = rounded_box((0.02, 0.52), (0.85, uniform(0.06, 0.12)), corner=0.06)
    return smooth_union([upper, sole], smoothness=0.02)


def bag(rng: Rng) -> Form:
    """A bag with one or two handles through which one sees."""
    uniform = rng.uniform
    half = (uniform(0.5, 0.8), uniform(0.35, 0.55))
    body = rounded_box((0, 0.35), half, corner=uniform(0.04, 0.25), taper=uniform(-0.15, 0.25))
    handle = superellipse((0, 0.35 - half[1]), (uniform(0.25, 0.5), uniform(0.3, 0.6)), power=uniform(2, 3.5))
    parts = [body, shell(handle, uniform(0.05, 0.12))]
    if rng.random() < 0.4:
        second = superellipse((0.1, 0.33 - half[1]), (uniform(0.25, 0.5), uniform(0.2, 0.5)))
        parts.append(shell(second, uniform(0.04, 0.1)))
    return smooth_union(parts, smoothness=uniform(0.01, 0.06))


def potted_plant(rng: Rng) -> Form:
    """A pot with long or round leaves above it."""
    uniform = rng.uniform
    pot = rounded_box((0, 0.65), (uniform(0.25, 0.4), 0.32), corner=0.05, taper=-uniform(0.1, 0.3))
    parts = [pot]
    for _ in range(int(rng.integers(4, 9))):
        angle, reach = uniform(-1.2, 1.2), uniform(0.6, 1.2)
        tip = (reach * np.sin(angle), 0.3 - reach * np.cos(angle))
        middle = (tip[0] * 0.6, 0.3 + (tip[1] - 0.3) * 0.6)
        leaf = (uniform(0.05, 0.14), uniform(0.02, 0.06))
        parts += [capsule((0, 0.35), middle, radii=(0.03, leaf[0])), capsule(middle, tip, radii=leaf)]
    return smooth_union(parts, smoothness=uniform(0.01, 0.06))


def package(rng: Rng) -> Form:
    """Boxes, tins, cushions and plates: one superellipse or box, seen a little from the side."""
    half = (rng.uniform(0.45, 0.95), rng.uniform(0.45, 0.95))
    if rng.random() < 0.5:
        return superellipse((0, 0), half, power=rng.uniform(2, 8))
    return rounded_box((0, 0), half, corner=rng.uniform(0.01, 0.2), taper=rng.uniform(-0.2, 0.2))


def odd_thing(rng: Rng) -> Form:
    """Anything else: a few simple forms joined, perhaps with a hole."""
    parts: list[Form] = []
    for _ in range(int(rng.integers(2, 6))):
        x, y = rng.uniform(-0.6, 0.6, 2).tolist()
        angle = float(rng.uniform(0, np.pi))
        if rng.random() < 0.4:
            reach = rng.uniform(0.4, 0.9)
            end = (x * 0.3 + reach * float(np.cos(angle)), y * 0.3 + reach * float(np.sin(angle)))
            parts.append(capsule((x * 0.3, y * 0.3), end, radii=(rng.uniform(0.08, 0.25), rng.uniform(0.03, 0.2))))
        else:
            half = (rng.uniform(0.15, 0.5), rng.uniform(0.15, 0.5))
            parts.append(superellipse((x, y), half, power=rng.uniform(2, 5), angle=angle))
    joined = smooth_union(parts, smoothness=rng.uniform(0.02, 0.4))
    if rng.random() < 0.3:
        x, y = rng.uniform(-0.3, 0.3, 2).tolist()
        return carved(joined, superellipse((x, y), (rng.uniform(0.08, 0.25), rng.uniform(0.08, 0.25))))
    return joined


Silhouette = Callable[[Rng], Form]

SILHOUETTES: tuple[Silhouette, ...] = (
    toy, toy, animal, person, bottle, shoe, bag, potted_plant, package, odd_thing
)  # fmt: skip
HAIRY: tuple[Silhouette, ...] = (toy, toy, animal, person, odd_thing)
"""What hair and fur grow on."""
