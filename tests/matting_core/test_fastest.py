"""The fastest of several forms of a model: only if it is right, and whatever happens."""

from dataclasses import dataclass

import numpy as np
import pytest

from matting_core import fastest
from matting_core.fastest import fastest_of, least_seconds, trial_picture


@dataclass
class Form:
    """Answers with one value; fails if it has none."""

    name: str
    value: float | None

    def predict(self, rgb: np.ndarray, trimap: np.ndarray) -> np.ndarray:
        if self.value is None:
            raise RuntimeError("no such instruction")
        return np.full(trimap.shape, self.value, np.float32)


def test_the_fastest_right_form_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    exact, broken = Form("exact", 0.5), Form("broken", None)
    wrong, fast, slow = Form("wrong", 0.6), Form("fast", 0.501), Form("slow", 0.5)
    seconds = iter([5.0, 1.0, 2.0, 9.0])  # of all that answer, in order
    monkeypatch.setattr(fastest, "least_seconds", lambda run: next(seconds))
    assert fastest_of(exact, broken, wrong, fast, slow) is fast


def test_the_exact_form_stays_where_nothing_is_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    exact, other = Form("exact", 0.5), Form("other", 0.5)
    seconds = iter([1.0, 2.0])
    monkeypatch.setattr(fastest, "least_seconds", lambda run: next(seconds))
    assert fastest_of(exact, other) is exact


def test_the_least_of_some_runs_counts() -> None:
    runs: list[int] = []
    assert least_seconds(lambda: runs.append(1)) >= 0
    assert len(runs) > 1


def test_the_trial_picture_shows_all_three_classes() -> None:
    rgb, trimap = trial_picture(30)
    assert rgb.shape == (30, 30, 3)
    assert set(np.unique(trimap)) == {0, 128, 255}
