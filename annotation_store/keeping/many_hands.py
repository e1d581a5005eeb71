"""The same done to many blobs, some at once where that is quicker; results come in the order of asking."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Name = TypeVar("Name")
Result = TypeVar("Result")


def each_in_turn(work: Callable[[Name], Result], names: Iterable[Name], *, hands: int) -> Iterator[tuple[Name, Result]]:
    """Yield each of `names` with what `work` made of it. However many there are, few wait at a time.

    hands: how many are at work at once; 1 does without threads. An error ends it, once those at work are done.
    """
    if hands == 1:
        yield from ((name, work(name)) for name in names)
        return
    waiting: deque[tuple[Name, Future[Result]]] = deque()
    with ThreadPoolExecutor(hands, thread_name_prefix="blobs") as pool:
        try:
            for name in names:
                waiting.append((name, pool.submit(work, name)))
                if len(waiting) >= 2 * hands:
                    done, future = waiting.popleft()
                    yield done, future.result()
            while waiting:
                done, future = waiting.popleft()
                yield done, future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
