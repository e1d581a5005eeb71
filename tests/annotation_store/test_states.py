from itertools import product

import pytest

from annotation_store.errors import InvalidTransitionError
from annotation_store.states import (
    IMAGE_TRANSITIONS,
    MODEL_TRANSITIONS,
    RUN_TRANSITIONS,
    STANDING_TRANSITIONS,
    ImageState,
    ModelState,
    RunState,
    StandingState,
    check_transition,
)

# Written out a second time on purpose: a change of a table has to be meant twice.
LEGAL = {
    ImageState: "waiting>drafting waiting>ready waiting>skipped drafting>ready drafting>failed drafting>waiting "
    "ready>in_correction ready>in_review ready>approved ready>skipped ready>waiting in_correction>in_review "
    "in_correction>approved in_correction>skipped in_correction>waiting in_review>in_correction "
    "in_review>approved in_review>skipped approved>ready approved>in_correction skipped>ready "
    "skipped>in_correction skipped>waiting "
    "failed>waiting failed>ready failed>skipped",
    ModelState: "candidate>live candidate>rejected live>retired retired>live",
    StandingState: "passed>canary passed>live passed>refused canary>live canary>refused live>retired retired>live",
    RunState: "queued>running queued>failed queued>cancelled queued>interrupted running>succeeded "
    "running>failed running>cancelled running>interrupted running>queued interrupted>queued interrupted>cancelled",
}
PAIRS = [(kind, old, new) for kind in LEGAL for old, new in product(kind, kind)]


@pytest.mark.parametrize(("kind", "old", "new"), PAIRS, ids=lambda value: getattr(value, "value", ""))
def test_only_the_legal_transitions_pass(kind, old, new):
    if f"{old.value}>{new.value}" in LEGAL[kind].split():
        assert check_transition(old, new) is new
    else:
        with pytest.raises(InvalidTransitionError, match="cannot become"):
            check_transition(old, new)


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (ImageState, IMAGE_TRANSITIONS),
        (ModelState, MODEL_TRANSITIONS),
        (StandingState, STANDING_TRANSITIONS),
        (RunState, RUN_TRANSITIONS),
    ],
)
def test_every_state_has_its_row_in_the_table(kind, table):
    assert set(table) == set(kind)


def test_a_refusal_reads_as_a_sentence():
    with pytest.raises(InvalidTransitionError) as refusal:
        check_transition(ImageState.APPROVED, ImageState.SKIPPED)
    assert str(refusal.value) == (
        "This image is approved and cannot become skipped: from here it can become in correction, ready."
    )
