"""What rows say together, by numbers worked out by hand; and that rows survive an interruption."""

import math
from pathlib import Path

import pytest

from matting_core.metrics import MatteErrors
from training.experiments.results import (
    Measured,
    Row,
    Rows,
    Spread,
    Table,
    compare,
    markdown,
    spread_of,
    steps_to_reach,
)


def row(sad: float, *, start: str = "random", seed: int = 0, labels: int = 4, step: int = 10) -> Row:
    of = Measured("compact", start, seed, labels, step, "trimap", "abc")
    return Row(of, MatteErrors(sad=sad, mse=sad / 100, grad=sad * 2, conn=sad), "a machine", 3.0)


def test_mean_and_sample_deviation_are_those_worked_out_by_hand() -> None:
    spread = spread_of([2.0, 4.0, 9.0])
    assert spread.mean == 5.0
    assert spread.deviation == pytest.approx(math.sqrt(13))
    assert spread.text() == "5.00 ± 3.61"


def test_a_single_run_has_no_deviation_and_none_has_no_mean() -> None:
    assert spread_of([3.0]).text(1) == "3.0"
    with pytest.raises(ValueError, match="no runs"):
        spread_of([])


@pytest.mark.parametrize(
    ("ours", "clear", "text"),
    [(Spread(8, 0.3, 2), True, "-20.0%"), (Spread(9.6, 0.3, 2), False, "-4.0% (within the spread)")],
)
def test_a_difference_is_clear_only_beyond_both_deviations(ours: Spread, clear: bool, text: str) -> None:
    comparison = compare(ours, Spread(10, 0.4, 2))  # together 0.5
    assert comparison.clear is clear
    assert comparison.text() == text


def test_single_runs_are_never_clearly_different() -> None:
    assert not compare(spread_of([1.0]), spread_of([100.0])).clear


@pytest.mark.parametrize(("target", "step"), [(7.0, 15.0), (8.0, 10.0), (12.0, 0.0), (5.0, 30.0), (4.9, None)])
def test_the_step_that_reaches_an_error_lies_on_the_line_between_what_was_measured(
    target: float, step: float | None
) -> None:
    assert steps_to_reach([(0, 10.0), (10, 8.0), (20, 6.0), (30, 5.0)], target) == step


def test_a_course_that_falls_and_rises_again_counts_where_it_first_fell() -> None:
    assert steps_to_reach([(0, 10.0), (10, 4.0), (20, 9.0), (30, 4.0)], 7.0) == 5.0


def test_an_error_is_never_reached_by_a_course_without_points() -> None:
    assert steps_to_reach([], 1.0) is None


def test_rows_come_back_and_a_line_that_was_cut_off_is_measured_again(tmp_path: Path) -> None:
    path = tmp_path / "work" / "rows.jsonl"
    rows = Rows(path)
    rows.add(row(5.0))
    rows.add(row(6.0, seed=1))
    path.write_text(path.read_text()[:-20])
    again = Rows(path)
    assert list(again) == [row(5.0)]
    assert row(6.0, seed=1).of not in again
    again.add(row(7.0, seed=1))
    assert list(Rows(path)) == [row(5.0), row(7.0, seed=1)]


def test_a_table_averages_over_seeds_and_begins_every_course_before_the_first_matte() -> None:
    table = Table(
        [row(20.0, labels=0, step=0), row(10.0), row(12.0, seed=1), row(8.0, labels=9), row(1.0, start="other")]
    )
    spread = table.errors("random", labels=4, step=10, trimaps="trimap", metric="grad")
    assert spread is not None
    assert (spread.mean, spread.count) == (22.0, 2)
    course = table.course("random", labels=4, trimaps="trimap")
    assert [(step, one.mean) for step, one in course] == [(0, 20.0), (10, 11.0)]
    assert table.errors("random", labels=5, step=10, trimaps="trimap") is None
    assert (table.seeds, table.machines) == (2, ["a machine"])


def test_a_markdown_table_has_a_rule_under_its_header() -> None:
    assert markdown(["a", "b"], [["x", "1"]]) == "| a | b |\n| --- | ---: |\n| x | 1 |"
