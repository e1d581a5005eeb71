"""For tests of the queue: images without photos, in any number, and a clock that stands still until it is moved."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from annotation_store import schema
from annotation_store.projects import FIRST_PROJECT
from annotation_store.states import ImageState
from annotation_store.store import Store


@dataclass
class Clock:
    """Leases tell the time by it."""

    now: datetime = datetime(2026, 3, 4, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("annotation_store.clock.utc_now", clock)
    return clock


@pytest.fixture
def shelve(store: Store) -> Callable[..., list[int]]:
    """``shelve("a", "b", difficulty=2.0)``: rows of open images of these names, as if drafted; their numbers.

    Each is a subject of its own unless ``product_group`` is given; any other column may be given, too.
    """

    def put(*names: str, **columns: object) -> list[int]:
        with store.database.write() as session:
            count = session.scalar(select(func.count()).select_from(schema.Image)) or 0
            images = []
            for number, name in enumerate(names, start=count):
                row = {
                    "project_id": FIRST_PROJECT,
                    "name": name,
                    "sha256": hashlib.sha256(f"{number}".encode()).hexdigest(),
                    "thumbnail_blob": "",
                    "width": 40,
                    "height": 30,
                    "bit_depth": 8,
                    "product_group": name,
                    "state": ImageState.READY,
                    "lot": 0.5,
                    "created_by": "ren",
                }
                images.append(schema.Image(**(row | columns)))
            session.add_all(images)
            session.flush()
            return [image.id for image in images]

    return put


@pytest.fixture
def make_ready(store: Store) -> Callable[[], None]:
    """``make_ready()``: let all images be as if drafted."""

    def ready() -> None:
        with store.database.write() as session:
            session.execute(update(schema.Image).values(state=ImageState.READY))

    return ready


@pytest.fixture
def novelty_of(store: Store) -> Callable[[int], float | None]:
    """``novelty_of(image_id)``: as it is kept."""

    def read(image_id: int) -> float | None:
        with store.database.read() as session:
            return session.get_one(schema.Image, image_id).novelty

    return read
