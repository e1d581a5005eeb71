"""A pre-training from a folder of photos to weights that load, for every kind of network."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import safetensors.torch
import torch
from tiny_networks import COMPACT_SIZES

from matting_core.networks.registry import ARCHITECTURES, load_matting, save_network, with_weights
from training import pretrain
from training.composing import material
from training.learning import loop
from training.learning.checkpoint import CheckpointError
from training.learning.loop import Progress, TrainingStopped
from training.learning.run_log import read_course
from training.pretrain import Place
from training.recipes.recipe import Recipe, RecipeError

TINY_REFINING = {"width": 8, "depths": (1, 1, 1, 1), "base": 4, "decoder_depths": (1, 1, 1, 1)}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Three small pictures with some structure."""
    folder = tmp_path / "photos"
    folder.mkdir()
    y, x = np.mgrid[:300, :310]
    for index in range(3):
        waves = [128 + 100 * np.sin(x / (9 + index) + k) * np.cos(y / (14 + k)) for k in range(3)]
        cv2.imwrite(str(folder / f"{index}.png"), np.stack(waves, -1).astype(np.uint8))
    return folder


@pytest.fixture
def place(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(material, "SIDE", 96)
    return Place(photos=photos, work=tmp_path / "work", out=tmp_path / "out" / "weights.safetensors")


def recipe(**changes: Any) -> Recipe:
    plain = {
        "name": "tiny",
        "about": "for a test",
        "network": COMPACT_SIZES,
        "prior": False,
        "alphas": 3,
        "size": 64,
        "crop": 64,
        "batch": 2,
        "learning": {"steps": 2, "warm_up": 1},
    }
    return Recipe(**(plain | changes))


@pytest.mark.parametrize("pretext", ["patches", "realistic", "masked"])
def test_weights_of_every_pretext_load_and_predict(place: Place, pretext: str) -> None:
    plan = recipe(pretext=pretext)
    learnt = pretrain.pretrain(plan, place)
    network = with_weights(ARCHITECTURES["compact"].build(**plan.network), place.out.read_bytes(), name="compact")
    for name, value in learnt.state_dict().items():
        torch.testing.assert_close(network.state_dict()[name], value, atol=1e-3, rtol=1e-3)
    (row,) = read_course(place.work)
    assert row["step"] == 2
    assert row["share"] == 1
    assert row["validation_error"] > 0
    assert list(place.work.glob("events*"))


@pytest.mark.parametrize("architecture", ["matteformer", "resnet50"])
def test_networks_with_three_scales_learn_dpts_pretext(place: Place, architecture: str) -> None:
    sizes = TINY_REFINING | ({"heads": (1, 1, 2, 2)} if architecture == "matteformer" else {})
    learning = {"steps": 2, "objective": "disentangling", "clipping": "adaptive", "weight_decay": 0.05}
    plan = recipe(architecture=architecture, network=sizes, pretext="patches", learning=learning)
    start = pretrain.start_network(plan)
    torch.manual_seed(plan.seed)
    learnt = pretrain.pretrain(plan, place)
    changed = [
        name
        for (name, one), two in zip(learnt.named_parameters(), start.parameters(), strict=True)
        if not torch.equal(one, two)
    ]
    assert any(name.startswith("encoder") for name in changed)
    assert any(name.startswith("decoder") for name in changed)


def test_with_a_prior_shards_are_made_meanwhile_and_gone_at_the_end(place: Place) -> None:
    stream = {"shard": 4, "first": 1, "pool": 2, "steps_per_shard": 1}
    plan = recipe(prior=True, stream=stream, learning={"steps": 3})
    pretrain.pretrain(plan, place)
    assert place.out.is_file()
    assert not list(place.work.rglob("shard-*"))
    assert list(place.work.glob("alphas-3-*.safetensors"))


def test_shards_wait_for_a_training_that_was_stopped(place: Place, tmp_path: Path) -> None:
    stream = {"shard": 4, "first": 1, "pool": 1, "steps_per_shard": 9}
    plan = recipe(prior=True, stream=stream, learning={"steps": 3})
    with pytest.raises(TrainingStopped):
        pretrain.pretrain(plan, place, say=lambda _row, _error: False)
    first = next(place.work.rglob("shard-000000.safetensors"))
    made = first.stat().st_mtime_ns
    with pytest.raises(TrainingStopped):
        pretrain.pretrain(plan, place, say=lambda _row, _error: False)
    assert first.stat().st_mtime_ns == made
    other = plan.model_copy(update={"seed": 5})
    with pytest.raises(CheckpointError, match="other settings"):
        pretrain.pretrain(other, place)
    place.checkpoint.unlink()
    with pytest.raises(TrainingStopped):
        pretrain.pretrain(other, place, say=lambda _row, _error: False)
    assert len(list(place.work.glob("shards-*"))) == 2, "shards of another recipe are others"


def test_a_run_that_was_stopped_goes_on_with_the_losses_it_would_have_had(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY_SECONDS", 0.0)
    plan = recipe(learning={"steps": 4}, pretext="patches")
    losses: list[tuple[int, float]] = []

    def until(last: int) -> pretrain.Say:
        def say(row: Progress, _error: float | None) -> bool:
            losses.append((row.step, row.loss))
            return row.step < last

        return say

    with pytest.raises(TrainingStopped):
        pretrain.pretrain(plan, place, say=until(2))
    pretrain.pretrain(plan, place, say=until(99))
    resumed, losses[:] = list(losses), []
    pretrain.pretrain(plan, place, say=until(99))
    assert [step for step, _ in resumed] == [1, 2, 3, 4]
    assert resumed == losses


def test_a_start_is_the_weights_of_another_run(place: Place, tmp_path: Path) -> None:
    torch.manual_seed(5)
    weights = save_network(ARCHITECTURES["compact"].build(**COMPACT_SIZES))
    start = tmp_path / "start.safetensors"
    start.write_bytes(weights)
    network = pretrain.start_network(recipe(start=str(start)))
    for name, value in safetensors.torch.load(weights).items():
        assert torch.equal(network.state_dict()[name], value)
    with pytest.raises(RecipeError, match="make it first"):
        pretrain.start_network(recipe(start=str(tmp_path / "none.safetensors")))


def test_a_folder_without_photos_is_refused(place: Place, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(FileNotFoundError, match="no photo"):
        pretrain.pretrain(recipe(), Place(photos=empty, work=place.work, out=place.out))


def test_half_precision_keeps_kernels_in_16_bits_and_statistics_in_32() -> None:
    network = ARCHITECTURES["compact"].build(**COMPACT_SIZES)
    state = safetensors.torch.load(save_network(network, half=True))
    assert state["stem.0.weight"].dtype == torch.float16
    assert state["stem.1.running_var"].dtype == state["stem.1.weight"].dtype == torch.float32
    assert load_matting("compact", save_network(ARCHITECTURES["compact"].build(), half=True)).name == "compact"


@pytest.mark.slow
def test_two_processes_share_the_work_and_end_with_the_same_weights(place: Place, tmp_path: Path) -> None:
    """Each process writes what it ends with; gradients are averaged, so that they agree to the last bit."""
    script, plan = tmp_path / "two.py", tmp_path / "plan.json"
    limits = {"steps": 3, "minutes": 5, "warm_up": 1}  # clocks differ between processes, rates must not
    plan.write_text(recipe(pretext="patches", learning=limits).model_dump_json())
    script.write_text(
        f"""
import os, sys
sys.path.insert(0, {str(Path.cwd())!r})
from pathlib import Path
import torch
from training import pretrain
from training.composing import material
from training.recipes.recipe import Recipe

material.SIDE = 96
place = pretrain.Place(Path({str(place.photos)!r}), Path({str(place.work)!r}), Path({str(place.out)!r}), devices=2)
learnt = pretrain.pretrain(Recipe.model_validate_json(Path({str(plan)!r}).read_text()), place)
total = torch.cat([p.detach().flatten() for p in learnt.parameters()])
Path({str(tmp_path)!r}, "sum-" + os.environ.get("LOCAL_RANK", "0")).write_text(repr(total.tolist()))
"""
    )
    subprocess.run([sys.executable, str(script)], check=True, timeout=240, cwd=Path.cwd())
    one, two = ((tmp_path / f"sum-{rank}").read_text() for rank in range(2))
    assert one == two
    alone = pretrain.pretrain(
        recipe(pretext="patches", learning=limits), Place(place.photos, tmp_path / "alone", tmp_path / "a.st")
    )
    assert repr(torch.cat([p.detach().flatten() for p in alone.parameters()]).tolist()) != one
