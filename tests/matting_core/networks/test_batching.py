"""Passes of several threads run together: exactly, fairly, and however full the device is."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import torch
from torch import Tensor

from matting_core.cancelling import Cancellation, Cancelled, cancellable
from matting_core.errors import DeviceFullError
from matting_core.networks.batching import OLDEST_FIRST, Batches


class Device:
    """Doubles what it is given, one batch at a time, once `go` lets it; holds at most `room` rows."""

    def __init__(self, *, room: int = 1000) -> None:
        self.room = room
        self.batches: list[list[float]] = []
        self.go, self.began = threading.Semaphore(0), threading.Semaphore(0)
        self.at_work = 0

    def __call__(self, first: Tensor, second: Tensor | None) -> Tensor:
        self.at_work += 1
        assert self.at_work == 1, "two batches at once"
        self.began.release()
        assert self.go.acquire(timeout=20)
        self.at_work -= 1
        if len(first) > self.room:
            raise torch.OutOfMemoryError("no room")
        self.batches.append(first[:, 0, 0, 0].tolist())
        return 2 * first if second is None else 2 * first + second


@pytest.fixture
def device() -> Device:
    return Device()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(40) as threads:
        yield threads


def plane(value: float, *, rows: int = 1, side: int = 4) -> Tensor:
    return torch.full((rows, 1, side, side), float(value))


class Asking:
    """Threads that ask, each known to wait before the next one comes."""

    def __init__(self, batches: Batches, pool: ThreadPoolExecutor) -> None:
        self.batches, self.pool = batches, pool

    def __call__(
        self, value: float, *, urgent: bool = True, side: int = 4, rows: int = 1, more: Tensor | None = None, **named
    ) -> "Future[Tensor]":
        waiting = len(self.batches._waiting)
        was_idle = not self.batches._is_running

        def ask() -> Tensor:
            with torch.inference_mode(), cancellable(named.get("cancellation")):
                x = plane(value, side=side, rows=rows)
                return self.batches(x, more, pixels=x.numel(), urgent=urgent)

        future = self.pool.submit(ask)
        until(lambda: future.done() or (was_idle and self.batches._is_running) or len(self.batches._waiting) > waiting)
        return future


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


@pytest.fixture
def ask(device: Device, pool: ThreadPoolExecutor) -> Asking:
    return Asking(Batches(device, most_pixels=lambda: 64), pool)  # four planes of 4 x 4


def values(futures: "list[Future[Tensor]]") -> list[float]:
    return [float(future.result(20).mean()) for future in futures]


def test_one_alone_waits_for_no_company(device: Device, ask: Asking) -> None:
    device.go.release()
    assert values([ask(3)]) == [6]
    assert device.batches == [[3]]


def test_what_comes_while_the_device_is_busy_is_joined_up_to_the_limit(device: Device, ask: Asking) -> None:
    first = ask(0)
    device.began.acquire()
    others = [ask(value) for value in range(1, 7)]
    device.go.release(3)
    assert values([first, *others]) == [0, 2, 4, 6, 8, 10, 12]
    assert device.batches == [[0], [1, 2, 3, 4], [5, 6]]
    assert ask.batches.sizes == {1: 1, 4: 1, 2: 1}


def test_only_passes_of_one_shape_one_urgency_and_the_same_inputs_are_joined(device: Device, ask: Asking) -> None:
    first = ask(0)
    device.began.acquire()
    others = [ask(1), ask(2, side=2), ask(3), ask(4, urgent=False), ask(5, more=torch.ones(1, 1, 1, 1)), ask(6, side=2)]
    device.go.release(9)
    assert values([first, *others]) == [0, 2, 4, 6, 8, 11, 12]
    assert device.batches == [[0], [1, 3], [2, 6], [5], [4]]


def test_what_hurries_goes_first_but_not_for_ever(device: Device, ask: Asking) -> None:
    first = ask(0)
    device.began.acquire()
    fine = ask(99, urgent=False)
    hurried = [ask(value, side=value) for value in range(1, OLDEST_FIRST + 3)]  # each a batch of its own
    device.go.release(40)
    values([first, fine, *hurried])
    assert device.batches[1] == [1]
    assert device.batches.index([99]) == OLDEST_FIRST - 1
    assert device.batches.index([99]) < len(device.batches) - 1


def test_a_pass_of_several_rows_stays_together_and_larger_ones_than_the_limit_run_alone(
    device: Device, ask: Asking
) -> None:
    first = ask(0)
    device.began.acquire()
    others = [ask(1, rows=3), ask(2, rows=6), ask(3)]
    device.go.release(9)
    assert values([first, *others]) == [0, 2, 4, 6]
    assert [future.result().shape[0] for future in others] == [3, 6, 1]
    assert device.batches == [[0], [1, 1, 1, 3], [2] * 6]


def test_one_that_is_cancelled_drops_out_before_it_is_run(device: Device, ask: Asking) -> None:
    first = ask(0)
    device.began.acquire()
    cancellation = Cancellation()
    given_up, stays = ask(1, cancellation=cancellation), ask(2)
    cancellation.cancel()
    with pytest.raises(Cancelled):
        given_up.result(20)
    device.go.release(9)
    assert values([first, stays]) == [0, 4]
    assert device.batches == [[0], [2]]


def test_whoever_runs_the_batches_may_be_cancelled_and_another_goes_on(device: Device, ask: Asking) -> None:
    cancellation = Cancellation()
    leader = ask(0)
    device.began.acquire()
    heir = ask(1, urgent=False, cancellation=cancellation)  # may come to lead a batch that is not its own
    hurried = [ask(2, side=2), ask(3, side=3)]
    device.go.release()
    device.began.acquire()
    cancellation.cancel()
    device.go.release(9)
    assert values([leader, *hurried]) == [0, 4, 6]
    with pytest.raises(Cancelled):
        heir.result(20)


def test_a_full_device_gets_half_and_half_again(device: Device, ask: Asking) -> None:
    device.room = 1
    first = ask(0)
    device.began.acquire()
    others = [ask(value) for value in range(1, 5)]
    device.go.release(20)
    assert values([first, *others]) == [0, 2, 4, 6, 8]
    assert device.batches == [[0], [1], [2], [3], [4]]


def test_after_the_device_was_full_batches_stay_smaller_for_a_while(device: Device, ask: Asking, monkeypatch) -> None:
    device.room = 2
    device.go.release(100)
    values([ask(1, rows=4)])
    first_tries = len(device.batches)
    device.go = threading.Semaphore(0)
    while device.began.acquire(blocking=False):
        pass
    first = ask(0)
    device.began.acquire()
    others = [ask(value) for value in range(1, 5)]
    device.go.release(20)
    values([first, *others])
    assert device.batches[first_tries:] == [[0], [1, 2], [3, 4]]


def test_what_does_not_fit_even_alone_says_what_to_do_and_harms_nobody_else(device: Device, ask: Asking) -> None:
    device.room = 0
    device.go.release()
    with pytest.raises(DeviceFullError, match="MATTELOOP_DEVICE_MEMORY_MEGABYTES"):
        ask(1).result(20)
    device.room = 1
    device.go.release()
    assert values([ask(2)]) == [4]


def test_a_failing_network_fails_those_of_its_batch_only(pool: ThreadPoolExecutor) -> None:
    def fail(first: Tensor, _second: Tensor | None) -> Tensor:
        if first[0, 0, 0, 0] == 13:
            raise ValueError("unlucky")
        return first

    ask = Asking(Batches(fail, most_pixels=lambda: 1), pool)
    with pytest.raises(RuntimeError, match="unlucky"):
        ask(13).result(20)
    assert values([ask(14)]) == [14]


def test_two_models_never_share_a_batch(pool: ThreadPoolExecutor) -> None:
    serving, canary = Device(), Device()
    ask_serving = Asking(Batches(serving, most_pixels=lambda: 64), pool)
    ask_canary = Asking(Batches(canary, most_pixels=lambda: 64), pool)
    asked = [ask(value) for value in (1, 2, 3) for ask in (ask_serving, ask_canary)]
    serving.go.release(9)
    canary.go.release(9)
    assert values(asked) == [2, 2, 4, 4, 6, 6]
    for device in (serving, canary):
        assert sorted(value for batch in device.batches for value in batch) == [1, 2, 3]
