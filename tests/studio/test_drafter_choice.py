import os

import pytest
import torch
from small_images import take_in

from annotation_store import gallery, revisions
from matting_core.drafting.learned_network import DraftingNetwork, save_drafting_network
from studio.drafter_choice import chosen_drafter, learned_drafter, weights_path
from studio.drafting import draft_waiting


@pytest.fixture
def weights():
    torch.manual_seed(0)
    return save_drafting_network(DraftingNetwork())


def test_a_studio_that_has_learnt_nothing_drafts_automatically(studio):
    assert learned_drafter(studio.store) is None
    assert chosen_drafter(studio.store).name == "automatic"


def test_the_learned_drafter_is_used_as_soon_as_it_exists_and_kept_until_it_changes(studio, weights):
    weights_path(studio.store).write_bytes(weights)
    first = chosen_drafter(studio.store)
    assert first.name == "learned"
    assert chosen_drafter(studio.store) is first
    os.utime(weights_path(studio.store), ns=(1, 1))
    assert chosen_drafter(studio.store) is not first
    weights_path(studio.store).unlink()
    assert chosen_drafter(studio.store).name == "automatic"


def test_a_damaged_drafter_does_not_stop_drafting(studio):
    weights_path(studio.store).write_bytes(b"damaged")
    assert chosen_drafter(studio.store).name == "automatic"


def test_a_draft_says_that_the_learned_drafter_made_it(studio, weights):
    weights_path(studio.store).write_bytes(weights)
    image = take_in(studio.store, "cup_1.png", 1)
    assert draft_waiting(studio.store, studio.live) == 1
    head = gallery.get_image(studio.store, image.id).head_revision_id
    assert revisions.get_revision(studio.store, head).drafter == "learned"
