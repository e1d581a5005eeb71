"""Photos of a pilot that are worth a look: where the draft helped most and least, and where it was the furthest off."""

from collections.abc import Sequence
from statistics import fmean

from annotation_store.kinds import PilotArm
from annotation_store.pilots.pilot_report import Case, Cases, PilotPhoto

MOST_CASES = 5
"""Of each kind."""


def cases_of(photos: Sequence[PilotPhoto]) -> Cases:
    """Of the drafted ones. A gain is told against the blank photos of the same stratum, so it holds their luck, too."""
    expected = _expected(photos)
    cases = [_case(photo, expected.get(photo.stratum)) for photo in photos if photo.arm is PilotArm.DRAFTED]
    gains = sorted(
        (case for case in cases if case.gain is not None), key=lambda case: (-(case.gain or 0), case.image_id)
    )
    drafts = sorted((case for case in cases if case.sad), key=lambda case: (-(case.sad or 0), case.image_id))
    most = min(MOST_CASES, len(gains) // 2)  # none is in both
    return Cases(
        largest_gains=tuple(gains[:most]),
        smallest_gains=tuple(reversed(gains[len(gains) - most :])),
        worst_drafts=tuple(drafts[:MOST_CASES]),
    )


def _expected(photos: Sequence[PilotPhoto]) -> dict[int, float]:
    """The mean seconds of the blank photos of each stratum that has any."""
    blank = [photo for photo in photos if photo.arm is PilotArm.BLANK and photo.seconds is not None]
    return {
        stratum: fmean(photo.seconds or 0.0 for photo in blank if photo.stratum == stratum)
        for stratum in {photo.stratum for photo in blank}
    }


def _case(photo: PilotPhoto, expected: float | None) -> Case:
    gain = None if expected is None or photo.seconds is None else expected - photo.seconds
    return Case(
        image_id=photo.image_id,
        name=photo.name,
        seconds=photo.seconds,
        expected_seconds=expected,
        gain=gain,
        strokes=photo.strokes,
        sad=photo.sad,
        complexity=photo.complexity,
    )
