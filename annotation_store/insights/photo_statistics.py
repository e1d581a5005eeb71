"""How photos look, in a few figures: what one notices by that other photos come in than before (drift.py).

Light and colour are told from the thumbnail, in CIE Lab. What is a person's taste is in none of them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from math import log

import cv2
import numpy as np
from sqlalchemy import exists, select

from annotation_store import schema
from annotation_store.blobs import ALREADY_TAKEN_IN
from annotation_store.insights.reading_on import PassedOver, read_on
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.store import Store
from matting_core.arrays import Rgb, check_rgb
from matting_core.image_io import decode_photo

AT_ONCE = 200
"""A thumbnail takes a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Light:
    """lightness: mean CIE L*, 0 to 100. contrast: its standard deviation. warmth: mean b*, yellow above 0 and blue
    below. colourfulness: mean chroma, 0 for grey."""

    lightness: float
    contrast: float
    warmth: float
    colourfulness: float


def light_of(rgb: Rgb) -> Light:
    """Light and colour of a photo: uint8 or uint16, HxWx3, sRGB. Raises InvalidArrayError."""
    check_rgb(rgb)
    lab = cv2.cvtColor(rgb.astype(np.float32) / np.iinfo(rgb.dtype).max, cv2.COLOR_RGB2LAB)
    lightness, a, b = (lab[..., channel].astype(np.float64) for channel in range(3))
    return Light(
        lightness=float(lightness.mean()),
        contrast=float(lightness.std()),
        warmth=float(b.mean()),
        colourfulness=float(np.hypot(a, b).mean()),
    )


def measure_photos(store: Store, *, limit: int = AT_ONCE, passed_over: PassedOver | None = None) -> int:
    """Keep the figures of photos that have none yet: up to `limit`, those first that came first; copies have none.

    Returns how many were measured; fewer than `limit` once no more can be. passed_over: images that are not tried;
    those whose thumbnail cannot be read go into it. Pixels are read outside of any transaction.
    """
    passed_over = {} if passed_over is None else passed_over
    measure_one, count = partial(_measure, store), 0
    while count < limit and (waiting := _waiting(store, limit - count, passed_over)):
        count += _keep(store, list(read_on(waiting, measure_one, passed_over=passed_over)))
    return count


@dataclass(frozen=True, slots=True)
class _Photo:
    image_id: int
    width: int
    height: int
    thumbnail_blob: str


def _waiting(store: Store, limit: int, passed_over: Collection[int]) -> Mapping[int, _Photo]:
    image = schema.Image
    query = (
        select(image.id, image.width, image.height, image.thumbnail_blob)
        .where(IS_NO_COPY, ~exists().where(schema.PhotoStatistics.image_id == image.id))
        .order_by(image.id)
        .limit(limit + len(passed_over))
    )
    with store.database.read() as session:
        return {row.id: _Photo(*row) for row in session.execute(query) if row.id not in passed_over}


def _measure(store: Store, photo: _Photo) -> schema.PhotoStatistics:
    light = light_of(decode_photo(store.blobs.get(photo.thumbnail_blob), limits=ALREADY_TAKEN_IN).rgb)
    return schema.PhotoStatistics(
        image_id=photo.image_id,
        megapixels=photo.width * photo.height / 1e6,
        aspect=log(photo.width / photo.height),
        lightness=light.lightness,
        contrast=light.contrast,
        warmth=light.warmth,
        colourfulness=light.colourfulness,
    )


def _keep(store: Store, measured: Collection[schema.PhotoStatistics]) -> int:
    if measured:
        ours = {each.image_id: each for each in measured}
        known = select(schema.PhotoStatistics.image_id).where(schema.PhotoStatistics.image_id.in_(ours))
        with store.database.write() as session:
            session.add_all(ours[image_id] for image_id in ours.keys() - set(session.scalars(known)))
    return len(measured)
