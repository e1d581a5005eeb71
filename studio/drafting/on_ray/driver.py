"""Whoever has a cluster draft what waits: hands out the numbers of photos, hears what became of them, and sees to those
of which nothing was heard.

The store is the truth. A photo that a process fell over is claimed once more under the same number, which counts as a
fall; after the second it has failed. A run that was broken off needs no memory: what has its draft does not wait.
"""

import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import structlog

from annotation_store import drafts, gallery
from annotation_store.errors import NOT_NOW, StoreUnavailableError
from annotation_store.states import ImageState
from annotation_store.store import Store
from annotation_store.workers import workers
from studio.drafting.claims import BROKEN_OFF, Claim, postpone, sign_off_surely
from studio.drafting.in_turn import IsOver, Tell
from studio.drafting.on_ray.cluster import Cluster, Room, connected, room_of
from studio.drafting.on_ray.node import Job, job_of
from studio.drafting.on_ray.parcels import Answer, Parcel
from studio.drafting.on_ray.pipeline import answers, halt_actor
from studio.drafting.outcomes import Outcome
from studio.signed_on import SignedOn, signed_on
from training.distributed.ray_cluster import ClusterError

log = structlog.get_logger()

WINDOW = 2000
"""Photos that go into one pipeline. Its models are loaded once; so many numbers weigh nothing."""
MOST_ROUNDS = 4
"""Of one window, after which no photo can be left: one over which processes fall has failed in the third."""
LOOK_SECONDS = 1.0


def draft_on_ray(store: Store, cluster: Cluster, *, tell: Tell, is_over: IsOver) -> int:
    """Have the cluster draft until no image waits; returns how many were drafted. Images are told as they get ready.

    Once `is_over`, what is in work is finished, and nothing stays claimed. Raises ClusterError, MissingPackageError,
    or one of NOT_NOW, after which all images that have no draft wait.
    """
    with connected(cluster) as ray, signed_on(store, name=workers.CLUSTER) as me, halt_actor(ray) as halt:
        try:
            driver = _Driver(store, ray, room_of(ray), halt, me, tell, is_over)
            return driver.draft_all()
        finally:
            sign_off_surely(store, me.id)


@dataclass(slots=True)
class _Ending:
    """Of a round that is to end. looked: when last. in_work: all that was, at any look."""

    looked: float = 0.0
    in_work: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Driver:
    store: Store
    ray: ModuleType
    room: Room
    halt: Any
    me: SignedOn
    tell: Tell
    is_over: IsOver
    drafted: int = 0
    lost: Exception | None = field(default=None, init=False)  # the last that Ray could say of photos without an answer

    def draft_all(self) -> int:
        after = 0
        log.info("drafting by the cluster", models=self.room.actors, gpus=self.room.has_gpus)
        while not self.is_over() and (window := drafts.waiting_images(self.store, after=after, limit=WINDOW)):
            self._draft(window)
            after = window[-1]
        return self.drafted

    def _draft(self, window: Sequence[int]) -> None:
        left = window
        for turn in range(MOST_ROUNDS):
            left = self._round(left, is_first=turn == 0)
            if not left or self.is_over():
                return
            log.warning("photos are drafted once more, each alone: their processes were lost", photos=len(left))
        raise ClusterError(
            f"The Ray cluster lost {len(left)} photos again and again without a word about them ({self.lost or 'none'}"
            "): see the logs of its nodes (`ray logs`). Those photos wait."
        )

    def _round(self, image_ids: Sequence[int], *, is_first: bool) -> Sequence[int]:
        """Returns the images of which nothing was heard; those that were not begun are none of them."""
        job, unheard = job_of(self.store, self.me.id), dict.fromkeys(image_ids)
        ending, reason = _Ending(), BROKEN_OFF
        try:
            with answers(job, image_ids, room=self.room, halt=self.halt, alone=not is_first) as parcels:
                for parcel in parcels:
                    unheard.pop(parcel.image_id, None)
                    self._hear(parcel, job, is_first=is_first)
                    if self.is_over() and self._has_ended(ending, job):
                        break
        except self.ray.exceptions.RayError as error:
            self.lost = error
            log.warning("the cluster broke a round off", reason=str(error).splitlines()[0])
        except BaseException as error:
            if isinstance(error, NOT_NOW):
                reason = str(error)
            self._give_back(job.worker_id, reason)
            raise
        if self.is_over():
            self._hear_the_last(ending, unheard, job)
            self._give_back(job.worker_id, reason)
        return tuple(unheard)

    def _has_ended(self, ending: _Ending, job: Job) -> bool:
        """Have nothing new begin, and see now and then whether anything is still in work."""
        is_first_look = not ending.looked
        if is_first_look:
            self.ray.get(self.halt.halt.remote())
        elif time.monotonic() - ending.looked <= LOOK_SECONDS:
            return False
        ending.looked = time.monotonic()
        in_work = drafts.in_work(self.store, job.worker_id)
        ending.in_work.update(in_work)
        return not in_work and not is_first_look  # by the second, what had been kept before the first is heard of

    def _hear_the_last(self, ending: _Ending, unheard: Collection[int], job: Job) -> None:
        """A draft is in the store a moment before its answer is here, which is not waited for."""
        for image_id in sorted(ending.in_work & set(unheard)):
            if gallery.get_image(self.store, image_id).state in (ImageState.READY, ImageState.FAILED):
                self._hear(Parcel(image_id, Answer.LEFT), job, is_first=False)

    def _hear(self, parcel: Parcel, job: Job, *, is_first: bool) -> None:
        if parcel.answer is Answer.UNFIT:
            raise ClusterError(parcel.reason)
        was_taken_for_gone = self.me.id != job.worker_id  # then its photos wait again, for its next number
        if parcel.answer is Answer.NOT_NOW and not was_taken_for_gone:
            raise StoreUnavailableError(parcel.reason)
        if parcel.answer in (Answer.NOT_BEGUN, Answer.NOT_NOW):
            return
        image = gallery.get_image(self.store, parcel.image_id)
        outcome = Outcome.LOST
        if parcel.answer is Answer.DRAFTED or (image.state is ImageState.READY and not is_first):
            outcome = Outcome.DRAFTED  # or drafted in the round before, and the answer was lost
            self.drafted += 1
            told = {"seconds": round(parcel.seconds, 1), "node": parcel.host} if parcel.host else {}
            log.info("drafted", image=image.id, name=image.name, **told)
        elif image.state is ImageState.FAILED:
            outcome = Outcome.FAILED
            log.warning("draft failed", image=image.id, name=image.name, reason=image.failure, node=parcel.host)
        self.tell(image, outcome)

    def _give_back(self, worker_id: int, reason: str) -> None:
        with suppress(*NOT_NOW):  # else they wait again as soon as this process can sign off
            for image_id in drafts.in_work(self.store, worker_id):
                postpone(self.store, Claim(gallery.get_image(self.store, image_id), worker_id), reason)
