"""How sure the gate must be, and how much worse a candidate may be on some images for being better on most."""

from dataclasses import dataclass

ENOUGH_IMAGES = 3
"""From so many on, a project's own images judge for it, and a tag's mean counts as it stands."""


@dataclass(frozen=True, slots=True)
class GateLimits:
    """confidence: of the intervals, in (0, 1). resamples: of the bootstrap.

    worst_tag, worst_golden: by which share the error may grow on the images of one tag, and on the golden ones.
    least_images: with fewer there is nothing to judge. seed: the same images and limits give the same verdict.
    """

    confidence: float = 0.95
    resamples: int = 4000
    worst_tag: float = 0.05
    worst_golden: float = 0.02
    least_images: int = 1
    seed: int = 0
