import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.errors import NotEnoughApprovedError, NotFoundError
from annotation_store.gallery import list_images, load_photo
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.kinds import Part
from annotation_store.learning import model_registry, training_runs
from annotation_store.learning.training_sets import divide, freeze, get_training_set, load_example, load_items
from annotation_store.projects import FIRST_PROJECT, create_project
from annotation_store.queue.subjects import SubjectTable, apply_subjects
from annotation_store.reviews import reopen
from annotation_store.revisions import get_revision, load_matte
from annotation_store.states import RunState
from matting_core.image_io import ImageLimits


def approve_all(world, *names):
    images = world.draft(*names)
    return [world.approve(image.id) for image in images]


def test_what_is_approved_is_frozen_with_its_hashes(world, store):
    approved = approve_all(world, "shoe_1.png", "shoe_2.png", "bag_1.png")
    world.draft("not approved_1.png")
    record = freeze(store, by="ren")
    items = load_items(store, record.id)
    assert [item.image_id for item in items] == [image.id for image in approved]
    assert [item.revision_id for item in items] == [image.head_revision_id for image in approved]
    assert [item.photo_sha256 for item in items] == [image.sha256 for image in approved]
    assert [item.product_group for item in items] == ["shoe", "shoe", "bag"]
    assert record.train_count + record.validation_count == 3
    assert record.validation_count == [item.part for item in items].count(Part.VALIDATION)
    assert get_training_set(store, record.id) == record


def test_a_frozen_set_does_not_change_with_later_corrections(world, store):
    shoe, _ = approve_all(world, "shoe_1.png", "bag_1.png")
    record = freeze(store, by="ren")
    before = load_items(store, record.id)
    reopen(store, shoe.id, by="ren")
    world.stroke(shoe.id, "a")
    world.approve(shoe.id)
    assert load_items(store, record.id) == before
    later = load_items(store, freeze(store, by="ren").id)
    assert later[0].revision_id != before[0].revision_id
    assert [item.part for item in later] == [item.part for item in before]


def test_the_pixels_of_an_item_are_those_that_were_approved(world, store):
    shoe, _ = approve_all(world, "shoe_1.png", "bag_1.png")
    item = load_items(store, freeze(store, by="ren").id)[0]
    example = load_example(store, item)
    trimap, alpha = load_matte(store, get_revision(store, shoe.head_revision_id))
    np.testing.assert_array_equal(example.rgb, load_photo(store, shoe).rgb)
    np.testing.assert_array_equal(example.trimap, trimap)
    np.testing.assert_array_equal(example.alpha, alpha)


@pytest.mark.parametrize("names", [(), ("shoe_1.png",), ("shoe_1.png", "shoe_2.png")])
def test_one_product_is_not_enough(world, store, names):
    approve_all(world, *names)
    with pytest.raises(NotEnoughApprovedError, match=f"at least 2 products.*{len(names)} approved photos"):
        freeze(store, by="ren")


def test_an_unknown_set_is_not_found(store):
    with pytest.raises(NotFoundError):
        load_items(store, 3)


groups = st.sets(st.text(min_size=1), min_size=2, max_size=40)
shares = st.floats(0.01, 0.99)


@given(groups, shares)
def test_both_sides_have_a_group_and_the_names_alone_decide(names, share):
    parts = divide(names, validation_share=share)
    assert set(parts) == names
    assert set(parts.values()) == set(Part)
    assert parts == divide(sorted(names, reverse=True), validation_share=share)


@given(groups, st.text(min_size=1))
def test_a_group_keeps_its_side_when_another_joins(names, newcomer):
    anchors = {"group 0", "group 4"}  # one on each side, so that no group has to be moved
    assert set(divide(anchors, validation_share=0.5).values()) == set(Part)
    before = divide(names | anchors, validation_share=0.5)
    after = divide(names | anchors | {newcomer}, validation_share=0.5)
    assert {name: after[name] for name in before} == dict(before)


@given(groups, shares)
def test_a_group_that_was_learnt_from_never_judges(names, share):
    learnt = set(sorted(names)[: len(names) // 2])
    parts = divide(names, validation_share=share, learnt=learnt)
    assert all(parts[group] is Part.TRAIN for group in learnt)
    assert set(parts.values()) == set(Part)


def test_nothing_is_left_to_judge_by_once_every_group_was_learnt_from():
    with pytest.raises(NotEnoughApprovedError, match="photos of another product"):
        divide({"a", "b"}, validation_share=0.5, learnt={"a", "b", "c"})


def go_live(store, training_set_id):
    """Let a model that learnt from this set go live."""
    run = training_runs.request(store, by="ren")
    training_runs.start(store, run.id, 1)
    training_runs.attach_training_set(store, run.id, training_set_id)
    candidate = model_registry.register_candidate(
        store,
        architecture="compact",
        weights=b"weights",
        parent_id=None,
        run_id=run.id,
        metrics={},
        licence="",
        code_version="",
    )
    model_registry.promote(store, candidate.id, verdict="better", by="gate")
    training_runs.finish(store, run.id, RunState.SUCCEEDED, verdict="better", candidate_id=candidate.id)


def test_the_products_of_a_model_that_went_live_stay_on_the_training_side(world, store):
    approve_all(world, "p0_1.png", "p2_1.png")
    first = freeze(store, by="ren")
    learnt = {item.product_group for item in load_items(store, first.id) if item.part is Part.TRAIN}
    go_live(store, first.id)
    approve_all(world, *[f"p{n}_1.png" for n in (1, 3, 4, 5)])
    later = {item.product_group: item.part for item in load_items(store, freeze(store, by="ren").id)}
    assert {later[group] for group in learnt} == {Part.TRAIN}
    assert Part.VALIDATION in later.values()


def test_what_a_model_learnt_from_stays_on_the_training_side_under_another_subject(world, store):
    approve_all(world, *[f"{letter}_1.png" for letter in "abcdefghijkl"])
    first = freeze(store, validation_share=0.5, by="ren")
    learnt = {item.image_id for item in load_items(store, first.id) if item.part is Part.TRAIN}
    go_live(store, first.id)
    names = {image.name: f"subject {image.id}" for image in list_images(store)}
    apply_subjects(store, FIRST_PROJECT, SubjectTable(names, {}), by="ren")
    parts = {item.image_id: item.part for item in load_items(store, freeze(store, validation_share=0.5, by="ren").id)}
    assert {parts[image_id] for image_id in learnt} == {Part.TRAIN}
    assert Part.VALIDATION in parts.values()


def test_subjects_of_two_projects_that_share_a_name_lie_on_one_side(world, store, photo):
    other = create_project(store, "Bags", by="ren")
    approve_all(world, *[f"p{n}_1.png" for n in range(8)])
    files = [IncomingFile(f"p{n}_2.png", photo(n)) for n in range(8)]
    for image in take_in(store, files, by="ren", limits=ImageLimits(), project_id=other.id).accepted:
        world.draft_next()
        world.approve(image.id)
    items = load_items(store, freeze(store, validation_share=0.5, by="ren").id)
    sides = {(item.product_group, item.part) for item in items}
    assert len(items) == 16
    assert len(sides) == 8


def test_the_share_is_met_over_many_groups():
    parts = divide([f"product {n}" for n in range(4000)], validation_share=0.25)
    assert list(parts.values()).count(Part.VALIDATION) / 4000 == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("share", [0, 1, -0.5, 1.5])
def test_a_share_without_two_sides_is_refused(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        divide(["a", "b"], validation_share=share)
