"""Queues in all three places."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis_server import RedisServer, running_redis

from studio.jobs import Jobs


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A server of this test's own, which it may stop."""
    with running_redis(tmp_path) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql", "redis"])
def open_queues(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Jobs]:
    """``open_queues(studio)``: the jobs of a studio, all in one place."""
    match request.param:
        case "postgresql":
            url = request.getfixturevalue("bare_postgresql_url")
        case "redis":
            url = request.getfixturevalue("redis_server").url
        case _:
            url = ""
    return lambda studio: Jobs(tmp_path, url=url, studio=studio)
