"""Which of several ways to compute the same is the fastest on this machine: it is measured, not guessed."""

import logging
import time
from collections.abc import Callable

import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Rgb, Trimap
from matting_core.matting import Matting

log = logging.getLogger(__name__)

TRIAL_SIDE = 192
TRIAL_RUNS = 3
LARGEST_DEVIATION = 0.01
"""Mean difference of alpha beyond which a fast answer is a wrong one."""


def least_seconds(run: Callable[[], object]) -> float:
    """The least wall time of a few runs, in seconds."""
    times = []
    for _ in range(TRIAL_RUNS):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


def fastest_of(exact: Matting, *others: Matting) -> Matting:
    """The fastest of some forms of one model, on a small test picture, whose alpha is that of `exact` to a hundredth.

    A form that fails on this machine is passed over.
    """
    rgb, trimap = trial_picture(TRIAL_SIDE)
    expected = exact.predict(rgb, trimap)
    best, least = exact, least_seconds(lambda: exact.predict(rgb, trimap))
    for form in others:
        try:
            deviation = float(np.abs(form.predict(rgb, trimap) - expected).mean())
            seconds = least_seconds(lambda form=form: form.predict(rgb, trimap))  # type: ignore[misc]
        except Exception as error:  # a form that fails on this machine is no reason to stop working
            log.info("a form of %s cannot be used here (%s: %s)", exact.name, type(error).__name__, error)
            continue
        if deviation < LARGEST_DEVIATION and seconds < least:
            best, least = form, seconds
    return best


def trial_picture(side: int) -> tuple[Rgb, Trimap]:
    """A picture of noise, uint8, and a trimap of all three classes, both `side` pixels wide and high."""
    rgb = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    trimap = np.full((side, side), UNKNOWN, np.uint8)
    trimap[:, : side // 3], trimap[:, -(side // 3) :] = BACKGROUND, FOREGROUND
    return rgb, trimap
