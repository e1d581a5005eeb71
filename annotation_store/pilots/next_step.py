"""What to do after a pilot: what its figures allow one to say, and no more.

- *Widen*: also the lower end of the saving is a saving, and reviewers sent back no more than luck explains, or did not
  see both kinds; the reason says which.
- *Keep under review*: drafts seem to save time, and luck explains it poorly, but is not ruled out; or they do on a
  typical photo, but a few others may eat that up; or they do, and more came back.
- *Not yet*: also the upper end of the saving is a loss.
- *More photos*: too few to tell, with how many probably would.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from scipy.special import ndtri

from annotation_store.money.figures import Quantity, Unit
from annotation_store.pilots.draft_effect import Effect
from annotation_store.pilots.estimate import CONFIDENCE, NOTHING
from annotation_store.pilots.told import Told

FEWEST_TIMED = 4
"""In each arm: with fewer, no range is worth its name."""
USUAL_PHOTOS = 30
"""Of a pilot, where nothing is known of how much its photos vary."""
MOST_PHOTOS = 1000
"""A difference that needs more to be seen is not worth a pilot."""
WORTHWHILE = 0.1
"""Share of the time without drafts: nobody looks for a smaller saving than that."""
POWER = 0.8
"""How probably a pilot of the told size tells."""
LUCK = 0.05
"""So rarely may what is no difference in returns pass for one."""
SEEMS = 0.2
"""Drafts only seem to save time if chance alone makes as large a difference no more often than that: half of the pilots
in which drafts are worth nothing have a saving above zero."""


class StepKind(StrEnum):
    """What to do next."""

    WIDEN = "widen"
    KEEP_UNDER_REVIEW = "keep_under_review"
    NOT_YET = "not_yet"
    MORE_PHOTOS = "more_photos"


@dataclass(frozen=True, slots=True)
class Step:
    """What to do with the photos of a tag, "" for all of them, and why. photos: of a pilot that would probably tell,
    where this one did not; None where it did, or where no pilot of a sensible size would."""

    kind: StepKind
    tag: str
    why: Told
    photos: int | None = None


@dataclass(frozen=True, slots=True)
class Returns:
    """So many images a reviewer saw, and so many of these went back at least once."""

    reviewed: int
    returned: int


def next_step(effect: Effect | None, *, tag: str, drafted: Returns, blank: Returns, timed: tuple[int, int]) -> Step:
    """timed: photos of the drafted and of the blank arm whose time is known."""
    if effect is None or min(effect.drafted, effect.blank) < FEWEST_TIMED:
        numbers = {"drafted": timed[0], "blank": timed[1], "fewest": FEWEST_TIMED}
        few = Told("pilot_why_too_few", _images(**numbers))
        photos = USUAL_PHOTOS if effect is None else photos_that_tell(effect)
        return Step(StepKind.MORE_PHOTOS, tag, few, photos)
    low, high = effect.seconds.low, effect.seconds.high
    assert low is not None  # noqa: S101, an effect is of two photos or more
    assert high is not None  # noqa: S101
    values = {name: Quantity(value, Unit.SECONDS) for name, value in (("low", low), ("high", high))}
    values["seconds"] = Quantity(effect.seconds.value, Unit.SECONDS)
    if high < 0:
        return Step(StepKind.NOT_YET, tag, Told("pilot_why_not_yet", values))
    if low > 0 and not returned_more(drafted, than=blank):
        seen = drafted.reviewed and blank.reviewed
        return Step(StepKind.WIDEN, tag, Told("pilot_why_widen" if seen else "pilot_why_widen_unseen", values))
    if low > 0:
        returns = _images(
            drafted_returned=drafted.returned,
            drafted_reviewed=drafted.reviewed,
            blank_returned=blank.returned,
            blank_reviewed=blank.reviewed,
        )
        return Step(StepKind.KEEP_UNDER_REVIEW, tag, Told("pilot_why_returned", {**values, **returns}))
    photos = photos_that_tell(effect)
    if effect.typical is not None and effect.typical.low is not None and effect.typical.low > 0:
        typical = {"typical": Quantity(effect.typical.value, Unit.SHARE)}
        return Step(StepKind.KEEP_UNDER_REVIEW, tag, Told("pilot_why_typical", {**values, **typical}), photos)
    if effect.seconds.value > 0 and effect.p_value <= SEEMS and photos is not None:
        uncertain = Told("pilot_why_uncertain", {**values, **_images(photos=photos)})
        return Step(StepKind.KEEP_UNDER_REVIEW, tag, uncertain, photos)
    if photos is not None:
        unclear = Told("pilot_why_unclear", {**values, **_images(photos=photos)})
        return Step(StepKind.MORE_PHOTOS, tag, unclear, photos)
    too_many = {**values, **_images(photos=MOST_PHOTOS)}
    return Step(StepKind.MORE_PHOTOS, tag, Told("pilot_why_no_difference", too_many))


def photos_that_tell(effect: Effect) -> int | None:
    """How many photos, in the same shares, would probably tell whether drafts save what they seem to save here.

    At least WORTHWHILE is looked for: for smaller differences than that, hardly any number is large enough. The range
    narrows with the root of the number, and must be a good bit narrower than the difference to tell it with POWER.
    None above MOST_PHOTOS.
    """
    seconds, there = effect.seconds, effect.drafted + effect.blank
    if seconds.low is None or seconds.high is None:
        return USUAL_PHOTOS
    without = abs(seconds.value / effect.share.value) if effect.share and effect.share.value else 0.0
    difference = max(abs(seconds.value), WORTHWHILE * without)
    if difference < NOTHING:
        return None
    quantile = float(ndtri((1 + CONFIDENCE) / 2))
    half = (seconds.high - seconds.low) / 2 * (1 + float(ndtri(POWER)) / quantile)
    needed = max(there + 1, ceil(there * (half / difference) ** 2))
    return needed if needed <= MOST_PHOTOS else None


def returned_more(drafted: Returns, *, than: Returns) -> bool:
    """Whether more of the drafted ones went back than luck explains (Fisher's exact test, to that side)."""
    if not drafted.reviewed or not than.reviewed:
        return False
    table = [
        [drafted.returned, drafted.reviewed - drafted.returned],
        [than.returned, than.reviewed - than.returned],
    ]
    from scipy.stats import fisher_exact  # takes a second, and is needed at the end of a pilot

    return float(fisher_exact(table, alternative="greater").pvalue) <= LUCK


def _images(**numbers: int) -> dict[str, Quantity]:
    return {name: Quantity(number, Unit.IMAGES) for name, number in numbers.items()}
