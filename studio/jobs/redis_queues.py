"""Queues on a Redis server, version 5 or later, or on one that speaks as it does."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from huey import PriorityRedisHuey
from huey.storage import PriorityRedisStorage

from annotation_store.errors import StoreUnavailableError
from matting_core.optional_packages import require
from studio.jobs.plain_messages import PlainMessages
from studio.jobs.queues import UNREADABLE

PACKAGE = "redis"
PATIENCE = 10.0
"""Seconds that an answer of the server may take."""


class RedisQueues:
    """url: ``redis://`` or ``rediss://``, with options of redis-py after a question mark."""

    is_shared = True

    def __init__(self, url: str) -> None:
        require(PACKAGE, purpose="MATTELOOP_JOBS_URL with redis://")
        from redis import ConnectionPool, RedisError
        from redis.backoff import ExponentialBackoff
        from redis.retry import Retry

        self._fault = RedisError
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
            self._pool = ConnectionPool.from_url(
                url,
                socket_connect_timeout=PATIENCE,
                socket_timeout=PATIENCE,
                client_name="matteloop",
                retry=Retry(ExponentialBackoff(), 1),  # the server may have been started anew since
            )
        except (ValueError, RedisError):
            raise StoreUnavailableError(UNREADABLE) from None  # the cause could quote the password
        if not host:
            raise StoreUnavailableError(UNREADABLE)
        self._place = f"the Redis server {host}:{port or 6379}"

    def open(self, name: str) -> PriorityRedisHuey:
        """See Queues."""
        return PriorityRedisHuey(
            name,
            results=False,
            serializer=PlainMessages(),
            storage_class=_Storage,
            blocking=False,
            connection_pool=self._pool,
        )

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """See Queues."""
        try:
            yield
        except self._fault as error:
            raise StoreUnavailableError(
                f"The queue of jobs on {self._place} cannot be used ({error}): see whether it runs, and whether "
                "address and password are right, then try again."
            ) from error


class _Storage(PriorityRedisStorage):
    def peek_many(self, keys: object) -> dict[str, bytes]:
        """Whether a message was revoked: none ever is, and one that was taken must not be lost over the question."""
        return {}
