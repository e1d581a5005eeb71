"""While a pilot runs, its photos come before the project's others, in the order of its lot, with nothing between."""

import pytest

from annotation_store.gallery import get_image
from annotation_store.kinds import Pick, QueuePolicy
from annotation_store.learning.model_registry import register_shipped
from annotation_store.pilots.pilots import begin_pilot, call_off_pilot, pilot_images
from annotation_store.projects import FIRST_PROJECT
from annotation_store.queue.assignment import assign
from annotation_store.queue.honeypots import choose
from annotation_store.queue.pull import pull
from annotation_store.reviews import skip

pytestmark = pytest.mark.parametrize("database_url", [""], ids=["sqlite"])  # both: test_pilot_on_both.py


@pytest.fixture
def images(store, world):
    model = register_shipped(
        store, name="compact", architecture="compact", shipped_weights="compact.safetensors", licence="Apache-2.0"
    )
    images = world.draft(*(f"cup{number * 'o'}.png" for number in range(13)), model_id=model.id)
    for place, image in enumerate(images):
        world.set_image(image.id, difficulty=float(place))
    return images


@pytest.fixture
def pilot(store, images):
    """Of the ten easiest."""
    ids = [image.id for image in images[:10]]
    return begin_pilot(store, FIRST_PROJECT, name="p", image_ids=ids, blank_share=0.5, seed=3, by="ren")


@pytest.fixture
def ask(store):
    def ask(by="keiko", **options):
        pulled = pull(store, **({"project_ids": [FIRST_PROJECT], "draw": lambda: 0.0} | options), by=by)
        return None if pulled is None else pulled.image

    return ask


@pytest.fixture
def lot(store, pilot):
    return [place.image_id for place in pilot_images(store, pilot.id)]


def test_its_photos_come_first_by_lot_whatever_the_policy_and_without_tests_between(store, world, images, lot, ask):
    world.approve(images[12].id)
    choose(store, images[12].id, by="ren")
    world.set_project(policy=QueuePolicy.HARDEST_FIRST, random_share=0.5, honeypot_share=0.5)
    given, last = [], None
    while (image := ask(after=last)) is not None and len(given) < 10:
        given.append(image.id)
        assert image.pick is Pick.PILOT
        skip(store, image.id, reason="", by="keiko")
        last = image.id
    assert given == lot
    assert image.id not in lot


def test_two_people_share_them(ask, lot):
    assert [ask(by).id for by in ("keiko", "mia", "joe")] == lot[:3]


def test_what_is_assigned_to_somebody_comes_before(store, images, lot, ask):
    assign(store, [images[11].id, lot[0]], to="mia", by="ren")
    assert ask("keiko").id == lot[1]
    assert {ask("mia", after=None).id} <= {images[11].id, lot[0]}


def test_what_somebody_passed_comes_after_the_others(lot, ask, store, world):
    assert ask(after=lot[0], passed=[lot[0], lot[1]]).id == lot[2]


def test_once_it_is_over_the_policy_decides_again(store, pilot, images, ask):
    call_off_pilot(store, pilot.id, by="ren")
    image = ask(draw=lambda: 0.999)
    assert image.id == images[0].id
    assert get_image(store, image.id).pick is Pick.POLICY


def test_another_project_is_not_touched(store, world, pilot, ask):
    other = world.add_project("Another")
    assert ask(project_ids=[other]) is None
