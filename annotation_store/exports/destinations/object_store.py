"""An object store. Who may write to it comes from the environment (annotation_store/object_stores.py)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from annotation_store.blobs import digest_of
from annotation_store.errors import InvalidExportError, StoreUnavailableError
from annotation_store.exports.destinations.destination import FileData
from annotation_store.exports.destinations.ledger import LEDGER, Kept, kept_line, mark_line, read_ledger
from annotation_store.object_stores import InvalidAddressError, checked_address, obstore_for, reason_of

NOTED_AFTER = 50
"""Files, at least, before the ledger is written anew; so many are put once more after a kill, or a tenth of all."""


class ObjectStoreDestination:
    """One export alone is below the address, beside its ledger.

    What is there is not read again: it counts as what was put if the store calls its content (the ETag) the same as
    then, and if it has as many bytes.
    """

    def __init__(self, where: str) -> None:
        """where: ``s3://BUCKET/FOLDER``, ``gs://...``, ``az://...``.

        Raises MissingPackageError without obstore, InvalidExportError for an address that cannot be one,
        StoreUnavailableError where the environment does not say enough.
        """
        try:
            self._where = checked_address(where, use="an export can go to")
        except InvalidAddressError as error:
            raise InvalidExportError(str(error)) from None
        self._obstore = obstore_for("An export into an object store")
        self._kept: dict[str, Kept] = {}
        self._unnoted = 0
        self._mark = ""
        with self._speaking():
            self._store = self._obstore.store.from_url(where)

    def begin(self, mark: str) -> Mapping[str, str]:
        """As the protocol says. Raises InvalidExportError where something else is below the address."""
        self._mark = mark
        with self._speaking():
            found = {object_["path"]: object_ for some in self._obstore.list(self._store) for object_ in some}
            if LEDGER in found:
                lines = bytes(self._obstore.get(self._store, LEDGER).bytes()).splitlines(keepends=True)
                self._kept = {kept.path: kept for kept in self._told(lines) if _is_there(kept, found.get(kept.path))}
            elif found:
                raise InvalidExportError(
                    f"There is something at {self._where} that is of no export: name another place."
                )
        self._note()
        return {path: kept.sha256 for path, kept in self._kept.items()}

    def put(self, path: str, data: FileData) -> None:
        with self._speaking():
            done = self._obstore.put(self._store, path, data)
        self._kept[path] = Kept(path, digest_of(data), len(data), done["e_tag"])
        self._unnoted += 1
        if self._unnoted >= max(NOTED_AFTER, len(self._kept) // 10):
            self._note()

    def finish(self) -> None:
        if self._unnoted:
            self._note()

    def give_up(self) -> None:
        """Note what has come, so that it need not be put once more."""
        with suppress(StoreUnavailableError):  # which is told of already, if that is why
            self.finish()

    def _told(self, lines: list[bytes]) -> Iterator[Kept]:
        told = read_ledger(lines, self._mark)
        if told is None:
            raise InvalidExportError(f"Another export is at {self._where}: name another place.")
        return told

    def _note(self) -> None:
        with self._speaking():
            self._obstore.put(
                self._store, LEDGER, mark_line(self._mark) + b"".join(map(kept_line, self._kept.values()))
            )
        self._unnoted = 0

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        # obstore has what is not found as the system's own error
        except (self._obstore.exceptions.BaseError, OSError) as error:
            # without the error itself: its details may hold an address with a signature
            raise StoreUnavailableError(
                f"{self._where} cannot be written to ({reason_of(error)}): look at the address, and at the environment "
                "variables that say who may write to it."
            ) from None


def _is_there(kept: Kept, found: Mapping[str, Any] | None) -> bool:
    return found is not None and (found["size"], found["e_tag"]) == (kept.size, kept.version)
