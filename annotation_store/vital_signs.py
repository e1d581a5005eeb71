"""How much there is of everything at this moment, for whoever watches over the studio. A few cheap questions."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, text

from annotation_store import clock, schema
from annotation_store.gallery import count_by_state
from annotation_store.states import ImageState, RunState
from annotation_store.store import Store
from annotation_store.workers.workers import list_workers


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """images: without the copies that are handed out a second time. leases, sign_ins: those that have not expired.

    longest_wait: seconds that the oldest of the photos without a draft has waited; 0 without one. workers: how many
    processes work in the background, on whatever computer, by what they are.
    """

    images: Mapping[ImageState, int]
    trainings: Mapping[RunState, int]
    leases: int
    sign_ins: int
    longest_wait: float
    workers: Mapping[str, int]


def take_vital_signs(store: Store) -> VitalSigns:
    """Counts by indices; raises StoreUnavailableError."""
    now = clock.utc_now()
    waits_since = select(func.min(schema.Image.updated_at)).where(text(schema.WAITS))
    by_state = select(schema.TrainingRun.state, func.count().label("number")).group_by(schema.TrainingRun.state)
    with store.database.read() as session:
        runs = {row.state: row.number for row in session.execute(by_state)}
        leases = session.scalar(select(func.count()).where(schema.Lease.expires_at > now))
        sign_ins = session.scalar(select(func.count()).where(schema.SignIn.expires_at > now))
        since = session.scalar(waits_since)
    return VitalSigns(
        images=count_by_state(store),
        trainings={state: runs.get(state, 0) for state in RunState},
        leases=leases or 0,
        sign_ins=sign_ins or 0,
        longest_wait=0.0 if since is None else max(0.0, (now - since).total_seconds()),
        workers=Counter(worker.name for worker in list_workers(store)),
    )
