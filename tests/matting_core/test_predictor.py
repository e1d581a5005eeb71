"""Predictions of a whole photo: contracts checked, known pixels exact, cancellable."""

from dataclasses import dataclass

import numpy as np
import pytest

from matting_core.cancelling import Cancellation, Cancelled, checkpoint
from matting_core.errors import InvalidArrayError
from matting_core.predictor import predict, run_once


@dataclass
class Constant:
    """Answers every photo with one value, known pixels included."""

    value: float
    name = "constant"

    def predict(self, rgb: np.ndarray, trimap: np.ndarray) -> np.ndarray:
        return np.full(trimap.shape, self.value, np.float32)


def scene() -> tuple[np.ndarray, np.ndarray]:
    trimap = np.full((12, 15), 128, np.uint8)
    trimap[:4], trimap[8:] = 0, 255
    return np.zeros((12, 15, 3), np.uint8), trimap


def test_a_prediction_is_exact_where_the_trimap_is_known_whatever_the_model_says() -> None:
    photo, trimap = scene()
    alpha = predict(Constant(0.4), photo, trimap)
    np.testing.assert_array_equal(alpha[trimap == 0], 0)
    np.testing.assert_array_equal(alpha[trimap == 255], 1)
    np.testing.assert_array_equal(alpha[trimap == 128], np.float32(0.4))


@pytest.mark.parametrize("value", [1.5, float("nan")])
def test_a_model_that_leaves_the_unit_interval_is_refused(value: float) -> None:
    with pytest.raises(InvalidArrayError, match=r"lies in \[0, 1\]"):
        predict(Constant(value), *scene())


def test_a_prediction_whose_token_is_pulled_is_given_up() -> None:
    cancellation = Cancellation()

    class Long:
        name = "long"

        def predict(self, rgb: np.ndarray, trimap: np.ndarray) -> np.ndarray:
            cancellation.cancel()
            checkpoint()
            raise AssertionError("the checkpoint must end it")

    with pytest.raises(Cancelled):
        predict(Long(), *scene(), cancellation=cancellation)
    assert predict(Constant(0.5), *scene())[5, 5] == 0.5


def test_a_first_run_asks_the_quick_form_for_a_picture_of_all_three_classes() -> None:
    seen: list[set[int]] = []

    class Slow(Constant):
        @property
        def live(self) -> "Slow":
            return self

        def predict(self, rgb: np.ndarray, trimap: np.ndarray) -> np.ndarray:
            seen.append(set(np.unique(trimap).tolist()))
            return super().predict(rgb, trimap)

    run_once(Slow(0.5))
    assert seen == [{0, 128, 255}]
