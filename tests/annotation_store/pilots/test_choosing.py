"""Who can be in a pilot, and what lot decides: evenly over all difficulties, and always alike by the same seed."""

from collections import Counter
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.gallery import get_image
from annotation_store.insights.working_time import Ago, record_work
from annotation_store.kinds import PilotArm, WorkPurpose
from annotation_store.pilots.choosing import candidates, count_blank, deal, propose
from annotation_store.pilots.pilots import call_off_pilot
from annotation_store.projects import FIRST_PROJECT
from annotation_store.queue.assignment import assign
from annotation_store.queue.honeypots import choose
from annotation_store.queue.leases import take
from annotation_store.queue.pull import pull
from annotation_store.records import ImageRecord
from annotation_store.reviews import reopen, skip
from annotation_store.states import ImageState
from annotation_store.tags import add_tags

PHOTO = ImageRecord(
    **{field.name: None for field in fields(ImageRecord)} | {"id": 1, "name": "cup.png", "state": ImageState.READY}
)


@pytest.fixture
def images(ready, store):
    """A dozen records, which no store needs any more."""
    return [get_image(store, image.id) for image in ready(12)]


def names(store, **options):
    return [image.name for image in candidates(store, FIRST_PROJECT, **options)]


def test_photos_that_a_model_drafted_and_nobody_touched_can_be_in_a_pilot_the_easiest_first(store, world, ready):
    first, second = ready(2)
    world.set_image(first.id, difficulty=9)
    assert names(store) == [second.name, first.name]


@pytest.mark.parametrize(
    "touch",
    [
        lambda store, world, image: world.stroke(image.id, "a"),
        lambda store, world, image: take(store, image.id, by="keiko"),
        lambda store, world, image: assign(store, [image.id], to="keiko", by="ren"),
        lambda store, world, image: world.approve(image.id),
        lambda store, world, image: world.import_alpha(image.id),
        lambda store, world, image: record_work(
            store, image.id, [Ago(20, 10)], purpose=WorkPurpose.CORRECTION, by="keiko"
        ),
        lambda store, world, image: (
            skip(store, image.id, reason="", by="keiko"),
            reopen(store, image.id, by="keiko"),
        ),
    ],
    ids=["drawn on", "in hands", "assigned", "approved", "imported", "opened", "skipped once"],
)
def test_what_somebody_touched_cannot_be_in_a_pilot(store, world, ready, touch):
    image, other = ready(2)
    touch(store, world, image)
    assert names(store) == [other.name]


def test_nor_can_what_no_model_drafted_or_what_is_served_as_a_test(store, world, ready):
    original, other = ready(2)
    world.draft("by-hand.png", model_id=None)
    world.approve(original.id, by="ren")
    choose(store, original.id, by="ren")
    world.set_project(honeypot_share=0.5)
    pulled = pull(store, project_ids=[FIRST_PROJECT], by="mia", draw=lambda: 0.0)
    assert pulled is not None
    assert pulled.image.honeypot_of_id == original.id
    world.let_go(pulled.image.id)
    assert names(store) == [other.name]


def test_a_photo_is_in_one_pilot_unless_that_was_called_off_before_anybody_saw_the_photo(store, ready, begin, at_work):
    images = ready(10)
    pilot = begin(images)
    assert names(store) == []
    at_work(images[0].id, 30, strokes=0, is_approved=False)
    call_off_pilot(store, pilot.id, by="ren")
    assert names(store) == [image.name for image in images[1:]]


def test_by_a_tag_of_the_photo_or_of_its_project(store, world, ready):
    first, *_ = ready(3)
    add_tags(store, [first.id], ["hair"], by="ren")
    world.set_project(tag="shoes")
    assert names(store, tag="hair") == [first.name]
    assert len(names(store, tag="shoes")) == 3
    assert names(store, tag="glass") == []


def test_a_proposal_is_spread_over_all_difficulties(images):
    chosen = propose(images, 4, seed=1)
    by_ease = [image.id for image in images]
    assert [by_ease.index(image_id) // 3 for image_id in chosen] == [0, 1, 2, 3]
    assert propose(images, 4, seed=1) == chosen
    assert len({propose(images, 4, seed=seed) for seed in range(5)}) > 1
    assert set(propose(images, 50)) == set(by_ease)


@given(count=st.integers(10, 120), share=st.floats(0.1, 0.9), seed=st.integers(0, 2**31))
def test_every_photo_has_one_place_and_every_stratum_its_share_of_blank_ones(count, share, seed):
    photos = [replace(PHOTO, id=number + 1, difficulty=float(number % 17)) for number in range(count)]
    places = deal(photos, blank_share=share, seed=seed)
    assert [place.position for place in places] == list(range(count))
    assert sorted(place.image_id for place in places) == list(range(1, count + 1))
    blanks = Counter(place.stratum for place in places if place.arm is PilotArm.BLANK)
    sizes = Counter(place.stratum for place in places)
    assert blanks.total() == count_blank(count, share)
    for stratum, size in sizes.items():
        assert abs(blanks[stratum] - size * share) <= 1.5
    assert max(sizes.values()) - min(sizes.values()) <= 1
    difficulty = {photo.id: photo.difficulty for photo in photos}
    hardest = {s: max(difficulty[p.image_id] for p in places if p.stratum == s) for s in sizes}
    easiest = {s: min(difficulty[p.image_id] for p in places if p.stratum == s) for s in sizes}
    assert all(hardest[stratum] <= easiest[stratum + 1] for stratum in sizes if stratum + 1 in sizes)


def test_the_same_seed_deals_alike_and_in_whatever_order_the_photos_are_named():
    photos = [replace(PHOTO, id=number, difficulty=None) for number in range(1, 31)]
    dealt = deal(photos, blank_share=0.3, seed=5)
    assert deal(photos[::-1], blank_share=0.3, seed=5) == dealt
    assert deal(photos, blank_share=0.3, seed=6) != dealt


def test_over_many_lots_every_photo_is_blank_as_often_and_comes_at_any_place():
    photos = [replace(PHOTO, id=number, difficulty=float(number)) for number in range(1, 13)]
    lots = [deal(photos, blank_share=0.5, seed=seed) for seed in range(400)]
    blank = Counter(place.image_id for lot in lots for place in lot if place.arm is PilotArm.BLANK)
    assert all(150 < blank[photo.id] < 250 for photo in photos)
    mean_place = {arm: [place.position for lot in lots for place in lot if place.arm is arm] for arm in PilotArm}
    for positions in mean_place.values():
        assert abs(sum(positions) / len(positions) - 5.5) < 0.2
