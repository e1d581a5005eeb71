"""Pull: the next image for a person, and its lease, in one transaction.

What somebody else has in hand, or is assigned to somebody else, is passed over. While anything else is left, so is
every image of a subject of which somebody else has a shot in hand: one subject comes out of one pair of hands. In this
order:

1. an image that the person has in hand already, the longest held first: they came back, or it lies in reserve;
2. what is assigned to the person;
3. what is next in the project's pilot, if one runs, in the order of its lot;
4. now and then, by the project's share, a honeypot (honeypots.py), as long as there is something else to do;
5. the next shot of the subject that the person is at;
6. now and then, by the project's share, an image by lot;
7. what the project's policy puts first.

Whatever the person has gone on from without a decision comes only when nothing else is left.

A browser opens the next image while the present one is corrected: it asks for what comes after the present one, and
asking again is answered by the same image, by the first rule.
"""

import random
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import IntEnum, auto
from itertools import islice
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import clock, schema
from annotation_store.kinds import Pick
from annotation_store.queue import honeypots, leases, order
from annotation_store.queue.leases import LEASE_MINUTES
from annotation_store.queue.open_images import OPEN_STATES
from annotation_store.queue.order import Candidate, Candidates
from annotation_store.records import ImageRecord, LeaseRecord
from annotation_store.store import Store

LOOK_AHEAD = 2000
"""So many images are looked at to find one of a subject that is in nobody's hands."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """The image that somebody is given, and until when nobody else is."""

    image: ImageRecord
    lease: LeaseRecord


def pull(
    store: Store,
    *,
    project_ids: Collection[int] | None,
    by: str,
    after: int | None = None,
    passed: Collection[int] = (),
    minutes: float = LEASE_MINUTES,
    draw: Callable[[], float] = random.random,
) -> Pulled | None:
    """Give `by` the next image of these projects (None: of all), leased for `minutes`; None if nothing is left.

    after: the image that the person is at, which is not given; its project comes first, then the others by name.
    passed: images that the person has gone on from without a decision, which come last.
    Archived projects give nothing. draw: a number in [0, 1), anew with each call, for what happens now and then.
    """
    with store.database.write() as session:
        present = None if after is None else session.get(schema.Image, after)
        others = _OthersHands.see(session, by)
        turn = _Turn(session, by=by, present=present, passed=frozenset(passed), others=others, draw=draw)
        choice = turn.choose(_projects(session, project_ids, present))
        if choice is None:
            return None
        if choice.image.pick is None:
            choice.image.pick = choice.pick
        lease = leases.hold(session, choice.image, by=by, minutes=minutes)
        return Pulled(ImageRecord.of(choice.image), LeaseRecord.of(lease))


@dataclass(frozen=True, slots=True)
class _OthersHands:
    """What other people have in hand: images, and the subjects that these are of, with their projects."""

    images: frozenset[int]
    subjects: frozenset[tuple[int, str]]

    @classmethod
    def see(cls, session: Session, person: str) -> Self:
        query = (
            select(schema.Image.id, schema.Image.project_id, schema.Image.product_group)
            .join(schema.Lease, schema.Lease.image_id == schema.Image.id)
            .where(schema.Lease.expires_at > clock.utc_now(), schema.Lease.person != person)
        )
        rows = session.execute(query).all()
        return cls(frozenset(row.id for row in rows), frozenset((row.project_id, row.product_group) for row in rows))


class _Rank(IntEnum):
    """How gladly an image is given, the gladdest first."""

    FREE = auto()
    SHARED = auto()  # another shot of its subject is in somebody else's hands
    PASSED = auto()  # the person has seen it and gone on


@dataclass(frozen=True, slots=True)
class _Choice:
    """pick: how it came out of the queue, None if it did before."""

    image: schema.Image
    pick: Pick | None
    rank: _Rank = _Rank.FREE


@dataclass(frozen=True, slots=True)
class _Turn:
    """One person's turn at the queue."""

    session: Session
    by: str
    present: schema.Image | None
    passed: frozenset[int]
    others: _OthersHands
    draw: Callable[[], float]

    def choose(self, projects: Sequence[schema.Project]) -> _Choice | None:
        if (held := self._in_hand(projects)) is not None:
            return _Choice(held, None)
        second_best: list[_Choice] = []
        for project in projects:
            if own := self._first(project, order.assigned(self.session, project, self.by), Pick.ASSIGNED):
                if own.rank is not _Rank.PASSED:
                    return own
                second_best.append(own)
        for project in projects:
            for look in (self._of_pilot, self._of_everybodys):
                if (choice := look(project)) is None:
                    continue
                if choice.rank is _Rank.FREE:
                    return choice
                second_best.append(choice)
        return min(second_best, key=lambda choice: choice.rank, default=None)

    def _in_hand(self, projects: Sequence[schema.Project]) -> schema.Image | None:
        lease = schema.Lease
        theirs = select(lease.image_id).where(lease.person == self.by, lease.expires_at > clock.utc_now())
        ids = [project.id for project in projects]
        # image by image: they are few, and a join might be read from the images' side
        for image_id in self.session.scalars(theirs.order_by(lease.taken_at, lease.image_id)).all():
            image = self.session.get_one(schema.Image, image_id)
            if image is not self.present and image.project_id in ids and image.state in OPEN_STATES:
                return image
        return None

    def _of_pilot(self, project: schema.Project) -> _Choice | None:
        return self._first(project, order.of_pilot(self.session, project, self.by), Pick.PILOT)

    def _of_everybodys(self, project: schema.Project) -> _Choice | None:
        if not order.has_everybodys(self.session, project):
            return None
        wants_honeypot = self.draw() < project.honeypot_share
        choice = self._next_shot(project)
        if choice is not None and choice.rank is _Rank.PASSED:
            choice = None  # what nobody has seen comes before a subject's other shots
        if choice is None and self.draw() < project.random_share:
            choice = self._first(project, order.by_lot(self.session, project), Pick.LOT)
        elif choice is None:
            choice = self._first(project, order.by_policy(self.session, project), Pick.POLICY)
        if choice is not None and wants_honeypot:
            honeypot = honeypots.serve_next(self.session, project, to=self.by)
            return choice if honeypot is None else _Choice(honeypot, Pick.HONEYPOT)
        return choice

    def _next_shot(self, project: schema.Project) -> _Choice | None:
        present = self.present
        if present is None or present.project_id != project.id:
            return None
        if (project.id, present.product_group) in self.others.subjects:
            return None
        return self._first(project, order.shots_beside(self.session, present, self.by), Pick.POLICY)

    def _first(self, project: schema.Project, candidates: Candidates, pick: Pick) -> _Choice | None:
        """The first of those of the best rank among the free ones."""
        best: tuple[_Rank, Candidate] | None = None
        with closing(candidates):
            for candidate in islice(filter(self._is_free, candidates), LOOK_AHEAD):
                rank = self._rank(project, candidate)
                if best is None or rank < best[0]:
                    best = (rank, candidate)
                if rank is _Rank.FREE:
                    break
        if best is None:
            return None
        return _Choice(self.session.get_one(schema.Image, best[1].image_id), pick, best[0])

    def _rank(self, project: schema.Project, candidate: Candidate) -> _Rank:
        if candidate.image_id in self.passed:
            return _Rank.PASSED
        return _Rank.SHARED if (project.id, candidate.subject) in self.others.subjects else _Rank.FREE

    def _is_free(self, candidate: Candidate) -> bool:
        is_present = self.present is not None and candidate.image_id == self.present.id
        return not is_present and candidate.image_id not in self.others.images


def _projects(session: Session, ids: Collection[int] | None, present: schema.Image | None) -> list[schema.Project]:
    """Those that are worked on, the one of `present` first, then by name."""
    query = select(schema.Project).where(schema.Project.archived_at.is_(None))
    if ids is not None:
        query = query.where(schema.Project.id.in_(ids))
    of_present = None if present is None else present.project_id
    return sorted(session.scalars(query), key=lambda project: (project.id != of_present, project.name))
