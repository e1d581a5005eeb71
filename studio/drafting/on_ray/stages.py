"""The three stages on the computers of a cluster, each for one photo: begin it, predict its alpha, keep its draft.

Plain functions that know no Ray. Whatever goes wrong is an answer, never an exception: Ray would do the same again, and
what is to be done again is known to the store alone.
"""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from annotation_store import drafts, gallery
from annotation_store.errors import NOT_NOW
from annotation_store.workers.places import here
from studio.drafting import steps
from studio.drafting.claims import BROKEN_OFF, Claim, postpone
from studio.drafting.on_ray.node import Job, NodeError, node_of
from studio.drafting.on_ray.parcels import Answer, Parcel
from studio.drafting.outcomes import Outcome, tried

_ANSWERS = {Outcome.DRAFTED: Answer.DRAFTED, Outcome.FAILED: Answer.FAILED, Outcome.LOST: Answer.LEFT}


def begin(job: Job, image_id: int, *, is_over: Callable[[], bool]) -> Parcel:
    """Claim the image, read its photo, and have a drafter make its trimap. is_over: whether nothing new is to begin."""

    def work() -> Parcel:
        node = node_of(job)
        if is_over():
            return Parcel(image_id, Answer.NOT_BEGUN)
        image = drafts.claim_for_drafting(node.store, image_id, worker_id=job.worker_id)
        if image is None:
            return Parcel(image_id, Answer.LEFT)
        ground = tried(node.store, Claim(image, job.worker_id), partial(steps.begin, node.store, image))
        if isinstance(ground, Outcome):
            return Parcel(image_id, _ANSWERS[ground])
        return Parcel(image_id, Answer.BEGUN, ground=ground)

    return _answered(Parcel(image_id, Answer.BEGUN), work)


def predict(job: Job, parcel: Parcel, *, is_over: Callable[[], bool]) -> Parcel:
    """Add the alpha by the version that serves the image; once `is_over`, let it wait again instead."""
    ground = parcel.ground
    if parcel.answer is not Answer.BEGUN or ground is None:
        return parcel

    def work() -> Parcel:
        node = node_of(job)
        claim = Claim(gallery.get_image(node.store, parcel.image_id), job.worker_id)
        if is_over():
            postpone(node.store, claim, BROKEN_OFF)
            return Parcel(parcel.image_id, Answer.NOT_BEGUN)
        began = time.monotonic()
        found = tried(node.store, claim, partial(steps.predicted, node.live, parcel.image_id, ground))
        if isinstance(found, Outcome):
            return Parcel(parcel.image_id, _ANSWERS[found])
        return replace(parcel, answer=Answer.PREDICTED, found=found, predicting=time.monotonic() - began)

    return _answered(parcel, work)


def keep(job: Job, parcel: Parcel) -> Parcel:
    """Store the draft. The arrays go no further."""
    ground, found = parcel.ground, parcel.found
    if parcel.answer is not Answer.PREDICTED or ground is None or found is None:
        return replace(parcel, ground=None, found=None)
    began = time.monotonic()

    def work() -> Parcel:
        node = node_of(job)
        claim = Claim(gallery.get_image(node.store, parcel.image_id), job.worker_id)
        kept = tried(node.store, claim, partial(steps.keep, node.store, claim, ground, found))
        outcome = kept or Outcome.DRAFTED
        if outcome is Outcome.DRAFTED:
            done = replace(parcel, seconds=parcel.seconds + time.monotonic() - began)
            steps.note_work(node.store, device=found.device, seconds=_machine_seconds(done, found.device))
        return replace(parcel, answer=_ANSWERS[outcome], ground=None, found=None)

    return _answered(parcel, work)


def _machine_seconds(done: Parcel, device: str) -> float:
    """Of the machine that drafts: a GPU's while it predicts, as CPUs read and store meanwhile. On CPUs as many photos
    are in work as there are CPUs, and the hour counts once."""
    return done.predicting if device.startswith("cuda") else done.seconds / (os.cpu_count() or 1)


def _answered(parcel: Parcel, work: Callable[[], Parcel]) -> Parcel:
    began, host = time.monotonic(), here().host
    try:
        done = work()
    except NodeError as error:
        done = Parcel(parcel.image_id, Answer.UNFIT, str(error))
    except NOT_NOW as error:
        done = Parcel(parcel.image_id, Answer.NOT_NOW, str(error))
    return replace(done, seconds=parcel.seconds + time.monotonic() - began, host=host)
