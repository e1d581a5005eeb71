"""``pretrain`` and ``finetune`` from a shell: weights on the disk, words for people, an exit status for scripts."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from approved_discs import disc, png
from ctrl_c import press
from quick_lessons import one_window_each

from matting_core.networks.registry import build_network, load_network, save_network
from studio.commands.terminal import StatusLine
from training.composing import material
from training.learning import loop

RECIPE = """
about = "for a test"
prior = false
pretext = "patches"
alphas = 2
size = 64
batch = 2
[network]
widths = [8, 8, 8, 8, 8]
depths = [1, 1, 1, 1, 1]
detail = 8
[learning]
steps = 3
"""


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(material, "SIDE", 96)
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(2):
        noise = np.random.default_rng(seed).integers(0, 256, (12, 12, 3), np.uint8)
        cv2.imwrite(str(folder / f"{seed}.png"), cv2.resize(noise, (300, 300)))
    return folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(RECIPE)
    return path


@pytest.fixture
def mattes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    one_window_each(monkeypatch)
    folder = tmp_path / "mattes"
    for part in ("image", "alpha"):
        (folder / part).mkdir(parents=True)
    for seed in range(5):
        rgb, _, alpha = disc(seed)
        (folder / "image" / f"{seed}.png").write_bytes(png(rgb))
        (folder / "alpha" / f"{seed}.png").write_bytes(png(np.rint(alpha * 255).astype(np.uint8)))
    return folder


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StatusLine, "show", stop)


def stop(_line: StatusLine, _text: str) -> None:
    """Ctrl-C at the first line of progress."""
    press()


def test_a_recipe_is_followed_and_the_weights_lie_where_they_were_wanted(run, photos, tiny, tmp_path):
    result = run("pretrain", photos, "--recipe", tiny, "--out", tmp_path / "new" / "w.safetensors")
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(tmp_path / "new" / "w.safetensors")
    assert "step 3: error 0." in result.stderr
    assert "samples/s" in result.stderr
    assert (tmp_path / "new" / "w.safetensors").stat().st_size > 1000
    assert (tmp_path / "new" / "tiny-work" / "course.jsonl").is_file()


def test_length_and_seed_of_a_recipe_can_be_replaced(run, photos, tiny, tmp_path):
    run("pretrain", photos, "--recipe", tiny, "--out", "a.safetensors", "--steps", 1)
    run("pretrain", photos, "--recipe", tiny, "--out", "b.safetensors", "--steps", 1, "--seed", 7, "--work", "other")
    assert Path("a.safetensors").read_bytes() != Path("b.safetensors").read_bytes()
    assert '"step": 1,' in Path("tiny-work/course.jsonl").read_text()


def test_a_stopped_pre_training_says_how_to_go_on_and_does(run, photos, tiny, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(loop, "CHECKPOINT_EVERY_SECONDS", 0.0)
        patch.setattr(StatusLine, "show", stop)
        result = run("pretrain", photos, "--recipe", tiny)
    assert result.exit_code == 130
    assert "tiny-work/state.pt holds the state to go on from" in result.stderr
    assert Path("tiny-work/state.pt").is_file()
    result = run("pretrain", photos, "--recipe", tiny)
    assert result.exit_code == 0, result.output
    assert not Path("tiny-work/state.pt").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "there is no folder nowhere"),
        ((".", "--recipe", "soup"), "there is no recipe soup"),
        ((".", "--recipe", "tiny.toml"), "no photo of at least"),
        ((".", "--recipe", "compact", "--steps", "0"), "--steps"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(run, tiny, arguments, said):
    result = run("pretrain", *arguments)
    assert result.exit_code in (1, 2)
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_fine_tuning_writes_weights_and_compares_them_with_their_start(run, mattes, compact_weights):
    result = run("finetune", mattes, "tuned.safetensors", "--start", compact_weights, "--steps", 2)
    assert result.exit_code == 0, result.output
    path, verdict = result.stdout.splitlines()
    assert path == "tuned.safetensors"
    assert " the start" in verdict
    assert " on 1 held-out image; Grad " in verdict
    assert "4 mattes to learn from, 1 to judge by" in result.stderr
    load_network("compact", Path("tuned.safetensors").read_bytes())
    assert Path("tuned.safetensors").read_bytes() != compact_weights.read_bytes()


def test_fine_tuning_starts_from_the_shipped_weights_and_may_learn_from_everything(run, mattes, compact_weights):
    result = run("finetune", mattes, "tuned.safetensors", "--steps", 1, "--held-out", 0)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == ["tuned.safetensors"]


def test_a_cancelled_fine_tuning_writes_nothing(run, mattes, compact_weights, stopped):
    result = run("finetune", mattes, "tuned.safetensors", "--start", compact_weights, "--steps", 9)
    assert result.exit_code == 130
    assert "Nothing was written" in result.stderr
    assert not Path("tuned.safetensors").exists()


def test_weights_of_another_architecture_are_refused(run, mattes, tmp_path):
    other = tmp_path / "resnet.safetensors"
    other.write_bytes(save_network(build_network("compact")))
    result = run("finetune", mattes, "tuned.safetensors", "--architecture", "resnet50", "--start", other)
    assert result.exit_code == 1
    assert "do not fit" in result.stderr
