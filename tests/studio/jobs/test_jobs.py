"""What all queues promise, wherever they lie."""

import threading

import pytest

from annotation_store.errors import StoreFullError, StoreUnavailableError
from annotation_store.store import open_store
from studio.jobs import Jobs, open_jobs
from studio.jobs.sqlite_queues import QUEUE_FILE
from studio.work import Work


class Told:
    """Notes what a consumer was handed."""

    def __init__(self):
        self.messages = []

    def handlers(self):
        def noting(name):
            return lambda *given: self.messages.append((name, *given))

        return {name: noting(name) for name in ("draft", "train", "judge", "compare")}


@pytest.fixture
def consuming(eventually):
    """``consuming(jobs, works=...)``: what a consumer in this process is told, as it comes."""
    consumers = []

    def start(jobs, **options):
        told = Told()
        consumer = jobs.consumer(**told.handlers(), **options)
        consumer._set_signal_handlers = lambda: None  # those of the tests stay
        consumer.start()
        consumers.append(consumer)
        return told.messages

    yield start
    for consumer in consumers:
        consumer.stop(graceful=True)


def test_every_message_reaches_a_worker_with_its_values(open_queues, consuming, eventually):
    web, worker = open_queues("one"), open_queues("one")
    told = consuming(worker)
    web.draft()
    web.train(7)
    web.judge(3, by="敬子")
    web.compare()
    eventually(lambda: len(told) == 4)
    assert set(told) == {("draft",), ("train", 7), ("judge", 3, "敬子"), ("compare",)}
    assert len(web) == 0


def test_what_is_urgent_goes_first_and_all_else_in_order(open_queues):
    jobs = open_queues("one")
    jobs.judge(1, by="keiko")
    jobs.judge(2, by="keiko")
    jobs.train(7)
    huey, found = jobs.hueys[Work.TRAININGS], []
    jobs._handlers = {"train": lambda number: found.append(number), "judge": lambda number, by: found.append(number)}
    assert [task.args[0] for task in jobs.pending()] == [7, 1, 2]
    while (task := huey.dequeue()) is not None:
        huey.execute(task)
    assert found == [7, 1, 2]


def test_a_message_of_one_studio_does_not_reach_another(open_queues, consuming, eventually):
    one, other = open_queues("1" * 16), open_queues("2" * 16)
    told = consuming(other)
    one.draft()
    other.train(7)
    eventually(lambda: told)
    assert (told, len(one), len(other)) == ([("train", 7)], 1, 0)


def test_what_a_worker_does_not_do_stays_for_one_that_does(open_queues, consuming, eventually):
    web = open_queues("one")
    drafter = consuming(open_queues("one"), works={Work.DRAFTS})
    for number in range(3):
        web.train(number)
    web.compare()
    web.draft()
    eventually(lambda: drafter == [("draft",)])
    assert len(web) == 4
    trainer = consuming(open_queues("one"), works={Work.TRAININGS})
    eventually(lambda: len(trainer) == 3)
    assert (len(drafter), len(web)) == (1, 1)


def test_a_training_of_hours_keeps_no_photo_and_no_judgement_waiting(open_queues, eventually):
    jobs, told, over = open_queues("one"), Told(), threading.Event()
    consumer = jobs.consumer(**(told.handlers() | {"train": lambda _number: over.wait(60)}))
    consumer._set_signal_handlers = lambda: None
    consumer.start()
    try:
        jobs.train(1)
        eventually(lambda: len(jobs) == 0)
        jobs.judge(3, by="keiko")
        jobs.draft()
        eventually(lambda: len(told.messages) == 2)
    finally:
        over.set()
        consumer.stop(graceful=True)


def test_a_thread_that_died_is_followed_by_one_at_the_same_queue(tmp_path, eventually):
    jobs, told, falls = Jobs(tmp_path), Told(), []

    def fall():
        if not falls:
            falls.append(1)
            raise SystemExit
        told.messages.append("compared")

    consumer = jobs.consumer(**(told.handlers() | {"compare": fall}))
    consumer._set_signal_handlers = lambda: None
    consumer.start()
    try:
        jobs.compare()
        eventually(lambda: falls and not all(thread.is_alive() for _, thread in consumer.worker_threads))
        consumer.check_worker_health()
        jobs.compare()
        eventually(lambda: told.messages == ["compared"])
    finally:
        consumer.stop(graceful=True)


def test_the_queues_of_a_studio_are_called_after_it(tmp_path, redis_server, new_store):
    store = new_store(tmp_path / "data")
    again = open_store(tmp_path / "data")
    assert not open_jobs(store, "").is_shared
    first, second = open_jobs(store, redis_server.url), open_jobs(again, redis_server.url)
    other = open_jobs(new_store(tmp_path / "other"), redis_server.url)
    names = [jobs.hueys[Work.DRAFTS].name for jobs in (first, second, other)]
    assert names[0] == names[1] != names[2]
    assert first.is_shared


@pytest.mark.parametrize(
    "url",
    [
        "mysql://db.example/jobs",
        "db.example",
        "redis://",
        "redis://:s3%cret@host:port/0",
        "postgresql://keiko:s3%cret@db.example/jobs",
        "postgresql://keiko@db.example/jobs?no=option&password=s3cret",
    ],
)
def test_an_address_that_is_none_says_how_to_write_one_and_not_the_password(tmp_path, url):
    with pytest.raises(StoreUnavailableError, match="cannot be read: write postgresql://") as caught:
        Jobs(tmp_path, url=url)
    assert "s3" not in str(caught.value)


@pytest.fixture
def full_queue(tmp_path):
    """A queue that has no room for another message."""
    jobs = Jobs(tmp_path)
    for huey in jobs.hueys.values():
        connection = huey.storage.conn
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
    return jobs


def test_a_message_to_draft_that_finds_no_room_is_no_error_for_whoever_sends_it(full_queue):
    for _ in range(1000):
        full_queue.draft()
    assert 0 < len(full_queue) < 1000


def test_a_message_to_prepare_a_comparison_that_finds_no_room_is_none_either(full_queue):
    for _ in range(1000):
        full_queue.compare()
    assert 0 < len(full_queue) < 1000


def test_a_training_that_cannot_be_asked_for_is(full_queue):
    def ask():
        for number in range(1000):
            full_queue.train(number)

    with pytest.raises(StoreFullError, match=rf"(?s){QUEUE_FILE}.*full.*make room"):
        ask()


def test_a_queue_that_cannot_be_opened_says_so(tmp_path):
    (tmp_path / QUEUE_FILE).mkdir()
    with pytest.raises(StoreUnavailableError, match=QUEUE_FILE):
        Jobs(tmp_path)
