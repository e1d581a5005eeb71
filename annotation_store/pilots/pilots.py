"""Pilots: begun with photos and a lot, worked through in the queue, then finished with a report, or called off.

While one runs, its photos keep what they began with: no new draft, no import, no approval in bulk. At its end, whatever
was left untouched without its draft has that back; what somebody has in hand then, once they have let it go.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import InvalidTextError
from annotation_store.events import record_event
from annotation_store.insights.outcomes import measure_outcomes
from annotation_store.insights.working_time import IDLE_SECONDS
from annotation_store.kinds import BLANK, PilotArm, RevisionKind
from annotation_store.learning.effort import measure_efforts
from annotation_store.learning.model_registry import PROGRAM
from annotation_store.money.rate_card import RateCard
from annotation_store.pilots.blank_draft import UNDECIDED, give_draft_back, put_blank_matte, take_draft_away
from annotation_store.pilots.choosing import Place, count_blank, deal, read_candidates
from annotation_store.pilots.pilot_errors import InvalidPilotError
from annotation_store.pilots.pilot_figures import pilot_figures
from annotation_store.pilots.running import find_pilot, is_in_running_pilot, running_pilot
from annotation_store.projects import find_project
from annotation_store.records import ImageRecord, PilotImageRecord, PilotRecord
from annotation_store.rows import find_image
from annotation_store.states import PilotState, check_transition
from annotation_store.store import Store

FEWEST_IMAGES = 10
RECOMMENDED = (30, 100)
"""Fewer seldom tell anything; more are no small trial."""
MOST_IMAGES = 1000
FEWEST_IN_ARM = 2
MAX_NAME = 80
MOST_NAMED = 5
"""Of images that cannot be in a pilot."""
_SEEDS = 2**31


def begin_pilot(
    store: Store,
    project_id: int,
    *,
    name: str,
    image_ids: Collection[int],
    blank_share: float,
    seed: int | None = None,
    by: str,
) -> PilotRecord:
    """Deal these images out by lot, `blank_share` of them without their draft, and hand them out from now on.

    seed: of the lot, None for any. Raises NotFoundError, InvalidTextError for a name that is not 1 to 80 characters
    long, InvalidPilotError if there are too few images, or none to compare, or one that cannot be in a pilot, or a
    pilot runs in the project already.
    """
    name, ids = _checked_name(name), sorted(set(image_ids))
    _check_size(len(ids), blank_share)
    seed = secrets.randbelow(_SEEDS) if seed is None else seed
    with store.database.read() as session:
        images = _fit(session, project_id, ids)
        places = deal([ImageRecord.of(image) for image in images], blank_share=blank_share, seed=seed)
        records = {image.id: ImageRecord.of(image) for image in images}
    blank = {
        place.image_id: put_blank_matte(store, records[place.image_id])
        for place in places
        if place.arm is PilotArm.BLANK
    }
    with store.database.write() as session:
        still = {image.id: image for image in _fit(session, project_id, ids)}  # somebody may have been quicker
        pilot = schema.Pilot(
            project_id=project_id,
            name=name,
            state=PilotState.RUNNING,
            blank_share=blank_share,
            seed=seed,
            created_by=by,
        )
        session.add(pilot)
        session.flush()
        for place in places:
            image = still[place.image_id]
            if (matte := blank.get(image.id)) is not None:
                take_draft_away(session, image, matte, by=by)
            session.add(_row(pilot, place, begins_from=image.head_revision_id))
        _tell(session, pilot, "pilot.begun", by=by, images=len(places), blank=len(blank), seed=seed)
        return PilotRecord.of(pilot)


def finish_pilot(
    store: Store, pilot_id: int, *, by: str, card: RateCard, idle_seconds: float = IDLE_SECONDS
) -> PilotRecord:
    """End a pilot, and keep its report as it is now. What is not approved by then is told there as missing.

    card: by which its money is told. Raises NotFoundError, InvalidTransitionError if it is over already.
    """
    with store.database.read() as session:
        check_transition(find_pilot(session, pilot_id).state, PilotState.FINISHED)
    measure_all(store, pilot_id)
    report = pilot_figures(store, pilot_id, idle_seconds=idle_seconds, card=card)
    with store.database.write() as session:
        pilot = find_pilot(session, pilot_id)
        returned = _end(session, pilot, PilotState.FINISHED, by=by)
        pilot.report = replace(report, state=PilotState.FINISHED).as_json()
        pilot.rate_card_id = _kept_card(session, card)
        _tell(session, pilot, "pilot.finished", by=by, drafts_given_back=returned)
        return PilotRecord.of(pilot)


def call_off_pilot(store: Store, pilot_id: int, *, by: str) -> PilotRecord:
    """End a pilot without a report. Raises NotFoundError, InvalidTransitionError if it is over already."""
    with store.database.write() as session:
        pilot = find_pilot(session, pilot_id)
        returned = _end(session, pilot, PilotState.CALLED_OFF, by=by)
        _tell(session, pilot, "pilot.called_off", by=by, drafts_given_back=returned)
        return PilotRecord.of(pilot)


def give_drafts_back(store: Store) -> int:
    """Let photos have their drafts back that nobody has begun and somebody had in hand when their pilot ended.

    Returns how many have; 0 once all do, or are still in somebody's hands.
    """
    member, image, head = schema.PilotImage, schema.Image, schema.Revision
    left_blank = (
        select(image.id)
        .join(head, head.id == image.head_revision_id)
        .where(
            image.id.in_(select(member.image_id).where(member.arm == PilotArm.BLANK)),
            head.kind == RevisionKind.DRAFT,
            head.drafter == BLANK,
            image.state.in_(UNDECIDED),
            ~is_in_running_pilot(image),
        )
        .order_by(image.id)
    )
    with store.database.read() as session:
        if session.scalar(left_blank.limit(1)) is None:
            return 0
    with store.database.write() as session:
        images = [find_image(session, number) for number in session.scalars(left_blank).all()]
        return sum(give_draft_back(session, each, by=PROGRAM) for each in images)


def get_pilot(store: Store, pilot_id: int) -> PilotRecord:
    """The pilot, or NotFoundError."""
    with store.database.read() as session:
        return PilotRecord.of(find_pilot(session, pilot_id))


def list_pilots(
    store: Store, *, project_ids: Collection[int] | None = None, state: PilotState | None = None
) -> tuple[PilotRecord, ...]:
    """All pilots of these projects (None: of all), perhaps only those of one state, the newest first."""
    query = select(schema.Pilot).order_by(schema.Pilot.id.desc())
    if project_ids is not None:
        query = query.where(schema.Pilot.project_id.in_(project_ids))
    if state is not None:
        query = query.where(schema.Pilot.state == state)
    with store.database.read() as session:
        return tuple(PilotRecord.of(row) for row in session.scalars(query))


def pilot_images(store: Store, pilot_id: int) -> tuple[PilotImageRecord, ...]:
    """The images of a pilot in the order of the lot. Raises NotFoundError."""
    with store.database.read() as session:
        find_pilot(session, pilot_id)
        query = select(schema.PilotImage).filter_by(pilot_id=pilot_id).order_by(schema.PilotImage.position)
        return tuple(PilotImageRecord.of(row) for row in session.scalars(query))


def measure_all(store: Store, pilot_id: int) -> None:
    """Whatever was approved of a pilot until now is measured, so that its report has it: half a second a large photo.

    What waits elsewhere is left to the worker: after an update that may be all that was ever approved.
    """
    ids = [each.image_id for each in pilot_images(store, pilot_id)]
    while measure_efforts(store):
        pass
    while measure_outcomes(store, image_ids=ids):
        pass


def _fit(session: Session, project_id: int, ids: Sequence[int]) -> list[schema.Image]:
    """These images, which can be in a pilot of the project now, or InvalidPilotError."""
    project = find_project(session, project_id)
    if project.archived_at is not None:
        raise InvalidPilotError(f"“{project.name}” is archived and hands out no photos: take it up again first.")
    if (other := running_pilot(session, project_id)) is not None:
        raise InvalidPilotError(
            f"In “{project.name}”, the pilot “{other.name}” is running: finish it or call it off first."
        )
    found = read_candidates(session, project_id, image_ids=ids)
    if unfit := sorted(set(ids) - {image.id for image in found}):
        names = [f"“{find_image(session, number).name}”" for number in unfit[:MOST_NAMED]]
        more = f" and {len(unfit) - MOST_NAMED} more" if len(unfit) > MOST_NAMED else ""
        raise InvalidPilotError(
            f"{', '.join(names)}{more} cannot be in a pilot of “{project.name}”: only photos of the project that a "
            "model has drafted, that are assigned to nobody, and that nobody has opened or decided about before can. "
            "Leave them out."
        )
    return found


def _check_size(count: int, blank_share: float) -> None:
    least, most = RECOMMENDED
    if not FEWEST_IMAGES <= count <= MOST_IMAGES:
        raise InvalidPilotError(
            f"A pilot of {count} photos cannot be: take {FEWEST_IMAGES} to {MOST_IMAGES}; {least} to {most} are best."
        )
    if not 0 < blank_share < 1:  # so written that NaN is refused, too
        raise InvalidPilotError(
            f"A share of {blank_share} without a draft leaves nothing to compare: choose one above 0 and below 1."
        )
    blanks = count_blank(count, blank_share)
    if min(blanks, count - blanks) < FEWEST_IN_ARM:
        raise InvalidPilotError(
            f"Of {count} photos, {blanks} would be without a draft and {count - blanks} with one: change the share, so "
            f"that there are at least {FEWEST_IN_ARM} of each."
        )


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME:
        raise InvalidTextError(f"A pilot has a name of 1 to {MAX_NAME} letters: write one.")
    return name


def _row(pilot: schema.Pilot, place: Place, *, begins_from: int | None) -> schema.PilotImage:
    return schema.PilotImage(
        pilot_id=pilot.id,
        image_id=place.image_id,
        position=place.position,
        arm=place.arm,
        stratum=place.stratum,
        draft_revision_id=begins_from,
    )


def _end(session: Session, pilot: schema.Pilot, state: PilotState, *, by: str) -> int:
    """Let a pilot be over; returns how many drafts were given back."""
    pilot.state = check_transition(pilot.state, state)
    pilot.ended_at = utc_now()
    member, image = schema.PilotImage, schema.Image
    blank = select(image).join(member, member.image_id == image.id).order_by(image.id)
    blank = blank.where(member.pilot_id == pilot.id, member.arm == PilotArm.BLANK)
    return sum(give_draft_back(session, each, by=by) for each in session.scalars(blank).all())


def _kept_card(session: Session, card: RateCard) -> int | None:
    """The number of the newest card, if it is this one."""
    newest = session.scalar(select(schema.RateCard).order_by(schema.RateCard.id.desc()).limit(1))
    return newest.id if newest is not None and newest.card == card.as_json() else None


def _tell(session: Session, pilot: schema.Pilot, action: str, *, by: str, **data: object) -> None:
    session.flush()
    told = {"pilot_id": pilot.id, "project_id": pilot.project_id, "name": pilot.name, **data}
    record_event(session, actor=by, action=action, data=told)
