import numpy as np
import pytest
from compared_discs import GROUNDS, approve_corrected, compare_discs

from annotation_store import gallery, revisions
from annotation_store.comparisons import preparing
from annotation_store.comparisons.comparisons import close_comparison, create_comparison, get_comparison, list_pairs
from annotation_store.errors import StoreFullError
from annotation_store.kinds import MatteSource
from annotation_store.learning import model_registry
from annotation_store.projects import FIRST_PROJECT
from annotation_store.states import ComparisonState
from matting_core.errors import WeightsError
from matting_core.image_io import decode_alpha
from matting_core.model_names import CLASSICAL
from matting_core.predictor import predict
from studio import comparing
from studio.comparing import comparison_is_due, give_up_comparison, prepare_comparisons


class DeadError(BaseException):
    """The worker was killed."""


@pytest.fixture
def model(studio):
    (found,) = (each for each in model_registry.list_models(studio.store) if each.name == "closed-form")
    return found


@pytest.fixture
def asked(studio, model):
    """A model against what people approved, of three photos; nothing is made yet."""
    images = [approve_corrected(studio.store, f"disc_{seed}.png", seed) for seed in (1, 2, 3)]
    return create_comparison(
        studio.store,
        FIRST_PROJECT,
        name="Hair",
        first=MatteSource.MODEL,
        first_model_id=model.id,
        second=MatteSource.APPROVED,
        image_ids=[image.id for image in images],
        grounds=GROUNDS,
        by="ren",
    )


def prepare(studio):
    prepare_comparisons(studio.store, device="cpu")


def state_of(studio, comparison):
    return get_comparison(studio.store, comparison.id).state


def test_what_a_model_makes_of_the_drafted_trimap_stands_beside_what_was_approved(studio, asked):
    assert comparison_is_due(studio.store)
    prepare(studio)
    assert state_of(studio, asked) is ComparisonState.OPEN
    assert not comparison_is_due(studio.store)
    pair = list_pairs(studio.store, asked.id)[0]
    approved = revisions.get_revision(studio.store, pair.revision_id)
    trimap, _ = revisions.load_matte(studio.store, revisions.draft_of(studio.store, approved))
    photo = gallery.load_photo(studio.store, gallery.get_image(studio.store, pair.image_id)).rgb
    wanted = predict(CLASSICAL["closed-form"](), photo, trimap)
    np.testing.assert_allclose(decode_alpha(studio.store.blobs.get(pair.first_blob)), wanted, atol=1 / 65535)
    assert pair.second_blob == approved.alpha_blob


def test_draft_and_approved_need_no_model(studio, monkeypatch):
    monkeypatch.setattr(comparing, "predict", None)
    made = compare_discs(studio.store)
    assert made.state is ComparisonState.OPEN
    assert all(pair.first_blob != pair.second_blob for pair in list_pairs(studio.store, made.id))


def test_whoever_was_killed_at_a_pair_is_followed_by_another_who_makes_the_rest(studio, asked, monkeypatch):
    made = []

    def die_at_the_second(*arguments):
        made.append(1)
        if len(made) == 2:
            raise DeadError
        return predict(*arguments)

    monkeypatch.setattr(comparing, "predict", die_at_the_second)
    with pytest.raises(DeadError):
        prepare(studio)
    kept = [pair.first_blob is not None for pair in list_pairs(studio.store, asked.id)]
    assert (kept, state_of(studio, asked)) == ([True, False, False], ComparisonState.PREPARING)
    prepare(studio)
    assert state_of(studio, asked) is ComparisonState.OPEN
    assert len(made) == 4  # the first one is not made again


def test_why_its_mattes_cannot_be_made_is_told_and_the_next_one_is_prepared(studio, asked, monkeypatch):
    def refuse(*_):
        raise WeightsError("the weights of closed-form are damaged")

    monkeypatch.setattr(comparing, "predict", refuse)
    other = create_comparison(
        studio.store,
        FIRST_PROJECT,
        name="Other",
        first=MatteSource.DRAFT,
        second=MatteSource.APPROVED,
        image_ids=[pair.image_id for pair in list_pairs(studio.store, asked.id)],
        by="ren",
    )
    prepare(studio)
    failed = get_comparison(studio.store, asked.id)
    assert (failed.state, failed.problem) == (ComparisonState.FAILED, "the weights of closed-form are damaged")
    assert state_of(studio, other) is ComparisonState.OPEN


def test_what_nobody_foresaw_is_told_without_its_inside(studio, asked, monkeypatch):
    monkeypatch.setattr(comparing, "predict", lambda *_: 1 / 0)
    prepare(studio)
    assert get_comparison(studio.store, asked.id).problem.startswith("The mattes could not be made (ZeroDivisionError)")


def test_a_full_disk_lets_it_wait(studio, asked, monkeypatch):
    def full(*_):
        raise StoreFullError("There is no room left.")

    with monkeypatch.context() as patch:
        patch.setattr(comparing, "predict", full)
        prepare(studio)
    assert state_of(studio, asked) is ComparisonState.PREPARING
    prepare(studio)
    assert state_of(studio, asked) is ComparisonState.OPEN


def test_nothing_more_is_made_for_one_that_was_closed_meanwhile(studio, asked, monkeypatch):
    def close(*arguments):
        close_comparison(studio.store, asked.id, by="ren")
        return predict(*arguments)

    monkeypatch.setattr(comparing, "predict", close)
    prepare(studio)
    assert state_of(studio, asked) is ComparisonState.CLOSED
    assert sum(pair.first_blob is not None for pair in list_pairs(studio.store, asked.id)) == 1


def test_after_the_fall_of_a_worker_the_one_at_work_is_given_up_and_may_be_tried_again(studio, asked):
    give_up_comparison(studio.store)
    assert "memory ran out" in get_comparison(studio.store, asked.id).problem
    give_up_comparison(studio.store)  # nothing is left to give up
    preparing.try_again(studio.store, asked.id, by="ren")
    prepare(studio)
    assert state_of(studio, asked) is ComparisonState.OPEN
