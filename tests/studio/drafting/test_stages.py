"""The stages of a cluster, called as plain functions."""

from dataclasses import replace

import numpy as np
import pytest
from drafting_nodes import BAD, DiscByWidth, Mortal
from small_images import take_in
from sqlalchemy import select

from annotation_store import drafts, gallery, revisions, schema
from annotation_store.errors import StoreFullError
from annotation_store.states import ImageState
from annotation_store.workers import workers
from studio.device.live_model import LiveModel
from studio.drafting import draft_waiting, steps
from studio.drafting.on_ray import node, stages
from studio.drafting.on_ray.node import Job, Node, NodeError
from studio.drafting.on_ray.parcels import Answer, Parcel


@pytest.fixture(autouse=True)
def quick(studio, monkeypatch):
    plain = LiveModel.get
    monkeypatch.setattr(LiveModel, "get", lambda *given, **named: (plain(*given, **named)[0], Mortal()))
    monkeypatch.setattr(steps, "chosen_drafter", lambda *_: DiscByWidth())


@pytest.fixture
def job(studio, monkeypatch):
    """Of the open studio, in whose process the stages run."""
    given = node.job_of(studio.store, workers.sign_on(studio.store, name="ray").id)
    monkeypatch.setattr(node, "_opened", {given.studio: Node(studio.store, studio.live)})
    return given


def through_ray(parcel):
    """As it comes to another process."""
    return Parcel.of_row(parcel.as_row())


def drafted(job, image):
    begun = through_ray(stages.begin(job, image.id, is_over=lambda: False))
    return through_ray(stages.keep(job, through_ray(stages.predict(job, begun, is_over=lambda: False))))


def state(studio, image):
    return gallery.get_image(studio.store, image.id).state


def matte(studio, image):
    head = gallery.get_image(studio.store, image.id).head_revision_id
    return revisions.load_matte(studio.store, revisions.get_revision(studio.store, head))


def test_the_stages_make_the_same_draft_bit_for_bit_as_this_computer_by_itself(studio, job):
    one = take_in(studio.store, "cup_1.png", 1)
    assert drafted(job, one).answer is Answer.DRAFTED
    other = take_in(studio.store, "copy_1.png", 2)
    assert draft_waiting(studio.store, studio.live) == 1
    for image in (one, other):
        rgb = gallery.load_photo(studio.store, image).rgb
        trimap, alpha = matte(studio, image)
        assert (trimap == DiscByWidth().draft(rgb, None).trimap).all()
        assert (np.round(alpha * 65535) == np.round(Mortal().predict(rgb, trimap) * 65535)).all()
        drafted_image = gallery.get_image(studio.store, image.id)
        assert drafted_image.difficulty is not None
        (revision,) = revisions.list_revisions(studio.store, image.id)
        assert (revision.author, revision.drafter) == ("drafting", "disc")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_what_goes_from_stage_to_stage_arrives_as_it_was(dtype):
    rgb = np.arange(7 * 5 * 3, dtype=dtype).reshape(7, 5, 3)
    trimap = np.full((7, 5), 128, np.uint8)
    alpha = np.linspace(0, 1, 35, dtype=np.float32).reshape(7, 5)
    sent = Parcel(
        3, Answer.PREDICTED, seconds=1.5, ground=steps.Ground(rgb, trimap, "disc"), found=steps.Found(2, "cpu", alpha)
    )
    came = through_ray(sent)
    assert (came.image_id, came.answer, came.seconds) == (3, Answer.PREDICTED, 1.5)
    assert came.ground.rgb.dtype == dtype
    assert (came.ground.rgb == rgb).all()
    assert (came.ground.trimap == trimap).all()
    assert (came.found.alpha == alpha).all()
    assert (came.ground.drafter, came.found.model_id, came.found.device) == ("disc", 2, "cpu")


def test_a_photo_that_cannot_be_drafted_is_noted_and_goes_through_as_failed(studio, job):
    image = take_in(studio.store, "bad.png", 1, width=BAD)
    assert drafted(job, image).answer is Answer.FAILED
    assert gallery.get_image(studio.store, image.id).failure == "This photo shows nothing."
    assert state(studio, image) is ImageState.FAILED


def test_what_another_process_has_taken_meanwhile_is_left_to_it(studio, job):
    image = take_in(studio.store, "cup_1.png", 1)
    predicted = stages.predict(job, stages.begin(job, image.id, is_over=lambda: False), is_over=lambda: False)
    drafts.postpone_draft(studio.store, image.id, "", worker_id=job.worker_id)
    other = workers.sign_on(studio.store, name="worker").id
    drafts.claim_for_drafting(studio.store, image.id, worker_id=other)
    assert stages.keep(job, predicted).answer is Answer.LEFT
    assert state(studio, image) is ImageState.DRAFTING
    assert stages.begin(job, image.id, is_over=lambda: False).answer is Answer.LEFT


def test_a_photo_over_which_processes_fell_twice_has_failed(studio, job):
    image = take_in(studio.store, "cup_1.png", 1)
    answers = [stages.begin(job, image.id, is_over=lambda: False).answer for _ in range(3)]
    assert answers == [Answer.BEGUN, Answer.BEGUN, Answer.LEFT]
    assert state(studio, image) is ImageState.FAILED


def test_once_it_is_over_nothing_is_claimed(studio, job):
    image = take_in(studio.store, "cup_1.png", 1)
    assert stages.begin(job, image.id, is_over=lambda: True).answer is Answer.NOT_BEGUN
    assert state(studio, image) is ImageState.WAITING


def test_once_it_is_over_what_no_model_has_yet_waits_again(studio, job):
    image = take_in(studio.store, "cup_1.png", 1)
    begun = stages.begin(job, image.id, is_over=lambda: False)
    assert stages.predict(job, begun, is_over=lambda: True).answer is Answer.NOT_BEGUN
    assert state(studio, image) is ImageState.WAITING


def test_a_full_store_is_answered_in_words_and_the_photo_waits(studio, job, monkeypatch):
    image = take_in(studio.store, "cup_1.png", 1)

    def refuse(*_given, **_named):
        raise StoreFullError("There is no room left.")

    monkeypatch.setattr(drafts, "record_draft", refuse)
    answer = drafted(job, image)
    assert (answer.answer, answer.reason) == (Answer.NOT_NOW, "There is no room left.")
    assert state(studio, image) is ImageState.WAITING
    assert gallery.get_image(studio.store, image.id).failure == "There is no room left."


def test_who_was_taken_for_gone_claims_nothing(studio, job):
    image = take_in(studio.store, "cup_1.png", 1)
    workers.sign_off(studio.store, job.worker_id)
    assert stages.begin(job, image.id, is_over=lambda: False).answer is Answer.NOT_NOW
    assert state(studio, image) is ImageState.WAITING


def test_the_hour_of_a_machine_counts_once_however_many_cpus_draft(studio, job, monkeypatch):
    monkeypatch.setattr(stages.os, "cpu_count", lambda: 1000)
    image = take_in(studio.store, "cup_1.png", 1)
    answer = drafted(job, image)
    with studio.store.database.read() as session:
        (noted,) = session.execute(select(schema.MachineHour.device, schema.MachineHour.seconds)).all()
    assert noted.device == "cpu"
    assert 0 < noted.seconds < answer.seconds / 100


def test_the_hour_of_a_gpu_counts_while_it_predicts_and_not_while_cpus_read_and_store(studio, job):
    image = take_in(studio.store, "cup_1.png", 1)
    begun = stages.begin(job, image.id, is_over=lambda: False)
    predicted = stages.predict(job, replace(begun, seconds=500.0), is_over=lambda: False)
    assert 0 < predicted.predicting < 100
    on_gpu = replace(predicted, found=replace(predicted.found, device="cuda:0"), predicting=7.0)
    assert stages.keep(job, through_ray(on_gpu)).answer is Answer.DRAFTED
    with studio.store.database.read() as session:
        (noted,) = session.scalars(select(schema.MachineHour.seconds)).all()
    assert noted == 7.0


@pytest.fixture
def elsewhere(studio, job, bare_environment, monkeypatch):
    """``elsewhere(data_dir=..., ...)``: what a stage answers on a computer with these settings."""
    image = take_in(studio.store, "cup_1.png", 1)
    monkeypatch.setattr(node, "_opened", {})
    monkeypatch.setattr(node, "configure_logs", lambda _: None)

    def ask(*, host=job.host, **settings):
        for name, value in settings.items():
            monkeypatch.setenv(f"MATTELOOP_{name.upper()}", str(value))
        answer = stages.begin(Job(job.studio, host, job.worker_id), image.id, is_over=lambda: False)
        for opened in node._opened.values():
            opened.store.database.close()
        assert (state(studio, image) is ImageState.DRAFTING) == (answer.answer is Answer.BEGUN)
        return answer

    return ask


def test_a_node_opens_the_studio_by_its_own_settings(studio, elsewhere):
    assert elsewhere(data_dir=studio.store.folder).answer is Answer.BEGUN


def test_a_node_without_the_studio_says_so_and_creates_none(elsewhere, tmp_path):
    answer = elsewhere(data_dir=tmp_path / "nothing")
    assert answer.answer is Answer.UNFIT
    assert "has no studio in" in answer.reason
    assert not (tmp_path / "nothing").exists()


def test_a_node_with_another_studio_says_so(elsewhere, new_store, tmp_path):
    store = new_store(tmp_path / "other")
    take_in(store, "cup_1.png", 1)
    answer = elsewhere(data_dir=store.folder)
    assert answer.answer is Answer.UNFIT
    assert "has another studio" in answer.reason


def test_a_folder_is_no_studio_for_another_computer(studio, elsewhere):
    answer = elsewhere(data_dir=studio.store.folder, host="another-computer")
    assert answer.answer is Answer.UNFIT
    assert "which only one computer can use" in answer.reason


def test_photos_in_a_folder_are_none_for_another_computer(studio, elsewhere):
    answer = elsewhere(database_url="postgresql://nobody@nowhere/x", host="another-computer")
    assert answer.answer is Answer.UNFIT
    assert "photos in a folder of its own" in answer.reason


def test_settings_that_cannot_be_read_are_told(elsewhere):
    answer = elsewhere(threads="many")
    assert answer.answer is Answer.UNFIT
    assert isinstance(NodeError(answer.reason), NodeError)
