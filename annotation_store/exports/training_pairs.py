"""``image/``, ``alpha/``, ``trimap/`` and ``fg/`` with files of one name: what ``python app.py evaluate`` reads, and
`training.matte_folders` learns from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotation_store.exports.dataset_parts import part_files, part_paths
from annotation_store.exports.export_format import ExportFile, Place, Writer
from annotation_store.exports.export_manifest import ManifestEntry
from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_subject import ExportSubject


@dataclass(frozen=True, slots=True)
class TrainingPairs:
    """Format and writer in one, since nothing is kept from photo to photo."""

    name: str = "training-pairs"

    def paths(self, place: Place, options: ExportOptions) -> tuple[str, ...]:
        return part_paths(place.stem)

    def writer(self, options: ExportOptions) -> Writer:
        return self

    def add(self, subject: ExportSubject, place: Place) -> Iterator[ExportFile]:
        return part_files(subject, place.stem)

    def finish(self, entries: Sequence[ManifestEntry]) -> Iterator[ExportFile]:
        yield from ()


TRAINING_PAIRS = TrainingPairs()
