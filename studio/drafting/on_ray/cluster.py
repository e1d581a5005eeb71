"""The Ray cluster that the settings name: reached for as long as something is drafted by it, and how much it can do."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType

from studio.settings import Settings
from training.distributed.ray_cluster import ClusterError, reached

LEAST_WAITING = 8
"""Photos. A cluster takes some seconds until its models are loaded, in which a computer by itself drafts several."""
PURPOSE = "Drafting by a Ray cluster (MATTELOOP_RAY_ADDRESS)"


@dataclass(frozen=True, slots=True)
class Cluster:
    """address: as Ray takes it, ``HOST:6379`` or ``auto``. least: so many photos must wait before it is used.

    else_here: whether photos are drafted on this computer as long as the cluster cannot be reached.
    """

    address: str
    least: int = LEAST_WAITING
    else_here: bool = True


def cluster_in(settings: Settings) -> Cluster | None:
    """The one that the settings name, if they name one, for a process that may also draft by itself."""
    return Cluster(settings.ray_address) if settings.ray_address else None


@dataclass(frozen=True, slots=True)
class Room:
    """What a cluster has. actors: so many models are loaded, one for each GPU, or for each CPU where there is no GPU.

    helpers: so many processes read photos, and as many store drafts.
    """

    actors: int
    helpers: int
    has_gpus: bool


@contextmanager
def connected(cluster: Cluster) -> Iterator[ModuleType]:
    """Ray, connected to the cluster; the connection of this process is used where it has one already.

    Raises MissingPackageError, or ClusterError if there is no such cluster.
    """
    with reached(cluster.address, purpose=PURPOSE, library="ray.data", tells=False) as ray:
        # it has tracebacks of each lost photo, which we tell in words
        logging.getLogger("ray.data").setLevel(logging.CRITICAL)
        yield ray


def room_of(ray: ModuleType) -> Room:
    """Raises ClusterError if no node has anything to work with."""
    has = ray.cluster_resources()
    cpus, gpus = int(has.get("CPU", 0)), int(has.get("GPU", 0))
    if not cpus:
        raise ClusterError(
            "No node of the Ray cluster has a CPU to draft with: start nodes (`ray start --address=HOST:6379`), then "
            "try again."
        )
    return Room(actors=gpus or cpus, helpers=max(1, cpus // 2), has_gpus=gpus > 0)
