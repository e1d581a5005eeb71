"""What a format of an export is: one file of this folder each, all behind this protocol."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from annotation_store.exports.destinations.destination import FileData
from annotation_store.exports.export_manifest import ManifestEntry
from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_subject import ExportSubject


@dataclass(frozen=True, slots=True)
class Place:
    """Where a photo stands in an export. stem: its name in files, different from all others.

    index: its number, from 0. count: how many photos there are.
    """

    stem: str
    index: int
    count: int


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file that is complete. path: with slashes, below the export. data: what is large lies in a file, mapped."""

    path: str
    data: FileData


class Writer(Protocol):
    """One writing of one export in one format. Photos come in the order of their places."""

    def add(self, subject: ExportSubject, place: Place) -> Iterator[ExportFile]:
        """The files that are complete now that this photo is in."""
        ...

    def finish(self, entries: Sequence[ManifestEntry]) -> Iterator[ExportFile]:
        """What is left: a half-full shard, and what is told of all photos together.

        entries: of every photo of the export, with its files, also of those that were not given to `add`.
        """
        ...


class ExportFormat(Protocol):
    """A form in which approved mattes leave. The same subjects and options always give the same bytes."""

    @property
    def name(self) -> str:
        """As one asks for it: ``cutout``."""
        ...

    def paths(self, place: Place, options: ExportOptions) -> tuple[str, ...]:
        """The files that tell of this photo, known before anything is computed. Several photos may share one.

        Where all of them are there already, from an earlier attempt, the photo is not given to the writer.
        """
        ...

    def writer(self, options: ExportOptions) -> Writer:
        """Begin."""
        ...
