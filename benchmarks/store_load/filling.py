"""A store with very many images, of which the first can be worked on."""

import hashlib
import secrets
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
from sqlalchemy import insert

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.drafts import claim_next_for_drafting, record_draft
from annotation_store.incoming import IncomingFile
from annotation_store.intake import lot_of, take_in
from annotation_store.kinds import Role
from annotation_store.people.sign_ins import Lifetime, begin_sign_in
from annotation_store.projects import FIRST_PROJECT
from annotation_store.states import ImageState
from annotation_store.store import Store, open_store
from matting_core.image_io import ImageLimits
from training.built_in_models import register_built_in_models

WIDTH, HEIGHT = 96, 64
AT_ONCE = 5_000
LIFETIME = Lifetime(idle=timedelta(hours=12), absolute=timedelta(days=1))


def fill(folder: Path, *, database_url: str, operators: int, workable: int, images: int) -> list[str]:
    """Make the store. Returns the cookies of `operators` people who have signed in.

    workable: photos with a draft, the first in the queue. images: of the whole store; the others have rows, no files.
    """
    store = open_store(folder, database_url=database_url)
    register_built_in_models(store)
    tokens = [sign_in(store, number) for number in range(operators)]
    _make_workable(store, workable)
    _make_rows(store, images - workable)
    store.database.close()
    return tokens


def sign_in(store: Store, number: int) -> str:
    """A new operator of the first project; the cookie of their browser."""
    with store.database.write() as session:
        person = schema.Person(
            name=f"operator-{number:02d}",
            display_name=f"Operator {number}",
            role=Role.OPERATOR,
            failed_attempts=0,
            created_by="benchmark",
        )
        session.add(person)
        session.flush()
        session.add(schema.ProjectMember(project_id=FIRST_PROJECT, person_id=person.id))
        person_id = person.id
    return begin_sign_in(store, person_id, browser="benchmark", lifetime=LIFETIME)[1]


def _make_workable(store: Store, count: int) -> None:
    trimap = np.full((HEIGHT, WIDTH), 128, np.uint8)
    trimap[:, :20], trimap[:, -20:] = 255, 0
    alpha = np.where(trimap == 128, 0.5, trimap == 255).astype(np.float32)
    for number in range(count):
        pixels = np.random.default_rng(number).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
        photo = IncomingFile(f"product-{number // 3:05d}_{number % 3}.png", cv2.imencode(".png", pixels)[1].tobytes())
        take_in(store, [photo], by="benchmark", limits=ImageLimits())
        image = claim_next_for_drafting(store)
        assert image is not None  # noqa: S101, it was taken in one line above
        record_draft(store, image.id, trimap=trimap, alpha=alpha, model_id=None, drafter="benchmark", by="benchmark")


def _make_rows(store: Store, count: int) -> None:
    """A third is drafted, two thirds are finished: what a studio looks like after some months."""
    with store.database.read() as session:
        like = session.get_one(schema.Image, 1)
        head, thumbnail = like.head_revision_id, like.thumbnail_blob
    for start in range(0, count, AT_ONCE):
        rows = []
        for number in range(start, min(start + AT_ONCE, count)):
            digest = hashlib.sha256(secrets.token_bytes(16)).hexdigest()
            rows.append(
                {
                    "project_id": FIRST_PROJECT,
                    "name": f"catalogue-{number // 3:06d}_{number % 3}.jpg",
                    "sha256": digest,
                    "thumbnail_blob": thumbnail,
                    "width": WIDTH,
                    "height": HEIGHT,
                    "bit_depth": 8,
                    "product_group": f"catalogue-{number // 3:06d}",
                    "state": ImageState.APPROVED if number % 3 else ImageState.READY,
                    "head_revision_id": head,
                    "lot": lot_of(digest),
                    "difficulty": lot_of(digest[::-1]),
                    "confidence": 0.9,
                    "novelty": lot_of(digest[32:] + digest[:32]),
                    "created_at": utc_now(),
                    "created_by": "benchmark",
                    "updated_at": utc_now(),
                }
            )
        with store.database.write() as session:
            session.execute(insert(schema.Image), rows)
