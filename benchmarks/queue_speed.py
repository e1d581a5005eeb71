"""How long does the queue take to hand out the next image, with very many open ones?

    python -m benchmarks.queue_speed [--images 200000] [--people 32] [--json]

On a made-up store in a temporary folder: two shots of each subject, without pixels. Each person has one image in hand
and one in reserve, decides about the first, and asks for the one after the next, which is of another subject. Times are
milliseconds: of this thread's processor, and in all, which a flush to the disk has a part in. ``hold`` is what each
stroke adds to its transaction, ``count`` what "left" on the desk costs. ``--json`` prints ``{"pull": {ORDER: {"cpu":
[median, most], "wall": [median, most]}}, "hold": ..., "renew": ..., "count": ...}``.
"""

import hashlib
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import delete, insert

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.intake import lot_of
from annotation_store.kinds import QueuePolicy
from annotation_store.projects import FIRST_PROJECT, ProjectSettings, change_settings, get_project
from annotation_store.queue import leases
from annotation_store.queue.open_images import count_open
from annotation_store.queue.pull import Pulled, pull
from annotation_store.states import ImageState
from annotation_store.store import Store, open_store

SHOTS = 2
BATCH = 5000
LOT = "lot"


@dataclass
class Times:
    """Milliseconds of one thing done many times."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def measure(self, work: Callable[[], object]) -> None:
        cpu, wall = time.thread_time(), time.perf_counter()
        work()
        self.cpu.append(1000 * (time.thread_time() - cpu))
        self.wall.append(1000 * (time.perf_counter() - wall))

    def figures(self) -> dict[str, list[float]]:
        parts = {"cpu": self.cpu, "wall": self.wall}
        return {name: [round(statistics.median(part), 2), round(max(part), 2)] for name, part in parts.items()}


def main(
    images: Annotated[int, typer.Option(help="How many are open.")] = 200_000,
    people: Annotated[int, typer.Option(help="How many work at once, with two images in hand each.")] = 32,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Print how long pull, hold, renew and count take."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "data")
        _fill(store, images)
        names = [f"person {number}" for number in range(people)]
        row: dict[str, object] = {"pull": {order: _pulling(store, order, names) for order in (*QueuePolicy, LOT)}}
        row |= _holding(store, names)
        store.database.close()
    if as_json:
        print(json.dumps(row))
        return
    print(f"{images} open images, {people} people: milliseconds, median and most\n")
    print("| | processor | in all |\n|---|---|---|")
    pulls = {f"pull, {order}": figures for order, figures in row.pop("pull").items()}  # type: ignore[attr-defined]
    for name, figures in (pulls | row).items():
        print(f"| {name} | {' | '.join('{} / {}'.format(*figures[part]) for part in ('cpu', 'wall'))} |")


def _pulling(store: Store, order: str, names: list[str]) -> dict[str, list[float]]:
    """Everybody's third image, asked for from the second after the first was decided."""
    settings = ProjectSettings.of(get_project(store, FIRST_PROJECT))
    is_lot = order == LOT
    policy = QueuePolicy.FIRST_IN if is_lot else QueuePolicy(order)
    settings = replace(settings, policy=policy, random_share=0.5 if is_lot else 0.0)
    change_settings(store, FIRST_PROJECT, settings, by="benchmark")
    with store.database.write() as session:
        session.execute(delete(schema.Lease))

    def ask(person: str, after: int | None) -> Pulled:
        pulled = pull(store, project_ids=[FIRST_PROJECT], by=person, after=after, draw=lambda: 0.1)
        assert pulled is not None  # noqa: S101, there are many more images than hands
        return pulled

    at = {person: ask(person, None).image.id for person in names}
    reserves = {person: ask(person, at[person]).image.id for person in names}
    times = Times()
    for person in names:
        leases.release(store, at[person], by=person)
        times.measure(lambda person=person: ask(person, reserves[person]))  # type: ignore[misc]
    return times.figures()


def _holding(store: Store, names: list[str]) -> dict[str, object]:
    held = [lease for lease in leases.list_leases(store) if lease.person in names]
    hold, renew, count = Times(), Times(), Times()
    for lease in held:
        with store.database.write() as session:
            image = session.get_one(schema.Image, lease.image_id)
            hold.measure(lambda: leases.hold(session, image, by=lease.person))  # noqa: B023, called at once
        renew.measure(lambda: leases.renew(store, lease.image_id, by=lease.person))  # noqa: B023
        count.measure(lambda: count_open(store, project_ids=[FIRST_PROJECT], person=lease.person))  # noqa: B023
    return {"hold": hold.figures(), "renew": renew.figures(), "count": count.figures()}


def _fill(store: Store, number: int) -> None:
    rng, now = random.Random(0), utc_now()
    with store.database.write() as session:
        for start in range(0, number, BATCH):
            rows = []
            for place in range(start, min(start + BATCH, number)):
                subject, shot = divmod(place, SHOTS)
                digest = hashlib.sha256(f"{place}".encode()).hexdigest()
                rows.append(
                    {
                        "project_id": FIRST_PROJECT,
                        "name": f"subject{subject}_{shot}.jpg",
                        "sha256": digest,
                        "thumbnail_blob": digest,
                        "width": 4000,
                        "height": 3000,
                        "bit_depth": 8,
                        "product_group": f"subject{subject}",
                        "state": ImageState.READY,
                        "created_at": now,
                        "created_by": "benchmark",
                        "updated_at": now,
                        "lot": lot_of(digest),
                        "difficulty": rng.lognormvariate(0, 1),
                        "confidence": rng.random(),
                        "novelty": rng.random(),
                        "look": rng.randbytes(256),
                    }
                )
            session.execute(insert(schema.Image), rows)


if __name__ == "__main__":
    typer.run(main)
