"""``imagefolder/``: a folder that Hugging Face's `datasets` reads as it is.

Pictures lie in ``train/image/NAME.png``, ``train/alpha/``, ``train/trimap/`` and ``train/fg/``. Each line of
``train/metadata.jsonl`` is a photo: `datasets` makes a column of pictures of every ``..._file_name`` (``image``,
``alpha``, ``trimap``, ``fg``) and a column of each fact. ``croissant.json`` tells other readers the same, ``README.md``
people.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from annotation_store.exports.croissant import croissant_of
from annotation_store.exports.dataset_card import card_of
from annotation_store.exports.dataset_parts import PARTS, name_column, part_files, part_paths
from annotation_store.exports.export_format import ExportFile, Place, Writer
from annotation_store.exports.export_manifest import ManifestEntry
from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_subject import ExportSubject

_ROOT = "imagefolder"
_TRAIN = f"{_ROOT}/train/"


@dataclass(frozen=True, slots=True)
class ImageFolder:
    """Format and writer in one, since nothing is kept from photo to photo."""

    name: str = "imagefolder"

    def paths(self, place: Place, options: ExportOptions) -> tuple[str, ...]:
        return part_paths(place.stem, below=_TRAIN)

    def writer(self, options: ExportOptions) -> Writer:
        return self

    def add(self, subject: ExportSubject, place: Place) -> Iterator[ExportFile]:
        return part_files(subject, place.stem, below=_TRAIN)

    def finish(self, entries: Sequence[ManifestEntry]) -> Iterator[ExportFile]:
        metadata = "".join(json.dumps(_row(entry), ensure_ascii=False) + "\n" for entry in entries).encode()
        yield ExportFile(f"{_TRAIN}metadata.jsonl", metadata)
        yield ExportFile(f"{_ROOT}/croissant.json", croissant_of(entries, metadata))
        yield ExportFile(f"{_ROOT}/README.md", card_of(entries))


def _row(entry: ManifestEntry) -> dict[str, Any]:
    """Of the same columns and types for every photo, since readers go by the first ones: no text is ""."""
    files = dict(zip(map(name_column, PARTS), part_paths(entry.stem), strict=True))
    facts = {name: "" if value is None else value for name, value in entry.facts.as_json().items()}
    return {**files, "stem": entry.stem, **facts}


IMAGEFOLDER = ImageFolder()
