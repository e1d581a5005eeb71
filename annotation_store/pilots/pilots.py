"""Pilots: begun with photos and a lot, worked through in the queue, then finished with a report, or called off.

While one runs, its photos keep what they began with: no new draft, no import, no approval in bulk. At its end, whatever
was left untouched without its draft has that back.
"""

import secrets
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import InvalidTextError, NotFoundError
from annotation_store.events import record_event
from annotation_store.insights.outcomes import measure_outcomes
from annotation_store.insights.working_time import IDLE_SECONDS
from annotation_store.kinds import PilotArm
from annotation_store.learning.effort import measure_efforts
from annotation_store.money.rate_card import RateCard
from annotation_store.pilots.blank_draft import give_draft_back, put_blank_matte, take_draft_away
from annotation_store.pilots.choosing import count_blank, deal, read_candidates
from annotation_store.pilots.pilot_errors import InvalidPilotError
from annotation_store.pilots.pilot_figures import pilot_figures
from annotation_store.pilots.running import running_pilot
from annotation_store.projects import find_project
from annotation_store.records import ImageRecord, PilotImageRecord, PilotRecord
from annotation_store.revisions import MatteBlobs
from annotation_store.rows import find_image
from annotation_store.states import PilotState, check_transition
from annotation_store.store import Store

FEWEST_IMAGES = 10
RECOMMENDED = (30, 100)
"""Fewer seldom tell anything; more are no small trial."""
MOST_IMAGES = 1000
FEWEST_IN_ARM = 2
MAX_NAME = 80
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
    long, InvalidPilotError if there are too few images, or none to compare, or one that cannot be in a pilot, or a pilot
    runs in the project already.
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
        now_fit = {image.id: image for image in _fit(session, project_id, ids)}  # somebody may have been quicker
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
            _put_in(session, pilot, place.image_id, now_fit, blank, by=by)
            session.add(
                schema.PilotImage(
                    pilot_id=pilot.id,
                    image_id=place.image_id,
                    position=place.position,
                    arm=place.arm,
                    stratum=place.stratum,
                    draft_revision_id=now_fit[place.image_id].head_revision_id,
                )
            )
        _tell(session, pilot, "pilot.begun", by=by, images=len(places), blank=len(blank), seed=seed)
        session.flush()
        return PilotRecord.of(pilot)
