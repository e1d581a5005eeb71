"""What the draft is worth: the photos that had it against those that had not, within strata of like difficulty.

The difference of the means of both arms is taken in each stratum, and these weighed by the photos in it (Imbens and
Rubin, "Causal Inference", 2015, chapter 9). Photos were dealt out by lot within the strata, so nothing but chance and
the draft can make a difference; how much of it chance makes is asked twice, as in learning/effort_change.py: by
redrawing (estimate.py), for the range, and by dealing the photos of each stratum out anew, for the p-value.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from annotation_store.kinds import PilotArm
from annotation_store.pilots.estimate import NOTHING, SEED, Estimate, Floats, ranged, redrawn_means

SHUFFLES = 4000
FEWEST = 2
"""Of each arm in a stratum: one alone says nothing about chance. Neighbouring strata are joined until there are."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one photo took, in seconds or in money."""

    stratum: int
    arm: PilotArm
    value: float


@dataclass(frozen=True, slots=True)
class Effect:
    """What a photo takes less with the draft than without.

    drafted, blank: photos that are in it. seconds: saved by each, below zero where the draft costs time. share: of what
    a photo takes without draft; None where that is nothing. p_value: how often chance alone makes as large a
    difference, either way. strata: in which the arms were compared. typical: share saved of a typical photo, by
    geometric means, to which a few photos that take very long matter less than to the mean; None where one took
    nothing.
    """

    drafted: int
    blank: int
    strata: int
    seconds: Estimate
    share: Estimate | None
    p_value: float
    typical: Estimate | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """The values of one stratum, or of neighbours that were joined; FEWEST or more in each arm."""

    drafted: Floats
    blank: Floats

    @property
    def size(self) -> int:
        return len(self.drafted) + len(self.blank)


def effect_of(measured: Iterable[Measured]) -> Effect | None:
    """None unless there are FEWEST photos of either arm."""
    layers = layers_of(measured)
    if not layers:
        return None
    saved, blank = _saved(layers), float(_weighed(layers, [layer.blank.mean() for layer in layers]))
    redrawn = _Redrawn.of(layers)
    freedom = _freedom(layers)
    share = None
    if blank > NOTHING:
        share = ranged(saved / blank, redrawn.saved / np.maximum(redrawn.blank, NOTHING), freedom=freedom)
    return Effect(
        drafted=sum(len(layer.drafted) for layer in layers),
        blank=sum(len(layer.blank) for layer in layers),
        strata=len(layers),
        seconds=ranged(saved, redrawn.saved, freedom=freedom),
        share=share,
        p_value=_p_value(layers),
        typical=_typical(layers),
    )


def layers_of(measured: Iterable[Measured]) -> list[Layer]:
    """The strata, the easiest first, each joined with the next ones until it has FEWEST photos of either arm."""
    told = sorted(measured, key=lambda each: each.stratum)
    layers: list[Layer] = []
    drafted, blank = list[float](), list[float]()
    for stratum in sorted({each.stratum for each in told}):
        mine = [each for each in told if each.stratum == stratum]
        drafted += [each.value for each in mine if each.arm is PilotArm.DRAFTED]
        blank += [each.value for each in mine if each.arm is PilotArm.BLANK]
        if min(len(drafted), len(blank)) >= FEWEST:
            layers.append(Layer(np.asarray(drafted, np.float64), np.asarray(blank, np.float64)))
            drafted, blank = [], []
    if layers and (drafted or blank):  # the hardest ones are too few to stand alone
        last = layers.pop()
        layers.append(Layer(np.append(last.drafted, drafted), np.append(last.blank, blank)))
    return layers


@dataclass(frozen=True, slots=True, eq=False)
class _Redrawn:
    """What would have come out with other photos of the same kind: DRAWS values each."""

    saved: Floats
    blank: Floats

    @staticmethod
    def of(layers: Sequence[Layer]) -> "_Redrawn":
        rng = np.random.default_rng((SEED, 0))
        blank = [redrawn_means(layer.blank, rng) for layer in layers]
        drafted = [redrawn_means(layer.drafted, rng) for layer in layers]
        without = _weighed(layers, blank)
        return _Redrawn(saved=without - _weighed(layers, drafted), blank=without)


def _typical(layers: Sequence[Layer]) -> Estimate | None:
    if min(float(group.min()) for layer in layers for group in (layer.drafted, layer.blank)) <= NOTHING:
        return None
    logarithms = [Layer(np.log(layer.drafted), np.log(layer.blank)) for layer in layers]
    saved = ranged(_saved(logarithms), _Redrawn.of(logarithms).saved, freedom=_freedom(logarithms))
    low, high = saved.ends or (saved.value, saved.value)
    return Estimate(-math.expm1(-saved.value), -math.expm1(-low), -math.expm1(-high))


def _weighed(layers: Sequence[Layer], values: Sequence[Floats]) -> Floats:
    """The mean over all photos: values has one for each layer, or DRAWS or SHUFFLES of them."""
    weights = np.array([layer.size for layer in layers], np.float64)
    weighed: Floats = np.average(np.stack(values), axis=0, weights=weights)
    return weighed


def _saved(layers: Sequence[Layer]) -> float:
    return float(_weighed(layers, [layer.blank.mean() - layer.drafted.mean() for layer in layers]))


def _freedom(layers: Sequence[Layer]) -> float:
    """Of the difference, by Welch and Satterthwaite: of few photos, or of few that vary much, there is little."""
    total = sum(layer.size for layer in layers)
    groups = [(group, layer.size / total) for layer in layers for group in (layer.drafted, layer.blank)]
    parts = [(weight**2 * group.var(ddof=1) / len(group), len(group) - 1) for group, weight in groups]
    variance = sum(part for part, _ in parts)
    if variance <= NOTHING:
        return float(sum(freedom for _, freedom in parts))
    return float(variance**2 / sum(part**2 / freedom for part, freedom in parts))


def _p_value(layers: Sequence[Layer]) -> float:
    """How often photos that are dealt out anew within their layers differ as much, this deal included."""
    rng = np.random.default_rng((SEED, 1))
    dealt = []
    for layer in layers:
        pool = np.concatenate([layer.blank, layer.drafted])
        shuffled = rng.permuted(np.tile(pool, (SHUFFLES, 1)), axis=1)
        without, with_draft = shuffled[:, : len(layer.blank)], shuffled[:, len(layer.blank) :]
        dealt.append(without.mean(axis=1) - with_draft.mean(axis=1))
    near = 1e-9 * max(1.0, *(float(np.abs(layer.blank).max()) for layer in layers))  # sums in another order
    as_large = np.count_nonzero(np.abs(_weighed(layers, dealt)) >= abs(_saved(layers)) - near)
    return (int(as_large) + 1) / (SHUFFLES + 1)
