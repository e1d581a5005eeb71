import pytest
from ledgers import PLAIN_CARD, line

from annotation_store.money.complexity import class_of, classes_of


@pytest.mark.parametrize(("complexity", "name"), [(0.0, "simple"), (0.499, "simple"), (0.5, "hard"), (1.0, "hard")])
def test_the_last_class_that_begins_at_the_complexity_or_below_is_taken(complexity: float, name: str) -> None:
    assert class_of(PLAIN_CARD, complexity).name == name


def test_a_tag_wins_over_the_complexity_whatever_its_case() -> None:
    assert class_of(PLAIN_CARD, 0.0, ["shoes", "Hair"]).name == "hard"


def test_a_tag_that_no_class_names_changes_nothing() -> None:
    assert class_of(PLAIN_CARD, 0.0, ["shoes"]).name == "simple"


def test_many_images_are_sorted_as_each_alone() -> None:
    lines = [line(complexity=0.2), line(complexity=0.7), line(complexity=0.2, tags=("hair",))]
    assert classes_of(PLAIN_CARD, lines) == [0, 1, 1]
