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

    @staticmethod
    def for_drafters(seed: int = 0) -> "GateLimits":
        """What drafts cost differs so much from photo to photo that it takes a hundred of them to be as sure.

        A drafter that should not serve costs some strokes until the next comparison, and goes back in one click.
        """
        return GateLimits(confidence=0.8, worst_tag=0.25, worst_golden=0.25, least_images=4, seed=seed)
