"""A compact network without a prior sees the same in experiments as in its pre-training."""

import numpy as np
import torch
from small_images import disc
from tiny_samples import tiny_samples

from matting_core.networks.compact.compact import CompactNetwork
from training.batches.batch import without_prior
from training.batches.sample_pool import SamplePool
from training.experiments.blind import BlindMatting, BlindSource
from training.pretext.composed_photos import ComposedPhotos


def test_batches_lose_their_prior_and_nothing_else() -> None:
    pool = SamplePool(tiny_samples(3), size=2, crop=32, seed=1)
    told, blind = pool.batch(5), BlindSource(pool).batch(5)
    torch.testing.assert_close(blind.inputs.rgb, told.inputs.rgb)
    torch.testing.assert_close(blind.inputs.classes, told.inputs.classes)
    torch.testing.assert_close(blind.alpha, told.alpha)
    assert blind.foreground is None
    unknown = blind.inputs.unknown == 1
    assert (blind.inputs.prior[unknown] == 0.5).all()
    assert (blind.inputs.prior[~unknown] == blind.inputs.foreground[~unknown]).all()
    assert (blind.inputs.half[:, 3:5] == 0).all()
    assert (blind.inputs.half[:, 5:] == 0.5).all()
    assert BlindSource(pool).size == 2


def test_an_untrained_network_answers_a_half_wherever_it_is_asked() -> None:
    rgb, trimap, _ = disc(width=97, height=65)
    alpha = BlindMatting(CompactNetwork()).predict(rgb, trimap)
    assert alpha.shape == trimap.shape
    np.testing.assert_array_equal(alpha, np.where(trimap == 128, 0.5, trimap / 255).astype(np.float32))


def test_a_photo_is_predicted_as_a_batch_of_pre_training_is() -> None:
    torch.manual_seed(0)
    network = CompactNetwork().eval()
    torch.nn.init.normal_(network.corrections.weight, std=0.1)
    rgb, trimap, _ = disc(width=128, height=64)
    planes = torch.from_numpy(rgb).permute(2, 0, 1)[None] / 255
    labels = torch.from_numpy(trimap)[None, None]
    batch = without_prior(ComposedPhotos(planes, labels, torch.zeros_like(planes[:, :1]), planes, planes))
    with torch.inference_mode():
        expected = network(batch.inputs).clamp(0, 1)[0, 0].numpy()
    alpha = BlindMatting(network).predict(rgb, trimap)
    np.testing.assert_allclose(alpha, expected, atol=1e-5)
    assert np.abs(alpha - 0.5)[trimap == 128].max() > 0.01
