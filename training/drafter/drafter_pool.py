"""Everything that one training of the drafter draws from, made once before it: the automatic drafters' evidence takes
too long to be gathered anew for each step."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from training.drafter.cut_and_paste import cut_out, ground_of, paste
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
    pool: list[DrafterSample] = []
    makers = [lambda example=example: example for example in examples]
    subjects = [example for example in examples if example.whole]
    if subjects:
        makers += [lambda: _pasted(rng, subjects) for _ in range(pasted)]
    for done, maker in enumerate(makers, 1):
        made = maker()
        if made is not None:
            pool.append(sample_of(made))
        if on_sample is not None:
            on_sample(done / len(makers))
    return pool


def _pasted(rng: np.random.Generator, subjects: Sequence[DrafterExample]) -> DrafterExample | None:
    """One composed photo; None if no subject stayed in the frame."""
    for _ in range(TRIES):
        subject, place = (subjects[int(index)] for index in rng.integers(len(subjects), size=2))
        made = paste(rng, cut_out(subject.rgb, subject.subject), ground_of(place.rgb, place.subject), side=EXAMPLE_SIDE)
        if made is not None:
            rgb, alpha = made
            believed = np.ones(alpha.shape, np.bool_)
            return replace(subject, rgb=rgb, subject=alpha, believed=believed, weight=PASTED_WEIGHT * subject.weight)
    return None
