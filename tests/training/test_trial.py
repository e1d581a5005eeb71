import pytest
import safetensors.torch
import torch
from torch import nn

from annotation_store.kinds import ModelKind
from matting_core.drafting.learned_network import DraftingNetwork, save_drafting_network
from matting_core.errors import WeightsError
from matting_core.networks import registry
from training.trial import DRAFTER, fitting_architecture, kind_of, load_on_trial, plain_weights


def drafter():
    torch.manual_seed(0)
    return save_drafting_network(DraftingNetwork())


def test_sound_versions_of_both_kinds_pass(shipped_weights):
    assert isinstance(load_on_trial(ModelKind.MATTING, "compact", shipped_weights), nn.Module)
    assert isinstance(load_on_trial(ModelKind.DRAFTER, DRAFTER, drafter()), DraftingNetwork)


def changed(weights, change):
    state = safetensors.torch.load(weights)
    change(state)
    return safetensors.torch.save(state)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_no_finite_numbers_are_refused(shipped_weights, value):
    def spoil(state):
        state[sorted(state)[0]].view(-1)[0] = value

    with pytest.raises(WeightsError, match="no finite numbers"):
        load_on_trial(ModelKind.MATTING, "compact", changed(shipped_weights, spoil))


def test_a_key_too_few_too_many_or_of_another_shape_is_refused(shipped_weights):
    first = sorted(safetensors.torch.load(shipped_weights))[0]
    for change in (
        lambda state: state.pop(first),
        lambda state: state.update(surplus=torch.zeros(1)),
        lambda state: state.update({first: torch.zeros(5, 5)}),
    ):
        with pytest.raises(WeightsError, match="do not fit"):
            load_on_trial(ModelKind.MATTING, "compact", changed(shipped_weights, change))


def test_an_answer_that_is_no_matte_is_refused(shipped_weights, monkeypatch):
    from matting_core.networks.compact.compact_matting import CompactMatting

    monkeypatch.setattr(CompactMatting, "predict", lambda _self, rgb, trimap: trimap / 200)
    with pytest.raises(WeightsError, match="no matte"):
        load_on_trial(ModelKind.MATTING, "compact", shipped_weights)


def test_an_unknown_architecture_is_refused(shipped_weights):
    with pytest.raises(WeightsError, match="no architecture named"):
        load_on_trial(ModelKind.MATTING, "transformer-9000", shipped_weights)


def test_weights_find_their_architecture(shipped_weights):
    assert fitting_architecture(shipped_weights) == "compact"
    assert fitting_architecture(drafter()) == DRAFTER
    assert (kind_of("compact"), kind_of(DRAFTER)) == (ModelKind.MATTING, ModelKind.DRAFTER)


def test_equal_weights_are_equal_bytes_whatever_their_header_remarks(shipped_weights):
    remarked = safetensors.torch.save(safetensors.torch.load(shipped_weights), metadata={"by": "somebody"})
    assert remarked != shipped_weights
    assert plain_weights(remarked) == plain_weights(shipped_weights) == shipped_weights


def test_a_pickle_is_never_read(tmp_path):
    torch.save({"a": torch.zeros(1)}, tmp_path / "weights.pth")
    with pytest.raises(WeightsError, match="other formats can run code"):
        plain_weights((tmp_path / "weights.pth").read_bytes())


def test_the_shipped_file_itself_is_plain():
    assert plain_weights(registry.shipped_weights("compact")) == registry.shipped_weights("compact")
