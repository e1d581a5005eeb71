"""Saliency is high on what differs from the frame."""

import numpy as np
from scenes import meadow, studio

from matting_core.drafting.saliency import subject_saliency


def test_subject_stands_out_from_what_reaches_the_frame() -> None:
    for rgb, subject in (studio(), meadow()):
        saliency = subject_saliency(rgb)
        assert saliency.dtype == np.float32
        assert saliency.min() >= 0
        assert saliency.max() <= 1
        assert saliency[subject].mean() > 0.7
        assert saliency[~subject].mean() < 0.2


def test_plain_photo_has_no_subject() -> None:
    assert (subject_saliency(np.full((60, 80, 3), 90, np.uint8)) >= 0).all()
