"""The compact network: starts at its prior, corrects only what is unknown."""

import torch

from matting_core.networks.compact.compact import CompactNetwork
from matting_core.networks.compact.compact_features import CompactInput


def random_input(size: int = 64) -> CompactInput:
    generator = torch.Generator().manual_seed(1)
    labels = torch.randint(0, 3, (2, size // 8, size // 8), generator=generator)
    labels = labels.repeat_interleave(8, 1).repeat_interleave(8, 2)
    classes = torch.nn.functional.one_hot(labels, 3).permute(0, 3, 1, 2).float()
    prior = torch.rand(2, 1, size, size, generator=generator) * classes[:, 1:2] + classes[:, 2:3]
    half = torch.rand(2, 11, size // 2, size // 2, generator=generator)
    return CompactInput(torch.rand(2, 3, size, size, generator=generator), classes, prior, half)


def awake() -> CompactNetwork:
    """A network whose corrections are random instead of zero."""
    torch.manual_seed(2)
    network = CompactNetwork().eval()
    torch.nn.init.normal_(network.corrections.weight, std=0.02)
    return network


def test_a_fresh_network_is_its_prior_exactly() -> None:
    x = random_input()
    with torch.inference_mode():
        assert torch.equal(CompactNetwork().eval()(x), x.prior)


def test_a_network_with_corrections_changes_the_unknown_region_and_nothing_else() -> None:
    x = random_input()
    with torch.inference_mode():
        alpha = awake()(x)
    background, unknown, foreground = (x.classes[:, index : index + 1].bool() for index in range(3))
    assert (alpha[background] == 0).all()
    assert (alpha[foreground] == 1).all()
    assert (alpha - x.prior)[unknown].abs().mean() > 1e-3


def test_every_parameter_learns_once_the_corrections_are_not_zero() -> None:
    network = awake()
    x = random_input()
    network(x).square().sum().backward()
    idle = [name for name, parameter in network.named_parameters() if parameter.grad is None]
    assert idle == []
    assert all(torch.isfinite(parameter.grad).all() for parameter in network.parameters())


def test_a_fresh_network_can_leave_its_prior() -> None:
    network = CompactNetwork()
    network(random_input()).square().sum().backward()
    assert network.corrections.weight.grad is not None
    assert network.corrections.weight.grad.abs().max() > 0


def test_the_default_network_has_the_size_that_shipped_weights_have() -> None:
    assert sum(parameter.numel() for parameter in CompactNetwork().parameters()) == 1_596_968


def test_other_widths_make_a_smaller_network_of_the_same_kind() -> None:
    small = CompactNetwork(widths=(8, 8, 8, 8, 8), depths=(1, 1, 1, 1, 1), detail=8).eval()
    x = random_input()
    assert sum(parameter.numel() for parameter in small.parameters()) < 60_000
    with torch.inference_mode():
        assert torch.equal(small(x), x.prior)
