"""Drafts a second by so many worker processes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from annotation_store import gallery, schema
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.kinds import RevisionKind
from annotation_store.states import ImageState
from annotation_store.store import Store
from benchmarks.batch_draft import sample_photo
from benchmarks.scale.processes import Program, programs, wait_for
from benchmarks.scale.studio_place import StudioPlace
from matting_core.image_io import ImageLimits
from studio.jobs import Jobs, open_jobs

WARMING_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class DraftingRate:
    """drafts_per_s: by the moments that the store has noted, with all workers warm. cpu_share: of one processor, by all
    workers together. shares: how many photos each worker drafted."""

    drafts_per_s: float
    cpu_share: float
    cpu_seconds_per_draft: float
    shares: tuple[int, ...]


def measure_drafting(place: StudioPlace, *, workers: int, photos: int, megapixels: float) -> DraftingRate:
    """On a studio without photos. Raises RuntimeError if a worker ends, or a photo cannot be drafted."""
    names = [f"worker-{number + 1}" for number in range(workers)]
    environments = {name: place.environment(name, THREADS="1", DEVICE="cpu") for name in names}
    commands = {name: ["worker"] for name in names}
    with place.store() as store, programs(commands, environments, place.root) as started:
        wait_for(lambda: all(each.told("at work") for each in started), of=started, what="workers at work")
        jobs = open_jobs(store, place.database_url)
        made = _warm(store, started, jobs, megapixels)
        data = [sample_photo(made + number, megapixels) for number in range(photos)]
        before = [len(each.told("drafted")) for each in started]
        cpu = sum(each.cpu_seconds() for each in started)
        first = _take_in(store, data, start=made)
        _wake(jobs, workers)
        wait_for(lambda: _is_done(store), of=started, what=f"{photos} photos drafted")
        cpu = sum(each.cpu_seconds() for each in started) - cpu
        moments = _moments(store, first)
        shares = tuple(len(each.told("drafted")) - told for each, told in zip(started, before, strict=True))
    if len(moments) != photos:
        raise RuntimeError(f"{len(moments)} of {photos} photos were drafted")
    # while the first draft of each is made, nothing is noted yet: the clock starts when all have made one
    seconds = (moments[-1] - moments[workers - 1]).total_seconds()
    rate = (photos - workers) / seconds
    return DraftingRate(
        drafts_per_s=rate, cpu_share=cpu * rate / photos, cpu_seconds_per_draft=cpu / photos, shares=shares
    )


def _warm(store: Store, started: list[Program], jobs: Jobs, megapixels: float) -> int:
    """Until every worker has drafted a photo; returns how many photos that took."""
    made = 0
    for _ in range(WARMING_ROUNDS):
        data = [sample_photo(made + number, megapixels) for number in range(2 * len(started))]
        _take_in(store, data, start=made)
        made += len(data)
        _wake(jobs, len(started))
        wait_for(lambda: _is_done(store), of=started, what="warm workers")
        if all(each.told("drafted") for each in started):
            return made
    raise RuntimeError("one worker drafts all photos: the others are told of none")


def _take_in(store: Store, data: list[bytes], *, start: int) -> int:
    """The number of the first of them."""
    files = [IncomingFile(f"photo-{start + number}.jpg", each) for number, each in enumerate(data)]
    report = take_in(store, files, by="benchmark", limits=ImageLimits())
    if len(report.accepted) != len(data):
        raise RuntimeError(f"{len(report.accepted)} of {len(data)} photos were taken in")
    return report.accepted[0].id


def _wake(jobs: Jobs, workers: int) -> None:
    """A message for each: whoever drafts already takes no second one."""
    for _ in range(workers):
        jobs.draft()


def _is_done(store: Store) -> bool:
    counts = gallery.count_by_state(store)
    if counts[ImageState.FAILED]:
        raise RuntimeError("a photo could not be drafted: see the logs")
    return not counts[ImageState.WAITING] and not counts[ImageState.DRAFTING]


def _moments(store: Store, first: int) -> list[datetime]:
    query = select(schema.Revision.created_at).where(
        schema.Revision.image_id >= first, schema.Revision.kind == RevisionKind.DRAFT
    )
    with store.database.read() as session:
        return sorted(session.scalars(query))
