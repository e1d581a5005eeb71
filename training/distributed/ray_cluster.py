"""The Ray cluster that the settings name: to reach it, and what it has."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matting_core.errors import MattingError
from matting_core.optional_packages import require
from training.distributed.listeners import kept_listener

PATIENCE_SECONDS = 5.0
TRAINING = "A training on a Ray cluster"
UNCHANGED = " If that is empty, trainings run on this computer. What serves is unchanged."


class ClusterError(MattingError):
    """A Ray cluster that cannot be reached, has not what is wanted, or does not do it."""


@contextmanager
def reached(address: str, *, purpose: str, library: str, tells: bool, otherwise: str = "") -> Iterator[Any]:
    """The module ``ray``, connected to the cluster at `address` (``HOST:6379``, ``auto``); this computer is in it.

    A connection that this process has already is used and stays. library: the part of Ray that is needed, as
    ``ray.train``. tells: whether what Ray and its processes have to say goes to the output of this one. otherwise: what
    to say of a cluster that cannot be reached beside what to look at. Raises ClusterError, and MissingPackageError,
    with the purpose, without Ray.
    """
    ray = require("ray", purpose=purpose)
    require(library, purpose=purpose)
    if ray.is_initialized():
        yield ray
        return
    try:
        _check_somebody_answers(address)
        with kept_listener():  # Ray's own exits at once
            level = "WARNING" if tells else "ERROR"
            ray.init(address=address, log_to_driver=tells, configure_logging=tells, logging_level=level)
    except Exception as error:  # of many kinds, none of which Ray promises
        words = " ".join(str(error).split())
        raise ClusterError(
            f"The Ray cluster at {address} cannot be reached ({words[:300]}): see whether it runs (`ray status`), "
            "whether this computer is one of its nodes and has its token (RAY_AUTH_TOKEN_PATH), and whether "
            f"MATTELOOP_RAY_ADDRESS names it.{otherwise}"
        ) from error
    try:
        yield ray
    finally:
        ray.shutdown()  # with it ends all that was begun there


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """`reached`, for a training."""
    with reached(address, purpose=TRAINING, library="ray.train", tells=True, otherwise=UNCHANGED) as ray:
        yield ray


def number_of_gpus(ray: Any) -> int:
    return int(ray.cluster_resources().get("GPU", 0))


def check_has(ray: Any, *, processes: int, resource: str, each: float) -> None:
    """Raises ClusterError where so many processes would wait for ever. resource: CPU or GPU."""
    there = ray.cluster_resources().get(resource, 0)
    if there < processes * each:
        raise ClusterError(
            f"The Ray cluster has {there:g} {resource}s, and {processes} processes want {processes * each:g}: set "
            "MATTELOOP_TRAINING_PROCESSES to fewer, or let more computers join the cluster. What serves is unchanged."
        )


def _check_somebody_answers(address: str) -> None:
    """Raises OSError. Ray itself goes on trying for minutes, in words for its own developers."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdigit() and "/" not in host:
        socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE_SECONDS).close()
