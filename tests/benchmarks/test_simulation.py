import random

import pytest

from benchmarks.scale.queueing import mean_values, mean_wait_of_fixed, mean_wait_of_many, wait_quantile
from benchmarks.scale.simulation import (
    Load,
    Station,
    TimeLine,
    exponential,
    fixed,
    simulate,
    spread_out,
    waits_in_queue,
)

CUSTOMERS = 200_000


def _arrivals(rate: float, rng: random.Random) -> list[float]:
    moments, now = [], 0.0
    for _ in range(CUSTOMERS):
        now += rng.expovariate(rate)
        moments.append(now)
    return moments


@pytest.mark.parametrize("servers", [1, 2, 5])
def test_a_queue_by_chance_waits_as_erlang_says(servers: int) -> None:
    rng, rate = random.Random(servers), 0.7 * servers
    services = [rng.expovariate(1.0) for _ in range(CUSTOMERS)]
    waits = sorted(waits_in_queue(_arrivals(rate, rng), services, servers=servers))
    assert sum(waits) / CUSTOMERS == pytest.approx(mean_wait_of_many(servers, rate=rate, service=1.0), rel=0.05)
    expected = wait_quantile(0.95, servers, rate=rate, service=1.0)
    assert waits[int(0.95 * CUSTOMERS)] == pytest.approx(expected, rel=0.06)


def test_the_pen_with_fixed_services_waits_as_pollaczek_and_khinchine_say() -> None:
    rng, line, pen = random.Random(1), TimeLine(), Station()
    waits: list[float] = []

    def come() -> None:
        pen.ask(line, 1.0, lambda _now, waited: waits.append(waited))
        line.after(rng.expovariate(0.6), come)

    come()
    line.run(100_000.0)
    assert sum(waits) / len(waits) == pytest.approx(mean_wait_of_fixed(rate=0.6, service=1.0), rel=0.05)
    assert pen.busy / 100_000 == pytest.approx(0.6, rel=0.02)


@pytest.mark.parametrize("operators", [1, 5, 20])
def test_operators_who_wait_for_their_answer_are_as_mean_value_analysis_says(operators: int) -> None:
    load = Load(operators, 1, exponential(1.0), pen=exponential(0.03), model=exponential(0.06))
    outcome = simulate(load, seconds=20_000.0)
    expected = mean_values(operators, pause=1.0, services=[0.03, 0.06])
    assert outcome.strokes_per_s == pytest.approx(expected.rate, rel=0.02)
    assert outcome.mean_ms == pytest.approx(1000 * expected.answer, rel=0.05)
    assert outcome.pen_load == pytest.approx(expected.loads[0], rel=0.03)
    assert outcome.web_load == pytest.approx(expected.loads[1], rel=0.03)


def test_a_second_web_process_takes_half_of_the_computing_and_none_of_the_writing() -> None:
    one, two = (
        simulate(Load(20, webs, exponential(1.0), pen=fixed(0.01), model=fixed(0.06)), seconds=2000.0)
        for webs in (1, 2)
    )
    assert one.web_load > 0.95
    assert two.strokes_per_s < 2 * one.strokes_per_s
    assert two.web_load == pytest.approx(two.strokes_per_s * 0.06 / 2, rel=0.02)
    assert two.pen_load == pytest.approx(two.strokes_per_s * 0.01, rel=0.02)
    assert two.p95_ms < one.p95_ms


def test_others_who_write_have_the_pen_meanwhile() -> None:
    load = Load(1, 1, exponential(1.0), fixed(0.001), fixed(0.0), other_writes=10.0, other_pen=fixed(0.05))
    outcome = simulate(load, seconds=5000.0)
    assert outcome.pen_load == pytest.approx(0.5, rel=0.03)
    assert outcome.pen_wait_mean_ms == pytest.approx(1000 * mean_wait_of_fixed(rate=10.0, service=0.05), rel=0.1)


def test_the_same_seed_tells_the_same() -> None:
    load = Load(5, 2, exponential(1.0), exponential(0.01), exponential(0.05))
    assert simulate(load, seconds=100.0, seed=3) == simulate(load, seconds=100.0, seed=3)
    assert simulate(load, seconds=100.0, seed=3) != simulate(load, seconds=100.0, seed=4)


def test_a_time_too_short_for_any_stroke_is_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        simulate(Load(1, 1, fixed(1000.0), fixed(0.0), fixed(0.0)), seconds=10.0)


def test_spread_out_services_have_their_mean_and_their_spread() -> None:
    rng, draw = random.Random(5), spread_out(0.1, 0.31)
    drawn = sorted(draw(rng) for _ in range(50_000))
    assert sum(drawn) / len(drawn) == pytest.approx(0.1, rel=0.01)
    assert drawn[47_500] / drawn[25_000] == pytest.approx(1.665, rel=0.03)  # exp(1.645 * 0.31)
