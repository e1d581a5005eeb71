"""What serves where: which version drafts a project's photos and computes their mattes.

A project in which no matting model has gone live yet follows the one that went live last anywhere, unless it has
decided otherwise about that; one without a live drafter is drafted by the automatic one.
"""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.errors import NotFoundError
from annotation_store.kinds import ModelKind
from annotation_store.records import ModelRecord, StandingRecord
from annotation_store.rows import find_image, find_model
from annotation_store.states import StandingState
from annotation_store.store import Store

NO_MODEL = "No model is live yet: start the studio once, it brings its own model."


def live_model(store: Store, project_id: int | None = None) -> ModelRecord:
    """The matting model that serves a project, or the one that went live last anywhere.

    Raises NotFoundError before any was registered.
    """
    with store.database.read() as session:
        found = None if project_id is None else _serving(session, project_id, ModelKind.MATTING)
        if (found := found or latest_live(session, project_id)) is None:
            raise NotFoundError(NO_MODEL)
        return ModelRecord.of(found)


def live_drafter(store: Store, project_id: int) -> ModelRecord | None:
    """The learned drafter that serves a project, None while that is the automatic one."""
    with store.database.read() as session:
        found = _serving(session, project_id, ModelKind.DRAFTER)
        return None if found is None else ModelRecord.of(found)


def model_for_image(store: Store, image_id: int, *, drafting: bool = False) -> ModelRecord:
    """The matting model for an image: that of its project, but its project's canary goes on with what it has drafted.

    drafting: for a new draft, of which a canary makes its share. Raises NotFoundError.
    """
    with store.database.read() as session:
        image = find_image(session, image_id)
        found = _canary_for(session, image, ModelKind.MATTING, drafting=drafting)
        found = found or _serving(session, image.project_id, ModelKind.MATTING)
        found = found or latest_live(session, image.project_id)
        if found is None:
            raise NotFoundError(NO_MODEL)
        return ModelRecord.of(found)


def drafter_for_image(store: Store, image_id: int) -> ModelRecord | None:
    """The learned drafter for a new draft of an image, None for the automatic one; a canary makes its share."""
    with store.database.read() as session:
        image = find_image(session, image_id)
        found = _canary_for(session, image, ModelKind.DRAFTER, drafting=True)
        found = found or _serving(session, image.project_id, ModelKind.DRAFTER)
        return None if found is None else ModelRecord.of(found)


def canary_of(store: Store, project_id: int, kind: ModelKind) -> StandingRecord | None:
    """The candidate that makes a share of the project's new drafts, if there is one."""
    with store.database.read() as session:
        found = holder(session, project_id, kind, StandingState.CANARY)
        return None if found is None else StandingRecord.of(found)


def all_at_work(store: Store) -> list[ModelRecord]:
    """The matting versions that serve any project, that serve where nothing is said, or that are on trial as canary."""
    at_work = select(schema.Standing.model_version_id).where(
        schema.Standing.kind == ModelKind.MATTING,
        schema.Standing.state.in_([StandingState.LIVE, StandingState.CANARY]),
    )
    with store.database.read() as session:
        rows = list(session.scalars(select(schema.ModelVersion).where(schema.ModelVersion.id.in_(at_work))))
        latest = latest_live(session)
        if latest is not None and latest not in rows:
            rows.append(latest)
        return [ModelRecord.of(row) for row in rows]


def _serving(session: Session, project_id: int, kind: ModelKind) -> schema.ModelVersion | None:
    row = holder(session, project_id, kind, StandingState.LIVE)
    return None if row is None else find_model(session, row.model_version_id)


def _canary_for(
    session: Session, image: schema.Image, kind: ModelKind, *, drafting: bool
) -> schema.ModelVersion | None:
    if (canary := holder(session, image.project_id, kind, StandingState.CANARY)) is None:
        return None
    if drafting:
        is_its = place_in_draw(image.sha256, canary.model_version_id) < (canary.canary_share or 0)
    else:
        head = None if image.head_revision_id is None else session.get(schema.Revision, image.head_revision_id)
        is_its = head is not None and head.model_version_id == canary.model_version_id
    return find_model(session, canary.model_version_id) if is_its else None


def place_in_draw(sha256: str, model_id: int) -> float:
    """Where a photo falls in [0, 1) when a canary's share is drawn: the same whoever asks, another for each version."""
    return int.from_bytes(hashlib.sha256(f"{sha256} {model_id}".encode()).digest()[:6]) / 2**48


def latest_live(session: Session, project_id: int | None = None) -> schema.ModelVersion | None:
    """The matting model that went live last anywhere, of those about which a project has not decided otherwise."""
    decided = select(schema.Standing.model_version_id).filter_by(project_id=project_id)
    latest = (
        select(schema.ModelVersion)
        .where(
            schema.ModelVersion.kind == ModelKind.MATTING,
            schema.ModelVersion.activated_at.is_not(None),
            schema.ModelVersion.id.not_in(decided),
        )
        .order_by(schema.ModelVersion.activated_at.desc(), schema.ModelVersion.id.desc())
    )
    return session.scalar(latest.limit(1))


def holder(session: Session, project_id: int, kind: ModelKind, state: StandingState) -> schema.Standing | None:
    """The one version of a kind that is live, or the canary, in a project."""
    return session.scalar(select(schema.Standing).filter_by(project_id=project_id, kind=kind, state=state))
