import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.errors import NotFoundError
from annotation_store.events import list_events
from annotation_store.gallery import list_images
from annotation_store.projects import create_project
from annotation_store.tags import (
    MOST_TAGS,
    InvalidTagError,
    TagCount,
    add_tags,
    clean_tag,
    list_tags,
    remove_tags,
    set_tags,
    split_tags,
    tags_by_image,
    tags_of,
)


def test_tags_are_set_added_and_removed(world, store):
    one, two = (image.id for image in world.take_in("a.png", "b.png"))
    assert set_tags(store, one, ["summer", " hair "], by="ren") == ("hair", "summer")
    assert add_tags(store, [one, two], ["hair", "glass"], by="mia") == 2
    assert add_tags(store, [one, two], ["hair"], by="mia") == 0
    assert tags_by_image(store, [one, two]) == {one: ("glass", "hair", "summer"), two: ("glass", "hair")}
    assert remove_tags(store, [one, two], ["summer"], by="mia") == 1
    assert set_tags(store, two, [], by="ren") == ()
    assert tags_of(store, two) == ()
    told = [event.data for event in list_events(store, image_id=one) if event.action == "image.tagged"]
    assert told == [
        {"added": [], "removed": ["summer"]},
        {"added": ["glass"], "removed": []},
        {"added": ["hair", "summer"], "removed": []},
    ]


def test_all_or_none_of_the_images_get_them(world, store):
    (one,) = world.take_in("a.png")
    for deed in (add_tags, remove_tags):
        with pytest.raises(NotFoundError):
            deed(store, [one.id, 99], ["hair"], by="ren")
    with pytest.raises(NotFoundError):
        set_tags(store, 99, ["hair"], by="ren")
    assert tags_of(store, one.id) == ()


@pytest.mark.parametrize("tag", ["", "  ", "a" * 61, "a;b", "a|b", "a,b", "赤、青", "a\0b", "a\u202eb", "\ud800"])
def test_what_cannot_be_a_tag_is_refused(world, store, tag):
    (one,) = world.take_in("a.png")
    with pytest.raises(InvalidTagError):
        set_tags(store, one.id, ["hair", tag], by="ren")
    assert tags_of(store, one.id) == ()


def test_an_image_has_so_many_and_no_more(world, store):
    (one,) = world.take_in("a.png")
    set_tags(store, one.id, map(str, range(MOST_TAGS)), by="ren")
    with pytest.raises(InvalidTagError, match=f"more than {MOST_TAGS}"):
        add_tags(store, [one.id], ["one more"], by="ren")
    assert set_tags(store, one.id, ["another"], by="ren") == ("another",)


def test_two_spellings_of_the_same_letters_are_one_tag():
    split = unicodedata.normalize("NFD", "ガラス")
    assert split != "ガラス"
    assert split_tags(f"{split};ガラス; ガラス |hair") == ("ガラス", "hair")


@given(st.text(max_size=80))
def test_a_clean_tag_stays_as_it_is(text):
    try:
        tag = clean_tag(text)
    except InvalidTagError:
        return
    assert clean_tag(tag) == tag
    assert split_tags(tag) == (tag,)


def test_images_are_found_by_tag_and_counted(world, store):
    one, two = world.take_in("a.png", "b.png")
    other = create_project(store, "Bags", by="ren").id
    world.set_image(two.id, project_id=other)
    add_tags(store, [one.id, two.id], ["hair"], by="ren")
    add_tags(store, [two.id], ["Glass"], by="ren")
    assert [image.id for image in list_images(store, tag="hair")] == [two.id, one.id]
    assert [image.id for image in list_images(store, tag="hair", project_ids=[other])] == [two.id]
    assert list_images(store, tag="ha") == ()
    assert list_tags(store) == (TagCount("Glass", 1), TagCount("hair", 2))
    assert list_tags(store, project_ids=[1]) == (TagCount("hair", 1),)


def test_a_search_also_finds_subjects_and_tags(world, store):
    one, two = world.take_in("P1_1.png", "P2_1.png")
    world.set_image(one.id, product_group="4901-X")
    add_tags(store, [two.id], ["50%_wool"], by="ren")
    assert [image.id for image in list_images(store, search="901-x")] == [one.id]
    assert [image.id for image in list_images(store, search="%_WOOL")] == [two.id]
    assert list_images(store, search="50_") == ()
