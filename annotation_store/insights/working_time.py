"""Working time: how long people were at images, told by their desks.

A desk tells spans: somebody moved, drew or typed from here to there, without a pause that it noticed. Between two spans
of a person lies a pause. Up to the idle cut-off it is work, too (looking, thinking); a longer one is a break, and
nothing of it counts. CVAT measures so, with a cut-off of 100 seconds
(https://docs.cvat.ai/docs/administration/community/advanced/analytics/).

A moment of a person counts once, however many tabs they have: spans are laid on one line for each person, and where
they overlap, the one that began first has the time. A pause belongs to the image before it. So spans that come twice
change nothing, and times add up to at most what a clock on the wall would have shown.

Desks measure by clocks that cannot be set, and say how long ago things were; only the store's clock dates them. If that
is set back, spans overlap and some time is lost; if it is set forward, the jump is a pause. Neither invents time.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import clock, schema
from annotation_store.errors import StoreError
from annotation_store.kinds import WorkPurpose
from annotation_store.records import WorkSpanRecord
from annotation_store.rows import find_image
from annotation_store.store import Store

IDLE_SECONDS = 100.0
"""The usual cut-off."""
LEAST_IDLE_SECONDS = 10.0
"""Spans with shorter pauses between them are kept as one."""
LONGEST_AGO = 86_400.0
"""Seconds; what a desk tells later than a day after is refused."""
MOST_SPANS = 1000
"""Told at once."""
_AT_ONCE = 500


class InvalidSpanError(StoreError, ValueError):
    """A span of work that cannot have been."""


@dataclass(frozen=True, slots=True)
class Ago:
    """A span of work: from `began` to `ended` seconds ago, 86,400 >= began >= ended >= 0. Raises InvalidSpanError."""

    began: float
    ended: float

    def __post_init__(self) -> None:
        if not LONGEST_AGO >= self.began >= self.ended >= 0:  # so written that NaN is refused, too
            raise InvalidSpanError(
                f"Work from {self.began} to {self.ended} seconds ago cannot be: it begins before it ends, and at most "
                f"{LONGEST_AGO:.0f} seconds ago."
            )


@dataclass(frozen=True, slots=True)
class WorkedTime:
    """Seconds of work on an image, and when somebody was at it first."""

    image_id: int
    correction: float
    review: float
    first_at: datetime


def record_work(store: Store, image_id: int, spans: Sequence[Ago], *, purpose: WorkPurpose, by: str) -> None:
    """Keep that `by` was at the image in these spans. Telling it once more changes no figure.

    Raises NotFoundError, and InvalidSpanError if there are more than MOST_SPANS.
    """
    if len(spans) > MOST_SPANS:
        raise InvalidSpanError(f"{len(spans)} spans of work at once are too many: tell up to {MOST_SPANS}.")
    if not spans:
        return
    with store.database.write() as session:
        now = clock.utc_now()
        image = find_image(session, image_id)
        last = _last_span(session, image.id, by, purpose)
        for span in sorted(spans, key=lambda each: -each.began):
            began, ended = now - timedelta(seconds=span.began), now - timedelta(seconds=span.ended)
            if last is not None and last.began_at <= began <= last.ended_at + timedelta(seconds=LEAST_IDLE_SECONDS):
                last.ended_at = max(last.ended_at, ended)
                continue
            last = schema.WorkSpan(image_id=image.id, person=by, purpose=purpose, began_at=began, ended_at=ended)
            session.add(last)


def worked_times(
    spans: Iterable[WorkSpanRecord], *, idle_seconds: float = IDLE_SECONDS
) -> Mapping[tuple[int, str], WorkedTime]:
    """Seconds of work by image and person, out of spans in any order; every image and person of a span is there."""
    by_person = sorted(spans, key=lambda span: (span.person, span.began_at, span.ended_at, span.image_id))
    seconds: dict[tuple[int, str, WorkPurpose], float] = {}
    first: dict[tuple[int, str], datetime] = {}
    for _, line in groupby(by_person, key=lambda span: span.person):
        for span, counted in _on_one_line(line, idle_seconds):
            whole = (span.image_id, span.person, span.purpose)
            seconds[whole] = seconds.get(whole, 0.0) + counted
            key = (span.image_id, span.person)
            first[key] = min(first.get(key, span.began_at), span.began_at)
    return {
        (image_id, person): WorkedTime(
            image_id,
            correction=seconds.get((image_id, person, WorkPurpose.CORRECTION), 0.0),
            review=seconds.get((image_id, person, WorkPurpose.REVIEW), 0.0),
            first_at=moment,
        )
        for (image_id, person), moment in first.items()
    }


def read_spans(session: Session, image_ids: Collection[int]) -> tuple[WorkSpanRecord, ...]:
    """What is needed to know the time on these images: their spans, and the others of the same people meanwhile."""
    span = schema.WorkSpan
    stretches: dict[str, tuple[datetime, datetime]] = {}
    numbers = sorted(set(image_ids))
    for start in range(0, len(numbers), _AT_ONCE):
        of_some = span.image_id.in_(numbers[start : start + _AT_ONCE])
        for row in session.execute(select(span.person, span.began_at, span.ended_at).where(of_some)):
            began, ended = stretches.get(row.person, (row.began_at, row.ended_at))
            stretches[row.person] = (min(began, row.began_at), max(ended, row.ended_at))
    columns = (span.image_id, span.person, span.purpose, span.began_at, span.ended_at)
    return tuple(
        WorkSpanRecord(*row)
        for person, (began, ended) in sorted(stretches.items())
        for row in session.execute(
            select(*columns).where(span.person == person, span.ended_at >= began, span.began_at <= ended)
        )
    )


def _on_one_line(spans: Iterable[WorkSpanRecord], idle_seconds: float) -> Iterator[tuple[WorkSpanRecord, float]]:
    """Each span of one person, in order, with the seconds that count: its own, and the pause behind it."""
    before: WorkSpanRecord | None = None
    counted, until = 0.0, None
    for span in spans:
        if before is not None and until is not None:
            pause = (span.began_at - until).total_seconds()
            yield before, counted + (pause if 0 < pause <= idle_seconds else 0.0)
        begins = span.began_at if until is None else max(span.began_at, until)
        counted = max(0.0, (span.ended_at - begins).total_seconds())
        until = span.ended_at if until is None else max(until, span.ended_at)
        before = span
    if before is not None:
        yield before, counted


def _last_span(session: Session, image_id: int, person: str, purpose: WorkPurpose) -> schema.WorkSpan | None:
    span = schema.WorkSpan
    theirs = select(span).where(span.person == person).order_by(span.began_at.desc(), span.id.desc()).limit(1)
    last = session.scalar(theirs)
    return last if last is not None and (last.image_id, last.purpose) == (image_id, purpose) else None
