"""Which of very many approved photos a training looks at."""

import pytest

from annotation_store.errors import NotEnoughApprovedError
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.learning.golden import choose_golden
from annotation_store.learning.training_sets import check_enough, freeze, load_items, preview
from annotation_store.projects import create_project
from matting_core.image_io import ImageLimits


def approve_all(world, *names):
    return [world.approve(image.id) for image in world.draft(*names)]


def frozen(store, most):
    return [item.image_id for item in load_items(store, freeze(store, most=most, by="ren").id)]


def test_those_that_came_last_are_looked_at(world, store):
    approved = approve_all(world, *[f"p{number}_1.png" for number in range(6)])
    assert frozen(store, 4) == [image.id for image in approved[2:]]
    assert frozen(store, 6) == frozen(store, 100) == [image.id for image in approved]


def test_they_come_from_all_projects_in_turn(world, store, photo):
    first = approve_all(world, "a_1.png", "b_1.png")
    other = create_project(store, "Bags", by="ren")
    files = [IncomingFile(f"bag{number}_1.png", photo(number)) for number in range(6)]
    bags = take_in(store, files, by="ren", limits=ImageLimits(), project_id=other.id).accepted
    for bag in bags:
        world.draft_next()
        world.approve(bag.id)
    assert frozen(store, 3) == [first[1].id, bags[4].id, bags[5].id]
    assert frozen(store, 6) == [first[0].id, first[1].id, *(bag.id for bag in bags[2:])]


def test_golden_ones_come_on_top_however_old_they_are(world, store):
    approved = approve_all(world, *[f"p{number}_1.png" for number in range(5)])
    choose_golden(store, approved[0].id, by="ren")
    assert frozen(store, 2) == [approved[0].id, approved[3].id, approved[4].id]


def test_a_preview_tells_how_many_are_left_out(world, store):
    approve_all(world, *[f"p{number}_1.png" for number in range(5)])
    found = preview(store, most=3)
    assert (found.train + found.validation, found.left_out) == (3, 2)
    assert preview(store).left_out == 0


def test_too_few_products_among_those_that_came_last_are_too_few(world, store):
    approve_all(world, "cup_1.png", "shoe_1.png", "shoe_2.png")
    check_enough(store, most=3)
    for ask in (check_enough, preview):
        with pytest.raises(NotEnoughApprovedError, match="at least 2 products"):
            ask(store, most=2)
