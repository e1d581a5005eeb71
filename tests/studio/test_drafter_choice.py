import pytest
import torch
from small_images import take_in

from annotation_store import gallery, revisions
from annotation_store.kinds import ModelKind
from annotation_store.learning import model_registry, standings, what_serves
from annotation_store.projects import create_project
from annotation_store.states import StandingState
from matting_core.drafting.learned_network import DraftingNetwork, save_drafting_network
from studio.drafter_choice import chosen_drafter
from studio.drafting import draft_waiting

FIRST = 1


@pytest.fixture
def version(studio):
    """``version()``: a learned drafter with other weights than the one before, in the registry."""

    def register(seed=0, weights=None):
        torch.manual_seed(seed)
        return model_registry.register_candidate(
            studio.store,
            kind=ModelKind.DRAFTER,
            architecture="drafter",
            weights=weights or save_drafting_network(DraftingNetwork()),
            parent_id=None,
            run_id=None,
            metrics={},
            licence="test",
            code_version="test",
        )

    return register


def serve(studio, version, **where):
    standings.go_live(studio.store, version.id, by="ren", verdict="better", **where)


def test_a_studio_that_has_learnt_nothing_drafts_automatically(studio):
    image = take_in(studio.store, "cup_1.png", 1)
    assert chosen_drafter(studio.store, image.id).name == "automatic"


def test_a_draft_bears_the_name_of_the_version_that_made_it(studio, version):
    serve(studio, version())
    image = take_in(studio.store, "cup_1.png", 1)
    assert draft_waiting(studio.store, studio.live) == 1
    head = gallery.get_image(studio.store, image.id).head_revision_id
    assert revisions.get_revision(studio.store, head).drafter == "drafter-0001"


def test_a_version_is_loaded_once_and_another_takes_its_place(studio, version):
    image = take_in(studio.store, "cup_1.png", 1)
    serve(studio, version())
    first = chosen_drafter(studio.store, image.id)
    assert chosen_drafter(studio.store, image.id) is first
    serve(studio, version(1))
    assert chosen_drafter(studio.store, image.id).name == "drafter-0002"
    standings.draft_automatically(studio.store, FIRST, by="ren")
    assert chosen_drafter(studio.store, image.id).name == "automatic"


def test_a_drafter_serves_only_the_projects_that_it_was_put_live_in(studio, version):
    image = take_in(studio.store, "cup_1.png", 1)
    other = create_project(studio.store, "Lace", by="ren")
    serve(studio, version(), project_ids=[other.id])
    assert chosen_drafter(studio.store, image.id).name == "automatic"


def test_a_canary_makes_its_share_of_the_drafts(studio, version):
    images = [take_in(studio.store, f"cup_{number}.png", number) for number in range(12)]
    candidate = version()
    standings.place(
        studio.store, candidate.id, FIRST, StandingState.CANARY, by="gate", verdict="better", canary_share=0.5
    )
    names = [chosen_drafter(studio.store, image.id).name for image in images]
    drawn = [what_serves.place_in_draw(image.sha256, candidate.id) < 0.5 for image in images]
    assert [name == candidate.name for name in names] == drawn
    assert 0 < sum(drawn) < 12


def test_a_damaged_drafter_does_not_stop_drafting(studio, version):
    serve(studio, version(weights=b"damaged"))
    image = take_in(studio.store, "cup_1.png", 1)
    assert chosen_drafter(studio.store, image.id).name == "automatic"
