"""What most formats are: some files for each photo, and nothing that tells of all together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from annotation_store.exports.export_format import ExportFile, Place, Writer
from annotation_store.exports.export_manifest import ManifestEntry
from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_subject import ExportSubject


@dataclass(frozen=True, slots=True)
class SingleFiles:
    """A format with one file for each photo: ``FOLDER/STEM.EXTENSION``. encode: the subject as the file's bytes."""

    name: str
    folder: str
    extension: str
    encode: Callable[[ExportSubject], bytes]

    def paths(self, place: Place, options: ExportOptions) -> tuple[str, ...]:
        return (f"{self.folder}/{place.stem}.{self.extension}",)

    def writer(self, options: ExportOptions) -> Writer:
        return _Writer(self, options)


@dataclass(frozen=True, slots=True)
class _Writer:
    of: SingleFiles
    options: ExportOptions

    def add(self, subject: ExportSubject, place: Place) -> Iterator[ExportFile]:
        (path,) = self.of.paths(place, self.options)
        yield ExportFile(path, self.of.encode(subject))

    def finish(self, entries: Sequence[ManifestEntry]) -> Iterator[ExportFile]:
        yield from ()
