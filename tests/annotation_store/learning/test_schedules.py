from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.errors import InvalidTriggerError
from annotation_store.learning.schedules import check_schedule, check_time_zone, last_moment, next_moment

BERLIN = "Europe/Berlin"
SECOND = timedelta(seconds=1)

schedules = st.sampled_from(
    [
        "0 2 * * *",
        "30 2 * * *",
        "30 1 * * *",
        "*/7 * * * *",
        "15 */3 * * 1-5",
        "0 0 29 2 *",
        "5 1-3 * * SUN",
        "0 4 L * *",
    ]
)
zones = st.sampled_from(["UTC", BERLIN, "Asia/Tokyo", "Australia/Lord_Howe", "America/New_York"])
moments = st.one_of(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),
    st.datetimes(datetime(2026, 3, 28, 20), datetime(2026, 3, 29, 6)),  # Berlin's clocks are put forward
    st.datetimes(datetime(2026, 10, 24, 20), datetime(2026, 10, 25, 6)),  # and back
    st.datetimes(datetime(2026, 10, 3, 12), datetime(2026, 10, 3, 18)),  # half an hour, at Lord Howe
).map(lambda moment: moment.replace(tzinfo=UTC))


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def berlin(*parts, fold=0):
    return datetime(*parts, tzinfo=ZoneInfo(BERLIN), fold=fold).astimezone(UTC)


@given(schedules, zones, moments)
def test_the_next_moment_comes_later_and_is_the_first_one(expression, zone, now):
    following = next_moment(expression, zone, after=now)
    assert following > now
    assert last_moment(expression, zone, until=following) == following
    assert last_moment(expression, zone, until=following - SECOND) <= now


@given(schedules, zones, moments)
def test_the_last_moment_is_not_later_and_is_the_last_one(expression, zone, now):
    past = last_moment(expression, zone, until=now)
    assert past <= now
    assert next_moment(expression, zone, after=past) > now


def test_a_schedule_is_by_the_clocks_of_its_time_zone():
    assert next_moment("0 2 * * *", "Asia/Tokyo", after=utc(2026, 3, 4, 12)) == utc(2026, 3, 4, 17)
    assert next_moment("0 2 * * *", "UTC", after=utc(2026, 3, 4, 2)) == utc(2026, 3, 5, 2)
    assert last_moment("0 2 * * *", "UTC", until=utc(2026, 3, 4, 2)) == utc(2026, 3, 4, 2)


def test_what_falls_into_the_hour_that_is_left_out_comes_right_after_it():
    before = berlin(2026, 3, 28, 12)
    first = next_moment("30 2 * * *", BERLIN, after=before)
    assert first == berlin(2026, 3, 29, 3)
    assert next_moment("30 2 * * *", BERLIN, after=first) == berlin(2026, 3, 30, 2, 30)


def test_what_falls_into_the_hour_that_comes_twice_comes_once():
    first = next_moment("30 2 * * *", BERLIN, after=berlin(2026, 10, 24, 12))
    assert first == berlin(2026, 10, 25, 2, 30)
    second_round = berlin(2026, 10, 25, 2, 15, fold=1)
    assert second_round > first
    assert last_moment("30 2 * * *", BERLIN, until=second_round) == first
    assert next_moment("30 2 * * *", BERLIN, after=second_round) == berlin(2026, 10, 26, 2, 30)


@pytest.mark.parametrize("written", ["0 2 * * *", " 0  2 * * * ", "*/5 9-17 * * MON-FRI", "0 0 L * *", "0 12 * * 1#2"])
def test_a_schedule_is_kept_with_single_spaces(written):
    assert check_schedule(written) == " ".join(written.split())


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "5 fields"),
        ("every night", "5 fields"),
        ("0 0 2 * * *", "5 fields"),  # seconds: no training begins by the second
        ("61 2 * * *", "minute .* cannot be read"),
        ("0 25 * * *", "hour .* cannot be read"),
        ("0 2 31 2 *", "day-of-month .* cannot be read"),
        ("0 2 * * 1#9", "day-of-week .* cannot be read"),
        ("* * */20 * 1L", "never comes up"),
        ("0 2 * * " + "1," * 100 + "1", "5 fields"),
    ],
)
def test_a_schedule_that_cannot_be_followed_is_refused_with_an_example(written, reason):
    with pytest.raises(InvalidTriggerError, match=f"{reason}.*0 2 \\* \\* \\*"):
        check_schedule(written)


@given(st.lists(st.text("0123456789*/,-#LWMON² ", min_size=1, max_size=6), min_size=5, max_size=5))
def test_whatever_is_written_is_a_schedule_or_refused(fields):
    try:
        expression = check_schedule(" ".join(fields))
    except InvalidTriggerError:
        return
    now = utc(2026, 3, 4)
    assert next_moment(expression, "UTC", after=now) > now


@pytest.mark.parametrize("name", ["", "Nowhere/Else", "Asia", "../etc/passwd", "/etc/passwd", "a\0b", "x" * 5000])
def test_an_unknown_time_zone_is_refused(name):
    with pytest.raises(InvalidTriggerError, match="write it as Asia/Tokyo"):
        check_time_zone(name)


@pytest.mark.parametrize("name", ["UTC", "Asia/Tokyo", " Europe/Berlin "])
def test_a_known_time_zone_is_kept_by_its_name(name):
    assert check_time_zone(name) == name.strip()
