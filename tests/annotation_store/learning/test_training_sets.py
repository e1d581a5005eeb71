import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from annotation_store import gallery, schema
from annotation_store.clock import utc_now
from annotation_store.drafts import request_redraft
from annotation_store.errors import NotEnoughApprovedError, NotFoundError
from annotation_store.gallery import list_images, load_photo
from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.kinds import Part, Supervision
from annotation_store.learning import standings, training_runs
from annotation_store.learning.golden import choose_golden
from annotation_store.learning.training_sets import (
    FULL_AREA,
    MOST_WEIGHT,
    divide,
    freeze,
    get_training_set,
    load_example,
    load_items,
    preview,
    weight_of,
)
from annotation_store.projects import FIRST_PROJECT, create_project
from annotation_store.queue.subjects import SubjectTable, apply_subjects
from annotation_store.reviews import reopen
from annotation_store.revisions import get_revision, load_matte
from annotation_store.states import ModelState
from matting_core.arrays import UNKNOWN
from matting_core.edits.marks import FULL, Retouch
from matting_core.image_io import ImageLimits, decode_trimap

SIDES = {Part.TRAIN, Part.VALIDATION}


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


@pytest.mark.parametrize("blobs_in", ["folder", "bucket"])
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
    assert set(parts.values()) == SIDES
    assert parts == divide(sorted(names, reverse=True), validation_share=share)


@given(groups, st.text(min_size=1))
def test_a_group_keeps_its_side_when_another_joins(names, newcomer):
    anchors = {"group 0", "group 4"}  # one on each side, so that no group has to be moved
    assert set(divide(anchors, validation_share=0.5).values()) == SIDES
    before = divide(names | anchors, validation_share=0.5)
    after = divide(names | anchors | {newcomer}, validation_share=0.5)
    assert {name: after[name] for name in before} == dict(before)


@given(groups, shares)
def test_a_group_that_was_learnt_from_never_judges(names, share):
    learnt = set(sorted(names)[: len(names) // 2])
    parts = divide(names, validation_share=share, learnt=learnt)
    assert all(parts[group] is Part.TRAIN for group in learnt)
    assert set(parts.values()) == SIDES


def test_nothing_is_left_to_judge_by_once_every_group_was_learnt_from():
    with pytest.raises(NotEnoughApprovedError, match="photos of another product"):
        divide({"a", "b"}, validation_share=0.5, learnt={"a", "b", "c"})


def test_the_products_of_a_model_that_went_live_stay_on_the_training_side(world, store, learnt_from):
    approve_all(world, "p0_1.png", "p2_1.png")
    first = freeze(store, by="ren")
    learnt = {item.product_group for item in load_items(store, first.id) if item.part is Part.TRAIN}
    standings.go_live(store, learnt_from(first).id, verdict="better", by="gate")
    approve_all(world, *[f"p{n}_1.png" for n in (1, 3, 4, 5)])
    later = {item.product_group: item.part for item in load_items(store, freeze(store, by="ren").id)}
    assert {later[group] for group in learnt} == {Part.TRAIN}
    assert Part.VALIDATION in later.values()


def test_what_a_model_learnt_from_stays_on_the_training_side_under_another_subject(world, store, learnt_from):
    approve_all(world, *[f"{letter}_1.png" for letter in "abcdefghijkl"])
    first = freeze(store, validation_share=0.5, by="ren")
    learnt = {item.image_id for item in load_items(store, first.id) if item.part is Part.TRAIN}
    standings.go_live(store, learnt_from(first).id, verdict="better", by="gate")
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


def test_a_version_that_went_live_before_its_run_could_name_it_has_learnt(world, store, version):
    approve_all(world, *[f"p{n}_1.png" for n in range(6)])
    run = training_runs.request(store, by="ren")
    training_runs.start(store, run.id, 1)
    training_set = freeze(store, by="ren")
    training_runs.attach(store, run.id, training_set_id=training_set.id)
    standings.go_live(store, version(run_id=run.id).id, verdict="better", by="gate")  # and then the power fails
    learnt = {item.image_id for item in load_items(store, training_set.id) if item.part is Part.TRAIN}
    later = load_items(store, freeze(store, by="ren").id)
    assert {item.image_id for item in later if item.learnt} == learnt != set()


def test_what_was_learnt_is_told_by_revision_and_only_of_versions_that_have_been_live(world, store, learnt_from):
    images = approve_all(world, *[f"p{n}_1.png" for n in range(6)])
    model = learnt_from()

    def learnt():
        return {item.image_id for item in load_items(store, freeze(store, by="ren").id) if item.learnt}

    assert learnt() == set()
    standings.go_live(store, model.id, verdict="better", by="gate")
    first = learnt()
    assert 0 < len(first) < len(images)
    corrected = min(first)
    reopen(store, corrected, by="ren")
    world.stroke(corrected, "a")
    world.approve(corrected)
    assert learnt() == first - {corrected}
    assert model.state is ModelState.CANDIDATE  # as it was


def test_an_item_bears_its_project_and_its_tag_of_that_moment(world, store):
    world.set_project(tag="hair")
    approve_all(world, "shoe_1.png", "bag_1.png")
    before = freeze(store, by="ren")
    world.set_project(tag="lace")
    after = freeze(store, by="ren")
    assert {(item.project_id, item.tag) for item in load_items(store, before.id)} == {(FIRST_PROJECT, "hair")}
    assert {item.tag for item in load_items(store, after.id)} == {"lace"}


@pytest.fixture
def spent(store):
    """``spent(image, area)``: so much of the photo was painted over until it was approved."""

    def note(image, area):
        with store.database.write() as session:
            session.add(
                schema.Effort(
                    revision_id=image.head_revision_id,
                    image_id=image.id,
                    project_id=image.project_id,
                    strokes=3,
                    painted_area=area,
                    approved_at=utc_now(),
                )
            )

    return note


def test_the_more_was_painted_the_more_it_weighs(world, store, spent):
    untouched, little, much = approve_all(world, "shoe_1.png", "bag_1.png", "cup_1.png")
    spent(little, FULL_AREA / 3)
    spent(much, 10 * FULL_AREA)
    items = {item.image_id: item for item in load_items(store, freeze(store, by="ren").id)}
    weights = [items[image.id].weight for image in (untouched, little, much)]
    assert weights == pytest.approx([1, 1 + (MOST_WEIGHT - 1) / 3, MOST_WEIGHT])
    assert load_example(store, items[much.id]).weight == MOST_WEIGHT


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_weight_grows_with_the_area_and_stays_in_its_bounds(area, other):
    least, most = sorted((area, other))
    assert 1 <= weight_of(least) <= weight_of(most) <= MOST_WEIGHT


def painted_on_the_left(store, revision):
    """A retouch that covers the left half, and so little of the rest that it hardly shows."""
    shape = decode_trimap(store.blobs.get(revision.trimap_blob)).shape
    retouch = Retouch.blank(shape)
    retouch.coverage[...] = FULL // 3
    retouch.coverage[:, : shape[1] // 2] = FULL
    return store.blobs.put(retouch.to_png())


@pytest.mark.parametrize(
    ("by_model", "retouched", "supervision"),
    [
        (True, False, Supervision.TRIMAP),
        (True, True, Supervision.RETOUCH),
        (False, False, Supervision.ALPHA),
        (False, True, Supervision.ALPHA),
    ],
)
def test_an_alpha_is_believed_where_somebody_painted_it_or_no_model_made_it(
    world, store, shipped, rewritable, by_model, retouched, supervision
):
    images = world.draft("shoe_1.png", "bag_1.png", model_id=shipped.id if by_model else None)
    for image in images:
        world.approve(image.id)
    rewritable("revisions")
    with store.database.write() as session:
        for row in session.scalars(select(schema.Revision)):
            row.model_version_id = shipped.id if by_model else None
            row.retouch_blob = painted_on_the_left(store, row) if retouched else None
    items = load_items(store, freeze(store, by="ren").id)
    assert {item.supervision for item in items} == {supervision}
    example = load_example(store, items[0])
    known, left = example.trimap != UNKNOWN, np.arange(example.trimap.shape[1]) < example.trimap.shape[1] // 2
    if supervision is Supervision.ALPHA:
        assert example.believed is None
    else:
        np.testing.assert_array_equal(example.believed, known | left if retouched else known)


def test_the_drafted_trimap_is_that_of_the_draft_before_what_was_approved(world, store):
    shoe, bag = world.draft("shoe_1.png", "bag_1.png")
    drafted = get_revision(store, gallery.get_image(store, shoe.id).head_revision_id).trimap_blob
    world.stroke(shoe.id, "a")
    world.approve(shoe.id)
    world.approve(bag.id)
    item = load_items(store, freeze(store, by="ren").id)[0]
    assert item.draft_trimap_blob == drafted != item.trimap_blob
    example = load_example(store, item)
    assert (example.draft_trimap != example.trimap).any()


def test_a_later_draft_is_not_the_one_of_a_golden_image(world, store, rewritable):
    shoe, *_ = approve_all(world, "shoe_1.png", "bag_1.png", "cup_1.png")
    choose_golden(store, shoe.id, by="ren")
    reopen(store, shoe.id, by="ren")
    request_redraft(store, shoe.id, by="ren")
    later = world.draft_next()
    other_trimap = store.blobs.put(b"another trimap")
    rewritable("revisions")
    with store.database.write() as session:
        session.get_one(schema.Revision, later.id).trimap_blob = other_trimap
    item = load_items(store, freeze(store, by="ren").id)[0]
    assert (item.image_id, item.part, item.revision_id) == (shoe.id, Part.GOLDEN, shoe.head_revision_id)
    assert item.draft_trimap_blob == item.trimap_blob != other_trimap


def test_without_a_draft_there_is_no_drafted_trimap(world, store, rewritable):
    approve_all(world, "shoe_1.png", "bag_1.png")
    rewritable("revisions")
    with store.database.write() as session:
        session.execute(update(schema.Revision).values(kind="correction"))
    item = load_items(store, freeze(store, by="ren").id)[0]
    assert item.draft_trimap_blob is None
    assert load_example(store, item).draft_trimap is None


def test_a_preview_tells_what_would_be_frozen_and_freezes_nothing(world, store, shipped):
    names = [f"p{n}_{take}.png" for n in range(6) for take in (1, 7)]
    images = world.draft(*names, model_id=shipped.id)
    for image in images[:-2]:
        world.approve(image.id)
    choose_golden(store, images[0].id, by="ren")
    first = preview(store)
    assert preview(store) == first
    record = freeze(store, by="ren")
    assert record.id == 1
    items = load_items(store, record.id)
    parts = [item.part for item in items]
    assert (first.train, first.validation) == (record.train_count, record.validation_count)
    assert (first.train, first.validation, first.golden) == tuple(parts.count(part) for part in Part)
    assert first.fresh == len(items) == 9  # the golden one's other photo stays out
    assert first.products == len({item.product_group for item in items}) == 5
    assert first.trimap_only == first.train
    assert preview(store).fresh == 0
    for image in images[-2:]:
        world.approve(image.id)
    assert preview(store).fresh == 2


def test_a_preview_of_too_little_says_so(world, store):
    approve_all(world, "shoe_1.png")
    with pytest.raises(NotEnoughApprovedError, match="at least 2 products"):
        preview(store)


def test_golden_images_leave_two_more_products_to_learn_from(world, store):
    shoe, *_ = approve_all(world, "shoe_1.png", "bag_1.png")
    choose_golden(store, shoe.id, by="ren")
    with pytest.raises(NotEnoughApprovedError, match="1 approved photos of 1"):
        freeze(store, by="ren")


def test_the_share_is_met_over_many_groups():
    parts = divide([f"product {n}" for n in range(4000)], validation_share=0.25)
    assert list(parts.values()).count(Part.VALIDATION) / 4000 == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("share", [0, 1, -0.5, 1.5])
def test_a_share_without_two_sides_is_refused(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        divide(["a", "b"], validation_share=share)
