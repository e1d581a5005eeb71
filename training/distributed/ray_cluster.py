"""The Ray cluster that trains: to reach it, and what it has."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matting_core.errors import MattingError
from matting_core.optional_packages import require

AUTO = "auto"
PATIENCE_SECONDS = 5.0
HOW_TO_BE_LET_IN = "give this process the token it was started with (RAY_AUTH_TOKEN_PATH), "
"""Somebody answers there, and does not let us in; Ray tells the reason only in its logs."""


class ClusterError(MattingError):
    """A Ray cluster that cannot be reached, or has not what a training wants."""


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """The module ``ray``, connected to the cluster at `address` (``HOST:6379``, ``auto``); this computer is in it.

    A connection that this process has already is used and stays. Raises ClusterError, and MissingPackageError without
    Ray.
    """
    ray = require("ray", purpose="A training on a Ray cluster")
    require("ray.train", purpose="A training on a Ray cluster")
    if ray.is_initialized():
        yield ray
        return
    _check_somebody_answers(address)
    try:
        ray.init(address=address, logging_level="warning", log_to_driver=True)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise ClusterError(_unreachable(address, error, hint=HOW_TO_BE_LET_IN)) from error
    try:
        yield ray
    finally:
        ray.shutdown()  # with it ends all that this training has begun there


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
    """Ray itself would try for a long time, in words for its own developers."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if address == AUTO or not port.isdigit():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE_SECONDS).close()
    except OSError as error:
        raise ClusterError(_unreachable(address, error)) from error


def _unreachable(address: str, error: Exception, *, hint: str = "") -> str:
    return (
        f"The Ray cluster at {address} cannot be reached ({error}): start it (`ray start`), {hint}or empty "
        "MATTELOOP_RAY_ADDRESS to train on this computer. What serves is unchanged."
    )
