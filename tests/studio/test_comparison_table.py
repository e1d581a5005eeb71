import csv
from io import StringIO

from annotation_store.comparisons.results import PairResult, Results
from annotation_store.comparisons.sign_test import sign_test
from studio.comparison_table import HEAD, results_csv


def sheet(*images):
    nothing = sign_test([])
    found = Results(
        pairs=0,
        alike=0,
        answered=0,
        people=0,
        answers=0,
        on_left=0,
        over_pairs=nothing,
        over_answers=nothing,
        by_confidence={},
        by_person=None,
        images=images,
    )
    return list(csv.reader(StringIO(results_csv(found), newline="")))


def test_without_images_there_is_a_head():
    assert sheet() == [list(HEAD)]


def test_a_name_with_commas_quotes_and_lines_is_one_cell():
    name = 'cup, "blue"\n1.png'
    assert sheet(PairResult(3, name, 1, 2, 0))[1] == ["3", name, "1", "2", "0"]


def test_a_name_that_looks_like_a_formula_is_text():
    assert sheet(PairResult(3, "=1+1.png", 0, 0, 0))[1][1] == "'=1+1.png"
