import pytest

from annotation_store.comparisons import preparing
from annotation_store.comparisons.comparison_errors import InvalidComparisonError
from annotation_store.comparisons.comparisons import (
    MOST_IMAGES,
    close_comparison,
    get_comparison,
    list_comparisons,
    list_pairs,
    newest_approved,
    reopen_comparison,
)
from annotation_store.errors import InvalidTransitionError, NotFoundError
from annotation_store.events import recent_events
from annotation_store.keeping.blob_references import referenced
from annotation_store.kinds import MatteSource, ModelKind
from annotation_store.learning import model_registry
from annotation_store.projects import FIRST_PROJECT
from annotation_store.states import ComparisonState


@pytest.fixture
def model(store):
    """The number of a version of this kind."""

    def register(kind=ModelKind.MATTING):
        return model_registry.register_candidate(
            store,
            kind=kind,
            architecture="compact",
            weights=b"weights",
            parent_id=None,
            run_id=None,
            metrics={},
            licence="test",
            code_version="test",
        ).id

    return register


def test_a_comparison_freezes_the_approved_revision_of_each_image(store, images, ask):
    made = ask()
    assert (made.state, made.name, list(made.grounds)) == (ComparisonState.PREPARING, "Hair", ["#ffffff", "checker"])
    pairs = list_pairs(store, made.id)
    assert [(pair.image_id, pair.revision_id) for pair in pairs] == [
        (image.id, image.head_revision_id) for image in images
    ]
    assert {pair.first_blob for pair in pairs} == {None}
    event = recent_events(store, limit=1)[0]
    assert (event.action, event.data) == ("comparison.created", {"comparison_id": made.id, "project_id": FIRST_PROJECT})


def test_without_a_name_it_is_called_by_its_day(ask):
    made = ask(name="  ")
    assert made.name == f"{made.created_at:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"second": MatteSource.APPROVED}, "choose two different sources"),
        ({"image_ids": []}, "No image was chosen"),
        ({"image_ids": range(1, MOST_IMAGES + 2)}, "at most 500"),
        ({"image_ids": [1, 99]}, "see number 99"),
        ({"grounds": []}, "Choose 1 to 12 backgrounds"),
        ({"grounds": ["white"]}, "write a colour as #ffffff"),
        ({"grounds": ["#fff"]}, "write a colour as #ffffff"),
        ({"name": "x" * 121}, "shorten it to 120"),
        ({"name": "a\x00b"}, "cannot be shown"),
        ({"first": MatteSource.MODEL}, "Name a model version"),
        ({"first_model_id": 1}, "Name a model version"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(store, ask, otherwise, said):
    with pytest.raises(InvalidComparisonError, match=said):
        ask(**otherwise)
    assert list_comparisons(store) == ()


def test_only_approved_images_of_the_project_are_compared(world, ask):
    (drafted,) = world.draft("emil_1.png")
    with pytest.raises(InvalidComparisonError, match=f"see number {drafted.id}"):
        ask(image_ids=[drafted.id])
    world.approve(drafted.id)
    world.set_image(drafted.id, project_id=world.add_project("Boots"))
    with pytest.raises(InvalidComparisonError, match=f"see number {drafted.id}"):
        ask(image_ids=[drafted.id])


def test_an_unknown_project_and_an_unknown_model_are_not_found(store, ask):
    with pytest.raises(NotFoundError, match="model number 99"):
        ask(first=MatteSource.MODEL, first_model_id=99)
    with pytest.raises(NotFoundError, match="comparison number 1"):
        get_comparison(store, 1)
    with pytest.raises(NotFoundError, match="comparison number 1"):
        list_pairs(store, 1)


def test_two_models_are_two_sources_and_a_drafter_is_none(ask, model):
    matting, drafter = model(), model(ModelKind.DRAFTER)
    with pytest.raises(InvalidComparisonError, match="two different sources"):
        ask(first=MatteSource.MODEL, first_model_id=matting, second=MatteSource.MODEL, second_model_id=matting)
    with pytest.raises(InvalidComparisonError, match="makes trimaps"):
        ask(first=MatteSource.MODEL, first_model_id=drafter)
    assert ask(first=MatteSource.MODEL, first_model_id=matting).first_model_id == matting


def test_the_newest_approved_come_by_the_moment_of_their_approval(store, world, images):
    anna, bela, clara, doro = (image.id for image in images)
    assert newest_approved(store, FIRST_PROJECT, limit=3) == (doro, clara, bela)
    world.set_image(doro, honeypot_of_id=anna)
    assert newest_approved(store, FIRST_PROJECT, limit=9) == (clara, bela, anna)
    assert newest_approved(store, FIRST_PROJECT, tag="hair", limit=9) == ()
    assert newest_approved(store, 99, limit=9) == ()


def test_it_is_closed_and_opened_again(store, comparison):
    closed = close_comparison(store, comparison.id, by="ren")
    assert (closed.state, closed.closed_at is None) == (ComparisonState.CLOSED, False)
    with pytest.raises(InvalidTransitionError):
        close_comparison(store, comparison.id, by="ren")
    opened = reopen_comparison(store, comparison.id, by="ren")
    assert (opened.state, opened.closed_at) == (ComparisonState.OPEN, None)
    with pytest.raises(InvalidTransitionError, match="only possible while it is closed"):
        reopen_comparison(store, comparison.id, by="ren")
    assert [event.action for event in recent_events(store, limit=3)][:2] == ["comparison.reopened", "comparison.closed"]


def test_what_was_closed_before_its_mattes_were_made_stays_closed(store, ask):
    made = ask()
    close_comparison(store, made.id, by="ren")
    preparing.note_failure(store, made.id, "too late")
    assert preparing.open_prepared(store, made.id) is False
    with pytest.raises(InvalidTransitionError, match="create another comparison"):
        reopen_comparison(store, made.id, by="ren")
    assert get_comparison(store, made.id).state is ComparisonState.CLOSED


def test_the_list_is_newest_first_and_of_some_projects_and_states(store, ask, prepare):
    old, new = prepare(ask(name="Old")), ask(name="New")
    assert [each.name for each in list_comparisons(store)] == ["New", "Old"]
    assert [each.id for each in list_comparisons(store, before=new.id)] == [old.id]
    assert [each.id for each in list_comparisons(store, states=[ComparisonState.OPEN])] == [old.id]
    assert list_comparisons(store, project_ids=[]) == ()
    assert len(list_comparisons(store, project_ids=[FIRST_PROJECT], limit=1)) == 1


def test_its_mattes_are_kept_from_being_collected(store, comparison):
    pair = list_pairs(store, comparison.id)[0]
    with store.database.read() as session:
        assert {pair.first_blob, pair.second_blob} <= referenced(session)
