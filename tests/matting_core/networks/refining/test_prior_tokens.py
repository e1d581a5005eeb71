"""Prior tokens: means over trimap classes that every window attends to; windows, their shift and its mask."""

import torch
from small_networks import classes_of

from matting_core.networks.refining.prior_tokens import (
    APART,
    SHIFT,
    WINDOW,
    PriorAttention,
    PriorBlock,
    class_means,
    from_windows,
    shift_mask,
    to_windows,
)


def test_a_prior_is_the_mean_over_its_class_in_the_order_unknown_background_foreground() -> None:
    torch.manual_seed(0)
    tokens, labels = torch.randn(2, 6, 9, 5), torch.randint(0, 3, (2, 6, 9))
    means = class_means(tokens, classes_of(labels))
    assert means.shape == (2, 3, 5)
    for place, label in enumerate((1, 0, 2)):
        expected = torch.stack([tokens[n][labels[n] == label].mean(0) for n in range(2)])
        torch.testing.assert_close(means[:, place], expected)


def test_the_prior_of_a_class_that_is_nowhere_is_zero() -> None:
    means = class_means(torch.randn(1, 4, 4, 3), classes_of(torch.ones(1, 4, 4, dtype=torch.long)))
    assert (means[:, 1:] == 0).all()
    assert means[:, 0].abs().min() > 0


def test_a_prior_over_many_tokens_in_half_precision_is_as_exact_as_that_precision() -> None:
    tokens = torch.full((1, 300, 300, 2), 3.0, dtype=torch.float16)
    means = class_means(tokens, classes_of(torch.ones(1, 300, 300, dtype=torch.long)).half())
    torch.testing.assert_close(means[0, 0].float(), torch.full((2,), 3.0))


def test_windows_come_row_by_row_and_go_back_to_where_they_were() -> None:
    x = torch.randn(2, 14, 21, 4)
    windows = to_windows(x)
    assert windows.shape == (2, 6, 49, 4)
    assert torch.equal(windows[1, 4], x[1, 7:14, 7:14].reshape(49, 4))
    assert torch.equal(from_windows(windows, (14, 21)), x)


def test_the_mask_keeps_apart_what_only_the_cyclic_shift_made_neighbours() -> None:
    height, width = 14, 21
    places = torch.stack(torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij"), -1)
    windows = to_windows(places.roll((-SHIFT, -SHIFT), (0, 1))[None])[0]
    distance = (windows[:, :, None] - windows[:, None]).abs().amax(-1)
    mask = shift_mask(height, width)
    assert ((mask == 0) == (distance < WINDOW)).all()
    assert set(mask.unique().tolist()) == {0.0, APART}


def test_attention_is_a_softmax_over_a_window_and_all_priors_with_a_bias_for_each_place() -> None:
    torch.manual_seed(1)
    heads, priors_count = 2, 6
    attention = PriorAttention(8, heads=heads, priors=priors_count).double()
    torch.nn.init.normal_(attention.relative_position_bias_table)
    windows, priors = torch.randn(1, 2, 49, 8).double(), torch.randn(1, priors_count, 8).double()
    apart = shift_mask(7, 14).double()
    out, out_priors = attention(windows, priors, apart=apart)

    table = attention.relative_position_bias_table
    at, window = 10, 1  # one query, worked out by hand: the token in row 1, column 3
    seen = torch.cat([windows[0, window], priors[0]])
    query, key, value = attention.qkv(seen).reshape(-1, 3, heads, 4).unbind(1)
    joined = []
    for head in range(heads):
        scores = key[:, head] @ query[at, head] / 4**0.5
        for other in range(49):
            row, column = at // 7 - other // 7 + 6, at % 7 - other % 7 + 6
            scores[other] += table[row * 13 + column, head] + apart[window, at, other]
        scores[49:] += table[169:, head]
        joined.append(torch.softmax(scores, 0) @ value[:, head])
    torch.testing.assert_close(out[0, window, at], attention.proj(torch.cat(joined)))
    torch.testing.assert_close(out_priors[0], attention.proj(attention.qkv(priors[0])[:, 16:]))


def test_priors_reach_tokens_but_tokens_do_not_reach_priors() -> None:
    torch.manual_seed(2)
    block = PriorBlock(8, heads=2, index=1, drop=0.0).eval()
    x, priors = torch.randn(1, 9, 10, 8), torch.randn(1, 6, 8)
    out, out_priors = block(x, priors)
    assert out.shape == x.shape
    other, _ = block(x, priors + torch.randn(1, 6, 8))
    assert (other - out).abs().amax(-1).min() > 0
    _, same = block(torch.randn(1, 9, 10, 8), priors)
    assert torch.equal(same, out_priors)


def test_a_dropped_branch_leaves_some_samples_as_they_are_while_training_only() -> None:
    torch.manual_seed(3)
    block = PriorBlock(8, heads=2, index=0, drop=0.6)
    x, priors = torch.randn(32, 7, 7, 8), torch.randn(32, 3, 8)
    unchanged = [
        (block.train(training)(x, priors)[0] == x).flatten(1).all(1).sum().item() for training in (True, False)
    ]
    assert 0 < unchanged[0] < 32
    assert unchanged[1] == 0
