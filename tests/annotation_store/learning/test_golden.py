import pytest

from annotation_store.errors import InvalidTransitionError, NotFoundError
from annotation_store.events import recent_events
from annotation_store.gallery import get_image
from annotation_store.kinds import Part
from annotation_store.learning.golden import choose_golden, list_golden, retire_golden
from annotation_store.learning.training_sets import freeze, load_items
from annotation_store.projects import FIRST_PROJECT
from annotation_store.queue.subjects import SubjectTable, apply_subjects
from annotation_store.reviews import reopen

PRODUCTS = ("a_1.png", "b_1.png", "c_1.png", "d_1.png")


@pytest.fixture
def approved(world):
    """Approved images of four products."""
    return [world.approve(image.id) for image in world.draft(*PRODUCTS)]


@pytest.fixture
def parts(store):
    """``parts()``: the side of each image in a training set that is frozen now."""

    def freeze_now():
        return {item.image_id: item.part for item in load_items(store, freeze(store, by="ren").id)}

    return freeze_now


def test_a_chosen_image_judges_and_is_not_learnt_from(store, approved, parts):
    golden = choose_golden(store, approved[0].id, by="ren")
    assert (golden.revision_id, golden.added_by, golden.retired_at) == (approved[0].head_revision_id, "ren", None)
    assert list_golden(store) == (golden,)
    assert parts()[approved[0].id] is Part.GOLDEN
    event = next(each for each in recent_events(store) if each.action == "image.made_golden")
    assert (event.actor, event.image_id) == ("ren", approved[0].id)


def test_no_other_photo_of_its_product_is_learnt_from(world, store, approved, parts):
    (beside,) = world.draft("a_9.png")
    world.approve(beside.id)
    choose_golden(store, approved[0].id, by="ren")
    assert set(parts()) == {image.id for image in approved}


def test_two_golden_images_of_one_product_both_judge(world, store, approved, parts):
    (beside,) = world.draft("a_9.png")
    world.approve(beside.id)
    for image_id in (approved[0].id, beside.id):
        choose_golden(store, image_id, by="ren")
    assert [parts()[image_id] for image_id in (approved[0].id, beside.id)] == [Part.GOLDEN] * 2


def test_it_judges_as_it_was_when_it_was_chosen_until_it_is_chosen_again(world, store, approved, parts):
    image, first = approved[0], approved[0].head_revision_id
    choose_golden(store, image.id, by="ren")

    def judged_by():
        items = load_items(store, freeze(store, by="ren").id)
        return next((item.revision_id, item.part) for item in items if item.image_id == image.id)

    reopen(store, image.id, by="ren")
    assert judged_by() == (first, Part.GOLDEN)
    world.stroke(image.id, "a")
    second = world.approve(image.id).head_revision_id
    assert judged_by() == (first, Part.GOLDEN)
    assert choose_golden(store, image.id, by="keiko").revision_id == second != first
    assert judged_by() == (second, Part.GOLDEN)


def test_a_retired_one_is_learnt_from_or_judges_as_any_other(store, approved, parts):
    choose_golden(store, approved[0].id, by="ren")
    retired = retire_golden(store, approved[0].id, by="ren")
    assert retired.retired_at is not None
    assert retire_golden(store, approved[0].id, by="keiko") == retired
    assert list_golden(store) == ()
    assert [event.action for event in recent_events(store)].count("image.golden_retired") == 1
    assert parts()[approved[0].id] is not Part.GOLDEN


def test_a_retired_one_can_be_chosen_again_unless_it_was_learnt_from(store, approved, parts):
    for image in approved:
        choose_golden(store, image.id, by="ren")
        retire_golden(store, image.id, by="ren")
    assert choose_golden(store, approved[0].id, by="keiko").retired_at is None
    retire_golden(store, approved[0].id, by="ren")
    learnt = next(image_id for image_id, part in parts().items() if part is Part.TRAIN)
    with pytest.raises(InvalidTransitionError, match="learnt from already"):
        choose_golden(store, learnt, by="ren")


def test_what_is_not_approved_is_refused(world, store, approved):
    (draft,) = world.draft("e_1.png")
    reopen(store, approved[0].id, by="ren")
    for image_id in (draft.id, approved[0].id):
        with pytest.raises(InvalidTransitionError, match="approve it, then make it golden"):
            choose_golden(store, image_id, by="ren")
    with pytest.raises(NotFoundError):
        choose_golden(store, 99, by="ren")
    assert list_golden(store) == ()


def test_a_copy_that_is_handed_out_as_a_test_is_refused(world, store, approved):
    world.set_image(approved[1].id, honeypot_of_id=approved[0].id)
    with pytest.raises(InvalidTransitionError, match="choose its original"):
        choose_golden(store, approved[1].id, by="ren")


def test_a_product_that_was_learnt_from_is_refused_under_whatever_name(world, store, approved, parts):
    sides = parts()
    learnt = get_image(store, next(image_id for image_id, part in sides.items() if part is Part.TRAIN))
    held_out = next(image_id for image_id, part in sides.items() if part is Part.VALIDATION)
    (beside,) = world.draft(learnt.name.replace("_1", "_9"))
    world.approve(beside.id)
    assert choose_golden(store, held_out, by="ren").image_id == held_out
    with pytest.raises(InvalidTransitionError, match=f"product “{learnt.product_group}” were learnt from"):
        choose_golden(store, beside.id, by="ren")
    names = {image.name: "one cup" for image in (learnt, beside)}
    apply_subjects(store, FIRST_PROJECT, SubjectTable(names, {}), by="ren")
    with pytest.raises(InvalidTransitionError, match="product “one cup” were learnt from"):
        choose_golden(store, beside.id, by="ren")


def test_what_never_was_golden_cannot_be_retired(store, approved):
    with pytest.raises(NotFoundError, match="not golden"):
        retire_golden(store, approved[0].id, by="ren")
