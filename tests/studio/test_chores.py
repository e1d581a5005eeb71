"""Two workers of one studio on PostgreSQL, each with a data folder of its own."""

import threading
import time
from functools import partial
from ipaddress import ip_network

import cv2
import pytest
from compared_discs import compare_discs
from pydantic import SecretStr
from small_images import BlurredTrimap, approve, disc, png, take_in
from sqlalchemy import make_url

from annotation_store import gallery
from annotation_store.comparisons.comparisons import create_comparison, get_comparison, list_pairs
from annotation_store.events import recent_events
from annotation_store.kinds import Happening, MatteSource, TriggerKind
from annotation_store.learning import training_runs, what_serves
from annotation_store.learning.triggers import change_trigger
from annotation_store.states import ComparisonState, DeliveryState, ImageState
from annotation_store.webhooks import deliveries, hooks
from matting_core.image_io import ImageLimits
from studio.chores import Chore, in_turn
from studio.comparing import prepare_comparisons
from studio.device.live_model import LiveModel
from studio.drafting import draft_waiting
from studio.outbox import Outbox
from studio.security.outgoing import Outgoing
from studio.signed_on import signed_on
from studio.studio import open_studio
from studio.triggers import TriggerWatch
from studio.watch_folder import WatchFolder
from studio.webhook_sending import WebhookSender


@pytest.fixture
def two(settings, postgresql_url, tmp_path, monkeypatch):
    """Two processes' studios: the same tables and blobs, different folders, and one queue."""
    quick = BlurredTrimap()
    monkeypatch.setattr(LiveModel, "get", lambda live, *_, **__: (what_serves.live_model(live._store), quick))
    monkeypatch.setattr(LiveModel, "_load", lambda *_: quick)
    shared = {"database_url": SecretStr(postgresql_url), "jobs_url": SecretStr(postgresql_url)}
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "blobs").symlink_to(tmp_path / "one" / "blobs")
    studios = [
        open_studio(settings.model_copy(update={**shared, "data_dir": tmp_path / name})) for name in ("one", "two")
    ]
    yield studios
    for studio in studios:
        studio.close()


def at_once(*doings):
    """Do them in threads that begin together."""
    ready, faults = threading.Barrier(len(doings)), []

    def begin(do):
        ready.wait(30)
        try:
            do()
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=begin, args=(do,)) for do in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert faults == []


def test_while_one_is_at_a_chore_the_other_passes_it_by_but_not_another_chore(two):
    first, second = (studio.store for studio in two)
    done = []
    assert in_turn(
        first,
        Chore.TRIGGERS,
        lambda: done.extend(
            (
                in_turn(second, Chore.TRIGGERS, lambda: done.append("twice")),
                in_turn(second, Chore.INSIGHTS, lambda: done.append("another")),
            )
        ),
    )
    assert done == ["another", False, True]
    assert in_turn(second, Chore.TRIGGERS, lambda: None)


def test_a_connection_that_is_lost_ends_a_turn_and_no_thread(two, postgresql_server, postgresql_url):
    first, second = (studio.store for studio in two)
    name = make_url(postgresql_url).database

    def cut():
        of = f"FROM pg_stat_activity WHERE datname = '{name}'"
        postgresql_server.run(f"SELECT pg_terminate_backend(pid) {of}")

    assert not in_turn(first, Chore.OUTBOX, cut)
    assert in_turn(second, Chore.OUTBOX, lambda: None)
    assert in_turn(first, Chore.OUTBOX, lambda: None)


def test_a_chore_that_stumbles_lets_go_of_its_turn(two):
    def stumble():
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        in_turn(two[0].store, Chore.OUTBOX, stumble)
    assert in_turn(two[1].store, Chore.OUTBOX, lambda: None)


def test_both_draft_at_once_and_no_photo_twice(two):
    images = [take_in(two[0].store, f"cup_{number}.png", number) for number in range(6)]
    with signed_on(two[0].store, name="worker") as one, signed_on(two[1].store, name="worker") as other:
        claim = {two[0].store.folder: one, two[1].store.folder: other}

        def work(studio):
            me = claim[studio.store.folder]
            draft_waiting(studio.store, studio.live, worker_id=lambda: me.id)

        at_once(partial(work, two[0]), partial(work, two[1]))
        work(two[0])  # in one process, only one of both drafts at a time
    states = {gallery.get_image(two[0].store, image.id).state for image in images}
    assert states == {ImageState.READY}
    drafted = [event for event in recent_events(two[0].store, limit=100) if event.action == "image.drafted"]
    assert len(drafted) == len(images)


def test_an_approval_that_both_write_at_once_is_in_the_outbox_once_and_whole(two, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    boxes = [Outbox(studio.store, folder, ["cutout"]) for studio in two]
    for box in boxes:
        box.look()  # what is approved from now on
    approve(two[0].store, "cup_1.png", 1)
    at_once(*(box.look for box in boxes))  # as after a turn that was lost
    assert [path.name for path in folder.rglob("*.png")] == ["cup_1.png"]
    assert cv2.imread(str(next(folder.rglob("*.png"))), cv2.IMREAD_UNCHANGED).shape[2] == 4
    assert boxes[1].look() == 0


def test_a_webhook_hears_of_each_happening_once_and_in_order_whoever_sends(two, receiver):
    record, _ = hooks.create(two[0].store, receiver.url, kinds=Happening, by="ren")
    senders = [WebhookSender(studio.store, Outgoing([ip_network("127.0.0.0/8")])) for studio in two]
    for number in range(3):
        approve(two[0].store, f"cup_{number}.png", number)
    for _ in range(12):
        at_once(*(sender.look for sender in senders))
        for sender in senders:
            sender.wait()
    sent = deliveries.list_deliveries(two[0].store, record.id)[::-1]
    assert {each.state for each in sent} == {DeliveryState.DELIVERED}
    assert [headers["webhook-id"] for headers, _ in receiver.got] == [each.message_id for each in sent]
    assert len(sent) >= 3


def test_a_comparison_that_both_prepare_at_once_is_prepared_once_and_opens(two):
    done = compare_discs(two[0].store, number=2)
    images = [pair.image_id for pair in list_pairs(two[0].store, done.id)]
    made = create_comparison(
        two[0].store, 1, name="Both", first=MatteSource.DRAFT, second=MatteSource.APPROVED, image_ids=images, by="ren"
    )
    prepare = [partial(prepare_comparisons, studio.store, device="cpu") for studio in two]
    at_once(*(partial(in_turn, two[at].store, Chore.COMPARISONS, prepare[at]) for at in (0, 1)))
    assert get_comparison(two[1].store, made.id).state is ComparisonState.OPEN
    opened = [event for event in recent_events(two[0].store, limit=100) if event.action == "comparison.opened"]
    assert len({event.id for event in opened}) == len(opened) == 2


def test_a_trigger_that_both_see_begins_one_training(two):
    watches = [TriggerWatch(studio.store, studio.jobs) for studio in two]
    change_trigger(two[0].store, TriggerKind.APPROVALS, approvals=2, active=True, by="ren")
    for number, name in enumerate(("cup", "hat", "bag")):
        approve(two[0].store, f"{name}.png", number)
    at_once(*(partial(in_turn, two[at].store, Chore.TRIGGERS, watches[at].look) for at in (0, 1)))
    kinds = [run.kind for run in training_runs.list_runs(two[0].store)]
    assert len(kinds) == len(set(kinds)) > 0


def test_photos_in_a_folder_that_both_watch_come_in_once(two, tmp_path):
    folder, at = tmp_path / "in", [time.time()]
    folder.mkdir()
    for number in range(4):
        (folder / f"cup_{number}.png").write_bytes(png(disc(number)[0]))
    eyes = [WatchFolder(studio.store, folder, limits=ImageLimits(), now=lambda: at[0]) for studio in two]
    for _ in range(2):
        at_once(*(partial(in_turn, two[each].store, Chore.WATCH_FOLDER, eyes[each].look) for each in (0, 1)))
        at[0] += 60
    for eye in eyes:
        eye.look()
    assert len(list((folder / "taken-in").iterdir())) == 4
    assert not (folder / "duplicates").exists()
    assert len(gallery.list_images(two[0].store)) == 4


def test_a_message_of_one_process_reaches_the_worker_of_another(two, eventually):
    told = []
    nothing = lambda *_: None  # noqa: E731
    consumer = two[1].jobs.consumer(draft=nothing, train=told.append, judge=nothing, compare=nothing)
    consumer._set_signal_handlers = lambda: None
    consumer.start()
    try:
        two[0].jobs.train(7)
        eventually(lambda: told == [7])
    finally:
        consumer.stop(graceful=True)
