from math import log

import cv2
import numpy as np
import pytest
from sqlalchemy import select

from annotation_store import schema
from annotation_store.errors import StoreUnavailableError
from annotation_store.incoming import IncomingFile
from annotation_store.insights.photo_statistics import light_of, measure_photos
from annotation_store.intake import take_in
from annotation_store.projects import FIRST_PROJECT
from annotation_store.queue.honeypots import choose, serve_next
from matting_core.errors import InvalidArrayError
from matting_core.image_io import ImageLimits


def flat(*colour, dtype=np.uint8):
    return np.full((6, 8, 3), colour, dtype)


def kept(store):
    with store.database.read() as session:
        return session.scalars(select(schema.PhotoStatistics).order_by(schema.PhotoStatistics.image_id)).all()


def take(store, name, rgb):
    data = cv2.imencode(".png", rgb[..., ::-1])[1].tobytes()
    (image,) = take_in(store, [IncomingFile(name, data)], by="keiko", limits=ImageLimits()).accepted
    return image


def test_light_and_colour_are_those_of_lab():
    assert light_of(flat(255, 255, 255)).lightness == pytest.approx(100, abs=0.01)
    assert light_of(flat(0, 0, 0)).lightness == pytest.approx(0, abs=0.01)
    grey = light_of(flat(119, 119, 119))
    assert grey.lightness == pytest.approx(50, abs=0.5)  # CIE's middle grey is 119 in sRGB
    assert (grey.contrast, grey.warmth, grey.colourfulness) == pytest.approx((0, 0, 0), abs=0.05)
    red = light_of(flat(255, 0, 0))  # Lab (53.24, 80.09, 67.20)
    assert (red.lightness, red.warmth) == pytest.approx((53.24, 67.20), abs=0.1)
    assert red.colourfulness == pytest.approx(np.hypot(80.09, 67.20), abs=0.1)


def test_warm_photos_are_above_nought_and_cold_ones_below():
    assert light_of(flat(200, 150, 80)).warmth > 20
    assert light_of(flat(80, 120, 200)).warmth < -20


def test_contrast_is_how_far_lightness_goes_apart():
    half = flat(0, 0, 0)
    half[:, 4:] = 255
    assert light_of(half).contrast == pytest.approx(50, abs=0.01)
    assert light_of(half).lightness == pytest.approx(50, abs=0.01)


def test_sixteen_bits_say_what_eight_do():
    eight, sixteen = flat(200, 150, 80), flat(200 * 257, 150 * 257, 80 * 257, dtype=np.uint16)
    assert light_of(sixteen) == light_of(eight)


def test_what_is_no_photo_is_refused():
    with pytest.raises(InvalidArrayError):
        light_of(np.zeros((4, 4), np.uint8))


def test_each_photo_is_measured_once(store):
    wide = np.full((300, 600, 3), (200, 150, 80), np.uint8)
    first, second = take(store, "wide.png", wide), take(store, "tall.png", wide.transpose(1, 0, 2) // 2)
    assert measure_photos(store) == 2
    assert measure_photos(store) == 0
    one, other = kept(store)
    assert (one.image_id, other.image_id) == (first.id, second.id)
    assert (one.megapixels, other.megapixels) == (0.18, 0.18)
    assert (one.aspect, other.aspect) == pytest.approx((log(2), -log(2)))
    assert one.lightness == pytest.approx(light_of(wide).lightness, abs=1)  # thumbnails are compressed
    assert one.lightness > other.lightness > 0


def test_photos_are_measured_in_batches_in_the_order_in_which_they_came(world, store):
    images = world.take_in("cup.png", "hat.png", "pen.png")
    assert measure_photos(store, limit=2) == 2
    assert [row.image_id for row in kept(store)] == [images[0].id, images[1].id]
    assert measure_photos(store, limit=2) == 1


def test_copies_that_are_handed_out_as_tests_are_left_out(world, store):
    (image,) = world.draft("cup_1.png")
    world.approve(image.id)
    choose(store, image.id, by="ren")
    with store.database.write() as session:
        serve_next(session, session.get_one(schema.Project, FIRST_PROJECT), to="mia")
    assert measure_photos(store) == 1
    assert [row.image_id for row in kept(store)] == [image.id]


def test_a_lost_thumbnail_stops_no_other(world, store):
    images = world.take_in("cup.png", "hat.png", "pen.png")
    store.blobs.path(images[0].thumbnail_blob).unlink()
    passed_over = {}
    assert measure_photos(store, limit=1, passed_over=passed_over) == 1
    assert list(passed_over) == [images[0].id]
    assert "missing" in passed_over[images[0].id]
    assert measure_photos(store, limit=5, passed_over=passed_over) == 1
    assert measure_photos(store) == 0
    assert [row.image_id for row in kept(store)] == [images[1].id, images[2].id]


@pytest.mark.parametrize("error", [StoreUnavailableError("not now"), OSError(24, "Too many open files")])
def test_what_is_no_fault_of_a_file_is_raised(world, store, monkeypatch, error):
    world.take_in("cup.png")
    passed_over = {}

    def fail(_digest):
        raise error

    monkeypatch.setattr(store.blobs, "get", fail)
    with pytest.raises(type(error)):
        measure_photos(store, passed_over=passed_over)
    assert passed_over == {}
