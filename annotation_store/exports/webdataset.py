"""``webdataset/shard-000000.tar`` and so on: tars of `PER_SHARD` photos each, to be read one after the other.

Each photo is one sample: ``KEY.image.png``, ``KEY.alpha.png``, ``KEY.trimap.png``, ``KEY.fg.png`` and ``KEY.json`` with
what the manifest tells of it. A key has no dots, since readers take it to end at the first one.
"""

import io
import json
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from mmap import ACCESS_READ, mmap
from typing import IO

from annotation_store.errors import blaming
from annotation_store.exports.dataset_parts import PARTS
from annotation_store.exports.export_format import ExportFile, Place, Writer
from annotation_store.exports.export_manifest import ManifestEntry
from annotation_store.exports.export_names import without_dots
from annotation_store.exports.export_options import ExportOptions
from annotation_store.exports.export_subject import ExportSubject

PER_SHARD = 100


class WebDataset:
    """Photos go into shards by their place, so that a broken-off export goes on at the shard that it was at."""

    name = "webdataset"

    def paths(self, place: Place, options: ExportOptions) -> tuple[str, ...]:
        return (f"webdataset/shard-{place.index // PER_SHARD:06d}.tar",)

    def writer(self, options: ExportOptions) -> Writer:
        return _Writer()


class _Writer:
    """The shard that is being filled is a file without a name: a hundred large photos would not fit in memory."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._shard: tarfile.TarFile | None = None

    def add(self, subject: ExportSubject, place: Place) -> Iterator[ExportFile]:
        folder = subject.store.folder  # the system's own may be small, or in memory
        if self._file is None or self._shard is None:
            with blaming(folder):
                self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115, it lives as long as the shard grows
            self._shard = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        for name, data in _sample(subject, place):
            with blaming(folder):
                self._shard.addfile(_member(name, len(data)), io.BytesIO(data))
        if (place.index + 1) % PER_SHARD == 0 or place.index + 1 == place.count:
            with blaming(folder):
                self._shard.close()
                self._file.flush()
            (path,) = WEBDATASET.paths(place, subject.options)
            yield ExportFile(path, mmap(self._file.fileno(), 0, access=ACCESS_READ))
            self._file.close()
            self._file = self._shard = None

    def finish(self, entries: Sequence[ManifestEntry]) -> Iterator[ExportFile]:
        yield from ()


def _sample(subject: ExportSubject, place: Place) -> Iterator[tuple[str, bytes]]:
    """Names and bytes, by name; what belongs to one sample has to lie together."""
    key = without_dots(place.stem)
    facts = {"stem": place.stem, **subject.facts.as_json()}
    made = {f"{part}.png": encode for part, encode in PARTS.items()}
    made["json"] = lambda _: json.dumps(facts, ensure_ascii=False).encode()
    for extension in sorted(made):
        yield f"{key}.{extension}", made[extension](subject)


def _member(name: str, size: int) -> tarfile.TarInfo:
    """Of nobody and no time, so that the same photos give the same shard."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o644
    member.mtime, member.uid, member.gid, member.uname, member.gname = 0, 0, 0, "", ""
    return member


WEBDATASET = WebDataset()
