"""For tests of pilots: drafted photos of known difficulty, pilots begun with them, and people at work on these.

All on SQLite, in copies of one store that is filled once; ``test_pilot_on_both.py``, one floor up, lives on both
engines.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from annotation_store import gallery, schema
from annotation_store.insights.working_time import Ago, record_work
from annotation_store.kinds import WorkPurpose
from annotation_store.learning.model_registry import register_shipped
from annotation_store.pilots.pilots import begin_pilot
from annotation_store.projects import FIRST_PROJECT
from annotation_store.records import ImageRecord, PilotRecord
from annotation_store.store import Store, open_store

GAP = 1000.0
"""Seconds between the ends of two images: longer than any cut-off, so that each has its own."""
PHOTOS = 20


@pytest.fixture
def database_url() -> str:
    return ""


@pytest.fixture(scope="session")
def drafted_folder(tmp_path_factory: pytest.TempPathFactory, empty_store_folder: Path, new_world) -> Path:
    """A store with PHOTOS photos that the shipped model has drafted, the later the harder, by rising names."""
    store = open_store(Path(shutil.copytree(empty_store_folder, tmp_path_factory.mktemp("drafted") / "data")))
    world = new_world(store)
    model = register_shipped(
        store, name="compact", architecture="compact", shipped_weights="compact.safetensors", licence="Apache-2.0"
    )
    images = world.draft(*(f"photo{number * 'o'}.png" for number in range(PHOTOS)), model_id=model.id)
    for place, image in enumerate(images):
        world.set_image(image.id, difficulty=place / 10, confidence=0.99)
    store.database.close()
    return store.folder


@pytest.fixture
def store(tmp_path: Path, drafted_folder: Path) -> Iterator[Store]:
    store = open_store(Path(shutil.copytree(drafted_folder, tmp_path / "data")))
    yield store
    store.database.close()


@pytest.fixture
def ready(store: Store) -> Callable[[int], Sequence[ImageRecord]]:
    """``ready(12)``: so many of them; the others belong to somebody else."""

    def some(count: int) -> Sequence[ImageRecord]:
        images = gallery.list_images(store)[::-1]
        with store.database.write() as session:
            for other in images[count:]:
                session.get_one(schema.Image, other.id).assigned_to = "somebody else"
        return images[:count]

    return some


@pytest.fixture
def begin(store: Store) -> Callable[..., PilotRecord]:
    """``begin(images)``: a pilot with them, half of them blank."""

    def put(images: Sequence[ImageRecord], **changes: object) -> PilotRecord:
        wish = {"name": "First try", "blank_share": 0.5, "seed": 7, "by": "ren", **changes}
        return begin_pilot(store, FIRST_PROJECT, image_ids=[image.id for image in images], **wish)

    return put


@pytest.fixture
def at_work(store: Store, world) -> Callable[..., None]:
    """``at_work(image_id, 60)``: corrected for so many seconds with so many strokes, and approved."""
    done = 0

    def work(image_id: int, seconds: float, *, strokes: int = 1, by: str = "keiko", is_approved: bool = True) -> None:
        nonlocal done
        done += 1
        if strokes:
            world.stroke(image_id, *(f"{image_id}-{number}" for number in range(strokes)), by=by)
        if seconds:
            span = Ago(done * GAP + seconds, done * GAP)
            record_work(store, image_id, [span], purpose=WorkPurpose.CORRECTION, by=by)
        if is_approved:
            world.approve(image_id, by=by)

    return work
