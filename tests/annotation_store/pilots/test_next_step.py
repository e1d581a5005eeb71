"""What a pilot's figures allow one to say, and no more."""

from dataclasses import replace

import pytest

from annotation_store.pilots.draft_effect import Effect
from annotation_store.pilots.estimate import Estimate
from annotation_store.pilots.next_step import MOST_PHOTOS, Returns, StepKind, next_step, photos_that_tell, returned_more

NOBODY = Returns(0, 0)


def effect(value, low, high, *, blank_seconds=100.0, photos=(20, 10)):
    share = Estimate(value / blank_seconds, low / blank_seconds, high / blank_seconds)
    return Effect(*photos, 3, Estimate(value, low, high), share, 0.1)


def step(told, *, drafted=NOBODY, blank=NOBODY, timed=(20, 10)):
    return next_step(told, tag="hair", drafted=drafted, blank=blank, timed=timed)


@pytest.mark.parametrize(
    ("told", "kind", "why"),
    [
        (effect(40, 10, 70), StepKind.WIDEN, "pilot_why_widen_unseen"),
        (effect(40, -10, 90), StepKind.KEEP_UNDER_REVIEW, "pilot_why_uncertain"),
        (effect(-40, -70, -10), StepKind.NOT_YET, "pilot_why_not_yet"),
        (effect(-20, -70, 30), StepKind.MORE_PHOTOS, "pilot_why_unclear"),
        (effect(40, 10, 70, photos=(20, 3)), StepKind.MORE_PHOTOS, "pilot_why_too_few"),
        (None, StepKind.MORE_PHOTOS, "pilot_why_too_few"),
    ],
)
def test_the_range_decides(told, kind, why):
    said = step(told)
    assert (said.kind, said.tag, said.why.key) == (kind, "hair", why)


def test_what_luck_explains_well_does_not_seem_to_save_time():
    lucky = replace(effect(40, -60, 140), p_value=0.4)
    assert (step(lucky).kind, step(lucky).why.key) == (StepKind.MORE_PHOTOS, "pilot_why_unclear")
    assert step(replace(lucky, p_value=0.2)).kind is StepKind.KEEP_UNDER_REVIEW


def test_the_reason_names_the_numbers():
    said = step(effect(40, 10, 70))
    assert said.why.put_into("{seconds} ({low} to {high})") == "40 s (10 s to 70 s)"
    assert said.photos is None


def test_what_is_saved_on_a_typical_photo_only_is_kept_under_review():
    told = replace(effect(-5, -90, 80), typical=Estimate(0.3, 0.1, 0.5))
    said = step(told)
    assert (said.kind, said.why.key) == (StepKind.KEEP_UNDER_REVIEW, "pilot_why_typical")
    assert said.why.put_into("{typical}") == "30 %"
    unsure = replace(told, typical=Estimate(0.3, -0.1, 0.5))
    assert step(unsure).kind is StepKind.MORE_PHOTOS


def test_a_saving_whose_drafts_come_back_more_is_kept_under_review():
    said = step(effect(40, 10, 70), drafted=Returns(20, 10), blank=Returns(10, 0))
    assert (said.kind, said.why.key) == (StepKind.KEEP_UNDER_REVIEW, "pilot_why_returned")
    assert (
        said.why.put_into("{drafted_returned}/{drafted_reviewed}, {blank_returned}/{blank_reviewed}") == "10/20, 0/10"
    )


@pytest.mark.parametrize(
    ("drafted", "blank", "why"),
    [
        (Returns(20, 1), Returns(10, 1), "pilot_why_widen"),
        (Returns(20, 1), NOBODY, "pilot_why_widen_unseen"),
        (NOBODY, Returns(10, 1), "pilot_why_widen_unseen"),
    ],
)
def test_of_returns_nothing_is_said_unless_reviewers_saw_both_kinds(drafted, blank, why):
    said = step(effect(40, 10, 70), drafted=drafted, blank=blank)
    assert (said.kind, said.why.key) == (StepKind.WIDEN, why)


@pytest.mark.parametrize(
    ("drafted", "blank", "more"),
    [
        (Returns(20, 10), Returns(20, 0), True),
        (Returns(20, 2), Returns(20, 1), False),  # luck
        (Returns(20, 0), Returns(20, 10), False),
        (Returns(20, 10), NOBODY, False),  # nothing to compare with
        (NOBODY, NOBODY, False),
    ],
)
def test_more_returns_than_luck_explains(drafted, blank, more):
    assert returned_more(drafted, than=blank) is more


def test_an_uncertain_saving_needs_more_photos_the_wider_its_range_is():
    narrow, wide = effect(40, -5, 85), effect(40, -40, 120)
    assert 30 < photos_that_tell(narrow) < photos_that_tell(wide)
    assert step(wide).photos == photos_that_tell(wide)


def test_so_many_photos_would_tell_where_ranges_narrow_as_they_should():
    """With that many, the range's half is so narrow that 80 of 100 pilots have their lower end above zero."""
    told = effect(40, -20, 100)
    needed = photos_that_tell(told)
    half = 60 * (30 / needed) ** 0.5
    assert half + 0.8416 * half / 1.6449 == pytest.approx(40, rel=0.01)


def test_for_next_to_no_difference_a_tenth_of_the_time_is_looked_for():
    assert photos_that_tell(effect(-0.5, -20, 19)) == photos_that_tell(effect(-1.5, -21, 18))


def test_what_no_pilot_would_tell_is_said_without_a_number():
    said = step(effect(-1, -900, 900))
    assert (said.kind, said.why.key, said.photos) == (StepKind.MORE_PHOTOS, "pilot_why_no_difference", None)
    assert said.why.put_into("{photos}") == f"{MOST_PHOTOS:,}"
