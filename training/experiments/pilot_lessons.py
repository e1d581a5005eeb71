"""What many pilots say together, beside the truth: how often their ranges hold it, and what they advise."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

import numpy as np

from annotation_store.kinds import PilotArm
from annotation_store.pilots.draft_effect import Effect
from annotation_store.pilots.estimate import Estimate
from annotation_store.pilots.next_step import Returns, next_step
from training.experiments.both_arms import BothArms
from training.experiments.pilot_life import true_share, truth_of
from training.experiments.pilot_times import WorkModel

FIRST = 20
"""Pilots whose ranges are shown one by one."""


class World(StrEnum):
    """In which pilots are lived."""

    AS_MEASURED = "as_measured"
    WORTHLESS = "worthless"  # drafts that leave all the work that no draft leaves


@dataclass(frozen=True, slots=True)
class Held:
    """A figure of many pilots. held: so many of their ranges hold the truth. mean: of what they say. width: of their
    ranges, in the mean. above: so many have their lower end above zero."""

    truth: float
    held: int
    mean: float
    width: float
    above: int


@dataclass(frozen=True, slots=True)
class Lived:
    """Pilots of one world. first: the ranges of the first ones. steps: what they advise, how often."""

    world: World
    lives: int
    figures: Mapping[str, Held]
    steps: Mapping[str, int]
    first: Sequence[Estimate]


def lived_of(world: World, both: Sequence[BothArms], model: WorkModel, effects: Sequence[Effect]) -> Lived:
    """Figures by name: seconds, share, typical."""
    nobody = Returns(0, 0)
    steps = Counter(
        str(next_step(each, tag="", drafted=nobody, blank=nobody, timed=(each.drafted, each.blank)).kind)
        for each in effects
    )
    figures = {
        "seconds": _held(truth_of(both, model), (each.seconds for each in effects)),
        "share": _held(true_share(both, model), (each.share for each in effects if each.share is not None)),
        "typical": _held(true_typical(both, model), (each.typical for each in effects if each.typical is not None)),
    }
    return Lived(world, len(effects), figures, dict(sorted(steps.items())), [each.seconds for each in effects[:FIRST]])


def true_typical(both: Sequence[BothArms], model: WorkModel) -> float:
    """Share saved of a typical photo, by the geometric means of what photos take in the mean of all luck."""
    takes = {arm: np.log([model.expected(each.effort(arm)) + model.review for each in both]).mean() for arm in PilotArm}
    return float(-np.expm1(takes[PilotArm.DRAFTED] - takes[PilotArm.BLANK]))


def _held(truth: float, told: Iterable[Estimate]) -> Held:
    estimates = list(told)
    ends = [each.ends or (each.value, each.value) for each in estimates]
    return Held(
        truth=truth,
        held=sum(low <= truth <= high for low, high in ends),
        mean=fmean(each.value for each in estimates) if estimates else 0.0,
        width=fmean(high - low for low, high in ends) if ends else 0.0,
        above=sum(low > 0 for low, _ in ends),
    )
