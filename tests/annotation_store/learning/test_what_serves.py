import pytest

from annotation_store.errors import NotFoundError
from annotation_store.kinds import ModelKind
from annotation_store.learning.model_registry import get_model
from annotation_store.learning.standings import list_standings, place
from annotation_store.learning.what_serves import (
    all_at_work,
    drafter_for_image,
    live_drafter,
    live_model,
    model_for_image,
    place_in_draw,
)
from annotation_store.projects import FIRST_PROJECT as FIRST
from annotation_store.projects import create_project
from annotation_store.states import StandingState

MATTING, DRAFTER = ModelKind.MATTING, ModelKind.DRAFTER


def test_before_any_model_is_registered_none_is_live(world, store):
    with pytest.raises(NotFoundError, match="No model is live"):
        live_model(store)
    (image,) = world.take_in("shoe_1.png")
    with pytest.raises(NotFoundError, match="No model is live"):
        model_for_image(store, image.id)


def test_a_project_in_which_nothing_went_live_follows_what_went_live_last_anywhere(store, shipped, version, serve):
    later = create_project(store, "Lace", by="ren").id
    assert live_model(store, later) == live_model(store) == get_model(store, shipped.id)
    model = version()
    serve(model, FIRST)
    assert live_model(store, later).id == model.id
    assert list_standings(store, project_id=later) == ()


def test_a_canary_makes_its_share_of_the_new_drafts(world, store, shipped, version, stand):
    images = world.take_in(*(f"shoe_{number}.png" for number in range(12)))
    model = version()
    for share in (0.0, 0.5, 1.0):
        stand(model, StandingState.CANARY, canary_share=share)
        makers = [model_for_image(store, image.id, drafting=True).id for image in images]
        drawn = [place_in_draw(image.sha256, model.id) < share for image in images]
        assert makers == [model.id if is_its else shipped.id for is_its in drawn]
    assert {model_for_image(store, image.id).id for image in images} == {shipped.id}  # nothing is drafted yet


def test_the_draw_meets_the_share_and_differs_from_version_to_version():
    photos = [f"photo {number}" for number in range(4000)]
    first, second = ([place_in_draw(photo, model_id) < 0.25 for photo in photos] for model_id in (1, 2))
    assert sum(first) / 4000 == pytest.approx(0.25, abs=0.03)
    both = sum(a and b for a, b in zip(first, second, strict=True))
    assert both / 4000 == pytest.approx(0.25**2, abs=0.02)


def test_a_canary_goes_on_with_what_it_has_drafted_until_it_is_refused(world, store, shipped, version, stand):
    model = version()
    stand(model, StandingState.CANARY, canary_share=0.0)
    (its,) = world.draft("shoe_1.png", model_id=model.id)
    (live_ones,) = world.draft("shoe_2.png", model_id=shipped.id)
    assert [model_for_image(store, image.id).id for image in (its, live_ones)] == [model.id, shipped.id]
    stand(model, StandingState.REFUSED)
    assert model_for_image(store, its.id).id == shipped.id


def test_an_image_is_served_by_the_model_of_its_project(world, store, shipped, version, serve, other):
    (image,) = world.take_in("shoe_1.png")
    serve(version(), other)
    assert model_for_image(store, image.id).id == shipped.id
    world.set_image(image.id, project_id=other)
    assert model_for_image(store, image.id).name == "compact-0001"


def test_an_image_is_drafted_automatically_until_its_project_has_a_drafter(world, store, version, serve, stand, other):
    (image,) = world.take_in("shoe_1.png")
    first, second = version(kind=DRAFTER), version(kind=DRAFTER)
    serve(first, other)
    assert drafter_for_image(store, image.id) is None
    stand(second, StandingState.CANARY, canary_share=1.0)
    assert drafter_for_image(store, image.id).id == second.id
    stand(second, StandingState.REFUSED)
    serve(first, FIRST)
    assert drafter_for_image(store, image.id).id == first.id


def test_a_live_drafter_is_no_live_model(store, shipped, version, serve):
    drafter = version(kind=DRAFTER)
    serve(drafter)
    assert live_model(store).id == live_model(store, FIRST).id == shipped.id
    assert live_drafter(store, FIRST).id == drafter.id


@pytest.mark.parametrize("state", [StandingState.REFUSED, StandingState.PASSED])
def test_a_project_does_not_follow_a_version_about_which_it_has_decided_otherwise(
    store, shipped, version, other, serve, state
):
    candidate = version()
    place(store, candidate.id, other, state, by="gate", verdict="")
    serve(candidate, FIRST)
    assert live_model(store, FIRST).id == candidate.id
    assert live_model(store, other).id == shipped.id
    assert live_model(store).id == candidate.id


def test_all_at_work_are_what_serves_anywhere_and_what_is_on_trial(store, shipped, version, serve, other):
    assert [each.id for each in all_at_work(store)] == [shipped.id]
    of_the_other, canary, idle = version(), version(), version()
    serve(of_the_other, other)
    place(store, canary.id, other, StandingState.CANARY, verdict="", by="ren", canary_share=0.1)
    version(kind=ModelKind.DRAFTER)
    found = {each.id for each in all_at_work(store)}
    assert found == {shipped.id, of_the_other.id, canary.id}
    assert idle.id not in found
