"""Architectures by name, weights by safetensors: what does not fit is refused in words."""

import json
import struct

import pytest
import safetensors.torch
import torch

from matting_core.errors import WeightsError
from matting_core.networks import registry
from matting_core.networks.compact.compact_matting import CompactMatting
from matting_core.networks.refining.refining_matting import RefiningMatting
from matting_core.networks.registry import (
    build_network,
    load_matting,
    load_network,
    save_network,
    shipped_weights,
)


@pytest.fixture(scope="module")
def weights() -> bytes:
    torch.manual_seed(4)
    return save_network(build_network("compact"))


def test_saved_weights_come_back_to_the_last_bit(weights: bytes) -> None:
    loaded = load_network("compact", weights).state_dict()
    torch.manual_seed(4)
    original = build_network("compact").state_dict()
    assert loaded.keys() == original.keys()
    assert all(torch.equal(loaded[key], original[key]) for key in original)
    assert save_network(load_network("compact", weights)) == weights


def test_a_matting_model_is_ready_to_predict(weights: bytes) -> None:
    matting = load_matting("compact", weights)
    assert isinstance(matting, CompactMatting)
    assert not matting.network.training


@pytest.mark.parametrize("architecture", ["matteformer", "resnet50"])
def test_every_other_architecture_becomes_a_matting_model_of_its_name(architecture: str) -> None:
    matting = load_matting(architecture, save_network(build_network(architecture)))
    assert isinstance(matting, RefiningMatting)
    assert matting.name == architecture


def test_an_unknown_architecture_is_refused_with_the_known_names() -> None:
    with pytest.raises(WeightsError, match=r"'resnet'.*choose one of: compact, matteformer, resnet50$"):
        build_network("resnet")


def header_only(number_format: str, bits: int) -> bytes:
    """A well-formed safetensors file of one tensor of eight numbers."""
    entry = {"a": {"dtype": number_format, "shape": [8], "data_offsets": [0, bits]}}
    header = json.dumps(entry).encode()
    return struct.pack("<Q", len(header)) + header + bytes(bits)


@pytest.mark.parametrize(
    "damaged",
    [b"", bytes(100), b"\xff" * 100, b"PK\x03\x04 a pickle in a zip", header_only("F4", 4), header_only("F8_E8M0", 8)],
    ids=["empty", "zeros", "ones", "pickle", "four-bit numbers", "eight-bit exponents"],
)
def test_bytes_that_are_no_readable_weights_are_refused(damaged: bytes) -> None:
    with pytest.raises(WeightsError, match="not a readable safetensors file"):
        load_network("compact", damaged)


def test_a_truncated_file_is_refused(weights: bytes) -> None:
    with pytest.raises(WeightsError, match="not a readable safetensors file"):
        load_network("compact", weights[:-10])


def test_weights_of_other_shapes_or_names_are_refused_with_the_culprit(weights: bytes) -> None:
    state = safetensors.torch.load(weights)
    wrong_shape = {**state, "corrections.bias": torch.zeros(7)}
    too_much = {**state, "sharpener.weight": torch.zeros(1)}
    too_little = {key: value for key, value in state.items() if key != "corrections.bias"}
    for altered, culprit in [
        (wrong_shape, "corrections.bias"),
        (too_much, "sharpener.weight"),
        (too_little, "corrections.bias"),
    ]:
        with pytest.raises(WeightsError, match=rf"(?s)do not fit the architecture 'compact'.*{culprit}"):
            load_network("compact", safetensors.torch.save(altered))


def test_shipped_weights_are_read_by_name(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "SHIPPED_WEIGHTS", tmp_path)
    (tmp_path / "compact.safetensors").write_bytes(b"numbers")
    assert shipped_weights("compact") == b"numbers"
    with pytest.raises(WeightsError, match=r"no weights named 'tiny'.*tiny\.safetensors"):
        shipped_weights("tiny")
