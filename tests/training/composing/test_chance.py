"""Chance: what is promised about each draw, and one generator behind all of them."""

import torch
from tiny_material import chance, seeded

from training.composing.chance import Chance

MANY = 4000


def test_draws_for_planes_have_one_value_for_each_sample_within_their_limits() -> None:
    values = chance(MANY).between(-2, 5)
    assert values.shape == (MANY, 1, 1, 1)
    assert -2 <= values.min() < -1.9
    assert 4.9 < values.max() <= 5


def test_half_of_the_logarithmic_draws_lie_below_the_geometric_mean() -> None:
    values = chance(MANY).log_between(1, 100)
    assert values.min() >= 0.999
    assert values.max() <= 100.001
    assert abs(float((values < 10).float().mean()) - 0.5) < 0.03


def test_shares_are_met_by_flags_and_by_rows() -> None:
    assert abs(float(chance(MANY).happens(0.3).float().mean()) - 0.3) < 0.03
    rows = chance(MANY).rows(0.3)
    assert abs(len(rows) / MANY - 0.3) < 0.03
    assert (rows.diff() > 0).all()
    assert 0 <= rows[0] <= rows[-1] < MANY


def test_nothing_happens_with_share_0_and_everything_with_share_1() -> None:
    assert not chance(50).happens(0).any()
    assert chance(50).happens(1).all()
    assert chance(50).rows(0).tolist() == []
    assert chance(50).rows(1).tolist() == list(range(50))


def test_every_choice_is_made_and_no_other() -> None:
    assert set(chance(200).which(3).tolist()) == {0, 1, 2}


def test_other_numbers_of_samples_go_on_with_the_same_generator() -> None:
    generator = seeded(3)
    first = Chance(generator, 2).unit(4)
    second = Chance(generator, 2).of(5).unit(4)
    everything = Chance(seeded(3), 7).unit(4)
    torch.testing.assert_close(torch.cat([first, second]), everything)
    assert not torch.equal(first, second[:2])
