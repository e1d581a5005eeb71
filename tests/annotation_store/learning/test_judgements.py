import pytest

from annotation_store.errors import NotFoundError
from annotation_store.keeping.blob_references import referenced
from annotation_store.kinds import Part
from annotation_store.learning.judgements import NewJudgement, get_judgement, judgements_of, keep_judgements
from annotation_store.projects import FIRST_PROJECT


@pytest.fixture
def images(world):
    return world.take_in("shoe_1.png", "bag_1.png")


def judgement(image, *, part=Part.VALIDATION, live=None, **options):
    return NewJudgement(image.id, FIRST_PROJECT, "hair", part, live and live.id, {"sad": [1.5, 2.5]}, **options)


def test_comparisons_are_kept_by_image_with_the_pictures_of_some(store, shipped, version, images):
    model = version()
    shoe, bag = images
    keep_judgements(
        store,
        model.id,
        [judgement(bag, part=Part.GOLDEN, live=shipped, picture=b"png"), judgement(shoe, live=shipped)],
    )
    first, second = judgements_of(store, model.id)
    assert (first.image_id, first.part, first.picture_blob) == (shoe.id, Part.VALIDATION, None)
    assert (second.image_id, second.part, second.tag) == (bag.id, Part.GOLDEN, "hair")
    assert (second.figures, second.live_model_id) == ({"sad": [1.5, 2.5]}, shipped.id)
    assert store.blobs.get(second.picture_blob) == b"png"
    with store.database.read() as session:
        assert second.picture_blob in referenced(session)


def test_those_of_an_earlier_attempt_give_way_and_those_of_another_version_stay(store, version, images):
    model, other = version(), version()
    for each in (model, other):
        keep_judgements(store, each.id, [judgement(image, picture=b"old") for image in images])
    keep_judgements(store, model.id, [judgement(images[1])])
    assert [(each.image_id, each.picture_blob) for each in judgements_of(store, model.id)] == [(images[1].id, None)]
    assert len(judgements_of(store, other.id)) == 2


def test_a_drafter_may_have_been_compared_with_no_version(store, version, images):
    model = version()
    keep_judgements(store, model.id, [judgement(images[0])])
    assert judgements_of(store, model.id)[0].live_model_id is None


def test_an_unknown_version_is_not_found(store, images):
    with pytest.raises(NotFoundError):
        keep_judgements(store, 99, [judgement(images[0])])
    assert judgements_of(store, 99) == ()


def test_one_comparison_is_found_by_its_image(store, version, images):
    model = version()
    shoe, bag = images
    keep_judgements(store, model.id, [judgement(shoe)])
    assert get_judgement(store, model.id, shoe.id) == judgements_of(store, model.id)[0]
    with pytest.raises(NotFoundError, match="was not judged by image"):
        get_judgement(store, model.id, bag.id)
    with pytest.raises(NotFoundError, match="no model number 99"):
        get_judgement(store, 99, shoe.id)
