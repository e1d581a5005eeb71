"""Two workers draft, train and send for one studio, each on a folder of its own; one is killed at work, or sleeps."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from redis_server import running_redis
from small_images import take_in
from small_receiver import Receiver, receiving
from sqlalchemy import select
from worker_processes import WorkerProcess, data_folder, drafts_of_each

from annotation_store import corrections, gallery, reviews, schema
from annotation_store.errors import NOT_NOW
from annotation_store.keeping.doctor import examine, is_sound
from annotation_store.kinds import Happening
from annotation_store.learning import training_runs
from annotation_store.records import ImageRecord
from annotation_store.revisions import get_revision, load_matte
from annotation_store.states import ImageState, RunState
from annotation_store.store import Store
from annotation_store.webhooks import hooks
from annotation_store.workers import workers
from studio.jobs.jobs import open_jobs

PHOTOS, BEFORE_THE_KILL, APPROVED = 60, 12, 8
FEW = 8
PRODUCTS = ("cup", "scarf", "shoe")

pytestmark = pytest.mark.scale


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as listening:
        yield listening


@pytest.fixture(params=["postgresql", "redis"])
def jobs_url(request: pytest.FixtureRequest, tmp_path: Path, postgresql_url: str) -> Iterator[str]:
    if request.param == "postgresql":
        yield postgresql_url
        return
    with running_redis(tmp_path) as server:
        yield server.url


@pytest.fixture
def pair(
    tmp_path: Path, postgresql_url: str, jobs_url: str, store: Store, receiver: Receiver
) -> Iterator[tuple[WorkerProcess, WorkerProcess]]:
    """Two workers that have signed on."""
    hooks.create(store, receiver.url, kinds=[Happening.APPROVED], by="ren")
    settings = {
        "database_url": postgresql_url,
        "jobs_url": jobs_url,
        "webhook_private_addresses": "127.0.0.0/8",
        "training_steps": 2,
    }
    with ExitStack() as stack:
        started = []
        for name in ("first", "second"):
            started.append(WorkerProcess(data_folder(tmp_path / name, store), **settings))
            stack.callback(started[-1].close)
        first, second = started
        for worker in started:
            worker.wait_until(lambda worker=worker: worker.signed_on(store), what="signing on")
        yield first, second


def test_what_a_killed_worker_had_in_work_is_done_by_another_and_nothing_twice(
    store: Store, pair: tuple[WorkerProcess, WorkerProcess], receiver: Receiver, jobs_url: str
) -> None:
    first, second = pair
    jobs = open_jobs(store, jobs_url)
    photos = [take_in(store, f"{PRODUCTS[number % 3]}_{number:02}.png", number) for number in range(PHOTOS)]
    jobs.draft()
    second.wait_until(lambda: ready(store) >= BEFORE_THE_KILL, what="drafting")
    killed = first.signed_on(store)
    assert killed is not None
    second.wait_until(lambda: workers.photos_in_work(store).get(killed.id), what="work of the first")
    first.kill()
    approved = [approve(store, image) for image in is_ready(store)[:APPROVED]]
    run = training_runs.request(store, by="keiko")
    jobs.train(run.id)
    second.wait_until(lambda: ready(store) == PHOTOS - APPROVED, what="drafting all")
    second.wait_until(lambda: len(receiver.got) >= APPROVED, what="telling the receiver")
    second.wait_until(
        lambda: training_runs.get_run(store, run.id).state not in training_runs.UNFINISHED, what="training"
    )

    assert drafts_of_each(store) == dict.fromkeys((image.id for image in photos), 1)
    assert told(receiver) == [image.id for image in approved]
    done = training_runs.get_run(store, run.id)
    assert (done.state, done.attempts) == (RunState.SUCCEEDED, 1), done.verdict
    assert (second.log.parent / "second" / done.log_path).exists()
    assert workers.photos_in_work(store) == {}
    findings = list(examine(store))
    assert is_sound(findings), findings


@pytest.mark.parametrize("jobs_url", ["postgresql"], indirect=True)
def test_what_was_taken_from_a_worker_that_slept_is_not_drafted_twice_when_it_wakes(
    store: Store, pair: tuple[WorkerProcess, WorkerProcess], jobs_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper, other = pair
    photos = [take_in(store, f"{PRODUCTS[number % 3]}_{number:02}.png", number) for number in range(FEW)]
    open_jobs(store, jobs_url).draft()
    asleep = sleeper.signed_on(store)
    assert asleep is not None
    other.wait_until(lambda: falls_asleep_at_work(store, sleeper, asleep.id), what="work of the first")
    # as seen from another computer, and impatiently
    monkeypatch.setattr(workers, "SILENCE", timedelta(seconds=0))
    monkeypatch.setattr(workers, "has_ended", lambda place: None if place.pid == sleeper.pid else False)
    buried: list[int] = []
    other.wait_until(lambda: buried.extend(buries(store)) or buried, what="burying")
    monkeypatch.undo()
    assert buried == [asleep.id]
    other.wait_until(lambda: ready(store) == FEW, what="drafting all")
    sleeper.go_on()
    other.wait_until(lambda: is_back(store, sleeper, asleep.id), what="signing on anew")
    sleeper.wait_until(lambda: has_given_in(sleeper), what="seeing that the photo is another's")
    more = take_in(store, "late.png", FEW)
    open_jobs(store, jobs_url).draft()
    other.wait_until(lambda: ready(store) == FEW + 1, what="drafting what came later")

    assert drafts_of_each(store) == dict.fromkeys((image.id for image in (*photos, more)), 1)
    assert workers.photos_in_work(store) == {}


def falls_asleep_at_work(store: Store, process: WorkerProcess, number: int) -> bool:
    """Paused if it has a photo in work; else it goes on."""
    process.pause()
    if workers.photos_in_work(store).get(number):
        return True
    process.go_on()
    return False


def buries(store: Store) -> list[int]:
    """Whom; nobody as long as a worker that sleeps in a transaction keeps all others from writing."""
    with suppress(*NOT_NOW):
        return [worker.id for worker in workers.bury(store)]
    return []


def has_given_in(process: WorkerProcess) -> bool:
    words = process.log.read_text()
    return "draft left to others" in words or "drafting pauses" in words  # the latter if it slept in a transaction


def is_back(store: Store, process: WorkerProcess, former: int) -> bool:
    worker = process.signed_on(store)
    return worker is not None and worker.id != former


def ready(store: Store) -> int:
    return gallery.count_by_state(store)[ImageState.READY]


def is_ready(store: Store) -> list[ImageRecord]:
    with store.database.read() as session:
        query = select(schema.Image).filter_by(state=ImageState.READY).order_by(schema.Image.id)
        return [ImageRecord.of(row) for row in session.scalars(query)]


def approve(store: Store, image: ImageRecord) -> ImageRecord:
    """As it was drafted."""
    document = corrections.open_document(store, image.id)
    trimap, alpha = load_matte(store, get_revision(store, document.revision_id))
    return reviews.approve(store, image.id, reviews.Seen(document.revision_id, 0, trimap, alpha), by="keiko")


def told(receiver: Receiver) -> list[int]:
    """The images of the messages, as they came. One that the killed worker had just sent may come once more, under the
    same number: it could not say so any more."""
    numbers = [headers["webhook-id"] for headers, _ in receiver.got]
    assert len([number for number, times in Counter(numbers).items() if times > 1]) <= 1
    bodies = {headers["webhook-id"]: json.loads(body) for headers, body in receiver.got}
    return [body["data"]["image"]["id"] for body in bodies.values()]
