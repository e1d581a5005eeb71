import pytest
from small_images import disc, png

from annotation_store.errors import NotFoundError
from annotation_store.gallery import count_by_project, count_by_state, get_image, list_images
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.projects import FIRST_PROJECT, create_project
from annotation_store.states import ImageState
from matting_core.image_io import ImageLimits


def names(images):
    return [image.name for image in images]


def test_images_come_newest_first_in_pages(world, store):
    *_, newest = world.take_in("a.png", "b.png", "c.png")
    assert names(list_images(store)) == ["c.png", "b.png", "a.png"]
    assert names(list_images(store, limit=1, before=newest.id)) == ["b.png"]


def test_images_are_found_by_state_and_part_of_their_name(world, store):
    world.draft("Shoe_1.png")
    world.take_in("shoe_2.png", "50%_off.png")
    assert names(list_images(store, search="SHOE")) == ["shoe_2.png", "Shoe_1.png"]
    assert names(list_images(store, search="%")) == ["50%_off.png"]
    assert names(list_images(store, search="shoe", states=[ImageState.READY])) == ["Shoe_1.png"]
    assert names(list_images(store, states=[])) == []


def test_every_state_is_counted_also_the_empty_ones(world, store):
    world.draft("a.png", "b.png")
    world.take_in("c.png")
    counts = count_by_state(store)
    assert set(counts) == set(ImageState)
    assert {state: count for state, count in counts.items() if count} == {
        ImageState.READY: 2,
        ImageState.WAITING: 1,
    }


def test_the_images_of_each_project_are_counted(world, store):
    world.draft("a.png", "b.png")
    boots = create_project(store, "Boots", by="ren").id
    take_in(store, [IncomingFile("c.png", data=png(disc()[0]))], by="keiko", limits=ImageLimits(), project_id=boots)
    assert count_by_project(store, ImageState.READY) == {FIRST_PROJECT: 2}
    assert count_by_project(store, ImageState.WAITING) == {boots: 1}


def test_an_unknown_image_is_not_found(store):
    with pytest.raises(NotFoundError, match="no image number 7"):
        get_image(store, 7)
