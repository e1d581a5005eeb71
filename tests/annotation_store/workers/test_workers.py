"""Processes that work in the background, and what becomes of their photos when they are gone."""

from datetime import timedelta

import pytest

from annotation_store import clock, schema
from annotation_store.drafts import (
    claim_for_drafting,
    claim_next_for_drafting,
    in_work,
    postpone_draft,
    record_draft,
    record_draft_failure,
    request_redraft,
    return_unfinished_drafts,
    waiting_images,
)
from annotation_store.errors import ClaimLostError, StoreBusyError
from annotation_store.gallery import get_image
from annotation_store.states import ImageState
from annotation_store.workers.places import Place, here
from annotation_store.workers.workers import (
    CLUSTER,
    FALLEN,
    MOST_FALLS,
    SILENCE,
    beat,
    bury,
    list_workers,
    sign_off,
    sign_on,
)

ELSEWHERE = Place("another", 7, "long ago")
GONE = Place(here().host, 2**22 + 1)


def state(store, image):
    return get_image(store, image.id).state


def silence(store, worker):
    with store.database.write() as session:
        session.get(schema.Worker, worker.id).seen_at = clock.utc_now() - SILENCE - timedelta(seconds=1)


@pytest.fixture
def draft(store, draft_matte):
    def record(image, worker):
        trimap, alpha = draft_matte
        return record_draft(
            store, image.id, trimap=trimap, alpha=alpha, model_id=None, drafter=None, by="w", worker_id=worker.id
        )

    return record


def test_who_has_signed_on_is_there_until_it_signs_off(store):
    worker = sign_on(store, name="worker")
    assert list_workers(store) == (worker,)
    assert worker.place == here()
    assert beat(store, worker.id)
    sign_off(store, worker.id)
    assert list_workers(store) == ()
    assert not beat(store, worker.id)


def test_nobody_who_is_there_is_buried(store):
    sign_on(store, name="worker")
    sign_on(store, name="worker", place=ELSEWHERE)
    assert bury(store) == ()


def test_who_ended_on_this_computer_is_buried_at_once_and_its_photo_waits_again(world, store):
    (image,) = world.take_in("a.png")
    worker = sign_on(store, name="worker", place=GONE)
    claim_next_for_drafting(store, worker_id=worker.id)
    assert [each.id for each in bury(store)] == [worker.id]
    assert state(store, image) is ImageState.WAITING
    assert bury(store) == ()


def test_who_is_silent_on_another_computer_is_buried_after_a_minute(world, store):
    (image,) = world.take_in("a.png")
    worker = sign_on(store, name="worker", place=ELSEWHERE)
    claim_next_for_drafting(store, worker_id=worker.id)
    silence(store, worker)
    assert list_workers(store) == ()
    assert [each.id for each in bury(store)] == [worker.id]
    assert state(store, image) is ImageState.WAITING
    assert not beat(store, worker.id)


def test_a_photo_over_which_two_have_fallen_has_failed(world, store):
    image, other = world.take_in("a.png", "b.png")
    for _ in range(2):
        claim_next_for_drafting(store, worker_id=sign_on(store, name="worker", place=GONE).id)
        bury(store)
    assert state(store, image) is ImageState.FAILED
    assert get_image(store, image.id).failure == FALLEN
    assert state(store, other) is ImageState.WAITING


def test_a_photo_is_not_blamed_where_the_computer_was_switched_off(world, store):
    (image,) = world.take_in("a.png")
    for _ in range(3):
        claim_next_for_drafting(store, worker_id=sign_on(store, name="worker", place=GONE).id)
        bury(store, is_blamed=False)
    assert state(store, image) is ImageState.WAITING


def test_falls_are_forgotten_when_there_is_a_draft_or_somebody_asks_for_one(world, store, draft):
    (image,) = world.take_in("a.png")
    claim_next_for_drafting(store, worker_id=sign_on(store, name="worker", place=GONE).id)
    bury(store)
    worker = sign_on(store, name="worker")
    claim_next_for_drafting(store, worker_id=worker.id)
    draft(image, worker)
    request_redraft(store, image.id, by="keiko")
    claim_next_for_drafting(store, worker_id=sign_on(store, name="worker", place=GONE).id)
    bury(store)
    assert state(store, image) is ImageState.WAITING


def test_who_signs_off_leaves_its_photos_to_others_without_blame(world, store):
    (image,) = world.take_in("a.png")
    for _ in range(3):
        worker = sign_on(store, name="worker")
        claim_next_for_drafting(store, worker_id=worker.id)
        sign_off(store, worker.id)
    assert state(store, image) is ImageState.WAITING


def test_what_was_taken_from_a_worker_it_can_neither_draft_nor_fail_nor_postpone(world, store, draft):
    (image,) = world.take_in("a.png")
    silent = sign_on(store, name="worker", place=ELSEWHERE)
    claim_next_for_drafting(store, worker_id=silent.id)
    silence(store, silent)
    bury(store)
    worker = sign_on(store, name="worker")
    claim_next_for_drafting(store, worker_id=worker.id)
    with pytest.raises(ClaimLostError, match="another process"):
        draft(image, silent)
    with pytest.raises(ClaimLostError):
        record_draft_failure(store, image.id, "too dark", worker_id=silent.id)
    with pytest.raises(ClaimLostError):
        postpone_draft(store, image.id, "full", worker_id=silent.id)
    draft(image, worker)
    assert state(store, image) is ImageState.READY


def test_one_image_is_claimed_by_its_number_by_one_worker_only(world, store):
    image, _ = world.take_in("a.png", "b.png")
    first, second = (sign_on(store, name="ray") for _ in range(2))
    assert claim_for_drafting(store, image.id, worker_id=first.id).id == image.id
    assert claim_for_drafting(store, image.id, worker_id=second.id) is None
    assert claim_next_for_drafting(store, worker_id=second.id).id != image.id


def test_who_claims_the_same_again_has_fallen_over_it(world, store):
    (image,) = world.take_in("a.png")
    worker = sign_on(store, name="ray")
    assert claim_for_drafting(store, image.id, worker_id=worker.id) is not None
    assert claim_for_drafting(store, image.id, worker_id=worker.id) is not None
    assert claim_for_drafting(store, image.id, worker_id=worker.id) is None
    assert get_image(store, image.id).failure == FALLEN


def test_what_has_its_draft_is_not_claimed_by_its_number(world, store):
    (image,) = world.draft("a.png")
    assert claim_for_drafting(store, image.id, worker_id=sign_on(store, name="ray").id) is None


def test_only_what_nobody_has_in_work_is_returned(world, store):
    first, second = world.take_in("a.png", "b.png")
    claim_next_for_drafting(store, worker_id=sign_on(store, name="draft").id)
    claim_next_for_drafting(store)
    assert return_unfinished_drafts(store) == 1
    assert (state(store, first), state(store, second)) == (ImageState.DRAFTING, ImageState.WAITING)


def test_the_waiting_come_in_order_and_in_parts(world, store):
    ids = [image.id for image in world.take_in("a.png", "b.png", "c.png")]
    assert waiting_images(store, limit=2) == tuple(ids[:2])
    assert waiting_images(store, after=ids[1], limit=2) == (ids[2],)


def test_who_has_ended_claims_nothing_more(world, store):
    worker = sign_on(store, name="worker")
    sign_off(store, worker.id)
    (image,) = world.take_in("a.png")
    with pytest.raises(StoreBusyError):
        claim_for_drafting(store, image.id, worker_id=worker.id)
    with pytest.raises(StoreBusyError):
        claim_next_for_drafting(store, worker_id=worker.id)
    assert state(store, image) is ImageState.WAITING


def test_what_a_process_has_in_work_is_what_it_claimed_and_has_not_ended(world, store, draft):
    images = world.take_in("a.png", "b.png", "c.png", "d.png")
    mine, others = (sign_on(store, name="ray") for _ in range(2))
    for image in images[:3]:
        claim_for_drafting(store, image.id, worker_id=mine.id)
    claim_for_drafting(store, images[3].id, worker_id=others.id)
    draft(images[0], mine)
    record_draft_failure(store, images[1].id, "no", worker_id=mine.id)
    assert in_work(store, mine.id) == (images[2].id,)


def test_the_end_of_whoever_has_a_cluster_draft_blames_no_photo(world, store):
    (image,) = world.take_in("a.png")
    for _ in range(MOST_FALLS + 1):
        driver = sign_on(store, name=CLUSTER, place=GONE)
        assert claim_for_drafting(store, image.id, worker_id=driver.id) is not None
        bury(store)
        assert state(store, image) is ImageState.WAITING
