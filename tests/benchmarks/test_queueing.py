import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scale.queueing import mean_values, mean_wait_of_fixed, mean_wait_of_many, wait_quantile, waiting_share

LOADS = st.floats(0.01, 0.99)


@given(LOADS)
def test_one_server_is_busy_as_often_as_somebody_has_to_wait(load: float) -> None:
    assert waiting_share(1, load) == pytest.approx(load)


def test_two_servers_by_the_textbook() -> None:
    # idle with p0 = 1/3, one at work with p0; whoever comes else has to wait
    assert waiting_share(2, 1.0) == pytest.approx(1 / 3)


def test_ten_servers_by_the_table() -> None:
    assert waiting_share(10, 8.0) == pytest.approx(0.4092, abs=1e-4)  # Erlang C of 8 erlangs and 10 agents


@given(LOADS, st.floats(0.001, 10))
def test_fixed_services_wait_half_as_long_as_exponential_ones(load: float, service: float) -> None:
    exponential = mean_wait_of_many(1, rate=load / service, service=service)
    assert mean_wait_of_fixed(rate=load / service, service=service) == pytest.approx(exponential / 2)


@given(st.integers(1, 8), LOADS)
def test_more_servers_for_the_same_share_of_load_wait_less(servers: int, share: float) -> None:
    fewer = mean_wait_of_many(servers, rate=servers * share, service=1.0)
    assert mean_wait_of_many(servers + 1, rate=(servers + 1) * share, service=1.0) < fewer


def test_the_quantile_is_where_so_many_have_waited() -> None:
    # M/M/1 with load 0.8: P(wait > t) = 0.8 exp(-0.2 t)
    assert wait_quantile(0.95, 1, rate=0.8, service=1.0) == pytest.approx(13.863, abs=1e-3)
    assert wait_quantile(0.1, 1, rate=0.8, service=1.0) == 0.0


@pytest.mark.parametrize("load", [1.0, 1.5])
def test_what_cannot_keep_up_is_said(load: float) -> None:
    with pytest.raises(ValueError, match="keep up"):
        mean_wait_of_fixed(rate=load, service=1.0)
    with pytest.raises(ValueError, match="keep up"):
        mean_wait_of_many(1, rate=load, service=1.0)


def test_one_person_waits_for_nobody() -> None:
    alone = mean_values(1, pause=2.0, services=[0.3, 0.1])
    assert alone.answer == pytest.approx(0.4)
    assert alone.rate == pytest.approx(1 / 2.4)


def test_people_without_rest_keep_the_slowest_station_busy() -> None:
    crowd = mean_values(200, pause=1.0, services=[0.1, 0.05])
    assert crowd.loads[0] == pytest.approx(1.0, abs=1e-6)
    assert crowd.rate == pytest.approx(10.0, abs=1e-4)
