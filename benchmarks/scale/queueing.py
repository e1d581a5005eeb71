"""What queueing theory says of simple queues, to check the simulation by: Erlang's and Pollaczek and Khinchine's
formulas, and mean value analysis for people who wait for an answer before they ask again.

Formulas as in Gross, Shortle, Thompson, Harris: Fundamentals of Queueing Theory, 4th edition, chapters 2 and 5, and
Reiser and Lavenberg, Mean-value analysis of closed multichain queuing networks, JACM 1980.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


def waiting_share(servers: int, load: float) -> float:
    """The share of those who have to wait in M/M/c (Erlang C). load: arrivals a second times seconds of service; below
    `servers`, or ValueError."""
    if not 0 <= load < servers:
        raise ValueError(f"{servers} servers do not keep up with a load of {load}")
    blocked = 1.0  # Erlang B, server by server
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def mean_wait_of_many(servers: int, *, rate: float, service: float) -> float:
    """Mean seconds in the queue of M/M/c, before the service. Raises ValueError."""
    return waiting_share(servers, rate * service) * service / (servers - rate * service)


def wait_quantile(quantile: float, servers: int, *, rate: float, service: float) -> float:
    """Seconds in the queue of M/M/c that so many, a share of all, do not exceed. Raises ValueError."""
    share = waiting_share(servers, rate * service)
    if share <= 1 - quantile:
        return 0.0
    return math.log(share / (1 - quantile)) * service / (servers - rate * service)


def mean_wait_of_fixed(*, rate: float, service: float) -> float:
    """Mean seconds in the queue of M/D/1, where each service takes exactly as long. Raises ValueError."""
    if (load := rate * service) >= 1:
        raise ValueError(f"one server does not keep up with a load of {load}")
    return load * service / (2 * (1 - load))


@dataclass(frozen=True, slots=True)
class Closed:
    """rate: answers a second, of all people together. answer: seconds from asking to the answer. loads: of the
    stations, 0 to 1."""

    rate: float
    answer: float
    loads: tuple[float, ...]


def mean_values(people: int, *, pause: float, services: Sequence[float]) -> Closed:
    """So many people think for `pause` seconds, then go through all stations of one server each, whose services take
    `services` seconds in the mean: exact where all of these are exponential."""
    queues = [0.0] * len(services)
    answers, rate = list(services), 0.0
    for count in range(1, people + 1):
        answers = [service * (1 + queue) for service, queue in zip(services, queues, strict=True)]
        rate = count / (pause + sum(answers))
        queues = [rate * answer for answer in answers]
    return Closed(rate, sum(answers), tuple(rate * service for service in services))
