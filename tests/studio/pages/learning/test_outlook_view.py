from datetime import UTC, datetime

import pytest

from annotation_store.kinds import TriggerKind
from annotation_store.learning.due import EffortRise, Hindrance, NewApprovals, NextMoment, Outlook, outlooks
from annotation_store.learning.effort_change import EffortChange
from annotation_store.learning.triggers import get_trigger
from studio.pages.learning.outlook_view import outlook_view

NIGHT = datetime(2026, 7, 1, 17, 0, tzinfo=UTC)
RISE = EffortChange(before=0.1, after=0.13, relative=0.3, low=0.1, high=0.5, is_less=False, is_more=True)


@pytest.fixture
def drawn(studio, english):
    """``drawn(kind, awaits)``: the view of a trigger that waits for this."""

    def draw(kind, awaits, hindrance=None):
        return outlook_view(Outlook(get_trigger(studio.store, kind), awaits, hindrance), english)

    return draw


def test_approvals_are_counted_down(drawn, english):
    html = drawn(TriggerKind.APPROVALS, NewApprovals(12, 50))
    assert english("next_after_approvals", left=38, approved=12, wanted=50) in html
    assert 'data-state="active"' in html


def test_the_next_moment_is_told_by_the_clocks_of_the_schedule(drawn, english):
    html = drawn(TriggerKind.SCHEDULE, NextMoment(NIGHT, None))
    assert english("next_on_schedule", moment="2026-07-01 17:00", zone="UTC") in html
    assert english("next_made_up_for", moment="2026-07-01 17:00", zone="UTC") in drawn(
        TriggerKind.SCHEDULE, NextMoment(None, NIGHT)
    )
    assert english("next_never") in drawn(TriggerKind.SCHEDULE, NextMoment(None, None))


def test_the_effort_is_told_beside_what_was_usual(drawn, english):
    html = drawn(TriggerKind.EFFORT, EffortRise(0, RISE, 0.25))
    assert english("next_on_effort", after="13", before="10", change="+30 %", limit="25") in html
    assert 'data-state="due"' in html
    assert english("next_effort_unknown", left=7) in drawn(TriggerKind.EFFORT, EffortRise(7, None, 0.25))


@pytest.mark.parametrize("hindrance", [Hindrance.IN_TRAINING, Hindrance.TOO_LITTLE])
def test_what_keeps_a_trigger_waiting_is_told_once_it_has_its_reason(drawn, english, hindrance):
    told = english(f"hindrance_{hindrance.value}")
    assert told in drawn(TriggerKind.APPROVALS, NewApprovals(50, 50), hindrance)
    assert told not in drawn(TriggerKind.APPROVALS, NewApprovals(49, 50), hindrance)


def test_all_three_are_paused_at_first(studio, english, japanese):
    for outlook in outlooks(studio.store):
        for words in (english, japanese):
            html = outlook_view(outlook, words)
            assert 'data-state="paused"' in html
            assert words("trigger_is_paused") in html
