"""A small world for the store's tests: a fresh store, tiny photos, and the steps of their lives."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from obstore.store import MemoryStore
from s3_server import running_s3
from sqlalchemy import delete, text

from annotation_store import schema
from annotation_store.buckets.blob_bucket import BlobBucket
from annotation_store.buckets.blob_cache import BlobCache
from annotation_store.buckets.objects import ObstoreObjects
from annotation_store.corrections import KeyedEdit, append_edits, open_document, replayed_marks
from annotation_store.drafts import claim_next_for_drafting, record_draft
from annotation_store.gallery import get_image
from annotation_store.imports.single_planes import import_alpha
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.projects import FIRST_PROJECT
from annotation_store.records import ImageRecord, RevisionRecord
from annotation_store.reviews import Seen, approve, submit
from annotation_store.store import BLOB_CACHE_FOLDER, Store, open_store
from matting_core.arrays import Alpha, Trimap
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke
from matting_core.image_io import ImageLimits, encode_alpha

WIDTH, HEIGHT = 40, 30


def png(seed: int, *, dtype: type = np.uint8) -> bytes:
    """A photo of noise, different for each seed."""
    top = np.iinfo(dtype).max
    pixels = np.random.default_rng(seed).integers(0, top, (HEIGHT, WIDTH, 3), dtype=dtype, endpoint=True)
    return cv2.imencode(".png", pixels)[1].tobytes()


def matte() -> tuple[Trimap, Alpha]:
    """Foreground on the left, unknown in the middle, background on the right; a ramp between."""
    trimap = np.zeros((HEIGHT, WIDTH), np.uint8)
    trimap[:, 10:30] = 128
    trimap[:, :10] = 255
    alpha = np.zeros((HEIGHT, WIDTH), np.float32)
    alpha[:, 10:30] = np.linspace(1, 0, 20, dtype=np.float32)
    alpha[:, :10] = 1
    return trimap, alpha


def obey(trimap: Trimap, alpha: Alpha) -> Alpha:
    """`alpha` with 0 and 1 where `trimap` is known."""
    return np.where(trimap == 128, alpha, trimap == 255).astype(np.float32)


@dataclass(frozen=True)
class World:
    """The steps of a photo's life on one store."""

    store: Store

    def take_in(self, *names: str) -> Sequence[ImageRecord]:
        files = [IncomingFile(name=name, data=png(sum(name.encode()) * 7919 + len(name))) for name in names]
        report = take_in(self.store, files, by="keiko", limits=ImageLimits())
        assert len(report.accepted) == len(names)
        return report.accepted

    def draft(self, *names: str, model_id: int | None = None) -> Sequence[ImageRecord]:
        """Taken in and drafted."""
        images = self.take_in(*names)
        for _ in images:
            self.draft_next(model_id=model_id)
        return images

    def draft_next(self, *, model_id: int | None = None) -> RevisionRecord:
        image = claim_next_for_drafting(self.store)
        assert image is not None
        trimap, alpha = matte()
        return record_draft(
            self.store,
            image.id,
            trimap=trimap,
            alpha=alpha,
            model_id=model_id,
            drafter="backdrop",
            by="worker",
        )

    def import_alpha(self, image_id: int, *, by: str = "mika", steps: int = 255) -> ImageRecord:
        """A matte from elsewhere, put in the place of what the image has; steps: another number, another alpha."""
        self.let_go(image_id)
        head = get_image(self.store, image_id).head_revision_id
        alpha = np.tile(np.linspace(0, steps / 255, WIDTH, dtype=np.float32), (HEIGHT, 1))
        put = import_alpha(
            self.store,
            image_id,
            encode_alpha(alpha),
            revision_id=head,
            by=by,
            limits=ImageLimits(),
            source="elsewhere.png",
        )
        self.let_go(image_id)
        return put.image

    def stroke(self, image_id: int, *keys: str, x: int = 80, by: str = "keiko") -> None:
        """One foreground stroke for each key, at the present end of the log."""
        self.let_go(image_id)
        document = open_document(self.store, image_id)
        append_edits(
            self.store,
            image_id,
            revision_id=document.revision_id,
            position=document.position,
            edits=[KeyedEdit(key, dab(x)) for key in keys],
            by=by,
        )
        self.let_go(image_id)

    def let_go(self, image_id: int) -> None:
        """Take the image out of everybody's hands; whoever acts next in a test's world has waited for that."""
        with self.store.database.write() as session:
            session.execute(delete(schema.Lease).filter_by(image_id=image_id))

    def approve(self, image_id: int, *, by: str = "ren") -> ImageRecord:
        """Approve the image as it stands."""
        return approve(self.store, image_id, self.seen(image_id), by=by)

    def submit(self, image_id: int, *, by: str = "keiko") -> ImageRecord:
        """Submit the image as it stands to a reviewer."""
        return submit(self.store, image_id, self.seen(image_id), by=by)

    def set_project(self, **columns: object) -> None:
        """Change the settings of the first project."""
        with self.store.database.write() as session:
            _set(session.get_one(schema.Project, FIRST_PROJECT), columns)

    def set_image(self, image_id: int, **columns: object) -> None:
        """Change what no function of the store changes yet."""
        with self.store.database.write() as session:
            _set(session.get_one(schema.Image, image_id), columns)

    def add_project(self, name: str) -> int:
        """A second project; its number."""
        columns = {"tag": "", "guidelines": "", "policy": "first_in", "random_share": 0, "honeypot_share": 0}
        with self.store.database.write() as session:
            project = schema.Project(name=name, four_eyes=False, created_by="ren", **columns)
            session.add(project)
            session.flush()
            return project.id

    def seen(self, image_id: int) -> Seen:
        """The image as it stands, with an alpha that obeys its trimap, once it is in nobody's hands."""
        self.let_go(image_id)
        return self.as_it_stands(image_id)

    def as_it_stands(self, image_id: int) -> Seen:
        """As `seen`, but whoever has the image in hand keeps it."""
        document = open_document(self.store, image_id)
        trimap = replayed_marks(self.store, document).trimap
        return Seen(document.revision_id, document.position, trimap, obey(trimap, matte()[1]))


def _set(row: object, columns: Mapping[str, object]) -> None:
    for name, value in columns.items():
        setattr(row, name, value)


def dab(x: int = 80, *, ink: Ink = Ink.FOREGROUND) -> Stroke:
    """A short stroke around column x / 4."""
    return Stroke(ink=ink, radius=12, points=((x, 40), (x + 8, 60)))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each test of a store runs on both engines; what `open_store` takes for the one or the other."""
    return "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")


@pytest.fixture
def blobs_in() -> str:
    """Where the blobs of a test's store lie; a few tests, one for each kind of use, are run with "bucket" as well."""
    return "folder"


@pytest.fixture
def store(tmp_path: Path, empty_store_folder: Path, database_url: str, blobs_in: str) -> Iterator[Store]:
    folder = Path(shutil.copytree(empty_store_folder, tmp_path / "data"))
    store = open_store(folder, database_url=database_url)
    if blobs_in == "bucket":
        objects = ObstoreObjects("s3://memory/studio", MemoryStore())
        store = replace(store, blobs=BlobBucket(objects, BlobCache(folder / BLOB_CACHE_FOLDER, room=1000)))
    yield store
    store.database.close()


@pytest.fixture
def rewritable(store: Store) -> Callable[[str], None]:
    """``rewritable(table)``: let a test change rows that the database otherwise keeps as they were written."""

    def release(table: str) -> None:
        on_table = f" ON {table}" if store.database.engine.dialect.name == "postgresql" else ""
        with store.database.write() as session:
            for change in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER no_{change}_of_{table}{on_table}"))

    return release


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


@pytest.fixture(scope="session")
def new_world() -> type[World]:
    """For stores that are filled once, for many tests."""
    return World


@pytest.fixture
def photo() -> Callable[..., bytes]:
    return png


@pytest.fixture
def draft_matte() -> tuple[Trimap, Alpha]:
    return matte()


@pytest.fixture(scope="session")
def s3_environment() -> Iterator[dict[str, str]]:
    """What the environment says of a server that speaks S3."""
    with running_s3("photos") as environment:
        yield environment


@pytest.fixture
def s3(s3_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The address of a place of its own on the server, told of by the environment as a person would."""
    for name, value in s3_environment.items():
        monkeypatch.setenv(name, value)
    return f"s3://photos/{abs(hash(request.node.nodeid))}"
