from dataclasses import replace

from annotation_store.comparisons.results import PairResult, summed_up
from studio.comparison_table import results_table
from studio.tables import table_csv


def test_there_is_a_row_for_each_image_with_how_often_each_was_chosen():
    nothing = summed_up([], [], names={}, with_people=False)
    assert results_table(nothing).rows == ()
    assert table_csv(results_table(nothing)).decode("utf-8-sig") == "image,name,first,second,neither\r\n"


def test_a_name_is_one_cell_and_no_formula():
    found = summed_up([], [], names={}, with_people=False)
    images = (PairResult(3, 'cup, "blue".png', 1, 2, 0), PairResult(4, "=1+1.png", 0, 0, 5))
    rows = table_csv(results_table(replace(found, images=images))).decode("utf-8-sig").splitlines()[1:]
    assert rows == ['3,"cup, ""blue"".png",1,2,0', "4,'=1+1.png,0,0,5"]
