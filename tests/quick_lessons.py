"""Trainings in tests learn from one window of each photo and replay nothing: both take seconds for each."""

import numpy as np
import pytest

from annotation_store.learning.training_sets import TrainingExample
from training import learning_material, replay
from training.batches.samples import SampleSet
from training.lessons import cut_windows
from training.sloppy_trimaps import Sloppiness


def one_window_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the settings say."""
    monkeypatch.setattr(replay, "AT_MOST_SECONDS", 0.0)

    def one(rng: np.random.Generator, example: TrainingExample, *, count: int, how: Sloppiness) -> list[SampleSet]:
        return cut_windows(rng, example, count=1, how=how)

    monkeypatch.setattr(learning_material, "cut_windows", one)
