"""The few things that are asked of an object store, in the words of this floor; every error in those of an operator.

An object is there as a whole or not at all, and durable once `put` has returned; whoever asks afterwards sees it. A
request that fails for no fault of ours is made again, for half a minute in all.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, cast

from annotation_store.errors import StoreBusyError, StoreError, StoreFullError, StoreUnavailableError
from annotation_store.object_stores import InvalidAddressError, checked_address, obstore_for, reason_of
from annotation_store.observed import observed

_PURPOSE = "A studio whose files lie in an object store"
_PATIENCE = {
    "connect_timeout": "5s",
    "read_timeout": "30s",  # between two pieces of an answer
    "timeout": "900s",  # of a whole one: trained weights have hundreds of megabytes
}
_AGAIN = {"max_retries": 4, "retry_timeout": timedelta(seconds=30)}
_CHUNK = 1 << 20
_HTTP_ALLOWED = ("AWS_ALLOW_HTTP", "GOOGLE_ALLOW_HTTP", "AZURE_ALLOW_HTTP")
_NO_ROOM = re.compile(r"StorageFull|QuotaExceeded|507 Insufficient Storage")
_TOO_MANY = re.compile(r"SlowDown|503 Service|429 Too Many")
_NO_BUCKET = re.compile(r"NoSuchBucket|ContainerNotFound|bucket does not exist")


@dataclass(frozen=True, slots=True)
class SeenObject:
    """size: bytes. changed: seconds since the epoch, by the store's own clock; most tell whole seconds only."""

    key: str
    size: int
    changed: float


class Objects(Protocol):
    """Keys have slashes. All raise StoreUnavailableError, StoreBusyError or StoreFullError."""

    @property
    def address(self) -> str:
        """For a person; nothing in it is secret."""

    def put(self, key: str, data: bytes) -> None:
        """Store an object, in the place of what is there."""

    def create(self, key: str, data: bytes) -> bool:
        """Store an object unless there is one; whether it did. Of two who do so at once, one does."""

    def get(self, key: str) -> bytes | None:
        """All of an object; None if there is none."""

    def chunks(self, key: str) -> Iterator[bytes] | None:
        """The same in pieces."""

    def look(self, key: str) -> SeenObject | None:
        """An object without its bytes; None if there is none."""

    def listing(self, folder: str) -> Iterator[SeenObject]:
        """All below a folder (empty for all), in the order of keys, a page at a time."""

    def copy(self, source: str, target: str) -> bool:
        """Copy an object within the store, in the place of what is there; whether there was one to copy."""

    def delete(self, key: str) -> None:
        """Delete an object, if there is one."""


class ObstoreObjects:
    """Below an address, by obstore."""

    def __init__(self, address: str, store: Any | None = None) -> None:
        """address: ``s3://BUCKET/FOLDER``, ``gs://...``, ``az://...``. store: instead of the one at the address.

        Nothing is asked of the store yet. Raises StoreUnavailableError for an address that cannot be one, and where the
        environment does not say enough, MissingPackageError without obstore.
        """
        try:
            self.address = checked_address(address, use="the files of a studio can lie in")
        except InvalidAddressError as error:
            raise StoreUnavailableError(str(error)) from None
        if address.startswith("file:"):
            raise StoreUnavailableError(
                "file:// is no object store for the files of a studio: leave the setting empty to keep them in the "
                "data folder."
            )
        self._obstore = obstore_for(_PURPOSE)
        with self._speaking():
            self._store = store or self._obstore.store.from_url(
                address, client_options={**_PATIENCE, **_http_if_allowed()}, retry_config=_AGAIN
            )

    def put(self, key: str, data: bytes) -> None:
        with observed("blob put"), self._speaking():
            self._obstore.put(self._store, key, data)

    def create(self, key: str, data: bytes) -> bool:
        with observed("blob create"), self._speaking():
            try:
                self._obstore.put(self._store, key, data, mode="create")
            except (self._obstore.exceptions.AlreadyExistsError, self._obstore.exceptions.PreconditionError):
                return False
        return True

    def get(self, key: str) -> bytes | None:
        with observed("blob get"), self._speaking():
            found = self._found(lambda: self._obstore.get(self._store, key))
            return None if found is None else bytes(found.bytes())

    def chunks(self, key: str) -> Iterator[bytes] | None:
        with self._speaking():
            found = self._found(lambda: self._obstore.get(self._store, key))
        return None if found is None else self._pieces(found)

    def look(self, key: str) -> SeenObject | None:
        with observed("blob look"), self._speaking():
            meta = self._found(lambda: self._obstore.head(self._store, key))
        return None if meta is None else _seen(meta)

    def listing(self, folder: str) -> Iterator[SeenObject]:
        with self._speaking():
            pages = iter(self._obstore.list(self._store, folder or None, chunk_size=1000))
        while True:
            with self._speaking():
                page = next(pages, None)
            if page is None:
                return
            yield from map(_seen, page)

    def copy(self, source: str, target: str) -> bool:
        def done() -> bool:
            self._obstore.copy(self._store, source, target)
            return True

        with observed("blob copy"), self._speaking():
            return bool(self._found(done))

    def delete(self, key: str) -> None:
        with observed("blob delete"), self._speaking():
            self._found(lambda: self._obstore.delete(self._store, key))

    def _pieces(self, found: Any) -> Iterator[bytes]:
        with self._speaking():
            pieces = iter(found.stream(min_chunk_size=_CHUNK))
        while True:
            with self._speaking():
                piece = next(pieces, None)
            if piece is None:
                return
            yield bytes(piece)

    def _found(self, ask: Any) -> Any:
        """What `ask` gives, None where the object is not there. That the whole bucket is not is an error."""
        try:
            return ask()
        except FileNotFoundError as error:
            if _NO_BUCKET.search(str(error)):
                raise
            return None

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        # obstore has what is not found as the system's own error
        except (self._obstore.exceptions.BaseError, OSError) as error:
            # without the error itself: its details may hold an address with a signature
            raise _in_words(self.address, error) from None


def _in_words(address: str, error: BaseException) -> StoreError:
    whole = str(error)
    if _NO_ROOM.search(whole):
        return StoreFullError(f"There is no room left in {address}: make room there, then try again.")
    if _TOO_MANY.search(whole):
        return StoreBusyError(f"{address} is asked for too much at once: nothing was changed, try again in a moment.")
    return StoreUnavailableError(
        f"{address} cannot be used ({reason_of(error)}): see whether it can be reached, whether the address is right, "
        "and what the environment variables say of who may read and write there."
    )


def _http_if_allowed() -> dict[str, bool]:
    """obstore does not look at these variables where it is given options."""
    return {"allow_http": True} if any(os.environ.get(name, "").lower() == "true" for name in _HTTP_ALLOWED) else {}


def _seen(meta: Any) -> SeenObject:
    return SeenObject(cast(str, meta["path"]), cast(int, meta["size"]), meta["last_modified"].timestamp())
