"""In which order the open images of a project are handed out: by its policy, by lot, a pilot's, one subject's shots.

Every order is a stream that the database reads off an index, as far as somebody goes on reading: what comes first is
known without sorting what comes after, however many images are open. So a query here names its project, says IS_OPEN
in those very words, and orders by what its index orders by. ``tests/annotation_store/queue/test_order.py`` looks at
the plans.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.kinds import QueuePolicy
from annotation_store.pilots.running import running_pilot
from annotation_store.queue.open_images import IS_OPEN, OPEN_STATES

LARGEST_SUBJECT = 200
"""More shots than this are not of one subject: their names count up as cameras do (IMG_0001, IMG_0002, ...)."""

_Image = schema.Image
_FIGURES = {QueuePolicy.HARDEST_FIRST: _Image.difficulty, QueuePolicy.DIVERSE: _Image.novelty}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open image that may be handed out, and of which subject it is."""

    image_id: int
    subject: str


Candidates = Generator[Candidate, None, None]
"""To be closed by whoever stops reading before the end."""


def has_everybodys(session: Session, project: schema.Project) -> bool:
    """Whether any open image of a project is assigned to nobody: told at once, also where thousands are assigned."""
    return session.execute(_open(project.id).where(_Image.assigned_to.is_(None)).limit(1)).first() is not None


def by_policy(session: Session, project: schema.Project) -> Candidates:
    """The open images of a project that are assigned to nobody.

    First in: in order of arrival. Hardest first: by falling difficulty; diverse: by falling novelty; ties in order of
    arrival, and what has no such figure comes last.
    """
    everybodys = _open(project.id).where(_Image.assigned_to.is_(None))
    figure = _FIGURES.get(project.policy)
    if figure is None:
        yield from _read(session, everybodys.order_by(_Image.id))
        return
    yield from _read(session, everybodys.where(figure.is_not(None)).order_by(figure.desc(), _Image.id))
    yield from _read(session, everybodys.where(figure.is_(None)).order_by(_Image.id))


def by_lot(session: Session, project: schema.Project) -> Candidates:
    """The same images, as it was drawn for each when it came in."""
    yield from _read(session, _open(project.id).where(_Image.assigned_to.is_(None)).order_by(_Image.lot))


def assigned(session: Session, project: schema.Project, person: str) -> Candidates:
    """The open images of a project that are assigned to `person`, by its policy.

    These few are found by the index of assignments and then sorted.
    """
    figure = _FIGURES.get(project.policy)
    # as a sum, so that the database does not walk down the index of the figure in search of the person's own
    order: list[Any] = [] if figure is None else [(figure + 0).desc().nulls_last()]
    yield from _read(session, _open(project.id).where(_Image.assigned_to == person).order_by(*order, _Image.id))


def of_pilot(session: Session, project: schema.Project, person: str) -> Candidates:
    """The open images of the pilot that runs in a project which `person` may be given, in the order of its lot.

    These few are found by their numbers and then sorted. So nothing is said here in the words of the indexes of open
    images: the database would walk through all that is open, and look for each in the pilot.
    """
    if (pilot := running_pilot(session, project.id)) is None:
        return
    member = schema.PilotImage
    theirs = or_(_Image.assigned_to.is_(None), _Image.assigned_to == person)
    in_it = (
        select(_Image.id, _Image.product_group)
        .join(member, member.image_id == _Image.id)
        .where(member.pilot_id == pilot.id, _Image.state.in_(OPEN_STATES), theirs)
    )
    yield from _read(session, in_it.order_by(member.position))


def shots_beside(session: Session, image: schema.Image, person: str) -> Candidates:
    """The open shots of the subject of `image` that `person` may be given: those after it, then those before."""
    subject = (_Image.project_id == image.project_id) & (_Image.product_group == image.product_group)
    shots = select(_Image.id).where(subject).limit(LARGEST_SUBJECT + 1).subquery()
    if session.scalars(select(func.count()).select_from(shots)).one() > LARGEST_SUBJECT:
        return
    theirs = or_(_Image.assigned_to.is_(None), _Image.assigned_to == person)
    is_before: ColumnElement[bool] = _Image.id <= image.id
    yield from _read(session, _open(image.project_id).where(subject, theirs).order_by(is_before, _Image.id))


def _open(project_id: int) -> Select[int, str]:
    return select(_Image.id, _Image.product_group).where(_Image.project_id == project_id, IS_OPEN)


def _read(session: Session, query: Select[int, str]) -> Candidates:
    """A few rows at a time; the database stops where the reader does."""
    with session.execute(query.execution_options(yield_per=25)) as rows:
        for row in rows:
            yield Candidate(row.id, row.product_group)
