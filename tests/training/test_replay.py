"""Replay: photographs composed from a studio's own photos, true by construction."""

import numpy as np
import pytest
from small_images import disc

from annotation_store.learning.training_sets import TrainingExample
from training import replay, windows
from training.replay import Scrapbook, composed_samples


@pytest.fixture(autouse=True)
def _small_samples(monkeypatch):
    monkeypatch.setattr(windows, "SAMPLE", 64)


def example(seed=0, **more):
    rgb, trimap, alpha = disc(seed)
    return TrainingExample(rgb=rgb, trimap=trimap, alpha=alpha, **more)


def known(seed=0):
    return disc(seed)[1] != 128


def book_of(*examples):
    book = Scrapbook(np.random.default_rng(0))
    for one in examples:
        book.add(one)
    return book


def test_samples_are_composed_with_a_prior_and_known_everywhere():
    told = []
    samples = composed_samples(book_of(example(0), example(1)), 5, seed=0, on_samples=told.append)
    assert len(samples) == 5
    assert told[-1] == 5
    assert samples.rgb.shape == (5, 3, 64, 64)
    assert samples.trusted is None
    known = samples.trimap != 128
    assert (samples.alpha[known] == samples.trimap[known]).all()
    assert (samples.trimap == 128).flatten(1).any(1).all()


def test_the_outlines_of_mattes_that_are_believed_are_used_and_no_others():
    assert len(book_of(example()).alphas) == 1
    assert book_of(example(believed=known())).alphas == []
    assert len(book_of(example(believed=known())).photos) == 1


def test_of_many_photos_a_few_are_kept_the_late_ones_as_likely_as_the_first(monkeypatch):
    monkeypatch.setattr(replay, "MOST_PHOTOS", 3)
    many = [example(seed) for seed in range(30)]
    kept = book_of(*many).photos
    assert len(kept) == 3
    places = [next(at for at, one in enumerate(many) if np.array_equal(one.rgb, photo)) for photo in kept]
    assert max(places) >= 10


@pytest.mark.parametrize("seconds", [0.0, 1e-9])
def test_when_time_is_up_there_are_fewer(monkeypatch, seconds):
    monkeypatch.setattr(replay, "AT_MOST_SECONDS", seconds)
    assert composed_samples(book_of(example()), 5, seed=0) is None


def test_without_photos_nothing_is_composed():
    assert composed_samples(book_of(), 5, seed=0) is None
    assert composed_samples(book_of(example()), 0, seed=0) is None
