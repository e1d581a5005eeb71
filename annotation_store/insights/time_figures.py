"""Where time goes: on each approved image, and all of it, with what no approved image shows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.insights.ledger import LedgerLine
from annotation_store.insights.spread import Spread, spread_of
from annotation_store.insights.working_time import IDLE_SECONDS, read_spans_between, stretches_of_work
from annotation_store.kinds import WorkPurpose
from annotation_store.states import ImageState
from annotation_store.store import Store

_AT_ONCE = 500
_EVER = datetime(1970, 1, 3, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TimeFigures:
    """What images took. Seconds are of timed images, those of which a desk told any work; open_to_approve_seconds have
    breaks and nights in them. painted_area: pixels covered by strokes per pixel of the photo. Each is None where no
    image has such a figure. accepted_as_drafted: share of all images that nobody changed; None without any image."""

    images: int
    timed_images: int
    correction_seconds: Spread | None
    review_seconds: Spread | None
    open_to_approve_seconds: Spread | None
    strokes: Spread | None
    painted_area: Spread | None
    accepted_as_drafted: float | None


@dataclass(frozen=True, slots=True)
class Hours:
    """Seconds of work, twice over: by what for (correction, review) and by what became of it.

    on_approved: at images that are approved now; on_copies: at finished images served again as tests; on_skipped: at
    images that are skipped; elsewhere: at those that are still being worked on.
    """

    correction: float
    review: float
    on_approved: float
    on_copies: float
    on_skipped: float
    elsewhere: float

    @property
    def total(self) -> float:
        return self.correction + self.review


def time_figures(lines: Sequence[LedgerLine]) -> TimeFigures:
    """Of these lines, in any order; none will do."""
    return TimeFigures(
        images=len(lines),
        timed_images=sum(line.correction_seconds is not None for line in lines),
        correction_seconds=spread_of(line.correction_seconds for line in lines),
        review_seconds=spread_of(line.review_seconds for line in lines),
        open_to_approve_seconds=spread_of(line.open_to_approve_seconds for line in lines),
        strokes=spread_of(line.strokes for line in lines),
        painted_area=spread_of(line.painted_area for line in lines),
        accepted_as_drafted=sum(line.as_drafted for line in lines) / len(lines) if lines else None,
    )


def worked_hours(
    store: Store,
    *,
    project_ids: Collection[int] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    idle_seconds: float = IDLE_SECONDS,
) -> Hours:
    """All working time from `since` up to `until` (both aware; None: open) in these projects (None: in all)."""
    with store.database.read() as session:
        spans = read_spans_between(session, since or _EVER[0], until or _EVER[1], idle_seconds=idle_seconds)
        places = _places(session, {span.image_id for span in spans}, project_ids)
    by_purpose, by_place = dict.fromkeys(WorkPurpose, 0.0), dict.fromkeys(_PLACES, 0.0)
    for stretch in stretches_of_work(spans, idle_seconds=idle_seconds):
        if (place := places.get(stretch.span.image_id)) is not None:
            seconds = stretch.seconds(since, until)
            by_purpose[stretch.span.purpose] += seconds
            by_place[place] += seconds
    return Hours(
        correction=by_purpose[WorkPurpose.CORRECTION],
        review=by_purpose[WorkPurpose.REVIEW],
        on_approved=by_place["on_approved"],
        on_copies=by_place["on_copies"],
        on_skipped=by_place["on_skipped"],
        elsewhere=by_place["elsewhere"],
    )


_PLACES = ("on_approved", "on_copies", "on_skipped", "elsewhere")


def _places(session: Session, image_ids: Collection[int], project_ids: Collection[int] | None) -> Mapping[int, str]:
    """Under which of the four the time on each image of these projects belongs."""
    image, places = schema.Image, dict[int, str]()
    numbers, wanted = sorted(image_ids), None if project_ids is None else frozenset(project_ids)
    for start in range(0, len(numbers), _AT_ONCE):
        columns = select(image.id, image.project_id, image.state, image.honeypot_of_id)
        some = columns.where(image.id.in_(numbers[start : start + _AT_ONCE]))
        for image_id, project_id, state, honeypot_of_id in session.execute(some):
            if wanted is None or project_id in wanted:
                places[image_id] = _place(state, is_copy=honeypot_of_id is not None)
    return places


def _place(state: ImageState, *, is_copy: bool) -> str:
    if is_copy:
        return "on_copies"
    return {ImageState.APPROVED: "on_approved", ImageState.SKIPPED: "on_skipped"}.get(state, "elsewhere")
