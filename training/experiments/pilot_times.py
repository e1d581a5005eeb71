"""How long the simulated operator takes, by a rule that is stated, and how a desk would tell of it.

Working time is a sum: opening and looking, something for each stroke, something for what is painted. Chance multiplies
it, the more so the harder the photo is. Between the strokes people think (that is work), and now and then go away for
longer than the cut-off (that is none); some have the image open in a second tab that tells of the same work once more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from training.operator.effort import Effort

LONGEST_THOUGHT = 60.0
"""Seconds; below any cut-off in use."""
BREAK = (150.0, 1200.0)
"""Seconds, from and to; above it."""

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class WorkModel:
    """opening: seconds for each photo. stroke: for each stroke. area: for painting over as much as the whole photo.

    noise, more_noise: standard deviation of the logarithm of what chance multiplies by, for the easiest photo, and how
    much more it is for the hardest. breaks, second_tabs: shares of the photos. review: seconds of a reviewer.
    speeds: of the people, 1 is usual; more is slower.
    """

    opening: float = 8.0
    stroke: float = 3.0
    area: float = 60.0
    noise: float = 0.2
    more_noise: float = 0.4
    breaks: float = 0.25
    second_tabs: float = 0.2
    review: float = 10.0
    speeds: tuple[float, ...] = (0.85, 1.15)

    def expected(self, effort: Effort) -> float:
        """Seconds of correction, for the mean of all people and of all luck."""
        usual = self.opening + self.stroke * effort.strokes + self.area * effort.painted_area
        return usual * sum(self.speeds) / len(self.speeds)

    def drawn(self, rng: Rng, effort: Effort, *, speed: float, hardness: float) -> float:
        """Seconds of one person with some luck. hardness: 0 for the easiest photo, 1 for the hardest."""
        usual = self.opening + self.stroke * effort.strokes + self.area * effort.painted_area
        return usual * speed * luck(rng, self.noise + hardness * self.more_noise)


@dataclass(frozen=True, slots=True)
class Span:
    """What a desk tells at its end, in seconds from the moment at which the photo was opened."""

    began: float
    ended: float

    def at(self, opened: datetime) -> tuple[datetime, datetime]:
        return opened + timedelta(seconds=self.began), opened + timedelta(seconds=self.ended)


def luck(rng: Rng, deviation: float) -> float:
    """1 in the mean."""
    return float(np.exp(rng.normal(-(deviation**2) / 2, deviation)))


def spans_of(rng: Rng, seconds: float, model: WorkModel) -> tuple[tuple[Span, ...], float]:
    """Spans that hold so many seconds of work, thoughts between them included, and how long all of it took."""
    thought = min(LONGEST_THOUGHT, 0.2 * seconds) * float(rng.random())
    share = float(rng.uniform(0.2, 0.8))
    first, second = (part * (seconds - thought) for part in (share, 1 - share))
    spans = [Span(0.0, first), Span(first + thought, first + thought + second)]
    if rng.random() < model.breaks:
        away, worked = float(rng.uniform(*BREAK)), float(rng.uniform(0.2, 0.8)) * second
        began = spans[1].began
        spans[1:] = [Span(began, began + worked), Span(began + worked + away, began + second + away)]
    if rng.random() < model.second_tabs:
        tab = spans[0]
        spans.append(Span(tab.began + 0.1 * tab.ended, 0.9 * tab.ended))
    return tuple(sorted(spans, key=lambda span: span.ended)), max(span.ended for span in spans)


def hardness_of(difficulties: Sequence[float]) -> list[float]:
    """The place of each among them, 0 to 1."""
    order = np.argsort(np.argsort(np.asarray(difficulties), kind="stable"), kind="stable")
    return [float(place) / max(1, len(difficulties) - 1) for place in order]
