"""Blind comparisons: which two mattes of which approved images, and whether people may choose.

What is compared is frozen when a comparison is made: the approved revisions of that moment, and what each grew from.
"""

import re
from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.comparisons.comparison_errors import InvalidComparisonError
from annotation_store.errors import InvalidTransitionError, NotFoundError
from annotation_store.events import record_event
from annotation_store.kinds import MatteSource, ModelKind, Verdict
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.records import ComparisonPairRecord, ComparisonRecord
from annotation_store.rows import find_model
from annotation_store.states import ComparisonState, ImageState, check_transition
from annotation_store.store import Store

MOST_IMAGES = 500
MOST_GROUNDS = 12
MAX_NAME = 120
CHECKER = "checker"
USUAL_GROUNDS = (CHECKER, "#ffffff", "#808080", "#000000")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def create_comparison(
    store: Store,
    project_id: int,
    *,
    name: str,
    first: MatteSource,
    first_model_id: int | None = None,
    second: MatteSource,
    second_model_id: int | None = None,
    image_ids: Collection[int],
    grounds: Sequence[str] = USUAL_GROUNDS,
    by: str,
) -> ComparisonRecord:
    """Ask for a comparison of two mattes of each of these approved images of one project; its mattes are made later.

    name: for people; without one, the day. first_model_id, second_model_id: exactly where the source is a model.
    grounds: ``#rrggbb``, or ``checker``. Raises InvalidComparisonError, or NotFoundError if there is no such project
    or model.
    """
    numbers = sorted(set(image_ids))
    wanted = _checked_grounds(grounds)
    _check(name, numbers, (first, first_model_id), (second, second_model_id))
    with store.database.write() as session:
        if session.get(schema.Project, project_id) is None:
            raise NotFoundError(f"There is no project number {project_id}: reload the list of projects.")
        for model_id in (first_model_id, second_model_id):
            if model_id is not None and (model := find_model(session, model_id)).kind is not ModelKind.MATTING:
                raise InvalidComparisonError(f"{model.name} makes trimaps, not mattes: choose a matting model.")
        revisions = _approved_revisions(session, project_id, numbers)
        comparison = schema.Comparison(
            project_id=project_id,
            name=" ".join(name.split()) or f"{utc_now():%Y-%m-%d}",
            state=ComparisonState.PREPARING,
            first=first,
            first_model_id=first_model_id,
            second=second,
            second_model_id=second_model_id,
            grounds=wanted,
            created_by=by,
        )
        session.add(comparison)
        session.flush()
        session.add_all(
            schema.ComparisonPair(comparison_id=comparison.id, image_id=image_id, revision_id=revisions[image_id])
            for image_id in numbers
        )
        tell_of(session, comparison, "created", by=by)
        session.flush()
        return ComparisonRecord.of(comparison)


def newest_approved(store: Store, project_id: int, *, tag: str | None = None, limit: int) -> tuple[int, ...]:
    """Numbers of the approved images of a project that can be compared, the last approved first. tag: with this tag."""
    last = (
        select(schema.Decision.image_id, func.max(schema.Decision.id).label("decided"))
        .where(schema.Decision.verdict == Verdict.APPROVED)
        .group_by(schema.Decision.image_id)
        .subquery()
    )
    query = (
        select(schema.Image.id)
        .join(last, last.c.image_id == schema.Image.id)
        .where(schema.Image.project_id == project_id, schema.Image.state == ImageState.APPROVED, IS_NO_COPY)
        .order_by(last.c.decided.desc())
        .limit(limit)
    )
    if tag is not None:
        tagged = select(schema.ImageTag.image_id).where(schema.ImageTag.tag == tag)
        query = query.where(schema.Image.id.in_(tagged))
    with store.database.read() as session:
        return tuple(session.scalars(query))


def get_comparison(store: Store, comparison_id: int) -> ComparisonRecord:
    """The comparison, or NotFoundError."""
    with store.database.read() as session:
        return ComparisonRecord.of(find_comparison(session, comparison_id))


def list_comparisons(
    store: Store,
    *,
    project_ids: Collection[int] | None = None,
    states: Collection[ComparisonState] | None = None,
    before: int | None = None,
    limit: int = 100,
) -> tuple[ComparisonRecord, ...]:
    """Comparisons, newest first: of these projects and in these states; None for all. before: older than this one."""
    row = schema.Comparison
    query = select(row).order_by(row.id.desc()).limit(limit)
    if project_ids is not None:
        query = query.where(row.project_id.in_(project_ids))
    if states is not None:
        query = query.where(row.state.in_(states))
    if before is not None:
        query = query.where(row.id < before)
    with store.database.read() as session:
        return tuple(ComparisonRecord.of(each) for each in session.scalars(query))


def list_pairs(store: Store, comparison_id: int) -> tuple[ComparisonPairRecord, ...]:
    """The pairs of a comparison, by number. Raises NotFoundError."""
    with store.database.read() as session:
        find_comparison(session, comparison_id)
        return read_pairs(session, comparison_id)


def close_comparison(store: Store, comparison_id: int, *, by: str) -> ComparisonRecord:
    """Let nobody choose any more; what was chosen is kept. Raises NotFoundError, InvalidTransitionError."""
    with store.database.write() as session:
        comparison = find_comparison(session, comparison_id)
        move_comparison(comparison, ComparisonState.CLOSED)
        comparison.closed_at = utc_now()
        tell_of(session, comparison, "closed", by=by)
        session.flush()
        return ComparisonRecord.of(comparison)


def reopen_comparison(store: Store, comparison_id: int, *, by: str) -> ComparisonRecord:
    """Let people choose again. Raises NotFoundError, InvalidTransitionError, also if its mattes were never made."""
    with store.database.write() as session:
        comparison = find_comparison(session, comparison_id)
        if comparison.state is ComparisonState.CLOSED and not is_prepared(session, comparison_id):
            raise InvalidTransitionError(
                f"“{comparison.name}” was closed before its mattes were made: create another comparison."
            )
        move_comparison(comparison, ComparisonState.OPEN, out_of=ComparisonState.CLOSED)
        comparison.closed_at = None
        tell_of(session, comparison, "reopened", by=by)
        session.flush()
        return ComparisonRecord.of(comparison)


def find_comparison(session: Session, comparison_id: int) -> schema.Comparison:
    """The comparison, or NotFoundError; for this floor only."""
    if (row := session.get(schema.Comparison, comparison_id)) is None:
        raise NotFoundError(f"There is no comparison number {comparison_id}: reload the list of comparisons.")
    return row


def read_pairs(session: Session, comparison_id: int) -> tuple[ComparisonPairRecord, ...]:
    """As `list_pairs`, in a session; for this floor only."""
    query = select(schema.ComparisonPair).filter_by(comparison_id=comparison_id).order_by(schema.ComparisonPair.id)
    return tuple(ComparisonPairRecord.of(row) for row in session.scalars(query))


def is_prepared(session: Session, comparison_id: int) -> bool:
    """Whether all its mattes are made; for this floor only."""
    return all(pair.first_blob and pair.second_blob for pair in read_pairs(session, comparison_id))


def move_comparison(
    comparison: schema.Comparison, state: ComparisonState, *, out_of: ComparisonState | None = None
) -> None:
    """Change the state by the table of transitions, and only out of the one in `out_of`. For this floor only."""
    if out_of is not None and comparison.state is not out_of:
        raise InvalidTransitionError(
            f"“{comparison.name}” is {comparison.state.value}: this is only possible while it is {out_of.value}."
        )
    comparison.state = check_transition(comparison.state, state)


def tell_of(session: Session, comparison: schema.Comparison, what: str, *, by: str) -> None:
    """Note in the audit trail what became of it; for this floor only."""
    data = {"comparison_id": comparison.id, "project_id": comparison.project_id}
    record_event(session, actor=by, action=f"comparison.{what}", data=data)


def _checked_grounds(grounds: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(ground.strip().lower() for ground in grounds))
    for ground in wanted:
        if ground != CHECKER and not _COLOUR.fullmatch(ground):
            raise InvalidComparisonError(f"“{ground[:20]}” is no background: write a colour as #ffffff, or {CHECKER}.")
    if not 1 <= len(wanted) <= MOST_GROUNDS:
        raise InvalidComparisonError(f"Choose 1 to {MOST_GROUNDS} backgrounds, not {len(wanted)}.")
    return wanted


def _check(name: str, numbers: Sequence[int], *sides: tuple[MatteSource, int | None]) -> None:
    if len(name) > MAX_NAME:
        raise InvalidComparisonError(f"The name has {len(name)} characters: shorten it to {MAX_NAME}.")
    if not name.isprintable():
        raise InvalidComparisonError("The name holds characters that cannot be shown: leave them out.")
    if not numbers:
        raise InvalidComparisonError("No image was chosen: approve some first, or choose another tag.")
    if len(numbers) > MOST_IMAGES:
        raise InvalidComparisonError(f"{len(numbers)} images are too many: choose at most {MOST_IMAGES}.")
    for source, model_id in sides:
        if (source is MatteSource.MODEL) != (model_id is not None):
            raise InvalidComparisonError("Name a model version for each side that a model makes, and for no other.")
    if sides[0] == sides[1]:
        raise InvalidComparisonError("Both sides are the same: choose two different sources of mattes.")


def _approved_revisions(session: Session, project_id: int, numbers: Sequence[int]) -> dict[int, int]:
    """The approved revision of each image. What lies in other projects is told of like what is not there."""
    image = schema.Image
    query = select(image.id, image.head_revision_id).where(
        image.id.in_(numbers), image.project_id == project_id, image.state == ImageState.APPROVED, IS_NO_COPY
    )
    found = {image_id: head for image_id, head in session.execute(query) if head is not None}
    if missing := [number for number in numbers if number not in found]:
        shown = ", ".join(map(str, missing[:5])) + (", …" if len(missing) > 5 else "")
        raise InvalidComparisonError(
            f"Not every image is approved in this project (see number {shown}): choose approved images of one project."
        )
    return found
