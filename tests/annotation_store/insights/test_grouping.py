from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from histories import line

from annotation_store.insights.grouping import Dimension, group_lines, week_of

TOKYO = ZoneInfo("Asia/Tokyo")


def groups(lines, dimension, zone=UTC):
    return {key: [each.image_id for each in found] for key, found in group_lines(lines, dimension, zone=zone).items()}


def test_nothing_has_no_groups():
    assert all(groups([], dimension) == {} for dimension in Dimension)


def test_lines_are_put_together_by_what_they_share_and_keep_their_order():
    lines = [
        line(image_id=1, person="mika", project_id=10, model_version_id=12, tags=("glass", "hair")),
        line(image_id=2, person="keiko", project_id=9, model_version_id=None, tags=()),
        line(image_id=3, person="mika", project_id=10, model_version_id=3, tags=("hair",)),
    ]
    assert groups(lines, Dimension.PERSON) == {"keiko": [2], "mika": [1, 3]}
    assert groups(lines, Dimension.PROJECT) == {"9": [2], "10": [1, 3]}
    assert groups(lines, Dimension.MODEL) == {"": [2], "3": [3], "12": [1]}
    assert groups(lines, Dimension.TAG) == {"": [2], "glass": [1], "hair": [1, 3]}
    assert list(groups(lines, Dimension.PROJECT)) == ["9", "10"]  # by their size, not by their letters


def test_a_week_begins_on_monday_where_the_studio_is():
    sunday, monday = datetime(2026, 11, 22, 14, 59, tzinfo=UTC), datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
    lines = [line(image_id=1, approved_at=sunday), line(image_id=2, approved_at=monday)]
    assert groups(lines, Dimension.WEEK, TOKYO) == {"2026-W47": [1], "2026-W48": [2]}
    assert groups(lines, Dimension.WEEK, UTC) == {"2026-W47": [1, 2]}


def test_the_first_days_of_january_may_lie_in_the_last_week_of_the_year_before():
    assert week_of(datetime(2027, 1, 3, 12, tzinfo=UTC), UTC) == "2026-W53"
    assert week_of(datetime(2024, 12, 30, 12, tzinfo=UTC), UTC) == "2025-W01"


def test_without_a_zone_weeks_are_those_of_the_computer():
    moment = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday everywhere
    assert week_of(moment, None) == "2026-W48"
