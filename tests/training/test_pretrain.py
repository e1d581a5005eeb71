"""From a folder of photos to weights: shards are made once, the command writes weights that load."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
import typer
from tiny_samples import tiny_samples, uniform
from typer.testing import CliRunner

from matting_core.networks.registry import build_network, load_matting
from training import loop, pretrain, synthesis
from training.batches.samples import SampleSet


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


@pytest.fixture(autouse=True)
def _tiny_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SHARD_LENGTH", 4), ("ALPHAS_PER_SHARD", 3), ("ALPHA_SIZE", 128)):
        monkeypatch.setattr(synthesis, name, value)
    monkeypatch.setattr(pretrain, "VALIDATION_LENGTH", 2)


def test_shards_that_exist_are_kept_and_missing_ones_are_made_the_same_again(photos: Path, tmp_path: Path) -> None:
    kept = tmp_path / "shards" / "shard-03-0000.npz"
    kept.parent.mkdir()
    tiny_samples(1).save(kept)
    before = kept.read_bytes()
    paths = synthesis.make_shards(photos, kept.parent, count=5, workers=1, seed=3)
    assert [path.name for path in paths] == ["shard-03-0000.npz", "shard-03-0001.npz"]
    assert sorted(kept.parent.iterdir()) == paths
    assert kept.read_bytes() == before
    made = SampleSet.load(paths[1])
    assert len(made) == 4
    assert made.rgb.shape[-1] == synthesis.SAMPLE_SIZE
    paths[1].unlink()
    synthesis.make_shards(photos, kept.parent, count=5, workers=1, seed=3)
    np.testing.assert_array_equal(SampleSet.load(paths[1]).half, made.half)


def test_the_command_writes_weights_that_load_and_a_log(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pretrain, "REPORT_EVERY_SECONDS", 0.0)
    out, work = tmp_path / "weights" / "tiny.safetensors", tmp_path / "work"
    app = typer.Typer()
    app.command()(pretrain.pretrain)
    numbers = ["--samples", "8", "--minutes", "0.02", "--workers", "1", "--threads", "1"]
    result = CliRunner().invoke(app, ["--photos", str(photos), "--work", str(work), "--out", str(out), *numbers])
    assert result.exit_code == 0, result.output
    assert "6 samples, worth" in result.output
    matting = load_matting("compact", out.read_bytes())
    photo = np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)
    trimap = np.repeat([[0] * 15 + [128] * 20 + [255] * 15], 40, axis=0).astype(np.uint8)
    assert np.isfinite(matting.predict(photo, trimap)).all()
    assert list(out.parent.iterdir()) == [out]
    log = (work / "pretrain.jsonl").read_text().splitlines()
    assert log
    for line in log:
        assert json.loads(line).keys() >= {"step", "training_error", "validation_error"}


def test_the_validation_error_of_an_untrained_network_is_that_of_the_prior() -> None:
    samples = tiny_samples(3, prior_error=0.1)
    unknown = samples.trimap == 128
    difference = np.abs(samples.prior / 255 - samples.alpha / 255)
    errors = [difference[row][unknown[row]].mean() for row in range(3)]
    network = build_network("compact").train()
    assert np.isclose(pretrain.validation_error(network, samples, uniform(samples)), np.mean(errors), rtol=0.01)
    only_last = np.array([0.0, 0.0, 1.0])
    assert np.isclose(pretrain.validation_error(network, samples, only_last), errors[2], rtol=0.01)
    assert network.training


def test_a_run_that_starts_from_weights_changes_them_and_reports_its_last_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = tiny_samples(4, side=192)
    monkeypatch.setattr(pretrain, "make_shards", lambda *_args, **_numbers: [tmp_path / "one.npz"])
    samples.save(tmp_path / "one.npz")
    monkeypatch.setattr(pretrain, "REPORT_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(
        pretrain, "LoopSettings", lambda **given: loop.LoopSettings(**{**given, "steps": 1, "batch": 2})
    )
    out = tmp_path / "weights.safetensors"
    start = tmp_path / "start.safetensors"
    torch.manual_seed(5)
    start.write_bytes(pretrain.save_network(build_network("compact")))
    pretrain.pretrain(photos=tmp_path, work=tmp_path, out=out, start=start, threads=1)
    (line,) = (tmp_path / "pretrain.jsonl").read_text().splitlines()
    assert json.loads(line)["step"] == 1
    assert out.read_bytes() != start.read_bytes()


def test_writing_replaces_the_old_file_whole_and_makes_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "weights.bin"
    pretrain.write_atomically(path, b"old")
    pretrain.write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]
