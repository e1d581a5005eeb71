"""Approved cut-outs as one zip: RGBA, alpha, trimap, and a manifest that proves where each file comes from.

The same approved images always give the same zip, byte for byte (with the same library versions).
"""

import json
import zipfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.blobs import digest_of
from annotation_store.errors import NothingToExportError
from annotation_store.exports.export_names import unique_stems
from annotation_store.gallery import load_photo
from annotation_store.kinds import Verdict
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.records import DecisionRecord, ImageRecord, RevisionRecord
from annotation_store.revisions import load_matte
from annotation_store.states import ImageState
from annotation_store.store import Store
from matting_core.foreground import estimate_foreground
from matting_core.image_io import encode_rgba

FORMAT_VERSION = 1
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can hold, instead of the present one


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written. left_out: names of images that were asked for but are not approved."""

    exported: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Approved:
    image: ImageRecord
    revision: RevisionRecord
    decision: DecisionRecord
    model_name: str | None


@dataclass(frozen=True, slots=True)
class _ManifestEntry:
    name: str
    image_sha256: str
    width: int
    height: int
    revision: int
    model: str | None
    drafter: str | None
    author: str
    approved_by: str
    approved_at: str
    files: dict[str, str]  # path in the zip -> SHA-256


def export_cutouts(
    store: Store,
    target: BinaryIO,
    *,
    image_ids: Collection[int] | None = None,
    project_ids: Collection[int] | None = None,
    on_progress: Callable[[int, str], None] | None = None,
) -> ExportReport:
    """Write a zip of all approved images, or of those among `image_ids` or in `project_ids`, to `target` as it comes.

    For each photo NAME: ``cutout/NAME.png`` (RGBA, straight alpha, decontaminated colours, as deep as the
    photo), ``alpha/NAME.png`` (16 bit), ``trimap/NAME.png``; then ``manifest.json``. One photo is in memory
    at a time, and `target` need not be seekable. on_progress: told the number of images done, and the last
    name.

    Raises NothingToExportError before anything is written if no image is approved.
    """
    with store.database.read() as session:
        approved = _approved(session, image_ids, project_ids)
        left_out = _names_left_out(session, image_ids)
    if not approved:
        raise NothingToExportError("There is nothing to export: approve at least one of these images first.")
    stems = unique_stems([item.image.name for item in approved])
    entries: list[_ManifestEntry] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:  # PNG is compressed already
        for done, (item, stem) in enumerate(zip(approved, stems, strict=True), start=1):
            files: dict[str, str] = {}
            for path, data in _files_of(store, item, stem):
                _write(archive, path, data)
                files[path] = digest_of(data)
            entries.append(_manifest_entry(item, files))
            if on_progress is not None:
                on_progress(done, item.image.name)
        manifest = {"format_version": FORMAT_VERSION, "images": [asdict(entry) for entry in entries]}
        _write(archive, "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=2).encode())
    return ExportReport(exported=len(approved), left_out=left_out)


def _approved(
    session: Session, image_ids: Collection[int] | None, project_ids: Collection[int] | None
) -> list[_Approved]:
    """The approved images with what the manifest tells of them, by name and then by number."""
    newest_approval = (
        select(schema.Decision.id)
        .where(schema.Decision.image_id == schema.Image.id, schema.Decision.verdict == Verdict.APPROVED)
        .order_by(schema.Decision.id.desc())
        .limit(1)
        .correlate(schema.Image)
        .scalar_subquery()
    )
    query = (
        select(schema.Image, schema.Revision, schema.Decision, schema.ModelVersion.name)
        .join(schema.Revision, schema.Image.head_revision_id == schema.Revision.id)
        .join(schema.Decision, schema.Decision.id == newest_approval)
        .outerjoin(schema.ModelVersion, schema.Revision.model_version_id == schema.ModelVersion.id)
        .where(schema.Image.state == ImageState.APPROVED, IS_NO_COPY)
    )
    if project_ids is not None:
        query = query.where(schema.Image.project_id.in_(project_ids))
    approved = [
        _Approved(
            image=ImageRecord.of(image),
            revision=RevisionRecord.of(revision),
            decision=DecisionRecord.of(decision),
            model_name=model_name,
        )
        for image, revision, decision, model_name in session.execute(query)
        if image_ids is None or image.id in image_ids
    ]
    # here, not in the query: a database orders names by the language that it was set up with
    return sorted(approved, key=lambda item: (item.image.name, item.image.id))


def _names_left_out(session: Session, image_ids: Collection[int] | None) -> tuple[str, ...]:
    if image_ids is None:
        return ()
    query = select(schema.Image).where(schema.Image.state != ImageState.APPROVED, IS_NO_COPY)
    return tuple(sorted(row.name for row in session.scalars(query) if row.id in image_ids))


def _files_of(store: Store, item: _Approved, stem: str) -> Iterator[tuple[str, bytes]]:
    photo = load_photo(store, item.image)
    _, alpha = load_matte(store, item.revision)
    foreground = estimate_foreground(photo.rgb, alpha)
    yield f"cutout/{stem}.png", encode_rgba(foreground, alpha, bits=item.image.bit_depth)
    yield f"alpha/{stem}.png", store.blobs.get(item.revision.alpha_blob)
    yield f"trimap/{stem}.png", store.blobs.get(item.revision.trimap_blob)


def _manifest_entry(item: _Approved, files: dict[str, str]) -> _ManifestEntry:
    return _ManifestEntry(
        name=item.image.name,
        image_sha256=item.image.sha256,
        width=item.image.width,
        height=item.image.height,
        revision=item.revision.number,
        model=item.model_name,
        drafter=item.revision.drafter,
        author=item.revision.author,
        approved_by=item.decision.author,
        approved_at=item.decision.created_at.isoformat(),
        files=files,
    )


def _write(archive: zipfile.ZipFile, path: str, data: bytes) -> None:
    info = zipfile.ZipInfo(path, date_time=_EPOCH)
    info.create_system = 3  # as on Unix, whatever this machine is
    info.external_attr = 0o644 << 16
    archive.writestr(info, data)
