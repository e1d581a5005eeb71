import pytest
from small_images import approve

from annotation_store.errors import NotEnoughApprovedError
from annotation_store.store import open_store
from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.drafting.learned_network import load_drafting_network
from training.drafter.drafter_training import DrafterSettings
from training.drafter.retrain_drafter import RetrainDrafterSettings, retrain_drafter
from training.learning.loop import TrainingStopped

QUICK = RetrainDrafterSettings(DrafterSettings(steps=2, batch=2, side=64))


@pytest.fixture
def store(tmp_path):
    """Approved trimaps of two products, one photo each."""
    opened = open_store(tmp_path / "data")
    for number, name in enumerate(("cup_1.png", "scarf_1.png")):
        approve(opened, name, number)
    yield opened
    opened.database.close()


def test_a_training_from_approved_trimaps_to_weights_and_a_verdict(store):
    told = []
    weights, verdict = retrain_drafter(
        store, QUICK, by="keiko", current=None, say=lambda progress, text: told.append((progress, text)) is None
    )
    load_drafting_network(weights)
    assert verdict.images == 1
    assert set(verdict.overlaps) == {"the new drafter", "the automatic one"}
    assert [text.split(":")[0] for _, text in told] == [
        "Reading approved trimaps",
        "Learning",
        "Learning",
        "Comparing drafts",
    ]
    progress = [share for share, _ in told]
    assert progress == sorted(progress)
    assert progress[-1] == 1


def test_the_learned_drafter_in_use_is_a_rival_too(store):
    _, verdict = retrain_drafter(store, QUICK, by="keiko", current=AutomaticDrafter(), say=lambda *_: True)
    assert verdict.overlaps["the one in use"] == verdict.overlaps["the automatic one"]


@pytest.mark.parametrize("stop_at", ["Reading", "Learning", "Comparing"])
def test_it_stops_at_any_stage(store, stop_at):
    with pytest.raises(TrainingStopped):
        retrain_drafter(store, QUICK, by="keiko", current=None, say=lambda _, text: not text.startswith(stop_at))


def test_one_product_is_too_few(tmp_path):
    store = open_store(tmp_path / "data")
    approve(store, "cup_1.png")
    with pytest.raises(NotEnoughApprovedError):
        retrain_drafter(store, QUICK, by="keiko", current=None, say=lambda *_: True)
