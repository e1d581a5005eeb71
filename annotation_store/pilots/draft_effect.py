"""What the draft is worth: the photos that had it against those that had not, within strata of like difficulty.

The difference of the means of both arms is taken in each stratum, and these weighed by the photos in it (Imbens and
Rubin, "Causal Inference", 2015, chapter 9). Photos were dealt out by lot within the strata, so nothing but chance and
the draft can make a difference; how much of it chance makes is asked twice, as in learning/effort_change.py: by
redrawing (estimate.py), for the range, and by dealing the photos of each stratum out anew, for the p-value.
"""

from dataclasses import dataclass

from annotation_store.pilots.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Effect:
    """What a photo takes less with the draft than without.

    drafted, blank: photos that are in it. seconds: saved by each, below zero where the draft costs time. share: of what
    a photo takes without draft; None where that is nothing. p_value: how often chance alone makes as large a
    difference, either way. strata: in which the arms were compared.
    """

    drafted: int
    blank: int
    strata: int
    seconds: Estimate
    share: Estimate | None
    p_value: float
