import threading
import time

import pytest
import structlog
from small_images import BlurredTrimap, disc, force_known
from sqlalchemy import select

from annotation_store import drafts, gallery, revisions, schema
from annotation_store.errors import StoreBusyError, StoreFullError
from annotation_store.kinds import MachineWork
from annotation_store.learning import what_serves
from annotation_store.queue.difficulty import difficulty_of
from annotation_store.revisions import get_revision, load_matte
from annotation_store.states import ImageState
from matting_core.errors import MattingError
from studio.drafting import ahead, draft_is_due, draft_waiting, steps

pytestmark = pytest.mark.usefixtures("how")

FULL = StoreFullError("There is no room left.")


def test_a_draft_has_the_drafters_trimap_and_the_live_models_alpha(studio, waiting):
    assert draft_waiting(studio.store, studio.live) == 3
    image = gallery.get_image(studio.store, waiting[0].id)
    revision = revisions.get_revision(studio.store, image.head_revision_id)
    trimap, alpha = revisions.load_matte(studio.store, revision)
    assert image.state is ImageState.READY
    assert (trimap == disc()[1]).all()
    assert abs(alpha - BlurredTrimap().predict(disc(1)[0], trimap)).max() < 1e-4
    assert (revision.drafter, revision.model_version_id) == ("disc", what_serves.live_model(studio.store).id)


def test_a_draft_says_how_hard_its_image_will_be(studio, waiting):
    draft_waiting(studio.store, studio.live)
    for image in waiting:
        drafted = gallery.get_image(studio.store, image.id)
        trimap, alpha = load_matte(studio.store, get_revision(studio.store, drafted.head_revision_id))
        expected = difficulty_of(gallery.load_photo(studio.store, image).rgb, trimap, alpha)
        assert drafted.difficulty == pytest.approx(expected.expected_sad, rel=0.01)
        assert drafted.confidence == pytest.approx(expected.confidence, rel=0.01)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MattingError("This photo shows nothing."), "This photo shows nothing."),
        (ZeroDivisionError("oops"), "No draft could be made (ZeroDivisionError): the log of the studio says more."),
    ],
)
def test_a_photo_that_cannot_be_drafted_fails_in_words_and_the_others_go_on(
    studio, waiting, refusals, error, reason, states
):
    refusals[1] = error
    told = []
    assert draft_waiting(studio.store, studio.live, on_image=lambda image, done: told.append((image.id, done))) == 2
    assert states(waiting) == [ImageState.READY, ImageState.FAILED, ImageState.READY]
    assert gallery.get_image(studio.store, waiting[1].id).failure == reason
    assert told == [(image.id, done) for image, done in zip(waiting, (True, False, True), strict=True)]


def test_a_failed_photo_is_drafted_when_asked_for_again(studio, waiting, refusals):
    refusals[0] = MattingError("Not today.")
    draft_waiting(studio.store, studio.live)
    drafts.request_redraft(studio.store, waiting[0].id, by="keiko")
    assert draft_waiting(studio.store, studio.live) == 1
    image = gallery.get_image(studio.store, waiting[0].id)
    assert (image.state, image.failure) == (ImageState.READY, None)


def test_a_damaged_photo_does_not_stop_the_others(studio, waiting):
    studio.store.blobs.path(waiting[0].photo_blob).write_bytes(b"damaged")
    assert draft_waiting(studio.store, studio.live) == 2
    assert "has changed on the disk" in gallery.get_image(studio.store, waiting[0].id).failure


def test_an_image_that_another_process_took_back_does_not_stop_the_others(studio, waiting, monkeypatch, how, states):
    given = []

    def record(store, image_id, **matte):
        if not given:  # a worker that starts lets all claimed images wait again
            given.append(drafts.return_unfinished_drafts(store))
        return original(store, image_id, **matte)

    original = drafts.record_draft
    monkeypatch.setattr(drafts, "record_draft", record)
    assert draft_waiting(studio.store, studio.live) == 3
    assert given == [1] if how == "in turn" else given[0] in (2, 3)  # the third may not have begun yet
    assert states(waiting) == [ImageState.READY] * 3


def draft_without_room(studio, monkeypatch, *names, error=FULL):
    """The functions of `drafts` with these names raise `error`."""

    def refuse(*_given, **_named):
        raise error

    with monkeypatch.context() as disk:
        for name in names:
            disk.setattr(drafts, name, refuse)
        with pytest.raises(type(error)):
            draft_waiting(studio.store, studio.live)


@pytest.mark.parametrize("error", [FULL, StoreBusyError()], ids=["full", "busy"])
def test_a_disk_that_is_full_or_busy_is_no_fault_of_the_photo_which_waits_with_the_reason_as_the_others_do(
    studio, waiting, refusals, monkeypatch, error, states
):
    draft_without_room(studio, monkeypatch, "record_draft", error=error)
    assert states(waiting) == [ImageState.WAITING] * 3
    assert gallery.get_image(studio.store, waiting[0].id).failure == str(error)
    assert draft_waiting(studio.store, studio.live) == 3
    assert gallery.get_image(studio.store, waiting[0].id).failure is None


def test_where_nothing_can_be_written_the_next_call_drafts_all_that_were_in_work(studio, waiting, monkeypatch, states):
    draft_without_room(studio, monkeypatch, "record_draft", "postpone_draft")
    assert ImageState.FAILED not in states(waiting)
    assert draft_waiting(studio.store, studio.live) == 3
    assert not draft_is_due(studio.store)


@pytest.mark.parametrize("how", ["in turn"], indirect=True)  # else it is left to chance how many are in work by then
def test_where_not_even_the_reason_can_be_written_the_next_call_does_it(studio, waiting, refusals, monkeypatch, states):
    refusals[2] = MattingError("It shows nothing.")
    draft_without_room(studio, monkeypatch, "record_draft", "postpone_draft")
    assert states(waiting) == [ImageState.DRAFTING, ImageState.WAITING, ImageState.WAITING]
    assert draft_is_due(studio.store)
    assert draft_waiting(studio.store, studio.live) == 2
    assert states(waiting) == [ImageState.READY, ImageState.FAILED, ImageState.READY]
    assert not draft_is_due(studio.store)


def test_a_failure_that_cannot_be_written_is_not_forgotten(studio, waiting, refusals, monkeypatch, states):
    refusals[0] = MattingError("It shows nothing.")
    draft_without_room(studio, monkeypatch, "record_draft_failure", "postpone_draft")
    refusals[1] = MattingError("It shows nothing.")
    assert draft_waiting(studio.store, studio.live) == 2
    assert states(waiting) == [ImageState.FAILED, ImageState.READY, ImageState.READY]


def test_what_another_process_has_taken_back_meanwhile_is_left_to_it(studio, waiting, refusals, monkeypatch):
    draft_without_room(studio, monkeypatch, "record_draft", "postpone_draft")
    drafts.return_unfinished_drafts(studio.store)
    assert draft_waiting(studio.store, studio.live) == 3


def test_calls_at_the_same_time_draft_each_image_once(studio, waiting, states):
    ready = threading.Barrier(4)
    counts = []

    def call():
        ready.wait()
        counts.append(draft_waiting(studio.store, studio.live))

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 3
    assert states(waiting) == [ImageState.READY] * 3
    assert [len(revisions.list_revisions(studio.store, image.id)) for image in waiting] == [1, 1, 1]


def test_a_redraft_is_the_child_of_the_draft_before(studio, waiting):
    draft_waiting(studio.store, studio.live)
    drafts.request_redraft(studio.store, waiting[0].id, by="keiko")
    draft_waiting(studio.store, studio.live)
    first, second = revisions.list_revisions(studio.store, waiting[0].id)
    assert second.parent_id == first.id
    _, alpha = load_matte(studio.store, get_revision(studio.store, second.id))
    assert (alpha == force_known(alpha, disc()[1])).all()


def test_large_photos_are_drafted_one_at_a_time_also_ahead(studio, waiting, monkeypatch):
    monkeypatch.setattr(ahead, "LARGEST_AHEAD", 1)
    told = []
    assert draft_waiting(studio.store, studio.live, ahead=True, on_image=lambda *each: told.append(each)) == len(
        waiting
    )
    assert [(image.id, done) for image, done in told] == [(image.id, True) for image in waiting]


def test_each_image_is_told_in_order_whatever_became_of_it(studio, waiting, refusals):
    refusals[1] = RuntimeError("something")
    told = []
    draft_waiting(studio.store, studio.live, on_image=lambda image, done: told.append((image.id, done)))
    assert told == [(image.id, image is not waiting[1]) for image in waiting]


def test_once_it_is_to_stop_nothing_new_is_begun(studio, waiting):
    stop = threading.Event()
    stop.set()
    assert draft_waiting(studio.store, studio.live, until=stop) == 0
    assert {gallery.get_image(studio.store, image.id).state for image in waiting} == {ImageState.WAITING}


def _machine_hours(store):
    row = schema.MachineHour
    with store.database.read() as session:
        return [tuple(each) for each in session.execute(select(row.work, row.device, row.seconds, row.images))]


def test_how_long_the_machine_drafted_is_noted(studio, waiting, refusals):
    refusals[1] = MattingError("no subject")
    began = time.monotonic()
    draft_waiting(studio.store, studio.live)
    hours = _machine_hours(studio.store)  # two rows if the hour turned meanwhile
    assert {(work, device) for work, device, _, _ in hours} == {(MachineWork.DRAFTING, "cpu")}
    assert sum(images for _, _, _, images in hours) == 2
    assert 0 < sum(seconds for _, _, seconds, _ in hours) <= time.monotonic() - began


@pytest.mark.parametrize("error", [StoreBusyError(), RuntimeError("of the note")])
def test_a_draft_is_kept_even_if_its_time_cannot_be_noted(studio, waiting, monkeypatch, error):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(steps, "note_machine_work", refuse)
    assert draft_waiting(studio.store, studio.live) == 3
    assert gallery.count_by_state(studio.store)[ImageState.READY] == 3
    assert _machine_hours(studio.store) == []


def test_whatever_is_logged_while_a_photo_is_drafted_has_its_number(studio, waiting, monkeypatch):
    def judged(*_):
        structlog.get_logger().warning("something deep below")
        raise MattingError("no")

    monkeypatch.setattr(steps, "difficulty_of", judged)
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        draft_waiting(studio.store, studio.live)
    assert [line["image"] for line in lines if line["event"] == "something deep below"] == [each.id for each in waiting]
