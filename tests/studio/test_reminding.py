"""What was left, and what waits without a message."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from compared_discs import compare_discs
from small_images import take_in

from annotation_store import clock, drafts, gallery, schema
from annotation_store.comparisons.comparisons import create_comparison, list_comparisons, list_pairs
from annotation_store.errors import StoreBusyError, StoreFullError
from annotation_store.kinds import MatteSource
from annotation_store.states import ComparisonState, ImageState
from annotation_store.workers.places import Place, here
from annotation_store.workers.workers import SILENCE, sign_on
from studio import reminding
from studio.reminding import Fall, remind, take_over

FALLEN = Place(here().host, 2**22 + 1)


def state_of(store, image):
    return gallery.get_image(store, image.id).state


@pytest.mark.parametrize(
    ("fall", "states"),
    [
        (Fall.NONE, [ImageState.WAITING, ImageState.WAITING, ImageState.WAITING]),
        (Fall.JUST_NOW, [ImageState.FAILED]),
        (Fall.UNKNOWN, [ImageState.WAITING, ImageState.FAILED]),
    ],
)
def test_a_photo_over_which_workers_end_fails_at_once_or_after_a_while_or_never(studio, fall, states):
    image = take_in(studio.store, "heavy_1.png", 1)
    for state in states:
        worker = sign_on(studio.store, name="worker", place=FALLEN)
        drafts.claim_next_for_drafting(studio.store, worker_id=worker.id)
        take_over(studio, fall)
        assert state_of(studio.store, image) is state


def test_a_photo_that_a_living_worker_has_in_work_is_left_to_it(studio):
    image = take_in(studio.store, "cup_1.png", 1)
    living = sign_on(studio.store, name="worker", place=Place("another", 7))
    drafts.claim_next_for_drafting(studio.store, worker_id=living.id)
    take_over(studio, Fall.JUST_NOW)
    assert state_of(studio.store, image) is ImageState.DRAFTING


def test_no_message_is_sent_of_work_that_this_worker_does_not_do(studio):
    take_in(studio.store, "cup_1.png", 1)
    object.__setattr__(studio, "settings", studio.settings.model_copy(update={"work": "trainings"}))
    take_over(studio, Fall.NONE)
    assert len(studio.jobs) == 0


def test_a_worker_that_finds_no_room_on_the_disk_waits_instead_of_falling(studio, monkeypatch):
    refused = []

    def give_back(store):
        if len(refused) < 2:
            refused.append(store)
            raise StoreFullError("There is no room left.")
        return original(store)

    original = drafts.return_unfinished_drafts
    image = take_in(studio.store, "cup_1.png", 1)
    drafts.claim_next_for_drafting(studio.store)
    monkeypatch.setattr(drafts, "return_unfinished_drafts", give_back)
    monkeypatch.setattr(reminding, "PATIENCE_SECONDS", 0.01)
    take_over(studio, Fall.NONE)
    assert len(refused) == 2
    assert state_of(studio.store, image) is ImageState.WAITING


def test_what_waits_without_a_message_is_asked_for_again_and_again(studio, monkeypatch):
    class EnoughError(Exception):
        """It would go on for ever."""

    asked = []

    def sleep(seconds):
        asked.append(len(studio.jobs))
        if len(asked) == 2:
            take_in(studio.store, "cup_1.png", 1)
        if len(asked) == 4:
            raise EnoughError

    monkeypatch.setattr(reminding, "time", SimpleNamespace(sleep=sleep, monotonic=time.monotonic))
    with pytest.raises(EnoughError):
        remind(studio)
    assert asked == [0, 0, 1, 2]


def test_a_comparison_that_waits_without_a_message_is_asked_for_when_a_worker_takes_over(studio):
    comparison = compare_discs(studio.store, number=1)
    images = [pair.image_id for pair in list_pairs(studio.store, comparison.id)]
    create_comparison(
        studio.store, 1, name="Lost", first=MatteSource.DRAFT, second=MatteSource.APPROVED, image_ids=images, by="keiko"
    )
    take_over(studio, Fall.NONE)
    assert len(studio.jobs) == 2  # to draft, as always, and to compare
    take_over(studio, Fall.JUST_NOW)
    assert list_comparisons(studio.store)[0].state is ComparisonState.FAILED


def test_a_worker_that_cannot_ask_what_is_to_be_compared_waits_as_well(studio, monkeypatch):
    asked = []

    def ask(_store):
        asked.append(1)
        if len(asked) < 3:
            raise StoreBusyError("The database is busy.")
        return False

    monkeypatch.setattr(reminding, "comparison_is_due", ask)
    monkeypatch.setattr(reminding, "PATIENCE_SECONDS", 0.01)
    take_over(studio, Fall.NONE)
    assert len(asked) == 3


def test_who_could_not_be_heard_while_the_store_was_away_is_not_buried_when_it_is_back(studio, monkeypatch):
    class EnoughError(Exception):
        """It would go on for ever."""

    elsewhere = sign_on(studio.store, name="worker", place=Place("gpu-2", 7))
    with studio.store.database.write() as session:
        session.get(schema.Worker, elsewhere.id).seen_at = clock.utc_now() - SILENCE - timedelta(seconds=10)
    image = take_in(studio.store, "cup_1.png", 1)
    drafts.claim_next_for_drafting(studio.store, worker_id=elsewhere.id)
    now, seen, is_due = [0.0], [], reminding.draft_is_due

    def sleep(seconds):
        seen.append(state_of(studio.store, image))
        now[0] += seconds
        if len(seen) == 6:
            raise EnoughError

    def ask(store):
        if now[0] < 40:
            raise StoreBusyError
        return is_due(store)

    monkeypatch.setattr(reminding, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: now[0]))
    monkeypatch.setattr(reminding, "draft_is_due", ask)
    with pytest.raises(EnoughError):
        remind(studio)
    # away at 30 s, back at 60 s, trusted again once a minute has gone by
    assert seen == [ImageState.DRAFTING] * 4 + [ImageState.WAITING] * 2
