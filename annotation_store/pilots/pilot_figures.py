"""The figures of a pilot: all that was measured on its photos so far, arm by arm, and what follows from it.

A photo counts where it was dealt to, whatever people made of it afterwards: a blank one in which somebody used a draft
after all stays blank. Sorting photos out by what became of them would undo what the lot has done.
"""

from collections.abc import Iterable, Sequence
from statistics import fmean

from annotation_store import clock
from annotation_store.insights.working_time import IDLE_SECONDS
from annotation_store.kinds import PilotArm
from annotation_store.money.rate_card import RateCard
from annotation_store.pilots.cases import cases_of
from annotation_store.pilots.draft_effect import Effect, Measured, effect_of
from annotation_store.pilots.estimate import CONFIDENCE, Estimate, mean_of
from annotation_store.pilots.limits import limits_of
from annotation_store.pilots.next_step import Returns, Step, next_step
from annotation_store.pilots.pilot_money import money_of
from annotation_store.pilots.pilot_photos import missing_of, read_photos
from annotation_store.pilots.pilot_report import ArmFigures, PilotPhoto, PilotReport, TagFigures
from annotation_store.pilots.running import find_pilot
from annotation_store.records import PilotRecord
from annotation_store.states import ImageState
from annotation_store.store import Store

__all__ = ["PilotReport", "arm_figures", "draft_effect", "pilot_figures"]


def pilot_figures(store: Store, pilot_id: int, *, card: RateCard, idle_seconds: float = IDLE_SECONDS) -> PilotReport:
    """As they stand now; of a finished pilot as they were kept at its end, whatever is asked for.

    card: by which money is told. idle_seconds: pauses up to this long are work. What was approved and not measured yet
    is not in it (see `pilots.measure_all`). Raises NotFoundError.
    """
    with store.database.read() as session:
        pilot = PilotRecord.of(find_pilot(session, pilot_id))
    if pilot.report is not None:
        return PilotReport.from_json(pilot.report)
    photos = read_photos(store, pilot_id, idle_seconds=idle_seconds)
    tags = tuple(_of_tag(photos, tag) for tag in _telling_tags(photos))
    drafted, blank, effect = (
        arm_figures(photos, PilotArm.DRAFTED),
        arm_figures(photos, PilotArm.BLANK),
        draft_effect(photos),
    )
    missing = missing_of(photos)
    return PilotReport(
        pilot_id=pilot.id,
        project_id=pilot.project_id,
        name=pilot.name,
        state=pilot.state,
        began_at=pilot.created_at,
        measured_at=clock.utc_now(),
        blank_share=pilot.blank_share,
        seed=pilot.seed,
        idle_seconds=idle_seconds,
        confidence=CONFIDENCE,
        drafted=drafted,
        blank=blank,
        effect=effect,
        money=money_of(photos, card),
        tags=tags,
        cases=cases_of(photos),
        steps=(
            _step(drafted, blank, effect),
            *(_step(each.drafted, each.blank, each.effect, each.tag) for each in tags),
        ),
        missing=missing,
        limits=limits_of(drafted, blank, missing, tags=len(tags), idle_seconds=idle_seconds),
        photos=photos,
    )


def draft_effect(photos: Iterable[PilotPhoto]) -> Effect | None:
    """What the draft saves in seconds, over the photos whose time is known."""
    return effect_of(Measured(photo.stratum, photo.arm, photo.seconds) for photo in photos if photo.seconds is not None)


def arm_figures(photos: Iterable[PilotPhoto], arm: PilotArm) -> ArmFigures:
    """The figures of one arm, of as many photos as there are."""
    mine = [photo for photo in photos if photo.arm is arm]
    approved = [photo for photo in mine if photo.state is ImageState.APPROVED and photo.is_measured]
    timed = [photo for photo in approved if photo.seconds is not None]
    reviewed = [photo for photo in approved if photo.reviewed]
    returned = sum(photo.returns > 0 for photo in reviewed)
    return ArmFigures(
        images=len(mine),
        approved=len(approved),
        timed=len(timed),
        seconds=_mean(photo.seconds for photo in timed),
        correction_seconds=_mean(photo.correction_seconds for photo in timed),
        review_seconds=_mean(photo.review_seconds for photo in timed),
        open_to_approve_seconds=_mean(photo.open_to_approve_seconds for photo in timed),
        strokes=_mean(photo.strokes for photo in approved),
        painted_area=_mean(photo.painted_area for photo in approved),
        accepted_as_drafted=fmean(photo.as_drafted for photo in approved) if approved else None,
        reviewed=len(reviewed),
        returned=returned,
        return_rate=returned / len(reviewed) if reviewed else None,
        sad=_mean(photo.sad for photo in approved),
    )


def _of_tag(photos: Sequence[PilotPhoto], tag: str) -> TagFigures:
    mine = [photo for photo in photos if tag in photo.tags]
    arms = {arm: arm_figures(mine, arm) for arm in PilotArm}
    return TagFigures(tag, arms[PilotArm.DRAFTED], arms[PilotArm.BLANK], draft_effect(mine))


def _telling_tags(photos: Sequence[PilotPhoto]) -> list[str]:
    """Those that some of the photos have and others have not, sorted."""
    tags = sorted({tag for photo in photos for tag in photo.tags})
    return [tag for tag in tags if not all(tag in photo.tags for photo in photos)]


def _step(drafted: ArmFigures, blank: ArmFigures, effect: Effect | None, tag: str = "") -> Step:
    return next_step(
        effect,
        tag=tag,
        drafted=Returns(drafted.reviewed, drafted.returned),
        blank=Returns(blank.reviewed, blank.returned),
        timed=(drafted.timed, blank.timed),
    )


def _mean(values: Iterable[float | None]) -> Estimate | None:
    return mean_of([float(value) for value in values if value is not None])
