import pytest

from studio.sign_in.errors import TooManyTriesError
from studio.sign_in.throttle import BY_ADDRESS, BY_NAME, Throttle


@pytest.fixture
def throttle():
    return Throttle()


def use_up(throttle, times, **who):
    for _ in range(times):
        throttle.count("sign-in", **who)


def test_one_address_may_try_so_often_and_then_has_to_wait(throttle):
    use_up(throttle, BY_ADDRESS.amount, address="192.0.2.1")
    with pytest.raises(TooManyTriesError) as caught:
        throttle.count("sign-in", address="192.0.2.1")
    assert 1 <= caught.value.seconds <= 60
    throttle.count("sign-in", address="192.0.2.2")
    throttle.count("join", address="192.0.2.1")


def test_one_name_may_be_tried_so_often_from_all_addresses_together(throttle):
    for number in range(BY_NAME.amount):
        throttle.count("sign-in", address=f"192.0.2.{number}", name="Keiko" if number % 2 else "keiko")
    with pytest.raises(TooManyTriesError):
        throttle.count("sign-in", address="198.51.100.1", name="keiko")
    throttle.count("sign-in", address="198.51.100.1", name="ren")


def test_a_name_that_nobody_can_have_is_not_remembered(throttle):
    use_up(throttle, BY_ADDRESS.amount, address="192.0.2.1", name="no such name")
    throttle.count("sign-in", address="192.0.2.2", name="no such name")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("", "unix:", True),
    ],
)
def test_a_subscriber_counts_as_one_whatever_address_they_take(throttle, one, other, same):
    use_up(throttle, BY_ADDRESS.amount, address=one)
    if same:
        with pytest.raises(TooManyTriesError):
            throttle.count("sign-in", address=other)
    else:
        throttle.count("sign-in", address=other)
