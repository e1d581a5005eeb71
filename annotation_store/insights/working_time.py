"""Working time: how long people were at images, told by their desks.

A desk tells spans: somebody moved, drew or typed from here to there, without a pause that it noticed. Between two spans
of a person lies a pause. Up to the idle cut-off it is work, too (looking, thinking); a longer one is a break, and
nothing of it counts. CVAT measures so, with a cut-off of 100 seconds
(https://docs.cvat.ai/docs/administration/community/advanced/analytics/).

A moment of a person counts once, however many tabs they have: spans are laid on one line for each person, and where
they overlap, the one that began first has the time. A pause belongs to the image before it; so that a look at a photo
is the photo's own from the beginning, a desk tells a span, perhaps of no length, when it opens one. Spans that come
twice change nothing, and times add up to at most what a clock on the wall would have shown.

Desks measure by clocks that cannot be set, and say how long ago things were; only the store's clock dates them. If that
is set back, spans overlap and some time is lost; if it is set forward, the jump is a pause. At such a moment no more is
invented than one pause.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from types import MappingProxyType

from sqlalchemy import func, select
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
_ON_THE_WAY = 5.0
"""Seconds by which a span may be dated late: as long as it takes to tell it."""
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
class Stretch:
    """Time of one person that counts for the image of `span`: of the span itself, or of a pause after it."""

    span: WorkSpanRecord
    began_at: datetime
    ended_at: datetime

    def seconds(self, since: datetime | None = None, until: datetime | None = None) -> float:
        """How long it is, within these bounds."""
        began = self.began_at if since is None else max(self.began_at, since)
        ended = self.ended_at if until is None else min(self.ended_at, until)
        return max(0.0, (ended - began).total_seconds())


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
    now = clock.utc_now()  # not after waiting for the pen
    with store.database.write() as session:
        image = find_image(session, image_id)
        last = _last_span(session, image.id, by, purpose, now)
        for span in sorted(spans, key=lambda each: (-each.began, -each.ended)):
            began, ended = now - timedelta(seconds=span.began), now - timedelta(seconds=span.ended)
            if last is not None and last.began_at <= began <= last.ended_at + timedelta(seconds=LEAST_IDLE_SECONDS):
                last.ended_at = max(last.ended_at, ended)
                continue
            last = schema.WorkSpan(image_id=image.id, person=by, purpose=purpose, began_at=began, ended_at=ended)
            session.add(last)


def worked_times(
    spans: Iterable[WorkSpanRecord],
    *,
    idle_seconds: float = IDLE_SECONDS,
    until: Mapping[int, datetime] = MappingProxyType({}),
) -> Mapping[tuple[int, str], WorkedTime]:
    """Seconds of work by image and person, out of spans in any order; every image and person of a span is there.

    until: for some images, the moment from which on spans that begin are not counted.
    """
    seconds: dict[tuple[int, str, WorkPurpose], float] = {}
    first: dict[tuple[int, str], datetime] = {}
    for stretch in stretches_of_work(spans, idle_seconds=idle_seconds):
        span = stretch.span
        if (end := until.get(span.image_id)) is not None and span.began_at > end:
            continue
        whole = (span.image_id, span.person, span.purpose)
        seconds[whole] = seconds.get(whole, 0.0) + stretch.seconds()
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


def stretches_of_work(spans: Iterable[WorkSpanRecord], *, idle_seconds: float = IDLE_SECONDS) -> Iterator[Stretch]:
    """What counts of spans in any order, person by person; every span has one, perhaps of no length."""
    in_order = sorted(
        spans, key=lambda span: (span.person, span.began_at, span.ended_at, span.image_id, span.purpose.value)
    )
    for _, line in groupby(in_order, key=lambda span: span.person):
        yield from _on_one_line(line, timedelta(seconds=idle_seconds))


def read_spans(
    session: Session, image_ids: Collection[int], *, idle_seconds: float = IDLE_SECONDS
) -> tuple[WorkSpanRecord, ...]:
    """What is needed to know the time on these images: their spans, and the others of the same people meanwhile.

    The time on other images is not known from it: some of theirs may be missing.
    """
    span = schema.WorkSpan
    stretches: dict[str, tuple[datetime, datetime]] = {}
    numbers = sorted(set(image_ids))
    for start in range(0, len(numbers), _AT_ONCE):
        of_some = span.image_id.in_(numbers[start : start + _AT_ONCE])
        bounds = select(span.person, func.min(span.began_at), func.max(span.ended_at)).where(of_some)
        for person, began_at, ended_at in session.execute(bounds.group_by(span.person)):
            began, ended = stretches.get(person, (began_at, ended_at))
            stretches[person] = (min(began, began_at), max(ended, ended_at))
    found: list[WorkSpanRecord] = []
    for person, (began, ended) in sorted(stretches.items()):
        found += read_spans_between(session, began, ended, idle_seconds=idle_seconds, person=person)
    return tuple(found)


def read_spans_between(
    session: Session, since: datetime, until: datetime, *, idle_seconds: float = IDLE_SECONDS, person: str | None = None
) -> Sequence[WorkSpanRecord]:
    """What is needed to know the time between two moments (of a person; None: of everybody).

    A pause is only known by what comes after it, and belongs to what came before: spans next to the bounds are there.
    """
    span, beside = schema.WorkSpan, timedelta(seconds=idle_seconds)
    columns = (span.image_id, span.person, span.purpose, span.began_at, span.ended_at)
    query = select(*columns).where(span.ended_at >= since - beside, span.began_at <= until + beside)
    if person is not None:
        query = query.where(span.person == person)
    return [WorkSpanRecord(*row) for row in session.execute(query)]


def _on_one_line(spans: Iterable[WorkSpanRecord], longest_pause: timedelta) -> Iterator[Stretch]:
    """The stretches of one person, whose spans come in order.

    A pause belongs to the span that began last of those that ended last: what one telling dates a little late must not
    take the pause from what was opened after it.
    """
    on_the_way = timedelta(seconds=_ON_THE_WAY)
    before: WorkSpanRecord | None = None
    until: datetime | None = None
    for span in spans:
        if before is not None and until is not None and until < span.began_at <= until + longest_pause:
            yield Stretch(before, until, span.began_at)
        begins = span.began_at if until is None else max(span.began_at, until)
        yield Stretch(span, begins, max(begins, span.ended_at))
        if until is None or span.ended_at >= until - on_the_way:
            before = span
        until = span.ended_at if until is None else max(until, span.ended_at)


def _last_span(
    session: Session, image_id: int, person: str, purpose: WorkPurpose, now: datetime
) -> schema.WorkSpan | None:
    """The span that what is told now may go on: the person's latest, if it is of this image and purpose.

    Of what was told before the clock was set back, the moments to come are left out.
    """
    span = schema.WorkSpan
    theirs = select(span).where(span.person == person, span.began_at <= now)
    last = session.scalar(theirs.order_by(span.began_at.desc(), span.id.desc()).limit(1))
    return last if last is not None and (last.image_id, last.purpose) == (image_id, purpose) else None
