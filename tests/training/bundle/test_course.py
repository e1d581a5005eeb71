from training.bundle.course import Course
from training.learning.loop import Progress


def row(step, share=0.5):
    return Progress(step, share, 0.1, 0.2, 1e-3, 5.0, float(step), 0.0)


def test_first_and_last_rows_are_kept_and_few_between(tmp_path):
    course = Course(tmp_path / "course.jsonl")
    for step in range(1, 9):
        course.add(row(step))
    course.add(row(9, share=1.0))
    assert [point.step for point in course.points()] == [1, 9]
    assert course.points()[0].figures == {"error": 0.1, "loss": 0.2, "seconds": 1.0}


def test_a_torn_last_line_and_steps_that_come_once_more_do_no_harm(tmp_path):
    path = tmp_path / "course.jsonl"
    Course(path).add(row(1))
    Course(path).add(row(1))
    with path.open("a") as file:
        file.write('{"step": 2, "fig')
    assert [point.step for point in Course(path).points()] == [1]


def test_nothing_is_there_before(tmp_path):
    assert Course(tmp_path / "course.jsonl").points() == []
