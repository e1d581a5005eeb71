"""A folder: whole files only. An export that was broken off goes on where it was."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from annotation_store.blobs import digest_of
from annotation_store.durable_files import UNFINISHED_PREFIX, durable_file, make_folder
from annotation_store.errors import InvalidExportError, blaming
from annotation_store.exports.destinations.destination import FileData
from annotation_store.exports.destinations.ledger import LEDGER, Kept, kept_line, mark_line, read_ledger


class FolderDestination:
    """One export alone is in the folder, beside its ledger.

    What the ledger tells of is read and compared with its hash before it is relied on: a manifest shall vouch for
    nothing that nobody has looked at, and reading a file takes far less than making it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ledger = folder / LEDGER

    def begin(self, mark: str) -> Mapping[str, str]:
        """As the protocol says. Raises InvalidExportError where the folder has something else in it."""
        with blaming(self._folder):
            if self._folder.exists() and not self._folder.is_dir():
                raise InvalidExportError(f"{self._folder} is a file: name a folder, or a zip that ends in .zip.")
            make_folder(self._folder)
            if not self._ledger.exists():
                self._claim(mark)
                return {}
            kept = self._those_there(mark)
            self._sweep()
            with durable_file(self._ledger, private=False) as file:
                file.write(mark_line(mark))
                file.writelines(map(kept_line, kept))
            return {each.path: each.sha256 for each in kept}

    def put(self, path: str, data: FileData) -> None:
        with blaming(self._folder):
            target = self._folder / path
            make_folder(target.parent)
            with durable_file(target, private=False) as file:
                file.write(data)
            with self._ledger.open("ab") as ledger:
                ledger.write(kept_line(Kept(path, digest_of(data), len(data))))

    def finish(self) -> None:
        """The ledger stays, so that the same export can be written again without being made again."""

    def give_up(self) -> None:
        """What is there is whole, and noted."""

    def _claim(self, mark: str) -> None:
        if any(not entry.name.startswith(UNFINISHED_PREFIX) for entry in self._folder.iterdir()):
            raise InvalidExportError(
                f"There are files in {self._folder} that are of no export: name an empty folder, or a new one."
            )
        with durable_file(self._ledger, private=False) as file:
            file.write(mark_line(mark))

    def _those_there(self, mark: str) -> list[Kept]:
        with self._ledger.open("rb") as lines:
            told = read_ledger(lines, mark)
            if told is None:
                raise InvalidExportError(f"Another export is in {self._folder}: name an empty folder, or a new one.")
            newest = {kept.path: kept for kept in told}
        return [kept for kept in newest.values() if self._is_there(kept)]

    def _is_there(self, kept: Kept) -> bool:
        path = self._folder / kept.path
        if not path.is_file() or path.stat().st_size != kept.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == kept.sha256

    def _sweep(self) -> None:
        """Throw away what a crash has left half-written."""
        for path in self._folder.rglob(f"{UNFINISHED_PREFIX}*"):
            path.unlink(missing_ok=True)
