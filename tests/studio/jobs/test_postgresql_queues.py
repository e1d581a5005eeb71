"""A PostgreSQL server that cuts connections, and one that is not there."""

import threading

import psycopg
import pytest
from sqlalchemy import make_url

from annotation_store.errors import StoreUnavailableError
from studio.jobs import Jobs
from studio.work import Work


@pytest.fixture
def cut(postgresql_server, bare_postgresql_url):
    """``cut()``: every connection to the database ends, as when its server is started anew."""
    name = make_url(bare_postgresql_url).database
    of = f"FROM pg_stat_activity WHERE datname = '{name}'"
    return lambda: postgresql_server.run(f"SELECT pg_terminate_backend(pid) {of}")


def test_a_server_that_was_started_anew_is_spoken_with_again(bare_postgresql_url, cut, tmp_path, eventually):
    jobs, told = Jobs(tmp_path, url=bare_postgresql_url, studio="one"), []
    nothing = lambda *_: None  # noqa: E731
    consumer = jobs.consumer(draft=nothing, train=told.append, judge=nothing, compare=nothing)
    consumer._set_signal_handlers = lambda: None
    consumer.start()
    try:
        for number in range(3):
            jobs.train(number)
            eventually(lambda number=number: number in told)
            cut()
    finally:
        consumer.stop(graceful=True)


def test_a_connection_that_web_and_nobody_else_has_used_is_made_again(bare_postgresql_url, cut, tmp_path):
    jobs = Jobs(tmp_path, url=bare_postgresql_url, studio="one")
    jobs.train(1)
    cut()
    jobs.train(2)
    cut()
    with pytest.raises(psycopg.OperationalError):
        jobs.hueys[Work.TRAININGS].storage.queue_size()
    assert [task.args for task in jobs.pending()] == [(1,), (2,)]


def test_a_server_that_is_not_there_is_told_of_without_the_password(tmp_path):
    with pytest.raises(StoreUnavailableError, match=r"“jobs” on 127\.0\.0\.1 cannot be used") as caught:
        Jobs(tmp_path, url="postgresql://keiko:s3cret@127.0.0.1:1/jobs", studio="one")
    assert "s3cret" not in str(caught.value)


def test_many_processes_make_the_tables_at_once(bare_postgresql_url, tmp_path):
    faults = []

    def open_them():
        try:
            Jobs(tmp_path, url=bare_postgresql_url, studio="one")
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=open_them) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
