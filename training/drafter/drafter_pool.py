"""Everything that one training of the drafter draws from, made once before it: the automatic drafters' evidence takes
too long to be gathered anew for each step."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from training.drafter.cut_and_paste import SOLID, cut_out, ground_of, paste
from training.drafter.drafter_samples import EXAMPLE_SIDE, DrafterExample, DrafterSample, sample_of

PASTED_WEIGHT = 0.5
"""A composed photo is drawn so often as against an approved one: it looks a little less like one."""

TRIES = 5


def make_pool(
    rng: np.random.Generator,
    examples: Sequence[DrafterExample],
    *,
    pasted: int,
    on_sample: Callable[[float], None] | None = None,
) -> list[DrafterSample]:
    """The examples themselves and `pasted` composed ones, whose subjects and grounds are drawn from all of them.

    on_sample: told the share of the work that is done, and may raise to end it.
    """
    subjects = [example for example in examples if example.subject.max() > SOLID]
    wanted = len(examples) + (pasted if subjects else 0)
    pool: list[DrafterSample] = []
    for done in range(wanted):
        made = examples[done] if done < len(examples) else _pasted(rng, subjects)
        if made is not None:
            pool.append(sample_of(made))
        if on_sample is not None:
            on_sample((done + 1) / wanted)
    return pool


def _pasted(rng: np.random.Generator, subjects: Sequence[DrafterExample]) -> DrafterExample | None:
    """One composed photo; None if no subject stayed in the frame."""
    for _ in range(TRIES):
        subject, place = (subjects[int(index)] for index in rng.integers(len(subjects), size=2))
        made = paste(rng, cut_out(subject.rgb, subject.subject), ground_of(place.rgb, place.subject), side=EXAMPLE_SIDE)
        if made is not None:
            rgb, alpha = made
            return replace(subject, rgb=rgb, subject=alpha, weight=PASTED_WEIGHT * subject.weight)
    return None
