"""A Redis server that goes away and comes back."""

import sys

import pytest
from redis_server import PASSWORD
from structlog.testing import capture_logs

from annotation_store.errors import StoreUnavailableError
from matting_core.errors import MissingPackageError
from studio.jobs import Jobs


def test_a_server_that_is_away_is_told_of_in_words_and_used_again_when_it_is_back(redis_server, tmp_path, eventually):
    jobs, told = Jobs(tmp_path, url=redis_server.url, studio="one"), []
    nothing = lambda *_: None  # noqa: E731
    consumer = jobs.consumer(draft=nothing, train=told.append, judge=nothing, compare=nothing)
    consumer._set_signal_handlers = lambda: None
    consumer.start()
    try:
        jobs.train(1)
        eventually(lambda: told == [1])
        redis_server.stop()
        with pytest.raises(StoreUnavailableError, match=r"the Redis server 127\.0\.0\.1:\d+ cannot be used") as caught:
            jobs.train(2)
        assert PASSWORD not in str(caught.value)
        with capture_logs() as lines:
            jobs.draft()
        assert "could not be told to draft" in lines[0]["event"]
        redis_server.start()
        jobs.train(3)
        eventually(lambda: told == [1, 3])
    finally:
        consumer.stop(graceful=True)


def test_a_wrong_password_is_told_and_not_quoted(redis_server, tmp_path):
    jobs = Jobs(tmp_path, url=redis_server.url.replace(PASSWORD, "wr0ng"), studio="one")
    with pytest.raises(StoreUnavailableError, match=r"(?i)password") as caught:
        jobs.train(1)
    assert "wr0ng" not in str(caught.value)


def test_without_the_package_it_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(MissingPackageError, match=r"MATTELOOP_JOBS_URL with redis://.*pip install"):
        Jobs(tmp_path, url="redis://localhost:6379/0", studio="one")
