import numpy as np
from typer import Typer
from typer.testing import CliRunner
from unlabelled_photos import write_photos

from matting_core.drafting.learned_network import load_drafting_network
from training.drafter.pretrain_drafter import LARGEST, SMALLEST, compose, compose_pool, main
from training.drafter.unlabelled_subjects import gather


def test_a_composed_photo_shows_neither_too_little_nor_too_much_subject(tmp_path):
    supply, rng = gather(write_photos(tmp_path)), np.random.default_rng(0)
    composed = [made for _ in range(30) if (made := compose(rng, supply)) is not None]
    assert len(composed) > 15
    for rgb, alpha in composed:
        assert rgb.shape == (*alpha.shape, 3)
        assert SMALLEST < (alpha > 128).mean() < LARGEST


def test_the_same_seed_composes_the_same_pool(tmp_path):
    photos = write_photos(tmp_path)
    first, again = (compose_pool(photos, 2, seed=4) for _ in range(2))
    for ours, theirs in zip(first, again, strict=True):
        np.testing.assert_array_equal(ours.rgb, theirs.rgb)
        np.testing.assert_array_equal(ours.evidence, theirs.evidence)


def test_the_command_writes_weights_that_a_training_can_begin_with(tmp_path):
    app = Typer()
    app.command()(main)
    out = tmp_path / "drafter.safetensors"
    photos = write_photos(tmp_path / "photos")
    ran = CliRunner().invoke(app, [str(photos), "--out", str(out), "--samples", "2", "--steps", "1", "--workers", "1"])
    assert ran.exit_code == 0, ran.output
    assert ran.output.splitlines()[-1] == str(out)
    load_drafting_network(out.read_bytes())
    assert out.stat().st_size < 4_000_000
