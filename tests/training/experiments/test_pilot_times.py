"""How long the simulated operator takes, and that desks tell exactly that."""

from datetime import UTC, datetime

import numpy as np
import pytest

from annotation_store.insights.working_time import worked_times
from annotation_store.kinds import WorkPurpose
from annotation_store.records import WorkSpanRecord
from training.experiments.pilot_times import WorkModel, hardness_of, luck, spans_of
from training.operator.effort import Effort

MORNING = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_the_expected_time_is_the_stated_sum() -> None:
    model = WorkModel(opening=8, stroke=3, area=60, speeds=(0.5, 1.5))
    assert model.expected(Effort(10, 0.5)) == pytest.approx(8 + 30 + 30)
    assert model.expected(Effort(0, 0.0)) == 8


def test_luck_has_a_mean_of_one_and_hard_photos_have_more_of_it() -> None:
    rng = np.random.default_rng(0)
    assert np.mean([luck(rng, 0.6) for _ in range(20_000)]) == pytest.approx(1, abs=0.02)
    model, effort = WorkModel(), Effort(20, 0.3)
    easy, hard = ([model.drawn(rng, effort, speed=1, hardness=each) for _ in range(300)] for each in (0, 1))
    assert np.std(np.log(easy)) < np.std(np.log(hard))


@pytest.mark.parametrize("seed", range(30))
def test_of_what_desks_tell_the_work_counts_and_nothing_else(seed: int) -> None:
    """Breaks are longer than the cut-off, thoughts are shorter, and a second tab tells the same again."""
    rng = np.random.default_rng(seed)
    seconds = float(rng.uniform(5, 900))
    spans, whole = spans_of(rng, seconds, WorkModel(breaks=0.5, second_tabs=0.5))
    told = [WorkSpanRecord(1, "a", WorkPurpose.CORRECTION, *span.at(MORNING)) for span in spans]
    ((_, time),) = worked_times(told).items()
    assert time.correction == pytest.approx(seconds, abs=1e-4)
    assert whole >= seconds - 1e-6


def test_some_have_a_break_and_some_a_second_tab() -> None:
    rng = np.random.default_rng(1)
    lived = [spans_of(rng, 100.0, WorkModel()) for _ in range(100)]
    assert 10 < sum(whole > 200 for _, whole in lived) < 45
    assert {len(spans) for spans, _ in lived} == {2, 3, 4}


def test_hardness_is_the_place_among_all() -> None:
    assert hardness_of([3.0, 1.0, 2.0]) == [1.0, 0.0, 0.5]
    assert hardness_of([7.0]) == [0.0]
