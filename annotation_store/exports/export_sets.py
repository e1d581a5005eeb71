"""Exports: frozen lists of approved mattes. What is approved later, or again, changes nothing in them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.errors import InvalidExportError, NotFoundError, NothingToExportError
from annotation_store.events import record_event
from annotation_store.exports.export_manifest import SubjectFacts
from annotation_store.exports.export_names import unique_stems
from annotation_store.exports.export_options import ExportOptions, colour_of
from annotation_store.exports.export_subject import ExportSubject
from annotation_store.exports.formats import LARGEST_SIDES, formats_named
from annotation_store.exports.ground import check_ground
from annotation_store.kinds import Verdict
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.records import ExportItemRecord, ExportSetRecord, ImageRecord, RevisionRecord
from annotation_store.reviews.hands import hands_in
from annotation_store.states import ImageState
from annotation_store.store import Store
from annotation_store.tags import read_tags
from matting_core.linear_light import fitting

MAX_NAME = 120
_MANY = 500  # numbers in one query: SQLite takes 32,766


@dataclass(frozen=True, slots=True)
class ExportWish:
    """Which approved images: all, or those that fit whatever is given.

    project_ids: of these projects. image_ids: among these. tag: with this tag. only_new: that are in no export yet with
    the matte that is approved now.
    """

    project_ids: Collection[int] | None = None
    image_ids: Collection[int] | None = None
    tag: str | None = None
    only_new: bool = False


@dataclass(frozen=True, slots=True)
class Frozen:
    """A new export. left_out: names of images that were asked for by number and are not approved."""

    export: ExportSetRecord
    left_out: tuple[str, ...]


def freeze(store: Store, wish: ExportWish, options: ExportOptions, *, by: str, name: str = "") -> Frozen:
    """Write down which approved mattes leave, and how.

    name: for people; without one, the day. Raises NothingToExportError if no image that is wished for is approved,
    InvalidExportError if there is no such format.
    """
    formats_named(options.formats)
    if colour_of(options.ground) is None:
        check_ground(store, options.ground, project_ids=wish.project_ids)
    if "presets" in options.formats and not options.presets:
        raise InvalidExportError("Presets were asked for, and none was chosen: choose one, or leave them out.")
    if len(name) > MAX_NAME:
        raise InvalidExportError(f"The name has {len(name)} characters: shorten it to {MAX_NAME}.")
    with store.database.write() as session:
        rows = sorted(_approved(session, wish), key=lambda row: (row.image.name, row.image.id))
        if not rows:
            raise NothingToExportError("There is nothing to export: approve at least one of these images first.")
        _check_sizes(rows, options)
        tags = read_tags(session, [row.image.id for row in rows])
        export = schema.ExportSet(
            name=name.strip(),
            options=options.as_json(),
            project_ids=sorted({row.image.project_id for row in rows}),
            image_count=len(rows),
            ground_blob=options.ground if colour_of(options.ground) is None else None,
            created_by=by,
        )
        session.add(export)
        session.flush()
        export.name = export.name or f"{export.created_at:%Y-%m-%d}"
        for row, stem in zip(rows, unique_stems([row.image.name for row in rows]), strict=True):
            facts = _facts(session, row, tags.get(row.image.id, ()))
            session.add(
                schema.ExportItem(
                    export_set_id=export.id,
                    image_id=row.image.id,
                    revision_id=row.revision.id,
                    decision_id=row.decision.id,
                    stem=stem,
                    facts=facts.as_json(),
                )
            )
        data = {"export_set_id": export.id, "project_ids": export.project_ids, "images": len(rows)}
        record_event(session, actor=by, action="export.frozen", data=data)
        session.flush()
        left_out = () if wish.image_ids is None else _names_left_out(session, wish.image_ids, wish.project_ids)
        return Frozen(ExportSetRecord.of(export), left_out)


def get_export(store: Store, export_id: int) -> ExportSetRecord:
    """The export, or NotFoundError."""
    with store.database.read() as session:
        return ExportSetRecord.of(find_export(session, export_id))


def list_exports(
    store: Store, *, project_ids: Collection[int] | None = None, before: int | None = None, limit: int = 100
) -> tuple[ExportSetRecord, ...]:
    """Exports, newest first: of images of these projects alone, of all if None. before: older than this one."""
    query = select(schema.ExportSet).order_by(schema.ExportSet.id.desc())
    if before is not None:
        query = query.where(schema.ExportSet.id < before)
    found: list[ExportSetRecord] = []
    with store.database.read() as session:
        for row in session.scalars(query.execution_options(yield_per=100)):
            if project_ids is None or set(row.project_ids) <= set(project_ids):
                found.append(ExportSetRecord.of(row))
            if len(found) == limit:
                break
    return tuple(found)


def list_items(store: Store, export_id: int) -> tuple[ExportItemRecord, ...]:
    """The mattes of an export, in the order in which they are written. Raises NotFoundError."""
    with store.database.read() as session:
        find_export(session, export_id)
        query = select(schema.ExportItem).filter_by(export_set_id=export_id).order_by(schema.ExportItem.id)
        return tuple(ExportItemRecord.of(row) for row in session.scalars(query))


def approved_now(store: Store, image_id: int, options: ExportOptions) -> ExportSubject | None:
    """An image with the matte that is approved at present, outside of any export; None if none is."""
    with store.database.read() as session:
        if not (rows := _approved(session, ExportWish(image_ids=[image_id]))):
            return None
        (row,) = rows
        facts = _facts(session, row, read_tags(session, [image_id]).get(image_id, ()))
        return ExportSubject(store, ImageRecord.of(row.image), RevisionRecord.of(row.revision), facts, options)


def find_export(session: Session, export_id: int) -> schema.ExportSet:
    """The export, or NotFoundError; for this floor only."""
    if (row := session.get(schema.ExportSet, export_id)) is None:
        raise NotFoundError(f"There is no export number {export_id}: reload the list of exports.")
    return row


@dataclass(frozen=True, slots=True)
class _Approved:
    """Rows of an approved image, the name of its project, and the model that drafted it, with its licence."""

    image: schema.Image
    revision: schema.Revision
    decision: schema.Decision
    project: str
    model: str | None
    licence: str | None


def _approved(session: Session, wish: ExportWish) -> list[_Approved]:
    """The approved images that are wished for, each with what is told of it."""
    newest_approval = (
        select(schema.Decision.id)
        .where(schema.Decision.image_id == schema.Image.id, schema.Decision.verdict == Verdict.APPROVED)
        .order_by(schema.Decision.id.desc())
        .limit(1)
        .correlate(schema.Image)
        .scalar_subquery()
    )
    query = (
        select(
            schema.Image,
            schema.Revision,
            schema.Decision,
            schema.Project.name,
            schema.ModelVersion.name,
            schema.ModelVersion.licence,
        )
        .join(schema.Revision, schema.Image.head_revision_id == schema.Revision.id)
        .join(schema.Decision, schema.Decision.id == newest_approval)
        .join(schema.Project, schema.Project.id == schema.Image.project_id)
        .outerjoin(schema.ModelVersion, schema.Revision.model_version_id == schema.ModelVersion.id)
        .where(schema.Image.state == ImageState.APPROVED, IS_NO_COPY)
    )
    if wish.project_ids is not None:
        query = query.where(schema.Image.project_id.in_(wish.project_ids))
    if wish.tag is not None:
        query = query.where(
            schema.Image.id.in_(select(schema.ImageTag.image_id).where(schema.ImageTag.tag == wish.tag))
        )
    if wish.only_new:
        query = query.where(schema.Image.head_revision_id.not_in(select(schema.ExportItem.revision_id)))
    if wish.image_ids is None:
        return [_Approved(*row) for row in session.execute(query)]
    parts = (query.where(schema.Image.id.in_(some)) for some in _batches(sorted(set(wish.image_ids))))
    return [_Approved(*row) for part in parts for row in session.execute(part)]


def _batches(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + _MANY] for start in range(0, len(numbers), _MANY))


def _check_sizes(rows: Sequence[_Approved], options: ExportOptions) -> None:
    """Before anything is computed: an export that breaks off at its last photo has cost hours."""
    for name in options.formats:
        if (largest := LARGEST_SIDES.get(name)) is None:
            continue
        for row in rows:
            size = row.image.width, row.image.height
            if max(fitting(*size, longest_side=options.longest_side)) > largest:
                raise InvalidExportError(
                    f"“{row.image.name}” is {max(size)} pixels long, and {name} takes {largest}: choose a longest "
                    "side, or another format."
                )


def _facts(session: Session, row: _Approved, tags: tuple[str, ...]) -> SubjectFacts:
    image, revision, decision = row.image, row.revision, row.decision
    return SubjectFacts(
        name=image.name,
        image_sha256=image.sha256,
        width=image.width,
        height=image.height,
        bit_depth=image.bit_depth,
        subject=image.product_group,
        tags=tags,
        project=row.project,
        revision=revision.number,
        model=row.model,
        licence=row.licence,
        drafter=revision.drafter,
        author=revision.author,
        hands=tuple(sorted(hands_in(session, image))),
        approved_by=decision.author,
        approved_at=decision.created_at.isoformat(),
    )


def _names_left_out(
    session: Session, image_ids: Collection[int], project_ids: Collection[int] | None
) -> tuple[str, ...]:
    """Of the images in these projects alone: whoever asks by number must not learn the names of others."""
    of_them = true() if project_ids is None else schema.Image.project_id.in_(project_ids)
    names = [
        name
        for some in _batches(sorted(set(image_ids)))
        for name in session.scalars(
            select(schema.Image.name).where(
                schema.Image.id.in_(some), schema.Image.state != ImageState.APPROVED, IS_NO_COPY, of_them
            )
        )
    ]
    return tuple(sorted(names))
