import pytest
import torch

from matting_core.drafting.learned_network import DraftingNetwork
from matting_core.networks.registry import build_network
from training import onnx_export
from training.onnx_export import OnnxExportError, export_onnx

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


@pytest.mark.parametrize("build", [lambda: build_network("compact"), DraftingNetwork])
def test_an_exported_network_answers_as_before_and_is_the_same_file_each_time(build):
    torch.manual_seed(0)
    network = build()
    first = export_onnx(network)
    assert first.checked
    assert first.data == export_onnx(network).data


def test_a_file_that_answers_otherwise_is_not_handed_out(monkeypatch):
    torch.manual_seed(0)
    monkeypatch.setattr(onnx_export, "LARGEST_DEVIATION", -1.0)
    with pytest.raises(OnnxExportError, match="answers otherwise"):
        export_onnx(DraftingNetwork())


def test_an_architecture_without_such_a_form_says_so():
    with pytest.raises(OnnxExportError, match="no ONNX form"):
        export_onnx(torch.nn.Linear(1, 1))


def test_without_the_runtime_nothing_is_claimed(monkeypatch):
    monkeypatch.setattr(onnx_export.importlib.util, "find_spec", lambda _name: None)
    assert not export_onnx(DraftingNetwork()).checked
