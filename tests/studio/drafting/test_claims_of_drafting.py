"""Whatever ends drafting, no image stays claimed by it, and none is drafted twice."""

import threading
import time

import pytest
from small_images import disc, take_in

from annotation_store import drafts, revisions
from annotation_store.errors import StoreFullError
from annotation_store.states import ImageState
from annotation_store.workers import workers
from studio.drafting import ahead, claims, draft_waiting, steps

pytestmark = pytest.mark.usefixtures("how")

FULL = StoreFullError("There is no room left.")


@pytest.fixture
def many(studio, refusals):
    """More than are in work at once."""
    return [take_in(studio.store, f"cup_{number}.png", number) for number in range(1, 7)]


def none_is_claimed_and_none_lost(studio, images, states):
    assert set(states(images)) <= {ImageState.READY, ImageState.WAITING}
    ready = states(images).count(ImageState.READY)
    assert draft_waiting(studio.store, studio.live) == len(images) - ready
    assert [len(revisions.list_revisions(studio.store, image.id)) for image in images] == [1] * len(images)


@pytest.mark.parametrize("turn", [0, 1, 2])
def test_a_second_ctrl_c_leaves_no_image_claimed(studio, many, monkeypatch, turn, states):
    plain, predicted = steps.predicted, []

    def press(live, image_id, ground):
        predicted.append(image_id)
        if len(predicted) == turn + 1:
            raise KeyboardInterrupt
        return plain(live, image_id, ground)

    with monkeypatch.context() as keys:
        keys.setattr(steps, "predicted", press)
        keys.setattr(ahead, "predicted", press)
        with pytest.raises(KeyboardInterrupt):
            draft_waiting(studio.store, studio.live)
    assert states(many)[:turn] == [ImageState.READY] * turn
    none_is_claimed_and_none_lost(studio, many, states)


@pytest.mark.parametrize("error", [BrokenPipeError, RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("turn", [0, 2])
def test_where_nobody_can_be_told_any_more_no_image_stays_claimed(studio, many, error, turn, states):
    told = []

    def tell(image, _done):
        told.append(image.id)
        if len(told) == turn + 1:
            raise error

    with pytest.raises(error):
        draft_waiting(studio.store, studio.live, on_image=tell)
    assert told == [image.id for image in many[: turn + 1]]
    none_is_claimed_and_none_lost(studio, many, states)


def test_several_threads_may_let_images_wait_again_at_once(studio, waiting, monkeypatch, states):
    for _ in waiting:
        drafts.claim_next_for_drafting(studio.store)
    plain, ready = drafts.postpone_draft, threading.Barrier(3)

    def slowly(*given, **named):
        time.sleep(0.01)  # so that one looks at what is held while another works on it
        return plain(*given, **named)

    monkeypatch.setattr(drafts, "postpone_draft", slowly)
    errors = []

    def postpone(image):
        ready.wait()
        try:
            claims.postpone(studio.store, claims.Claim(image, None), "No room.")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=postpone, args=(image,)) for image in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert states(waiting) == [ImageState.WAITING] * 3
    assert claims._held == {}


def test_photos_are_claimed_under_the_number_that_the_process_has_just_then(studio, waiting, monkeypatch):
    numbers = [workers.sign_on(studio.store, name="worker").id for _ in waiting]
    asked = iter([*numbers, *numbers[-1:] * 2])  # and once more each time to see that nothing waits
    named = []
    original = drafts.record_draft

    def record(store, image_id, **matte):
        named.append(matte["worker_id"])
        return original(store, image_id, **matte)

    monkeypatch.setattr(drafts, "record_draft", record)
    assert draft_waiting(studio.store, studio.live, worker_id=lambda: next(asked)) == 3
    assert named == numbers


def test_a_photo_that_is_another_processes_by_now_is_left_to_it_and_is_no_failure(studio, waiting, monkeypatch, states):
    mine, others = (workers.sign_on(studio.store, name="worker").id for _ in range(2))
    original, taken = drafts.record_draft, []

    def record(store, image_id, **matte):
        if not taken:  # this process is taken for gone while it is at work on the first photo
            taken.append(image_id)
            drafts.postpone_draft(store, image_id, "", worker_id=mine)
            drafts.claim_for_drafting(store, image_id, worker_id=others)
        return original(store, image_id, **matte)

    monkeypatch.setattr(drafts, "record_draft", record)
    told = []
    drafted = draft_waiting(
        studio.store, studio.live, worker_id=lambda: mine, on_image=lambda image, _: told.append(image.id)
    )
    assert (drafted, told) == (2, [image.id for image in waiting[1:]])
    assert states(waiting) == [ImageState.DRAFTING, ImageState.READY, ImageState.READY]
    matte = {"trimap": disc()[1], "alpha": disc()[2]}
    original(studio.store, taken[0], **matte, model_id=None, drafter="disc", by="rin", worker_id=others)


def test_what_could_not_be_given_back_is_given_back_under_the_number_that_claimed_it(
    studio, waiting, monkeypatch, states
):
    numbers = [workers.sign_on(studio.store, name="worker").id for _ in range(2)]
    current = [numbers[0]]

    def refuse(*_given, **_named):
        raise FULL

    with monkeypatch.context() as disk:
        for name in ("record_draft", "postpone_draft"):
            disk.setattr(drafts, name, refuse)
        with pytest.raises(StoreFullError):
            draft_waiting(studio.store, studio.live, worker_id=lambda: current[0])
    current[0] = numbers[1]
    assert draft_waiting(studio.store, studio.live, worker_id=lambda: current[0]) == 3
    assert states(waiting) == [ImageState.READY] * 3
