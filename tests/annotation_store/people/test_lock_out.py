from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.people.lock_out import ATTEMPTS, LONGEST_LOCK, lock_after


@pytest.mark.parametrize(
    ("failed", "minutes"), [(5, 15), (10, 30), (15, 60), (20, 120), (35, 960), (40, 1440), (45, 1440), (10_000, 1440)]
)
def test_every_fifth_wrong_password_locks_for_twice_as_long(failed, minutes):
    assert lock_after(failed) == timedelta(minutes=minutes)


@given(st.integers(min_value=0, max_value=10**12))
def test_a_lock_comes_at_every_fifth_and_never_exceeds_a_day(failed):
    lock = lock_after(failed)
    assert (lock is not None) == (failed > 0 and failed % ATTEMPTS == 0)
    assert lock is None or lock <= LONGEST_LOCK
