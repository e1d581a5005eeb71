"""A store with very many images and all that hangs on them: two years of a large studio, in rows alone, without files.

Of all images, seven in ten are approved, one is in review or skipped, one open, and one waits for its draft; each has
its draft, its way through people's hands and the figures that are kept of it. Everything but the images themselves is
written by the database out of these, so that a million takes minutes.
"""

import hashlib
import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Insert, String, cast, insert, literal, select, text
from sqlalchemy.orm import InstrumentedAttribute

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.intake import lot_of
from annotation_store.kinds import EntryKind, QueuePolicy, RevisionKind, Role, Verdict, WorkPurpose
from annotation_store.projects import FIRST_PROJECT
from annotation_store.states import ImageState
from annotation_store.store import Store

PEOPLE = 50
PROJECTS = 10
DAYS = 730
SHOTS = 2
STROKES = 2
"""Kept of each approved image: real ones have more, but every question finds them by their revision."""
AT_ONCE = 10_000
APPROVED_SHARE, REVIEW_SHARE, SKIPPED_SHARE, OPEN_SHARE = 0.7, 0.02, 0.08, 0.1
FINISHED = APPROVED_SHARE + REVIEW_SHARE + SKIPPED_SHARE

_Image, _Revision = schema.Image, schema.Revision


def fill_rows(store: Store, images: int) -> None:
    """Into an empty store, in one transaction; whether rows point at rows that are there is not checked meanwhile."""
    now = utc_now()
    with store.database.write() as session:
        is_postgresql = session.connection().dialect.name == "postgresql"
        relaxed = "SET LOCAL session_replication_role = replica" if is_postgresql else "PRAGMA defer_foreign_keys = ON"
        session.execute(text(relaxed))
        session.add_all([*_people(), *_projects(), _training(now)])
        for start in range(0, images, AT_ONCE):
            rows = [_image(number, images, now) for number in range(start, min(start + AT_ONCE, images))]
            session.execute(insert(_Image), rows)
        for statement in _what_hangs_on_them(now):
            session.execute(statement)
    with store.database.write() as session:
        session.execute(text("ANALYZE"))  # as PostgreSQL does by itself in time, and SQLite never


def person(number: int) -> str:
    """The name of one of the PEOPLE."""
    return f"operator-{number:02d}"


def _people() -> list[schema.Person]:
    return [
        schema.Person(name=person(n), display_name=person(n), role=Role.OPERATOR, failed_attempts=0, created_by="fill")
        for n in range(PEOPLE)
    ]


def _projects() -> list[schema.Project]:
    """Beside the first one."""
    return [
        schema.Project(
            name=f"Project {number}",
            tag="",
            guidelines="",
            policy=list(QueuePolicy)[number % 3],
            random_share=0.05,
            honeypot_share=0.0,
            four_eyes=False,
            created_by="fill",
        )
        for number in range(2, PROJECTS + 1)
    ]


def _training(now: datetime) -> schema.TrainingSet:
    """The last one, two days ago."""
    created_at = now - timedelta(days=2)
    return schema.TrainingSet(
        validation_share=0.25, train_count=0, validation_count=0, created_by="fill", created_at=created_at
    )


def _image(number: int, images: int, now: datetime) -> dict[str, Any]:
    """What came first is finished; what came last, all of it yesterday, is open or waits for its draft."""
    rng = random.Random(number)
    digest = hashlib.sha256(f"{number}".encode()).hexdigest()
    came = now - timedelta(days=1 + DAYS * max(0.0, 1 - number / images / FINISHED))
    return {
        "project_id": FIRST_PROJECT + number // SHOTS % PROJECTS,
        "name": f"subject{number // SHOTS}_{number % SHOTS}.jpg",
        "sha256": digest,
        "thumbnail_blob": digest,
        "width": 4000,
        "height": 3000,
        "bit_depth": 8,
        "product_group": f"subject{number // SHOTS}",
        "state": _state(number / images, rng.random()),
        # of those that have a draft, each has one, and they are the first: they count up side by side
        "head_revision_id": number + 1 if number / images < FINISHED + OPEN_SHARE else None,
        "created_at": came,
        "created_by": "fill",
        "updated_at": min(now, came + timedelta(hours=12)),
        "lot": lot_of(digest),
        "difficulty": rng.lognormvariate(0, 1),
        "confidence": rng.random(),
        "novelty": rng.random(),
        "look": rng.randbytes(256),
    }


def _state(age: float, chance: float) -> ImageState:
    """age: 0 for the oldest, 1 for the newest. chance: in [0, 1)."""
    if age >= FINISHED + OPEN_SHARE:
        return ImageState.WAITING
    if age >= FINISHED:
        return ImageState.IN_CORRECTION if chance < 0.01 else ImageState.READY
    for share, state in ((REVIEW_SHARE, ImageState.IN_REVIEW), (SKIPPED_SHARE, ImageState.SKIPPED)):
        if chance < share / FINISHED:
            return state
        chance -= share / FINISHED
    return ImageState.APPROVED


def _what_hangs_on_them(now: datetime) -> list[Any]:
    """Statements, in the order in which they must be carried out."""
    author = literal("operator-") + cast(_Image.id % PEOPLE, String)
    approved, drafted = _Image.state == ImageState.APPROVED, _Image.state != ImageState.WAITING
    decisions = {
        ImageState.APPROVED: Verdict.APPROVED,
        ImageState.IN_REVIEW: Verdict.SUBMITTED,
        ImageState.SKIPPED: Verdict.SKIPPED,
    }
    return [
        _add(
            _Revision,
            drafted,
            image_id=_Image.id,
            number=1,
            kind=RevisionKind.DRAFT,
            trimap_blob=_Image.sha256,
            alpha_blob=_Image.sha256,
            drafter="fill",
            author="drafting",
            created_at=_Image.created_at,
        ),
        *(
            _add(
                schema.EditEntry,
                approved,
                revision_id=_Image.head_revision_id,
                position=position,
                kind=EntryKind.EDIT,
                client_key=cast(literal(position), String),
                active=position,
                undone=0,
                author=author,
                created_at=_Image.updated_at,
            )
            for position in range(1, STROKES + 1)
        ),
        *(
            _add(
                schema.Decision,
                _Image.state == state,
                image_id=_Image.id,
                revision_id=_Image.head_revision_id,
                verdict=verdict,
                note="",
                author=author,
                created_at=_Image.updated_at,
            )
            for state, verdict in decisions.items()
        ),
        _happened("image.taken_in", _Image.id > 0, by="fill", at=_Image.created_at),
        _happened("image.drafted", drafted, by="drafting", at=_Image.created_at),
        _happened("image.approved", approved, by=author, at=_Image.updated_at),
        _add(
            schema.Outcome,
            approved,
            revision_id=_Image.head_revision_id,
            image_id=_Image.id,
            project_id=_Image.project_id,
            drafter="fill",
            as_drafted=True,
            in_bulk=False,
            complexity=0.1,
            approved_at=_Image.updated_at,
        ),
        _add(
            schema.Effort,
            approved,
            revision_id=_Image.head_revision_id,
            image_id=_Image.id,
            project_id=_Image.project_id,
            drafter="fill",
            strokes=STROKES,
            painted_area=_Image.lot / 10,
            approved_at=_Image.updated_at,
        ),
        _add(
            schema.WorkSpan,
            approved,
            image_id=_Image.id,
            person=author,
            purpose=WorkPurpose.CORRECTION,
            began_at=_Image.updated_at,
            ended_at=_Image.updated_at,
        ),
        _add(
            schema.PhotoStatistics,
            _Image.id > 0,
            image_id=_Image.id,
            megapixels=12.0,
            aspect=0.29,
            **dict.fromkeys(("lightness", "contrast", "warmth", "colourfulness"), _Image.lot),
        ),
        _add(
            schema.Lease,
            _Image.state == ImageState.IN_CORRECTION,
            image_id=_Image.id,
            person=author,
            taken_at=now,
            expires_at=now + timedelta(hours=8),
        ),
    ]


def _happened(action: str, which: ColumnElement[bool], *, by: Any, at: Any) -> Insert:
    return _add(schema.Event, which, at=at, actor=by, action=action, image_id=_Image.id, data={})


def _add(table: type[schema.Base], which: ColumnElement[bool], **columns: Any) -> Insert:
    """One row for each image of `which`; columns: values, or expressions over the image."""
    values = [
        value if isinstance(value, ColumnElement | InstrumentedAttribute) else _constant(table, name, value)
        for name, value in columns.items()
    ]
    return insert(table).from_select(list(columns), select(*values).where(which).order_by(_Image.id))


def _constant(table: type[schema.Base], name: str, value: Any) -> ColumnElement[Any]:
    column_type = table.__table__.columns[name].type
    return cast(literal(value, type_=column_type), column_type)
