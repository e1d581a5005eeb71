import os
import signal

import pytest
import torch
from approved_discs import approve_disc

from matting_core.drafting.learned_network import DraftingNetwork, save_drafting_network
from studio.commands.terminal import StatusLine
from studio.drafter_choice import chosen_drafter, weights_path
from training.drafter import drafter_training, retrain_drafter
from training.drafter.drafter_training import DrafterVerdict


@pytest.fixture
def taught(store, monkeypatch):
    """A store with approved mattes of two products, and a training whose steps take no time."""
    for seed, name in enumerate(("cup.png", "scarf.png")):
        approve_disc(store, name, seed)
    torch.manual_seed(0)
    network = DraftingNetwork().eval()

    def train(_samples, _settings, *, on_step):
        on_step(drafter_training.DrafterStep(1, 1.0, 0.5))
        return network

    monkeypatch.setattr(retrain_drafter, "train_drafter", train)
    monkeypatch.setattr(retrain_drafter, "save_drafting_network", lambda _: save_drafting_network(network))
    return store


def decide(monkeypatch, better):
    verdict = DrafterVerdict(better, 1, {}, "Said the test.")
    monkeypatch.setattr(retrain_drafter, "judge_drafter", lambda *_args, **_options: verdict)


def test_a_better_drafter_makes_the_next_drafts(run, taught, monkeypatch):
    decide(monkeypatch, better=True)
    result = run("retrain-drafter")
    assert (result.exit_code, result.stdout) == (0, "Said the test.\n"), result.output
    assert chosen_drafter(taught).name == "learned"
    assert [path.name for path in taught.folder.iterdir() if "drafter" in path.name] == ["drafter.safetensors"]


def test_a_drafter_that_is_not_better_changes_nothing(run, taught, monkeypatch):
    decide(monkeypatch, better=False)
    weights_path(taught).write_bytes(b"as before")
    assert run("retrain-drafter").exit_code == 0
    assert weights_path(taught).read_bytes() == b"as before"


def test_an_untrained_network_loses_against_the_automatic_drafter(run, taught):
    result = run("retrain-drafter")
    assert result.stdout.startswith("The new drafter is not kept, and nothing changes; agreement with 1 held-out")
    assert not weights_path(taught).exists()


def test_ctrl_c_cancels_and_drafts_are_made_as_before(run, taught, monkeypatch):
    monkeypatch.setattr(StatusLine, "show", lambda _line, _text: os.kill(os.getpid(), signal.SIGINT))
    result = run("retrain-drafter")
    assert (result.exit_code, result.stderr) == (130, "error: Cancelled. Drafts are made as before.\n")
    assert not weights_path(taught).exists()


def test_too_little_approved_is_said_in_words(run, store):
    approve_disc(store, "cup.png", 1)
    result = run("retrain-drafter")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: Training needs approved photos of at least 2 products")


def test_no_steps_are_refused(run, store):
    assert run("retrain-drafter", "--steps", 0).exit_code == 2
