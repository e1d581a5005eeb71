"""Writing an export: every photo in every format, then what tells of all together, then the manifest.

One photo is in memory at a time. What is written again is compared with what left the first time.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from annotation_store import schema
from annotation_store.blobs import digest_of
from annotation_store.clock import utc_now
from annotation_store.errors import NOT_NOW, InvalidExportError
from annotation_store.events import record_event
from annotation_store.exports.destinations.destination import Destination
from annotation_store.exports.export_format import ExportFile, ExportFormat, Place, Writer
from annotation_store.exports.export_manifest import MANIFEST, ManifestEntry, SubjectFacts, manifest_of
from annotation_store.exports.export_options import ExportOptions, options_from_json
from annotation_store.exports.export_sets import find_export, get_export, list_items
from annotation_store.exports.export_subject import ExportSubject
from annotation_store.exports.formats import formats_named
from annotation_store.records import ExportItemRecord, ExportSetRecord, ImageRecord, RevisionRecord
from annotation_store.store import Store

Say = Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written. files: the manifest included; kept: how many of them were there from an earlier attempt.

    as_before: whether it is byte for byte what left the first time; None if this was the first time.
    """

    exported: int
    files: int
    kept: int
    as_before: bool | None


def carry_out(
    store: Store, export_id: int, destination: Destination, *, by: str, on_progress: Say | None = None
) -> ExportReport:
    """Write an export. on_progress: told the number of images done, and the last name.

    Raises NotFoundError, DamagedBlobError, or what the destination does.
    """
    try:
        return _carry_out(store, get_export(store, export_id), destination, by=by, on_progress=on_progress)
    except BaseException:
        destination.give_up()
        raise


def _carry_out(
    store: Store, export: ExportSetRecord, destination: Destination, *, by: str, on_progress: Say | None
) -> ExportReport:
    options = options_from_json(export.options)
    items = list_items(store, export.id)
    there = destination.begin(_mark_of(export))
    written = _Written(destination, {path: digest for path, digest in there.items() if path != MANIFEST})
    kept = len(written.digests)
    formats = formats_named(options.formats)
    writers = [(form, form.writer(options)) for form in formats]
    for place, item in _places(items):
        subject = _subject(store, item, options)
        for form, writer in writers:
            if not all(path in written.digests for path in form.paths(place, options)):
                written.take(writer.add(subject, place))
        if on_progress is not None:
            on_progress(place.index + 1, item.facts["name"])
    entries, common = _finish(writers, items, options, written)
    manifest = manifest_of(export, entries, common)
    destination.put(MANIFEST, manifest)
    destination.finish()
    as_before = _note_written(store, export, manifest, by=by)
    return ExportReport(exported=len(items), files=len(written.digests) + 1, kept=kept, as_before=as_before)


@dataclass(frozen=True, slots=True)
class _Written:
    """What is there. digests: path -> SHA-256. made: the paths that came out of this writing."""

    destination: Destination
    digests: dict[str, str]
    made: set[str] = field(default_factory=set)

    def take(self, files: Iterable[ExportFile]) -> list[str]:
        """Write those files that are not there yet, be it by another format's hand; returns all their paths."""
        paths = []
        for file in files:
            digest = digest_of(file.data)
            if self.digests.get(file.path) != digest:
                if file.path in self.made:
                    raise InvalidExportError(f"{file.path} would be two files in one: export these formats one by one.")
                self.destination.put(file.path, file.data)  # also in the place of what an earlier version wrote
                self.digests[file.path] = digest
            self.made.add(file.path)
            paths.append(file.path)
        return paths


def _places(items: tuple[ExportItemRecord, ...]) -> Iterator[tuple[Place, ExportItemRecord]]:
    for index, item in enumerate(items):
        yield Place(item.stem, index, len(items)), item


def _finish(
    writers: list[tuple[ExportFormat, Writer]],
    items: tuple[ExportItemRecord, ...],
    options: ExportOptions,
    written: _Written,
) -> tuple[list[ManifestEntry], Mapping[str, str]]:
    """Have every writer finish; returns the photos with all their files, and the files of all together."""
    common: dict[str, str] = {}
    for form, writer in writers:
        # what a half-full shard will be is not known yet: the others are told of
        mine = [_entry(place, item, [form], options, written.digests) for place, item in _places(items)]
        for path in written.take(writer.finish(mine)):
            common[path] = written.digests[path]
    forms = [form for form, _ in writers]
    entries = [_entry(place, item, forms, options, written.digests) for place, item in _places(items)]
    told = {path for entry in entries for path in entry.files}
    return entries, {path: digest for path, digest in common.items() if path not in told}


def _entry(
    place: Place,
    item: ExportItemRecord,
    forms: list[ExportFormat],
    options: ExportOptions,
    digests: Mapping[str, str],
) -> ManifestEntry:
    paths = [path for form in forms for path in form.paths(place, options)]
    files = {path: digests[path] for path in paths if path in digests}
    return ManifestEntry(place.stem, SubjectFacts.from_json(item.facts), files)


def _subject(store: Store, item: ExportItemRecord, options: ExportOptions) -> ExportSubject:
    with store.database.read() as session:
        image = ImageRecord.of(session.get_one(schema.Image, item.image_id))
        revision = RevisionRecord.of(session.get_one(schema.Revision, item.revision_id))
    return ExportSubject(store, image, revision, SubjectFacts.from_json(item.facts), options)


def _mark_of(export: ExportSetRecord) -> str:
    """Two studios may both have an export number 1."""
    return f"{export.id} {export.created_at.isoformat()} {export.created_by}"


def _note_written(store: Store, export: ExportSetRecord, manifest: bytes, *, by: str) -> bool | None:
    """Keep what left the first time; later, whether it was the same."""
    if export.manifest_blob is not None:
        return export.manifest_blob == digest_of(manifest)
    with contextlib.suppress(*NOT_NOW):  # the files are there, whether that can be noted now or by the next writing
        digest = store.blobs.put(manifest)
        with store.database.write() as session:
            row = find_export(session, export.id)
            if row.manifest_blob is not None:  # somebody else wrote it at the same time
                return row.manifest_blob == digest
            row.manifest_blob = digest
            row.written_at = utc_now()
            data = {"export_set_id": export.id, "project_ids": list(export.project_ids), "images": export.image_count}
            record_event(session, actor=by, action="export.ready", data=data)
    return None
