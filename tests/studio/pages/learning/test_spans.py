import pytest

from studio.pages.learning.spans import percent, signed_percent, span


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (89, "89 s"), (90, "2 min"), (5399, "90 min"), (5400, "1 h 30 min"), (36_000, "10 h 0 min")],
)
def test_a_span_of_time_has_the_unit_that_suits_it(english, seconds, text):
    assert span(seconds, english) == text


@pytest.mark.parametrize(
    ("share", "plain", "signed"),
    [
        (0.0, "0", "0 %"),
        (-0.123, "12", "−12 %"),
        (0.0123, "1.2", "+1.2 %"),
        (-0.02, "2", "−2 %"),
        (1e-6, "0", "0 %"),
        (50.0, "> 1000", "> +1000 %"),
    ],
)
def test_shares_are_written_in_percent(share, plain, signed):
    assert (percent(share), signed_percent(share)) == (plain, signed)
