"""What waits for a reviewer, and for which."""

import pytest

from annotation_store.reviews import list_decisions, list_submissions, next_submission, return_to_operator


def names(submissions):
    return [submission.image.name for submission in submissions]


@pytest.fixture
def images(world):
    """Three images, submitted in another order than that in which they came; the first one twice."""
    images = world.draft("a.png", "b.png", "c.png")
    for image in (images[0], images[2], images[1]):
        world.submit(image.id, by="keiko")
    return_to_operator(world.store, images[0].id, reason="once more", by="ren")
    world.submit(images[0].id, by="aoi")
    return images


def test_what_has_waited_longest_comes_first_with_who_and_when(store, images):
    submissions = list_submissions(store, "ren")
    assert names(submissions) == ["c.png", "b.png", "a.png"]
    assert [submission.by for submission in submissions] == ["keiko", "keiko", "aoi"]
    last = list_decisions(store, images[0].id)[-1]
    assert submissions[2].at == last.created_at


def test_one_after_the_other_and_then_from_the_start(world, store, images):
    a, b, c = (image.id for image in images)
    assert next_submission(store, "ren").image.id == c
    assert next_submission(store, "ren", after=c).image.id == b
    assert next_submission(store, "ren", after=b).image.id == a
    assert next_submission(store, "ren", after=a).image.id == c
    world.approve(b, by="ren")
    assert next_submission(store, "ren", after=b).image.id == a
    assert next_submission(store, "ren", after=999).image.id == c


def test_nothing_in_review_is_nothing_to_review(world, store):
    world.draft("a.png")
    assert list_submissions(store, "ren") == ()
    assert next_submission(store, "ren", after=1) is None


def test_nobody_is_given_what_they_cannot_approve(world, store, images):
    world.set_project(four_eyes=True)
    assert names(list_submissions(store, "ren")) == ["c.png", "b.png", "a.png"]
    assert names(list_submissions(store, "keiko")) == ["a.png"]
    assert names(list_submissions(store, "aoi")) == ["c.png", "b.png"]
    assert next_submission(store, "aoi", after=images[1].id).image.name == "c.png"
    return_to_operator(store, images[0].id, reason="once more", by="ren")
    assert next_submission(store, "keiko") is None


def test_only_of_the_projects_asked_for(world, store, images):
    other = world.add_project("Shoes")
    world.set_image(images[1].id, project_id=other)
    assert names(list_submissions(store, "ren", projects={other})) == ["b.png"]
    assert next_submission(store, "ren", after=images[1].id, projects={other}).image.name == "b.png"
    assert list_submissions(store, "ren", projects=()) == ()
