"""Released checkpoints: their names and shapes fit to the last one, and nothing in them is ever run."""

import io
import pickle
from collections import OrderedDict
from pathlib import Path

import pytest
import torch
from torch import Tensor

from matting_core.errors import WeightsError
from matting_core.networks.refining.released_checkpoint import convert_checkpoint, load_checkpoint
from matting_core.networks.registry import load_network, save_network

Shapes = dict[str, tuple[int, ...]]


def layer(name: str, *shape: int, bias: bool = True) -> Shapes:
    return {f"{name}.weight": shape, **({f"{name}.bias": shape[:1]} if bias else {})}


def batch_norm(name: str, width: int) -> Shapes:
    statistics = {f"{name}.running_mean": (width,), f"{name}.running_var": (width,), f"{name}.num_batches_tracked": ()}
    return layer(name, width) | statistics


def spectral(name: str, rows: int, *rest: int) -> Shapes:
    columns = int(torch.Size(rest).numel())
    at = f"{name}.module.weight"
    return {f"{at}_bar": (rows, *rest), f"{at}_u": (rows,), f"{at}_v": (columns,)}


def encoder_shapes() -> Shapes:
    shapes = layer("patch_embed.proj", 96, 6, 4, 4) | layer("patch_embed.norm", 96)
    for stage, depth in enumerate((2, 2, 6, 2)):
        width, heads = 96 * 2**stage, 3 * 2**stage
        for block in range(depth):
            at, priors = f"layers.{stage}.blocks.{block}", 3 * (block + 1)
            shapes |= layer(f"{at}.norm1", width) | layer(f"{at}.norm2", width)
            shapes |= layer(f"{at}.attn.qkv", 3 * width, width) | layer(f"{at}.attn.proj", width, width)
            shapes |= layer(f"{at}.mlp.fc1", 4 * width, width) | layer(f"{at}.mlp.fc2", width, 4 * width)
            shapes[f"{at}.attn.relative_position_bias_table"] = (169 + priors, heads)
            shapes[f"{at}.attn.relative_position_index"] = (49, 49 + priors)
        if stage < 3:
            at = f"layers.{stage}.downsample"
            shapes |= layer(f"{at}.reduction", 2 * width, 4 * width, bias=False) | layer(f"{at}.norm", 4 * width)
        shapes |= layer(f"norm{stage}", width)
    for branch, (inputs, outputs) in enumerate(((6, 32), (96, 32), (96, 64), (192, 128), (384, 256), (768, 512))):
        at = f"shortcut.{branch}"
        shapes |= spectral(f"{at}.0", outputs, inputs, 3, 3) | spectral(f"{at}.3", outputs, outputs, 3, 3)
        shapes |= batch_norm(f"{at}.2", outputs) | batch_norm(f"{at}.5", outputs)
    return shapes


def decoder_shapes() -> Shapes:
    shapes = spectral("conv1", 32, 32, 4, 4) | batch_norm("bn1", 32)
    inputs = 512
    for stage, (outputs, depth) in enumerate(((256, 2), (128, 3), (64, 3), (32, 2))):
        for block in range(depth):
            at, kernel = f"layer{stage + 1}.{block}", 3 if block else 4
            shapes |= spectral(f"{at}.conv1", inputs, inputs, kernel, kernel) | batch_norm(f"{at}.bn1", inputs)
            shapes |= spectral(f"{at}.conv2", outputs, inputs, 3, 3) | batch_norm(f"{at}.bn2", outputs)
            if block == 0:
                shapes |= spectral(f"{at}.upsample.1", outputs, inputs, 1, 1) | batch_norm(f"{at}.upsample.2", outputs)
            inputs = outputs
    for stride, width in ((1, 32), (4, 64), (8, 128)):
        at = f"refine_OS{stride}"
        shapes |= (
            layer(f"{at}.0", 32, width, 3, 3, bias=False) | batch_norm(f"{at}.1", 32) | layer(f"{at}.3", 1, 32, 3, 3)
        )
    return shapes


def released_weights(prefix: str = "module.") -> "OrderedDict[str, Tensor]":
    """Random weights under the names of the released files, in their shapes."""
    torch.manual_seed(8)
    weights: OrderedDict[str, Tensor] = OrderedDict()
    for part, shapes in (("encoder", encoder_shapes()), ("decoder", decoder_shapes())):
        for name, shape in shapes.items():
            whole_numbers = name.endswith(("num_batches_tracked", "relative_position_index"))
            weights[f"{prefix}{part}.{name}"] = (
                torch.zeros(shape, dtype=torch.long) if whole_numbers else torch.randn(shape)
            )
    return weights


def file_of(content: object) -> bytes:
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


@pytest.fixture(scope="module")
def released() -> bytes:
    """A file as the trainer wrote it: weights beside the state of optimiser and schedule."""
    training = {"opt_state_dict": {"state": {}, "param_groups": [{"lr": 1e-3, "betas": [0.5, 0.999]}]}}
    return file_of(
        {
            "iter": 200_000,
            "loss": {"mse": torch.tensor(0.01), "sad": torch.tensor(3.0)},
            "state_dict": released_weights(),
            "lr_state_dict": {"T_max": 190_000, "last_epoch": 7},
            **training,
        }
    )


def test_a_released_checkpoint_fits_to_the_last_name_and_shape(released: bytes) -> None:
    state = load_checkpoint(released).state_dict()
    weights = released_weights(prefix="")
    assert state.keys() == weights.keys()
    assert all(torch.equal(state[name], weights[name]) for name in weights)


def test_the_trainable_weights_and_the_vectors_beside_them_are_as_many_as_published() -> None:
    frozen = ("_u", "_v", "running_mean", "running_var", "num_batches_tracked", "relative_position_index")
    sizes = {name: torch.Size(shape).numel() for name, shape in (encoder_shapes() | decoder_shapes()).items()}
    assert sum(size for name, size in sizes.items() if not name.endswith(frozen)) == 44_747_130
    assert sum(size for name, size in sizes.items() if name.endswith(("_u", "_v"))) == 66_006


def test_a_checkpoint_becomes_safetensors_of_the_same_network(released: bytes, tmp_path: Path) -> None:
    path = tmp_path / "best_model.pth"
    path.write_bytes(released)
    converted = convert_checkpoint(path)
    assert save_network(load_network("matteformer", converted)) == converted
    state = load_network("matteformer", converted).state_dict()
    assert all(torch.equal(state[name], tensor) for name, tensor in released_weights(prefix="").items())


def test_bare_weights_without_a_wrapper_are_read_as_well() -> None:
    network = load_checkpoint(file_of(released_weights(prefix="")))
    assert not network.training


def test_wrong_names_and_shapes_are_refused_with_the_culprit() -> None:
    weights = released_weights()
    bias = "module.decoder.refine_OS1.3.bias"
    missing = {name: tensor for name, tensor in weights.items() if name != bias}
    for altered, culprit in (
        (missing, r"decoder\.refine_OS1\.3\.bias"),
        ({**weights, "module.sharpener.weight": torch.zeros(1)}, r"sharpener\.weight"),
        ({**weights, bias: torch.zeros(2)}, r"decoder\.refine_OS1\.3\.bias"),
    ):
        with pytest.raises(WeightsError, match=rf"(?s)not one of a MatteFormer.*{culprit}"):
            load_checkpoint(file_of({"state_dict": altered}))


class Hostile:
    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path("must-not-be-there"),)


def test_a_file_that_would_run_code_is_refused_and_runs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for hostile in (file_of({"state_dict": Hostile()}), pickle.dumps(Hostile(), protocol=2)):
        with pytest.raises(WeightsError):
            load_checkpoint(hostile)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damaged", [b"", bytes(100), b"\xff" * 100, b"PK\x03\x04 no zip"])
def test_a_file_that_is_no_checkpoint_is_refused(damaged: bytes) -> None:
    with pytest.raises(WeightsError, match="the checkpoint"):
        load_checkpoint(damaged)


@pytest.mark.parametrize("content", [7, {"iter": 1}, {"state_dict": {"a": 1}}, [torch.zeros(1)]])
def test_a_file_without_weights_is_refused(content: object) -> None:
    with pytest.raises(WeightsError, match="holds no weights"):
        load_checkpoint(file_of(content))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be read"):
        load_checkpoint(tmp_path / "missing.pth")
